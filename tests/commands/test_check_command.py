"""pilotzone check, schema and template as promised in the interfaces."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest
from click.testing import CliRunner
from lxml import etree

from pilotzone.exchange.formats.envelope import DxpMsg, wrap
from pilotzone.exchange.formats.tests.making import made, signed
from pilotzone.portal.commands import check, schema, template

DRAFT = made("CEB312")
BROKEN = DRAFT.replace(b"<ceb:returnStatus>2<", b"<ceb:returnStatus>12345678901<")


@pytest.fixture
def files(tmp_path):
    (tmp_path / "good.xml").write_bytes(DRAFT)
    (tmp_path / "bad.xml").write_bytes(BROKEN)
    return tmp_path


def run(*words: object, stdin: bytes | None = None, command=check.command):
    return CliRunner().invoke(command, [str(word) for word in words], input=stdin)


def test_an_accepted_file_is_one_line_and_exit_0(files):
    result = run(files / "good.xml", "--json", "--edition", "2018", "--on", "2020-05-10")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told == {
        "file": str(files / "good.xml"),
        "message": "CEB312Message",
        "documents": 1,
        "accepted": True,
        "edition": "2018",
        "errors": [],
        "warnings": [],
    }


def test_a_refused_file_is_exit_1_with_all_that_was_promised(files):
    result = run(files / "good.xml", files / "bad.xml", "--json", "--on", "2020-05-10")
    assert result.exit_code == 1
    good, bad = (json.loads(line) for line in result.stdout.splitlines())
    assert good["accepted"] and not bad["accepted"]
    (error,) = bad["errors"]
    assert list(error) == ["code", "path", "line", "text_zh", "text_en", "source"]
    assert error["code"] == "format.too_long"
    assert error["path"] == "/CEB312Message/OrderReturn[1]/returnStatus"
    assert "回执状态" in error["text_zh"] and "CEB312" in error["source"]


def test_a_wrong_subscription_is_a_warning_and_refuses_nothing(tmp_path):
    line = {"status": "every", "dxpMode": "DXP", "dxpAddress": "DXPENT0000099999"}
    (tmp_path / "copy.xml").write_bytes(made("CEB311", subscribes=[line]))
    result = run(tmp_path / "copy.xml", "--json", "--on", "2020-05-10", "--no-signatures")
    told = json.loads(result.stdout)
    assert (result.exit_code, told["accepted"], told["errors"]) == (0, True, [])
    assert [one["code"] for one in told["warnings"]] == ["code.subscribe_status"]
    plain = run(tmp_path / "copy.xml", "--on", "2020-05-10", "--no-signatures").stdout
    assert "通过 accepted" in plain and "code.subscribe_status" in plain and "警告 warning" in plain


def test_an_unreadable_file_is_exit_2_and_the_others_are_still_judged(files):
    result = run(files / "gone.xml", files / "bad.xml", files / "good.xml", "--json", "--on", "2020-05-10")
    assert result.exit_code == 2
    assert len(result.stdout.splitlines()) == 2
    assert len(result.stderr.splitlines()) == 1 and "gone.xml" in result.stderr


def test_a_folder_and_standard_input_are_taken(files):
    assert len(run(files, "--json", "--on", "2020-05-10").stdout.splitlines()) == 2
    result = run("-", "--json", "--on", "2020-05-10", stdin=DRAFT)
    assert json.loads(result.stdout)["file"] == "-"
    assert result.exit_code == 0


@pytest.mark.parametrize("words", [[], ["x.xml", "--edition", "1999"], ["x.xml", "--on", "yesterday"]])
def test_bad_usage_is_exit_2(words):
    assert run(*words).exit_code == 2


def test_an_envelope_is_opened(files):
    message = DxpMsg(
        "1", "DXPENT0000000001", ["DXPEDCCEB0000002"], datetime(2020, 5, 1, tzinfo=UTC), "CEB312Message", DRAFT
    )
    (files / "dxp.xml").write_bytes(wrap(message))
    told = json.loads(run(files / "dxp.xml", "--json", "--on", "2020-05-10").stdout)
    assert (told["message"], told["accepted"]) == ("CEB312Message", True)
    (files / "dxp.xml").write_bytes(wrap(message).replace(b"</Data>", b"*</Data>").replace(b":Data>", b":Data>*"))
    told = json.loads(run(files / "dxp.xml", "--json", "--on", "2020-05-10").stdout)
    assert told["errors"][0]["code"].startswith("format.")


def test_a_signature_that_proves_nothing_is_a_signature_finding(files):
    (files / "signed.xml").write_bytes(signed(made("CEB411", sign=False)))
    told = json.loads(run(files / "signed.xml", "--json", "--edition", "2018", "--on", "2020-05-10").stdout)
    assert [error["code"].partition(".")[0] for error in told["errors"]] == ["signature"]
    assert told["errors"][0]["path"] == "/CEB411Message/Signature"
    at = (files / "signed.xml").read_bytes().splitlines()[told["errors"][0]["line"] - 1]
    assert told["errors"][0]["line"] > 0 and b"Signature" in at
    result = run(files / "signed.xml", "--json", "--edition", "2018", "--on", "2020-05-10", "--no-signatures")
    assert result.exit_code == 0


def test_without_json_people_read_both_languages(files):
    result = run(files / "bad.xml", "--on", "2020-05-10")
    assert "不通过" in result.stdout and "at most 10 characters" in result.stdout


def test_check_needs_no_django(files):
    code = (
        "import sys; from pilotzone.portal.cli import main\n"
        "try: main()\n"
        "except SystemExit as end: assert end.code == 0, end.code\n"
        "assert 'django' not in sys.modules"
    )
    words = [sys.executable, "-c", code, "check", str(files / "good.xml"), "--on", "2020-05-10"]
    done = subprocess.run(words, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 0, done.stderr


def test_schema_prints_an_xsd_that_judges_on_the_spot(tmp_path):
    result = run("CEB311Message", "--edition", "2018", command=schema.command)
    assert result.exit_code == 0
    judge = etree.XMLSchema(etree.fromstring(result.stdout.encode()))
    assert judge.validate(etree.fromstring(made("CEB311")))
    assert 'schemaLocation="xmldsig.xsd"' in run("311", "--portable", command=schema.command).stdout
    assert "SignedInfo" in run("xmldsig", command=schema.command).stdout
    assert len(run("--list", command=schema.command).stdout.splitlines()) == 42
    assert run("CEB213", command=schema.command).exit_code == 0  # its oldest edition is 2022
    assert run("CEB213", "--edition", "2018", command=schema.command).exit_code == 2
    assert run("CEB999", command=schema.command).exit_code == 2
    assert run(command=schema.command).exit_code == 2


def test_template_writes_a_workbook(tmp_path):
    result = run("311", "--on", "2020-05-10", "--out", tmp_path / "order.xlsx", command=template.command)
    assert result.exit_code == 0
    assert (tmp_path / "order.xlsx").read_bytes()[:2] == b"PK"
    assert run("311", "--out", tmp_path / "no" / "x.xlsx", command=template.command).exit_code == 2
    assert run("999", "--out", tmp_path / "x.xlsx", command=template.command).exit_code == 2


def test_a_folder_without_messages_is_not_passed_over_in_silence(tmp_path):
    result = run(tmp_path)
    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
