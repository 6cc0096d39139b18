"""The demonstration of working by the plan: liaisons, secondments, declared tasks, a year's monthly reports and meetings. Synthetic.

Everything goes through the plan's own verbs, on the days it would have come; most reports come in time, some late, some never.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zlib import crc32

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.calendar import is_working_day
from pilotzone.rooms.plan import api

OFFICE = Actor(kind=ZONE, unit_path="zone", role="zone_officer", reason="demonstration")
SENT = ("customs", "eport", "commerce", "investment")  # of the five that should send one; the fifth is missing
MONTHS, MEETINGS = 12, 4
MISSING, LATE = 3, 8  # of a hundred reports: below the first never sent, below the second late
# tasks that rest on declared reports: which their leads say are done; of these the bodies say that they go on
DONE, GOING = (1, 2, 3, 4, 7, 26, 40, 44), (8, 16, 27, 28, 30)
PAPER = "（演示）合成材料，不反映南昌综试区的实际情况。Synthetic; it does not show what Nanchang achieved.\n".encode()


def govern() -> int:
    """Fill an empty register of the plan's work; how many things were made. A second call makes nothing."""
    plan, work, on, at = api.plan_in_force(), api.work_rule(), clock.today(), clock.now()
    if not plan.start <= on <= plan.end + timedelta(days=31):
        return 0
    with scope(OFFICE):
        if any(one["name"] for one in api.liaisons(plan, work, on)):
            return 0
        bodies = [one for one in api.subjects(plan, work, on) if not one.coordinated]
        for number, body in enumerate(bodies, 1):
            api.name_liaison(
                plan=plan, work=work, unit=body.path, name=f"（演示）联络员{number}", post="业务处", contact="0791-10000000",
                since=plan.start, at=at,
            )  # fmt: skip
        for number, unit in enumerate(SENT, 1):
            api.second(
                plan=plan,
                work=work,
                unit=f"zone.{unit}",
                name=f"（演示）骨干{number}",
                since=date(on.year - 1, 7, 1),
                at=at,
            )
    made = len(bodies) + len(SENT) + _declare(plan, work, at)
    return made + _report(plan, work, at) + _meet(plan, work, on, at)


def _acting(path: str) -> Actor:
    kind, role = (DISTRICT, "district_officer") if ".districts." in path else (AGENCY, "liaison")
    return Actor(kind=kind, unit_path=path, role=role, reason="demonstration")


def _declare(plan: api.Plan, work: api.Work, at: datetime) -> int:
    """What leads say of tasks no record shows, each confirmed by the zone office soon after; those that go on were told last month."""
    told, last = list[int](), next(api.months(plan, at.astimezone(SHANGHAI).date()), None)
    for number in (*DONE, *GOING):
        task = plan.task(number)
        if task is None or task.last_day is None or last is None:
            continue
        done = number in DONE
        month = min(task.last_day.replace(day=1), last) if done else last
        sent = _moment((month + timedelta(days=31)).replace(day=10))
        with scope(OFFICE):
            lead = next((one for one in api.subjects(plan, work, sent.date()) if one.leads(task)), None)
        if lead is None or sent > at:
            continue
        with scope(_acting(lead.path)):
            report = api.declare(
                plan=plan, task=number, month=month, status="done" if done else "going", at=sent, name="演示说明.txt", body=PAPER,
                words="（演示）已完成，详见附件。" if done else "（演示）正在推进，尚未完成。",
            )  # fmt: skip
        told.append(report)
        with scope(OFFICE):
            api.verify(report=report, confirmed=True, at=sent + timedelta(days=2), remark="（演示）")
    return len(told)


