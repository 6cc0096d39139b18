"""`pilotzone example`: what it prints works from where the user stands, and what only looks leaves no folder behind."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from pilotzone.exchange import signing
from pilotzone.kernel import clock
from pilotzone.pipeline.tests.papers import Bench
from pilotzone.portal.cli import main
from pilotzone.portal.commands import example

ROOT = Path(__file__).resolve().parents[5]
SENDERS = ("3601900001", "3601900011", "3601900021", "3601900031")
TOUR = {"README.md": "3. **Send.**", "README.zh-CN.md": "3. **提交**"}


@pytest.fixture
def stand(standing_zone: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user's folder with the zone's state in its ./var, which no setting names."""
    standing_zone.set_clock(datetime(2021, 3, 1, 12, tzinfo=UTC))
    standing_zone.connection.commit()
    clock.forget()
    monkeypatch.setenv("PILOTZONE_DB_NAME", standing_zone.connection.info.dbname)
    monkeypatch.setattr("django.setup", lambda: None)
    here, wall = tmp_path / "a user's folder", datetime.now(UTC)
    authority = signing.DemoAuthority(here / "var" / "demo" / "keys", at=wall)
    for code in SENDERS:
        authority.issue(code, "合成", "rsa", at=wall)
    monkeypatch.chdir(here)
    monkeypatch.delenv("PILOTZONE_HOME")
    return here


def printed(*words: str) -> list[list[str]]:
    """The words of each line printed, comments left out, as a shell reads them."""
    done = CliRunner().invoke(example.command, words)
    assert done.exit_code == 0, done.output
    read = [shlex.split(line, comments=True) for line in done.stdout.splitlines()]
    return [words for words in read if words]


def taken(words: list[str]) -> None:
    """The command line takes these words; a word it does not take ends the test."""
    assert words[0] == "pilotzone"
    command = main.get_command(click.Context(main), words[1])
    assert command is not None, words
    command.make_context(words[1], words[2:])


@pytest.mark.parametrize("folder", ["", "elsewhere/it", "../beside"])
def test_the_lines_work_from_where_the_user_stands(stand: Path, folder: str) -> None:
    lines = printed(*(["--folder", folder] if folder else []))
    assert [words[1] for words in lines] == ["sign", "check", "submit"] * 4 + ["track"]
    for words in lines:
        taken(words)
        if words[1] in ("sign", "check"):
            done = CliRunner().invoke(main, words[1:])
            assert done.exit_code == 0, done.output
        elif words[1] == "submit":
            assert Path(words[2]).is_file()
    assert folder or all(not Path(word).is_absolute() for words in lines for word in words)


@pytest.mark.parametrize("file", TOUR)
def test_the_tours_third_step_is_made_of_words_the_command_line_takes(file: str) -> None:
    step = next(line for line in (ROOT / file).read_text(encoding="utf-8").split("\n\n") if TOUR[file] in line)
    step = step[step.index(TOUR[file]) :]
    told = [words for words in step.split("`")[1::2] if words.startswith("pilotzone ")]
    assert told
    for line in told:
        taken(shlex.split(line))


@pytest.mark.parametrize(
    ("words", "code"),
    [(("track", "S1"), 2), (("example",), 2), (("simulate", "list"), 2), (("reconcile",), 2), (("storage",), 2), (("plan", "show"), 0),
     (("services", "list"), 0)],
)  # fmt: skip
def test_what_only_looks_makes_no_state_folder(words: tuple[str, ...], code: int, tmp_path: Path) -> None:
    settings = {
        name: value for name, value in os.environ.items() if not name.startswith(("PILOTZONE", "DJANGO", "DATABASE"))
    }
    done = subprocess.run(
        [sys.executable, "-c", "from pilotzone.portal.cli import main; main()", *words],
        cwd=tmp_path, env=settings, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert list(tmp_path.iterdir()) == []
    assert code == 0 or str(tmp_path / "var") in done.stderr
