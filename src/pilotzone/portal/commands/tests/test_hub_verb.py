"""`pilotzone hub`: the log goes out and is verified by its own script, tokens and peers are made, bundles go round."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pilotzone.exchange.hub import clients, federation, log
from pilotzone.exchange.signing import packages
from pilotzone.exchange.signing.certificates import to_pem
from pilotzone.exchange.tests.hub import granted
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.commands.hub import command

pytestmark = pytest.mark.django_db


def run(*words: Any) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words], catch_exceptions=False)


def test_the_log_goes_out_and_its_script_verifies_it(tmp_path: Path) -> None:
    granted()
    today = clock.today().isoformat()
    told = run("export", "--from", today, "--to", today, "--out", tmp_path, "--json")
    assert told.exit_code == 0, told.output
    facts = json.loads(told.stdout)
    assert facts["entries"] == 3
    words = [sys.executable, "-I", "verifier.py", Path(facts["bundle"]).name, "--fingerprint", facts["fingerprint"]]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout
    assert run("check").stdout == "the chain holds\n"
    assert run("export", "--from", "2001-01-01", "--to", "2001-01-02", "--out", tmp_path).exit_code == 1


def test_a_token_is_printed_once_and_a_wrong_one_is_refused_in_a_line(tmp_path: Path) -> None:
    told = run("token", "--unit", "zone.tax", "--label", "合成", "--push", "https://tax.example/in")
    assert told.stdout.startswith("pzd_")
    with scope(PLATFORM):
        (client,) = clients.clients()
    assert client["push_url"] == "https://tax.example/in" and not client["signs"]
    wrong = run("token", "--unit", "tax", "--label", "合成")
    assert wrong.exit_code == 1 and wrong.stderr.startswith("hub.input")
    (tmp_path / "no.pem").write_text("no")
    assert run("token", "--unit", "zone.tax", "--label", "x", "--certificate", tmp_path / "no.pem").exit_code == 1


@pytest.mark.parametrize(
    "words",
    [("check",), ("export", "--from", "2021-01-01", "--to", "2021-01-02"), ("token", "--unit", "zone.tax", "--label", "x"), ("peer", "list"), ("peer", "show", "x"), ("peer", "end", "x"),
     ("peer", "add", "x", "--own", "y", "--name", "z", "--certificate", "here"), ("bundle", "out", "x", "--out", "b"),
     ("bundle", "in", "here")],
)  # fmt: skip
def test_an_operator_types_it_in_a_shell(words: tuple[str, ...], tmp_path: Path) -> None:
    """Nothing has set up Django before. There is no database in this folder: that far it comes."""
    (tmp_path / "here").write_text("nothing")
    ours = ("DATABASE_URL", "DJANGO_SETTINGS_MODULE", "PILOTZONE_", "PG")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    done = subprocess.run(
        [sys.executable, "-c", "from pilotzone.portal.cli import main; main()", "hub", *words],
        env=environment | {"PILOTZONE_HOME": str(tmp_path)}, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (2, "") and "the database does not answer" in done.stderr, done.stderr[
        -500:
    ]
    assert "Traceback" not in done.stderr


def test_bundles_go_round_between_two_servers(tmp_path: Path) -> None:
    """One server plays both ends: it knows itself by two names."""
    (tmp_path / "zone.pem").write_bytes(to_pem(packages.own_signer().certificate))
    for code, own in (("city", "district"), ("district", "city")):
        made = run(
            "peer", "add", code, "--own", own, "--name", "合成", "--certificate", tmp_path / "zone.pem", "--resource", "samr.filing_counts"
        )  # fmt: skip
        assert made.exit_code == 0, made.output
    with scope(PLATFORM):
        federation.offer("district", "samr.filing_counts", {"青山湖区": [{"county": "青山湖区", "filed": "3"}]})
    file = tmp_path / "down.jsonl"
    assert run("bundle", "out", "district", "--out", file).exit_code == 0
    first, again = (json.loads(run("bundle", "in", file, "--json").stdout) for _ in range(2))
    assert (first["peer"], first["outcome"], again["outcome"], again["news"]) == ("city", "taken", "repeated", 0)
    peers = {one["code"]: one for one in map(json.loads, run("peer", "list", "--json").stdout.splitlines())}
    assert peers["city"]["reached"] == first["records"] == peers["district"]["said"]
    told = [json.loads(line) for line in run("peer", "show", "city").stdout.splitlines()]
    assert [one["rows"] for one in told if one["key"] == "青山湖区"] in ([[{"county": "青山湖区", "filed": "3"}]], [])
    assert len(told) == peers["city"]["kept"]
    file.write_bytes(file.read_bytes().replace(b"1", b"2", 1))
    spoilt = run("bundle", "in", file)
    assert spoilt.exit_code == 1 and spoilt.stderr.startswith("hub."), spoilt.stderr
    assert run("bundle", "out", "nobody", "--out", file).exit_code == 1
    assert run("peer", "end", "city").exit_code == 0 and run("peer", "end", "city").exit_code == 1
    with scope(PLATFORM):
        assert log.chain_up() > 0
