"""Two of the office who appoint the same person at once, on two real connections: one term, and the other is told."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connections

from pilotzone.base.errors import Problem
from pilotzone.kernel.access import administrators
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Person, Site, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units

TODAY, PATIENCE_S, TOGETHER_S = date(2021, 3, 15), 60, 1


@pytest.fixture
def site(
    fresh_database: Callable[[str], str], django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Site]:
    """A platform in a database of its own, where everything is committed and threads see it."""
    name = fresh_database("pz_appointing_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    connections.close_all()
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", name)
    with django_db_blocker.unblock():
        with scope(PLATFORM):
            load_units()
            unit = Unit.objects.get(code="360111")
            Person.objects.create(username="clerk", display_name="李县")
            made = Site.objects.create(
                slug="qingshanhu", unit=unit, unit_path=unit.path, since=TODAY, changed_at=datetime(2021, 3, 15, tzinfo=UTC),
                name_zh="青山湖区分平台", name_en="Qingshanhu platform", accent="blue", menu=[],
            )  # fmt: skip
        yield made
        connections.close_all()


def test_one_appoints_and_the_other_is_told(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    told, both, asked = list[str](), threading.Barrier(2), administrators._running

    def running(on: date) -> Any:
        with suppress(threading.BrokenBarrierError):  # who comes second waits for the person's row, not here
            both.wait(TOGETHER_S)
        return asked(on)

    monkeypatch.setattr(administrators, "_running", running)

    def act() -> None:
        try:
            with scope(PLATFORM):
                administrators.appoint(site, username="clerk", on=TODAY)
            told.append("done")
        except Problem as problem:
            told.append(problem.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act, daemon=True) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)
    assert sorted(told) == ["done", "site.administrator.already"]
    with scope(PLATFORM):
        assert Membership.objects.filter(person__username="clerk", role=administrators.ROLE).count() == 1
