"""Marked points: found by their statements, met in order, obeyed once."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from psycopg import sql

from pilotzone.portal.processes.marks import name_of


@pytest.mark.parametrize(
    ("query", "mark"),
    [
        ("\nINSERT INTO exchange_inbox (id) VALUES (1)", "insert exchange_inbox"),
        (b"UPDATE exchange_cursor c SET position = 1", "update exchange_cursor"),
        ("COPY clearance_key (hash) FROM STDIN", "copy clearance_key"),
        (sql.SQL("DELETE FROM {}").format(sql.Identifier("a_table")), "delete a_table"),
        ("SELECT 1", ""),
        ("WITH x AS (SELECT 1) SELECT 2", ""),
        ("WITH x AS (SELECT 1 FOR UPDATE) SELECT 2", ""),
        (
            "\nWITH t AS (SELECT 1), g AS (INSERT INTO exchange_inbox_group (a) VALUES (1)) SELECT 2",
            "insert exchange_inbox_group",
        ),
    ],
)
def test_a_mark_is_what_a_statement_writes(query: object, mark: str) -> None:
    assert name_of(query) == mark


SCRIPT = """
import sys
from pathlib import Path
from pilotzone.portal.processes.marks import Marks
marks = Marks(Path(sys.argv[1]), "worker")
marks.meet("before copy a")
marks.meet("after copy a")
print("lived")
"""


@pytest.mark.parametrize(
    ("order", "obeyed"),
    [
        ("0\nworker|after copy a", "worker|after copy a"),
        ("0\nworker|after copy a\nworker|before copy a", "worker|before copy a"),  # whichever is met first
        ("0\nintake|after copy a", ""),
        ("0\n", ""),
        ("half written", ""),
    ],
)
def test_the_process_an_order_means_dies_at_the_first_mark_it_meets(tmp_path: Path, order: str, obeyed: str) -> None:
    (tmp_path / "order").write_text(order)
    done = subprocess.run([sys.executable, "-c", SCRIPT, str(tmp_path)], capture_output=True, text=True, check=False)
    told = tmp_path / "obeyed"
    assert (done.returncode == 0, told.exists()) == (not obeyed, bool(obeyed)), done.stderr
    assert not obeyed or told.read_text() == obeyed
    met = ["worker|before copy a", "worker|after copy a"]
    assert (tmp_path / "seen").read_text().splitlines() == met[: 1 + met.index(obeyed) if obeyed else 2]


@pytest.mark.parametrize(
    ("first", "falls"),
    [
        ("worker|after copy a", ["worker|after copy a"]),
        ("worker|after copy \nworker|before copy", ["worker|before copy a", "worker|after copy a"]),
        ("intake|after copy a", []),
        ("", []),
    ],
)
def test_who_is_first_at_a_mark_meant_so_falls_and_nobody_after_it(
    tmp_path: Path, first: str, falls: list[str]
) -> None:
    (tmp_path / "fallen").mkdir()
    (tmp_path / "first").write_text(first)
    words = [sys.executable, "-c", SCRIPT, str(tmp_path)]
    done = [subprocess.run(words, capture_output=True, text=True, check=False) for _ in range(len(falls) + 1)]
    assert [one.returncode for one in done] == [-signal.SIGKILL] * len(falls) + [0], done[-1].stderr
    assert done[-1].stdout == "lived\n"
    assert sorted(one.name for one in (tmp_path / "fallen").iterdir()) == sorted(falls)
