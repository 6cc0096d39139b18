"""`pilotzone paper` with no server: what it says of a whole, a changed, a foreign and an unreadable file."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pilotzone.kernel import paper_key
from pilotzone.portal.cli import main
from pilotzone.ui.paper import seal
from pilotzone.ui.paper.tests.test_seal import DRAWN, PAPER


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    paper_key.forget()
    path = tmp_path / "paper.pdf"
    path.write_bytes(seal.sealed(DRAWN, [PAPER]))
    yield path
    paper_key.forget()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["paper", *map(str, arguments)])


def test_a_whole_file_is_told_with_its_papers(file: Path) -> None:
    told = run("verify", file)
    assert told.exit_code == 0 and "SD20210104000001" in told.output and "98.00" not in told.output
    assert "98.00" in run("verify", file, "--content").output
    key = run("key").output.strip()
    assert len(base64.b64decode(key)) == 32 and run("verify", file, "--key", key).exit_code == 0
    assert (file.parent / "secrets" / "paper").stat().st_mode & 0o077 == 0


def test_a_machine_without_a_zone_is_asked_for_the_key(
    file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = run("key").output.strip()
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path / "elsewhere"))
    paper_key.forget()
    told = run("verify", file)
    assert told.exit_code == 2 and "--key" in told.output and not (tmp_path / "elsewhere").exists()
    assert run("verify", file, "--key", key).exit_code == 0 and not (tmp_path / "elsewhere").exists()


def test_a_changed_byte_is_named(file: Path) -> None:
    bytes_ = bytearray(file.read_bytes())
    bytes_[700] ^= 4
    file.write_bytes(bytes(bytes_))
    told = run("verify", file, "--json")
    found = json.loads(told.output)
    assert told.exit_code == 1 and found["state"] == "changed"
    assert found["changes"] == [{"first": 700, "last": 700, "was": bytes_[700] ^ 4, "now": bytes_[700]}]


def test_strange_files_and_keys_are_answered(file: Path, tmp_path: Path) -> None:
    foreign = run("verify", file, "--key", base64.b64encode(b"\1" * 32).decode())
    assert foreign.exit_code == 1 and "paper.foreign" in foreign.output
    bare = tmp_path / "bare.pdf"
    bare.write_bytes(DRAWN)
    assert "paper.unsealed" in run("verify", bare).output
    for key in ("x", "QUJD", "汉"):
        assert run("verify", file, "--key", key).exit_code == 2
    assert run("verify", tmp_path / "none.pdf").exit_code == 2
