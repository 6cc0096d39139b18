"""Two at one moment: who publishes second sees what the first published; a demonstration's round keeps out of everybody's way."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, connection, connections
from psycopg.errors import LockNotAvailable

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock, paper_key
from pilotzone.kernel.access.actor import NOBODY, PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests.counting import facts
from pilotzone.rooms.statistics.tests.test_published_links import BAG, one_firm_leads, sold
from pilotzone.rooms.statistics.tests.test_releases import CUSTOMS, NOW, STATISTICIAN, one_of, published

PATIENCE_S = 60


@pytest.fixture
def committed(
    fresh_database: Callable[[str], str], django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[None]:  # fmt: skip
    """September to November 2021 in a database of its own, where everything is committed and threads see it."""
    name = fresh_database("pz_publishing_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    connections.close_all()
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", name)
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    paper_key.forget()
    with django_db_blocker.unblock():
        with scope(PLATFORM):
            lists = [sold(m * 1000 + f, f, m, BAG, 20 + m, 3) for m in (9, 10, 11) for f in range(1, 9)]
            replace([one.trade for one in lists], facts(*lists))
            api.announce(date(2021, 12, 25))
            for month in (9, 10):
                published(one_of(month=date(2021, month, 1)))
        yield
        connections.close_all()
    paper_key.forget()


def compiled(number: int) -> None:
    with scope(STATISTICIAN):
        api.compute(number, at=NOW)
    with scope(CUSTOMS):
        api.consent(number, text="南昌海关同意（合成）", at=NOW)


def test_an_index_waits_for_the_vintage_of_the_month_before_that_is_being_published(committed: None) -> None:
    with scope(PLATFORM):
        index, hiding = one_of(), one_of("revised", date(2021, 10, 1))
    compiled(index.pk)
    with scope(PLATFORM):
        one_firm_leads(10)
    compiled(hiding.pk)
    told, end = threading.Event(), threading.Event()

    def publish_hiding() -> None:
        try:
            with scope(STATISTICIAN):
                api.publish(hiding.pk, at=NOW, on=hiding.due_on)
                told.set()
                assert end.wait(PATIENCE_S)
        finally:
            told.set()
            connections.close_all()

    other = threading.Thread(target=publish_hiding, daemon=True)
    other.start()
    try:
        assert told.wait(PATIENCE_S)
        with pytest.raises(OperationalError) as waited, scope(STATISTICIAN):
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '50ms'")
            api.publish(index.pk, at=NOW, on=index.due_on)
        assert isinstance(waited.value.__cause__, LockNotAvailable)
    finally:
        end.set()
        other.join(PATIENCE_S)
    with scope(STATISTICIAN), pytest.raises(Refused) as refused:
        api.publish(index.pk, at=NOW, on=index.due_on)
    assert refused.value.code == "statistics.release.base" and "2021-10" in str(refused.value)


@pytest.fixture
def demonstrated(committed: None, monkeypatch: pytest.MonkeyPatch) -> int:
    """The release a demonstration's next round would publish: September's revised figures."""
    monkeypatch.setattr(clock, "is_demo", lambda: True)
    with scope(PLATFORM):
        return one_of("revised", date(2021, 9, 1)).pk


def round_of_the_demonstration() -> None:
    """One round that would rather fail than wait for a lock."""
    with scope(PLATFORM):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        api.tick(NOW, date(2021, 12, 25))


def state_of(number: int) -> str:
    with scope(NOBODY):
        return str(api.release(number).state)


def test_the_round_of_a_demonstration_takes_no_row_while_somebody_publishes(demonstrated: int) -> None:
    with held("SELECT pg_advisory_xact_lock(hashtextextended('statistics.publish', 0))"):
        round_of_the_demonstration()
    assert state_of(demonstrated) == "announced"
    round_of_the_demonstration()
    assert state_of(demonstrated) == "published"
    with scope(STATISTICIAN), pytest.raises(Refused) as refused:
        api.publish(demonstrated, at=NOW, on=NOW.date())
    assert refused.value.code == "statistics.release.state", "who comes second is told"


def test_the_round_of_a_demonstration_passes_over_a_release_somebody_is_compiling(demonstrated: int) -> None:
    with held(f"SELECT 1 FROM statistics_release WHERE id = {demonstrated} FOR UPDATE"):
        round_of_the_demonstration()
    assert state_of(demonstrated) == "announced"
    assert state_of(one_in_october()) == "published"


@pytest.mark.parametrize("hand", ["compiled", "consented"])
def test_the_round_of_a_demonstration_leaves_what_a_person_took_in_hand(demonstrated: int, hand: str) -> None:
    if hand == "compiled":
        with scope(STATISTICIAN):
            api.compute(demonstrated, at=NOW)
    else:
        with scope(CUSTOMS):
            api.consent(demonstrated, text="南昌海关同意（合成）", at=NOW)
    for _ in range(4):
        round_of_the_demonstration()
    with scope(NOBODY):
        mine = api.release(demonstrated)
    assert mine.state != "published" and "演示区" not in mine.consent
    assert state_of(one_in_october()) == state_of(one_in_november()) == "published", "the other months go on"


def one_in_october() -> int:
    with scope(PLATFORM):
        return one_of("revised", date(2021, 10, 1)).pk


def one_in_november() -> int:
    with scope(PLATFORM):
        return one_of().pk


@contextmanager
def held(lock: str) -> Iterator[None]:
    """A lock another transaction holds meanwhile."""
    taken, end = threading.Event(), threading.Event()

    def hold() -> None:
        try:
            with scope(PLATFORM), connection.cursor() as cursor:
                cursor.execute(lock)
                taken.set()
                assert end.wait(PATIENCE_S)
        finally:
            taken.set()
            connections.close_all()

    other = threading.Thread(target=hold, daemon=True)
    other.start()
    try:
        assert taken.wait(PATIENCE_S)
        yield
    finally:
        end.set()
        other.join(PATIENCE_S)
