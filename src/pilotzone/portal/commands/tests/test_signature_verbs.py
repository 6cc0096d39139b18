"""`keys`, `sign`, `verify`, `digest` work together as an integrator uses them."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.definitions import message as definition
from pilotzone.exchange.formats.example import example_document
from pilotzone.portal.commands import check, digest, keys, sign, verify

CEB = "http://www.chinaport.gov.cn/ceb"
MESSAGE = f'<ceb:CEB311Message xmlns:ceb="{CEB}" guid="g" version="1.0"><ceb:a/>南昌</ceb:CEB311Message>'


@pytest.fixture
def run() -> Callable[..., Result]:
    verbs = {"check": check, "digest": digest, "keys": keys, "sign": sign, "verify": verify}
    return lambda verb, *words: CliRunner().invoke(verbs[verb].command, [str(word) for word in words])


@pytest.fixture
def message(tmp_path: Path) -> Path:
    path = tmp_path / "message.xml"
    path.write_text(MESSAGE)
    return path


def unsigned(edition: str) -> bytes:
    """An order as an edition describes it."""
    name = "CEB311Message"
    firm = {"copCode": "3601960A01", "copName": "演示", "dxpMode": "DXP", "dxpId": "DXPENT0003600001"}
    papers = [example_document(definition(name, edition))]
    return build(name, papers, edition=edition, guid=str(uuid.UUID(int=1)), transfer=firm)


@pytest.mark.parametrize(("kind", "algorithm"), [("rsa", "rsa-sha1"), ("sm2", "sm2-sm3")])  # the edition of today
def test_a_message_is_signed_and_verified_from_the_command_line(
    run: Callable[..., Result], message: Path, tmp_path: Path, kind: str, algorithm: str
) -> None:
    issued = json.loads(run("keys", "3601960A01=演示", "--folder", tmp_path / "k", "--kind", kind, "--json").output)
    out, pair = tmp_path / "signed.xml", ("--key", issued["key"], "--cert", issued["cert"])
    done = run("sign", message, *pair, "-o", out, "--json")
    assert (done.exit_code, json.loads(done.output)["algorithm"]) == (0, algorithm)

    root = tmp_path / "k" / "authority" / kind / "cert.pem"
    checked = run("verify", out, "--ca", root, "--json")
    told = json.loads(checked.output)
    assert (checked.exit_code, told["accepted"], told["trusted"], told["errors"]) == (0, True, True, [])
    assert told["enterprise"] == "3601960A01"

    assert run("sign", out, *pair).exit_code == 2  # signed already
    out.write_bytes(out.read_bytes().replace("南昌".encode(), "九江".encode()))
    refused = run("verify", out, "--json")
    assert refused.exit_code == 1
    assert json.loads(refused.output)["errors"][0]["code"] == "signature.digest"
    assert "signature.digest" in run("verify", out).output


@pytest.mark.parametrize(
    ("edition", "kind", "algorithm"),
    [("2018", "rsa", "rsa-sha256"), ("2022", "rsa", "rsa-sha1"), ("2022", "sm2", "sm2-sm3")],
)
@pytest.mark.parametrize("asked", ["edition", "day"])
def test_what_is_signed_for_an_edition_its_check_accepts(
    run: Callable[..., Result], tmp_path: Path, edition: str, kind: str, algorithm: str, asked: str
) -> None:
    issued = json.loads(run("keys", "A1", "--folder", tmp_path / "k", "--kind", kind, "--json").output)
    draft, out = tmp_path / "draft.xml", tmp_path / "signed.xml"
    draft.write_bytes(unsigned(edition))
    words = (
        ("--edition", edition)
        if asked == "edition"
        else ("--on", {"2018": "2021-12-30", "2022": "2022-05-01"}[edition])
    )
    done = run("sign", draft, "--key", issued["key"], "--cert", issued["cert"], "-o", out, "--json", *words)
    assert json.loads(done.output)["algorithm"] == algorithm
    told = json.loads(run("check", out, "--json", *words).output)
    assert told["edition"] == edition
    assert [one["code"] for one in told["errors"] if one["code"].startswith("signature.")] == []


def test_a_key_its_edition_does_not_print_and_an_edition_nobody_knows_are_refused(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    issued = json.loads(run("keys", "A1", "--folder", tmp_path / "k", "--kind", "sm2", "--json").output)
    draft, out = tmp_path / "draft.xml", tmp_path / "signed.xml"
    draft.write_bytes(unsigned("2018"))
    pair = ("--key", issued["key"], "--cert", issued["cert"], "-o", out)
    done = run("sign", draft, *pair, "--edition", "2018")
    assert (done.exit_code, "[signature.algorithm]" in done.stderr, out.exists()) == (2, True, False)
    assert "rsa-sha256, rsa-sha1" in done.stderr
    assert run("sign", draft, *pair, "--edition", "1999").exit_code == 2
    assert run("sign", draft, *pair, "--edition", "2018", "--algorithm", "sm2-sm3").exit_code == 0  # asked for by name


def test_the_signed_message_goes_to_standard_output(run: Callable[..., Result], message: Path, tmp_path: Path) -> None:
    issued = json.loads(run("keys", "A1", "--folder", tmp_path, "--kind", "sm2", "--json").output)
    done = run("sign", message, "--key", issued["key"], "--cert", issued["cert"])
    assert done.stdout_bytes.startswith(b"<ceb:CEB311Message")
    assert b"</ds:Signature></ceb:CEB311Message>" in done.stdout_bytes


def test_digest_prints_one_object_a_file(run: Callable[..., Result], message: Path) -> None:
    done = run("digest", message)
    assert done.exit_code == 0
    assert json.loads(done.output) == {
        "file": str(message),
        "sha1": "Qsi3ElAx5ab5rUwWfSf00XJ6fS4=",
        "sha256": "GU+p4S3Q3uXuvBuH+3vjHFkBklJnej9TP3pe4kEBGM8=",
        "sm3": "XCIQx+2ZyO9luVnDhO5sinKjBUUb8na0Jkjgi5VouBE=",
    }


def test_unreadable_input_is_exit_2_and_one_line(run: Callable[..., Result], tmp_path: Path) -> None:
    broken = tmp_path / "broken.xml"
    broken.write_bytes(b"<a>")
    absent = tmp_path / "absent.xml"
    for words in (
        ("digest", broken),
        ("digest", absent),
        ("verify", absent),
        ("verify", broken, "--at", "soon"),
        ("sign", broken, "--key", absent, "--cert", absent),
        ("keys", "../x", "--folder", tmp_path),
    ):
        done = run(*words)
        assert (done.exit_code, done.stdout) == (2, "")
        assert done.stderr.count("\n") == 1


def test_a_verdict_depends_on_the_moment(run: Callable[..., Result], message: Path, tmp_path: Path) -> None:
    issued = json.loads(run("keys", "A1", "--folder", tmp_path, "--kind", "sm2", "--json").output)
    out = tmp_path / "signed.xml"
    run("sign", message, "--key", issued["key"], "--cert", issued["cert"], "-o", out)
    assert run("verify", out).exit_code == 0
    assert "signature.expired" in run("verify", out, "--at", "2099-01-01").output
    assert "signature.not_yet_valid" in run("verify", out, "--at", "2001-01-01T00:00:00+08:00").output
    assert "signature.algorithm" in run("verify", out, "--edition", "2018").output
