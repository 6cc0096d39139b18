"""The demonstration's work by the plan goes through the real operations, and only once."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime
from itertools import count

import pytest

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.portal.demo.governing import govern
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.plan import api

pytestmark = pytest.mark.django_db


@pytest.fixture
def zone_of_the_year(monkeypatch: pytest.MonkeyPatch) -> datetime:
    """A zone with its units on the afternoon the demonstration opens."""
    now = datetime(2021, 12, 30, 8, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", now.date)
    with scope(PLATFORM):
        load_units()
    return now


def test_bodies_report_meet_and_decide_once(zone_of_the_year: datetime) -> None:
    now = zone_of_the_year
    assert govern() > 400
    assert govern() == 0
    with scope(PLATFORM):
        plan, work = api.plan_of("nanchang-2019"), api.work_rule()
        closed, last = [one["state"] for one in api.actions(plan)][:3], [one["state"] for one in api.actions(plan)][3:]
        assert (closed, last) == (["closed"] * 3, ["said", "open"]) and len(api.meetings(plan)) == 4
        states = Counter(
            row["standing"].state
            for month in api.months(plan, now.date(), 12)
            for row in api.monthly_standing(plan, work, month, now.date())
            if not row["body"].coordinated
        )
        assert states["on_time"] > 0.9 * states.total() and states["late"] > 0 < states["overdue"], states
        seen = {one.task.no: one for one in api.overview(plan, now.date()).tasks}
        lights = Counter(one.light.light for one in seen.values())
        assert (
            lights["red"] < lights["green"] + lights["yellow"]
            and min(lights[one] for one in ("red", "yellow", "green")) > 2
        ), lights
        assert seen[42].light.light == "green" and seen[42].evidence.kind == "records"


def test_what_is_told_of_the_demonstration_is_marked_as_synthetic(zone_of_the_year: datetime) -> None:
    govern()
    with scope(PLATFORM):
        plan = api.plan_of("nanchang-2019")
        told = api.reports(plan.key)
        assert len(told) == 13 and all(one["words"].startswith("（演示）") and one["evidence_name"] for one in told)
        paper = api.attachment(told[0]["id"])
        assert paper is not None and "合成材料" in paper[1].decode()
        first = api.monthly_report(plan, "zone.commerce", next(api.months(plan, zone_of_the_year.date())))
        assert (
            first is not None
            and "（演示）" in first.summary
            and first.facts["on"] < zone_of_the_year.date().isoformat()
        )


def _sent(now: datetime) -> list[tuple[str, date]]:
    """Which bodies sent a report, and of which month."""
    plan, work = api.plan_of("nanchang-2019"), api.work_rule()
    return [
        (row["body"].path, month)
        for month in api.months(plan, now.date(), 12)
        for row in api.monthly_standing(plan, work, month, now.date())
        if row["sent"]
    ]


def test_nobody_tells_what_he_could_not_know(zone_of_the_year: datetime) -> None:
    assert govern() > 400
    with scope(PLATFORM):
        plan = api.plan_of("nanchang-2019")
        told = api.reports(plan.key)
        assert all(one["verified_at"] <= zone_of_the_year for one in told), "a verdict of the future"
        found = (api.monthly_report(plan, path, month) for path, month in _sent(zone_of_the_year))
        sent = sorted((one for one in found if one is not None), key=lambda one: one.sent_at)
        done = {one["task"]: one["verified_at"].date() for one in told if one["status"] == "done"}
    assert sent and all(row.facts["on"] == row.sent_on.isoformat() for row in sent)
    assert [row.sent_on for row in sent if not is_working_day(row.sent_on)] == []
    for row in sent:
        for task in row.facts["tasks"]:
            if task["kind"] == "declared" and task["no"] in done and task["light"] == "green":
                assert row.sent_on >= done[task["no"]], (row.sent_on, task["no"])
    last = [task for row in sent[-20:] for task in row.facts["tasks"] if task["no"] == 42]
    assert last and all(float(task["value"]) > 50 for task in last), "the reports before were not counted"


@pytest.mark.parametrize("day", [9, 11])
def test_early_in_a_month_what_goes_on_is_told_of_the_month_before_the_last(
    zone_of_the_year: datetime, monkeypatch: pytest.MonkeyPatch, day: int
) -> None:
    now = zone_of_the_year.replace(month=6, day=day)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", now.date)
    govern()
    with scope(PLATFORM):
        told = [one for one in api.reports("nanchang-2019") if one["status"] == "going"]
    assert len(told) == 5 and all(one["verified_at"] <= now for one in told)


@pytest.mark.parametrize("verb", ["send_monthly", "close"])
def test_what_a_call_that_broke_off_left_is_made_by_the_next(
    zone_of_the_year: datetime, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    usual, calls = getattr(api, verb), count(1)

    def breaks(**words: object) -> int:
        if next(calls) == 3:
            raise KeyboardInterrupt
        made: int = usual(**words)
        return made

    with monkeypatch.context() as broken:
        broken.setattr(api, verb, breaks)
        with pytest.raises(KeyboardInterrupt):
            govern()
    govern()
    with scope(PLATFORM):
        plan = api.plan_of("nanchang-2019")
        assert len(api.meetings(plan)) == 4 and len(api.reports(plan.key)) == 13
        assert sorted(one["state"] for one in api.actions(plan)) == ["closed", "closed", "closed", "open", "said"]
        assert len(_sent(zone_of_the_year)) > 400
    assert govern() == 0


def test_a_zone_outside_of_the_plan_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    now = datetime(2026, 5, 1, 8, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", now.date)
    assert govern() == 0
