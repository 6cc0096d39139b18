"""What the first step says when the database refuses, and when it waits for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest
from django.db import DatabaseError, OperationalError, connection
from structlog.testing import capture_logs

from pilotzone.portal.processes import database, prepare

# SQLSTATE to whether the same may pass a little later
STATES = {
    "57P03": True,  # the server begins
    "57P01": True,  # the server ends
    "08006": True,
    "53300": True,  # too many connections
    "40P01": True,  # deadlock
    "55P03": True,  # lock not available
    "55P04": False,  # unsafe use of a new word of an enumeration: what psycopg calls operational
    "58P01": False,  # an extension's file is missing
    "57014": False,  # a statement took longer than the server lets it
    "42501": False,  # permission denied
    "0A000": False,
}


@pytest.mark.parametrize(("state", "passes"), STATES.items())
def test_only_a_server_that_is_away_or_busy_is_waited_for(state: str, passes: bool) -> None:
    bare = psycopg.errors.lookup(state)("told")
    assert prepare.passing(bare) is passes
    wrapped = OperationalError("told")
    wrapped.__cause__ = bare
    assert prepare.passing(wrapped) is passes


def test_who_is_not_reached_is_waited_for() -> None:
    with pytest.raises(psycopg.OperationalError) as failure:
        psycopg.connect("host=127.0.0.1 port=9 connect_timeout=2")
    assert prepare.passing(failure.value)
    assert prepare.passing(psycopg.InterfaceError("the connection is closed"))
    assert not prepare.passing(psycopg.ProgrammingError("the query has 1 placeholder"))


def told_of(step: Callable[[], None], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    monkeypatch.setattr(prepare, "bring_up_to_date", step)
    with capture_logs() as lines:
        assert prepare.main(["--real"]) == 1
    (line,) = lines
    return dict(line)


@pytest.mark.django_db
def test_what_the_server_refuses_is_told_at_once_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def step() -> None:
        with connection.cursor() as cursor:
            cursor.execute("CREATE TYPE colour AS ENUM ()")
            cursor.execute("CREATE EXTENSION no_such_thing")

    told = told_of(step, monkeypatch)
    assert told["event"] == "prepare.sql"
    assert "42501" in told["zh"] and "42501" in told["en"], "the role of pages makes nothing"
    assert "permission denied" in told["zh"] and "permission denied" in told["en"] and "test_prepare.py:" in told["at"]
    assert "cannot be reached" not in str(told)


@pytest.mark.django_db
def test_no_word_of_a_row_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def step() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 'private'::int")

    told = told_of(step, monkeypatch)
    assert "22P02" in told["en"] and "private" not in str(told)


def test_a_server_that_stays_away_is_told_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepare, "PATIENCE_S", 0.05)
    monkeypatch.setattr(prepare, "PAUSE_S", 0.01)

    def step() -> None:
        raise OperationalError('database "zone" does not exist')

    told = told_of(step, monkeypatch)
    assert told["event"] == "prepare.database" and 'database "zone" does not exist' in told["en"]
    assert "pilotzone doctor" in told["zh"] and "pilotzone doctor" in told["en"]


def test_a_server_older_than_the_floor_is_refused_by_name(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "FLOOR", 99)
    told = told_of(lambda: database.check_version(server.dsn()), monkeypatch)
    assert told["event"] == "prepare.refused" and told["code"] == "prepare.version"
    assert "99" in told["zh"] and "99" in told["en"]


def test_a_failure_without_a_state_is_no_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    def step() -> None:
        raise DatabaseError("save() did not affect any rows")

    assert "did not affect any rows" in told_of(step, monkeypatch)["zh"]
