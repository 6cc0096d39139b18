"""What a profile leaves out: threads that wait, however py-spy names the function they wait in."""

from __future__ import annotations

import pytest

from pilotzone.portal.bench.profile import flat, waits


@pytest.mark.parametrize(
    ("frame", "is_wait"),
    [
        ("wait (threading.py:295)", True),
        ("Condition.wait (threading.py:295)", True),
        ("EpollSelector.select (/usr/lib/python3.11/selectors.py:451)", True),
        ("_worker (concurrent/futures/thread.py:69)", True),
        ("sleep (anywhere.py:1)", True),
        ("Connection.wait (psycopg/connection.py:479)", False),
        ("Writer._run (pilotzone/pipeline/intake/writer.py:140)", False),
    ],
)
def test_a_wait_is_known_by_its_function_and_file(frame: str, is_wait: bool) -> None:
    assert waits(frame) is is_wait


def test_shares_are_of_what_was_done() -> None:
    lines = [
        "main (a.py:1);Condition.wait (threading.py:295) 90",
        "main (a.py:1);work (a.py:5) 6",
        "main (a.py:1);work (a.py:5);part (b.py:2) 4",
        "not a sample",
    ]
    assert flat(lines) == [("work (a.py:5)", 0.6, 1.0), ("part (b.py:2)", 0.4, 0.4)]
