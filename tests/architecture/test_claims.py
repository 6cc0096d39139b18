"""Rows claimed from a queue are chosen once.

`UPDATE … FROM (SELECT … LIMIT n FOR UPDATE SKIP LOCKED)` may be planned as a nested loop that makes the choice again for
every row of the table: more than n rows are claimed then. A materialized choice is made once.
"""

from __future__ import annotations

import re

import pytest

from tests.architecture.house import name, texts, working_modules

pytestmark = pytest.mark.xdist_group("house")  # the files of the package are read and parsed once

INSIDE = re.compile(r"(?<!MATERIALIZED )\(\s*SELECT\b[^()]*(\([^()]*\)[^()]*)*\bSKIP\s+LOCKED\b", re.IGNORECASE)


def bare(sql: str) -> bool:
    """Whether the statement chooses rows to lock in a part of itself that may run more than once."""
    return bool(INSIDE.search(" ".join(sql.split())))


def test_no_statement_chooses_what_to_claim_more_than_once() -> None:
    assert [f"{name(path)}:{line}" for path in working_modules() for sql, line in texts(path) if bare(sql)] == []


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("UPDATE t SET a = 1 FROM (SELECT id FROM t WHERE due <= now() LIMIT 1 FOR UPDATE SKIP LOCKED) n", True),
        ("DELETE FROM t WHERE id IN (SELECT id FROM t LIMIT 5\n FOR UPDATE SKIP LOCKED) RETURNING id", True),
        ("WITH n AS (SELECT id FROM t LIMIT 1 FOR UPDATE SKIP LOCKED) UPDATE t SET a = 1 FROM n", True),
        ("WITH n AS MATERIALIZED (SELECT id FROM t LIMIT 1 FOR UPDATE SKIP LOCKED) UPDATE t SET a = 1 FROM n", False),
        ("SELECT id FROM t WHERE id IN (SELECT id FROM u) LIMIT 1 FOR UPDATE SKIP LOCKED", False),
    ],
)
def test_a_bare_choice_is_seen(sql: str, found: bool) -> None:
    assert bare(sql) is found
