"""The zone's clock moves forward only, and only in a demonstration."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db
START = datetime(2021, 11, 10, 15, 0, tzinfo=UTC)


@pytest.fixture
def demo() -> None:
    with scope(PLATFORM):
        clock.found(demo=True, start=START)


def test_before_the_zone_is_founded_zone_time_is_wall_time() -> None:
    assert abs(clock.now() - clock.wall()) < timedelta(seconds=5)
    assert not clock.is_demo()


def test_a_demonstration_starts_at_its_day_in_shanghai(demo: None) -> None:
    assert timedelta() <= clock.now() - START < timedelta(minutes=1)
    assert clock.today().isoformat() == "2021-11-10"
    assert clock.now().utcoffset() == timedelta(hours=8)


def test_advancing_is_seen_at_once_and_audited(demo: None) -> None:
    with scope(PLATFORM):
        clock.advance(by=timedelta(hours=2), reason="to Double 11")
        assert clock.today().isoformat() == "2021-11-11"
        clock.advance(to=datetime(2021, 12, 1, tzinfo=UTC), reason="month end")
        assert clock.today().isoformat() == "2021-12-01"
        assert [line["reason"] for line in audit.trail("clock", 1)][:2] == ["month end", "to Double 11"]


@pytest.mark.parametrize("year", [2121, 2212, 9999])
def test_a_mistyped_year_is_refused_because_it_could_never_be_taken_back(demo: None, year: int) -> None:
    with scope(PLATFORM):
        before = clock.now()
        with pytest.raises(Refused, match=r"kernel\.clock\.far"):
            clock.advance(to=datetime(year, 12, 31, tzinfo=UTC), reason="typed in haste")
        with pytest.raises(Refused, match=r"kernel\.clock\.far"):
            clock.advance(by=timedelta(days=365 * 200), reason="a long step")
        assert clock.now() - before < timedelta(minutes=1)
        clock.advance(to=clock.wall() + timedelta(days=365), reason="next year's rules")


def test_the_last_day_the_refusal_names_may_be_reached_to_its_end(demo: None, monkeypatch: pytest.MonkeyPatch) -> None:
    morning = clock.wall().astimezone(SHANGHAI).replace(hour=9)
    monkeypatch.setattr(clock, "wall", lambda: morning)
    evening = (morning + clock.FARTHEST).replace(hour=23, minute=59)
    with scope(PLATFORM):
        with pytest.raises(Refused, match=f"{evening:%Y-%m-%d}"):
            clock.advance(to=evening + timedelta(minutes=1), reason="the day after")
        clock.advance(to=evening, reason="the last evening")


@pytest.mark.parametrize(
    "move",
    [
        {"by": timedelta(hours=-1)},
        {"by": timedelta()},
        {"to": START - timedelta(days=1)},
        {"to": datetime(2022, 1, 1)},  # noqa: DTZ001 (a naive time is what is refused)
        {},
        {"by": timedelta(1), "to": START},
    ],
)
def test_it_never_goes_back_and_asks_for_one_target(demo: None, move: dict[str, Any]) -> None:
    with scope(PLATFORM), pytest.raises(Refused):
        clock.advance(**move, reason="try")


def test_the_database_itself_refuses_to_go_back(demo: None) -> None:
    with scope(PLATFORM), pytest.raises(DatabaseError, match="backwards"), transaction.atomic():
        connection.cursor().execute("UPDATE kernel_clock SET zone_at = zone_at - interval '1 day'")


def test_a_real_zone_stays_real() -> None:
    with scope(PLATFORM):
        assert clock.found(demo=False)
        assert not clock.found(demo=False)
        with pytest.raises(Refused, match="kernel.clock.real"):
            clock.advance(by=timedelta(1), reason="x")
        with pytest.raises(Refused, match="kernel.clock.founded"):
            clock.found(demo=True)
        with pytest.raises(DatabaseError, match="founded"), transaction.atomic():
            connection.cursor().execute("UPDATE kernel_clock SET demo = true")


def test_a_firm_may_not_move_it(demo: None) -> None:
    with scope(Actor(kind="enterprise", organisation=1)), pytest.raises(Denied):
        clock.advance(by=timedelta(1), reason="x")


def test_a_stopped_clock_stands_and_a_fast_one_runs(demo: None) -> None:
    with scope(PLATFORM):
        clock.pace(0, reason="stand")
        assert clock.now() == clock.now()
        clock.pace(86400, reason="run")
        assert clock.read().rate == 86400
        assert clock.now() < clock.now()


def test_a_raw_connection_reads_it_too(flood_connect: Callable[[], psycopg.Connection[Any]]) -> None:
    assert abs(clock.read(flood_connect()).now() - clock.wall()) < timedelta(seconds=5)


def test_the_database_and_python_agree_on_zone_time(demo: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pz_now()")
        assert abs(cursor.fetchone()[0] - clock.now()) < timedelta(seconds=5)
