"""A real zone shows its first administrator the way in; a demonstration and a settled zone show nothing."""

from __future__ import annotations

import os
import signal
import subprocess
from pathlib import Path

import pytest
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.accounts import first, welcome
from pilotzone.portal.processes import member, records
from pilotzone.portal.processes.supervisor import Supervisor
from pilotzone.portal.processes.tests.test_supervisor import SLEEPER, python, until
from pilotzone.portal.processes.tree import Plan

URL = "http://127.0.0.1:8000/"


@pytest.mark.django_db
def test_the_link_is_printed_until_somebody_used_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert welcome.main(URL) == 0
    link = capsys.readouterr().out.strip()
    assert link.startswith(f"{URL}accounts/first/")
    assert Client().get(link.removeprefix(URL.rstrip("/"))).status_code == 200
    with scope(PLATFORM):
        person = Person.objects.get(username=welcome.NAME)
    first.settle(person, "a-long-passphrase-7")
    assert welcome.main(URL) == 0
    assert capsys.readouterr().out == ""


@pytest.mark.django_db
def test_a_name_taken_by_somebody_else_is_said_and_no_link_made(capsys: pytest.CaptureFixture[str]) -> None:
    with scope(PLATFORM):
        Person.objects.create_user(welcome.NAME, password="a-long-passphrase-7")
    assert welcome.main(URL) == 1
    told = capsys.readouterr()
    assert (told.out, "somebody else" in told.err) == ("", True)


def test_a_demonstration_invites_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: pytest.fail("a demonstration asked for a link"))
    assert welcome.link(Plan(tmp_path, demo=True)) == ""


def test_the_supervisor_calls_once_when_everything_runs(tmp_path: Path) -> None:
    pid = os.fork()
    if not pid:
        calls: list[str] = []
        rows = [python("one", SLEEPER), python("two", SLEEPER)]

        def ready() -> None:
            calls.append("x")
            (tmp_path / "calls").write_text("".join(calls))

        Supervisor(Plan(tmp_path), rows, lambda text: None, when_ready=ready).run()
        os._exit(0)
    try:
        until((tmp_path / "calls").exists)
        rows = records.read(records.tree_file(tmp_path))["processes"]
        assert {row["state"] for row in rows} == {member.READY}
        os.kill(rows[0]["pid"], signal.SIGKILL)
        first_pid = rows[0]["pid"]

        def again() -> bool:
            row = records.read(records.tree_file(tmp_path))["processes"][0]
            return row["pid"] not in (first_pid, None) and row["state"] == member.READY

        until(again)
        assert (tmp_path / "calls").read_text() == "x"
    finally:
        os.kill(pid, signal.SIGTERM)
        os.waitpid(pid, 0)
