"""Two at once on one case, on two real connections: one wins, the other is told, nothing is done twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections

from pilotzone.base.errors import Problem
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.services import api
from pilotzone.rooms.services.models import Move, Notice
from pilotzone.rooms.services.tests.offices import Cast, Day, handed_in

PATIENCE_S = 60


@pytest.fixture
def committed(
    fresh_database: Callable[[str], str], django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Cast]:
    """A cast in a database of its own, where everything is committed and threads see it."""
    name = fresh_database("pz_cases_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    connections.close_all()
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", name)
    Day(monkeypatch)
    with django_db_blocker.unblock():
        with scope(PLATFORM):
            load_units()
        yield Cast()
        connections.close_all()


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What became of each: done, or the code it was told."""
    gate, told = threading.Barrier(len(acts), timeout=PATIENCE_S), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait()
            act()
            told[place] = "done"
        except Problem as problem:
            told[place] = problem.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)
    return told


def test_one_of_two_wins_and_the_other_is_told(committed: Cast) -> None:
    number = handed_in(committed)
    office, second, clerk = (committed.actor(who) for who in ("office", "second", "clerk"))

    def as_(actor: Any, call: Callable[..., Any], **more: Any) -> Callable[[], Any]:
        def act() -> None:
            with scope(actor):
                call(number, **more)

        return act

    told = at_once(as_(office, api.accept, version=2), as_(second, api.accept, version=2))
    assert sorted(told) == ["done", "service.case.moved"]
    crossed = at_once(as_(office, api.pass_, version=3), as_(clerk, api.withdraw, version=3, reason="撤回"))
    assert sorted(crossed) == ["done", "service.case.moved"]
    with scope(PLATFORM):
        assert Move.objects.filter(case_id=number).count() == 4
        assert Notice.objects.filter(case_id=number).count() == (crossed[0] == "done")


def test_notices_decided_at_once_have_numbers_of_their_own(committed: Cast) -> None:
    numbers = [handed_in(committed) for _ in range(3)]
    office = committed.actor("office")

    def decline(number: int) -> Callable[[], None]:
        def act() -> None:
            with scope(office):
                api.decline(number, version=None, reason="名额已满")

        return act

    assert at_once(*map(decline, numbers)) == ["done"] * 3
    with scope(PLATFORM):
        found = sorted(Notice.objects.values_list("number", flat=True))
    assert found == [f"洪综训录〔2021〕{n}号" for n in (1, 2, 3)]