def _report(plan: api.Plan, work: api.Work, at: datetime) -> int:
    """The monthly reports of all bodies that owe one, each with the facts of the day its month was due."""
    owed: dict[str, list[tuple[date, datetime, api.Subject, api.Overview]]] = {}
    on = at.astimezone(SHANGHAI).date()
    with scope(OFFICE):
        for month in reversed(list(api.months(plan, on, MONTHS))):
            standing = api.monthly_standing(plan, work, month, (month + timedelta(days=31)).replace(day=7))
            due = min(one["standing"].due for one in standing if one["standing"] is not None)
            seen = api.overview(plan, min(due, on))
            for body in (one["body"] for one in standing if not one["body"].coordinated):
                sent = _sent(body.path, month, due)
                if sent is not None and sent <= at:
                    owed.setdefault(body.path, []).append((month, sent, body, seen))
    for path, reports in owed.items():
        with scope(_acting(path)):
            for month, sent, body, seen in reports:
                behind = [one.task for one in seen.tasks if one.light.light in ("red", "yellow")]
                words = {task.no: "（演示）正在推进，下月报进展。" for task in behind if body.leads(task)}
                api.send_monthly(
                    plan=plan,
                    work=work,
                    seen=seen,
                    month=month,
                    summary="（演示）本月工作按计划推进。",
                    words=words,
                    at=sent,
                )
    return sum(len(reports) for reports in owed.values())


def _sent(path: str, month: date, due: date) -> datetime | None:
    """When a body sends its report of a month, the same each time; None: never."""
    lot = crc32(f"{path} {month}".encode())
    if lot % 100 < MISSING:
        return None
    day = due + timedelta(days=1 + lot % 6) if lot % 100 < LATE else due - timedelta(days=lot % 3)
    return _moment(day, hour=9 + lot % 8)


def _moment(day: date, *, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def _days(plan: api.Plan, on: date) -> Iterator[date]:
    """The working days of a year's quarterly meetings, the last today."""
    for back in range(MEETINGS - 1, 0, -1):
        day = on - timedelta(days=91 * back)
        while not is_working_day(day):
            day += timedelta(days=1)
        if day >= plan.start:
            yield day
    yield on


def _meet(plan: api.Plan, work: api.Work, on: date, at: datetime) -> int:
    """A year's quarterly meetings. What the earlier ones decided is done and closed; of the last one's two decisions one is reported done."""
    made = 0
    for day in _days(plan, on):
        moment = at if day == on else _moment(day)
        number = _held(plan, work, day, moment)
        if number is None:
            continue
        made += 1
        if day < on:
            made += _closed(plan, work, number, moment)
            continue
        with scope(OFFICE):
            first, _ = (
                api.decide(plan=plan, work=work, meeting=number, words=words, unit=unit, task=task, due=None, at=at)
                for words, unit, task in (
                    ("（演示）印发园区认定管理办法", "zone.commerce", 16), ("（演示）提出信用评价体系方案", "zone.samr", 27),
                )
            )  # fmt: skip
        with scope(_acting("zone.commerce")):
            api.say_done(action=first, words="（演示）已印发。", at=at)
        made += 2
    return made


def _held(plan: api.Plan, work: api.Work, day: date, at: datetime) -> int | None:
    """A quarterly meeting called and held that day on what was proposed; None where nothing was."""
    with scope(OFFICE):
        items = [one.as_dict() for one in api.proposed(plan, work, api.overview(plan, day))[:5]]
        if not items:
            return None
        number = api.call(
            plan=plan, kind="quarterly", day=day, place="（演示）会议室", chair="（演示）组长", agenda=items, at=at
        )
        api.hold(meeting=number, minutes="（演示）会议听取各单位汇报，逐项研究红灯任务。", at=at)
        return number


def _closed(plan: api.Plan, work: api.Work, meeting: int, at: datetime) -> int:
    """One decision of an earlier meeting, reported done after three weeks and closed by the zone office."""
    with scope(OFFICE):
        action = api.decide(
            plan=plan, work=work, meeting=meeting, words="（演示）各单位按月报送工作进展", unit="zone.commerce", task=42, due=None, at=at
        )  # fmt: skip
    with scope(_acting("zone.commerce")):
        api.say_done(action=action, words="（演示）已部署。", at=at + timedelta(days=21))
    with scope(OFFICE):
        api.close(action=action, accepted=True, remark="（演示）", at=at + timedelta(days=23))
    return 1
