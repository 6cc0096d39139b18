"""A wrong setting is told by its name, in both languages, before anything starts; never with a traceback or a password."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from click.testing import CliRunner

from pilotzone.portal.commands.up import command
from pilotzone.portal.processes import diagnosis, premises
from pilotzone.portal.processes.journal import Journal


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*premises.NUMBERS, "DATABASE_URL"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("mysql://u:secret@db/zone", "postgresql://"),
        ("garbage secret", "postgresql://"),
        ("postgresql://u:secret@db/", "names no database"),
        ("postgresql://u:secret@db:port/zone", "malformed"),
        ("postgresql://u:secret@[db/zone", "malformed"),
        ("postgresql://u:secret%zz@db/zone", "percent sign"),
        ("postgresql://u:secret@db/zone?sslmod=require", "parameter"),
    ],
)
def test_a_database_url_of_no_use_is_told_without_its_password(
    monkeypatch: pytest.MonkeyPatch, url: str, why: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    ((zh, en),) = premises.faults()
    assert why in en and "DATABASE_URL" in zh
    assert "secret" not in zh + en
    assert [one.code for one in diagnosis.findings()] == ["doctor.setting_wrong"]


@pytest.mark.parametrize("url", ["postgresql:///zone", "postgres://u:p%40@db:5433/zone?sslmode=require", ""])
def test_a_database_url_of_use_is_not_complained_about(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("DATABASE_URL", url)
    assert list(premises.faults()) == []


@pytest.mark.parametrize("told", ["abc", "0", "65536", "-1", "８０８０", "1.5"])
def test_a_port_that_is_none_stops_the_launcher_with_its_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: str
) -> None:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    monkeypatch.setenv("PILOTZONE_INTAKE_PORT", told)
    done = CliRunner().invoke(command, [])
    assert isinstance(done.exception, SystemExit), done.exception
    assert "PILOTZONE_INTAKE_PORT" in str(done.exception.code)
    assert not os.listdir(tmp_path), "nothing was made"


def test_each_port_says_what_moves_it(monkeypatch: pytest.MonkeyPatch) -> None:
    assert premises.ports(8000) == {8000: "--port N", 8001: "--port N", 8002: "--port N"}
    monkeypatch.setenv("PILOTZONE_COUNTERPART_PORT", "9000")
    assert premises.ports(8000) == {8000: "--port N", 8001: "--port N", 9000: "PILOTZONE_COUNTERPART_PORT"}


def test_the_last_words_of_a_process_are_sentences_not_only_a_code(tmp_path: Path) -> None:
    journal = Journal(tmp_path, "prepare")
    journal.feed('{"event": "prepare.refused", "code": "x", "zh": "不能更改。", "en": "It stays so."}\n'.encode())
    journal.feed(b"Traceback: plain words\n")
    journal.close()
    assert journal.tail == ["prepare.refused · 不能更改。 · It stays so.", "Traceback: plain words"]
