"""The demonstration's work by the plan goes through the real operations, and only once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.portal.demo.governing import govern
from pilotzone.rooms.plan import api

pytestmark = pytest.mark.django_db


def test_bodies_report_meet_and_decide_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2021, 12, 30, 8, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", now.date)
    with scope(PLATFORM):
        load_units()
    assert govern() == 24
    assert govern() == 0
    with scope(PLATFORM):
        plan = api.plan_of("nanchang-2019")
        assert [one["state"] for one in api.actions(plan)] == ["said", "open"]
        assert (
            sum(
                row["sent"]
                for row in api.monthly_standing(plan, api.work_rule(), next(api.months(plan, now.date())), now.date())
            )
            == 4
        )


def test_a_zone_outside_of_the_plan_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 5, 1, 8, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", now.date)
    assert govern() == 0
