"""The demonstration of working by the plan: liaisons, secondments, declared tasks, a year's monthly reports and meetings. Synthetic.

Everything goes through the plan's own verbs in the order of the days it would have come on, so that nobody tells what he
could not know; most reports come in time, some late, some never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial
from zlib import crc32

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.calendar import add_working_days, on_or_after
from pilotzone.rooms.plan import api

OFFICE = Actor(kind=ZONE, unit_path="zone", role="zone_officer", reason="demonstration")
SENT = ("customs", "eport", "commerce", "investment")  # of the five that should send one; the fifth is missing
MONTHS, MEETINGS, QUARTER = 12, 4, 91
MISSING, LATE = (
    3,
    15,
)  # of a hundred reports: below the first never sent; below the second late, in the last month of a quarter
# tasks that rest on declared reports: which their leads say are done; of these the bodies say that they go on
DONE, GOING = (1, 2, 3, 4, 7, 26, 40, 44), (8, 16, 27, 28, 30)
TOLD, CHECKED = 10, timedelta(days=2)  # the day of the next month a task is declared on; confirmed so long after
SAID, CLOSED = timedelta(days=21), timedelta(days=23)  # a decision reported done and closed, after its meeting
ORDERED, PRINTED = "（演示）各单位按月报送工作进展", "（演示）印发园区认定管理办法"
PAPER = "（演示）合成材料，不反映南昌综试区的实际情况。Synthetic; it does not show what Nanchang achieved.\n".encode()
Step = tuple[datetime, Callable[[], int]]  # when, and what answers how many things it made


def govern() -> int:
    """Fill the register of the plan's work; how many things were made. What a call that broke off left is made by the next one;
    once the last meeting was held nothing more is."""
    plan, work, on, at = api.plan_in_force(), api.work_rule(), clock.today(), clock.now()
    if not plan.start <= on <= plan.end + timedelta(days=31):
        return 0
    with scope(OFFICE):
        if any(one["words"] == PRINTED for one in api.actions(plan)):
            return 0
        made = _seat(plan, work, on, at)
        steps = [*_declared(plan, at), *_reported(plan, work, at), *_met(plan, work, on, at)]
    for _, step in sorted(steps, key=lambda one: one[0]):
        with scope(OFFICE):
            made += step()
    return made


def _seat(plan: api.Plan, work: api.Work, on: date, at: datetime) -> int:
    """Liaisons of all bodies, and who sits in the zone office; nothing where there are some."""
    if any(one["name"] for one in api.liaisons(plan, work, on)):
        return 0
    bodies = [one for one in api.subjects(plan, work, on) if not one.coordinated]
    for number, body in enumerate(bodies, 1):
        api.name_liaison(
            plan=plan, work=work, unit=body.path, name=f"（演示）联络员{number}", post="业务处", contact="0791-10000000",
            since=plan.start, at=at,
        )  # fmt: skip
    for number, unit in enumerate(SENT, 1):
        since = date(on.year - 1, 7, 1)
        api.second(plan=plan, work=work, unit=f"zone.{unit}", name=f"（演示）骨干{number}", since=since, at=at)
    return len(bodies) + len(SENT)


def _acting(path: str) -> Actor:
    kind, role = (DISTRICT, "district_officer") if ".districts." in path else (AGENCY, "liaison")
    return Actor(kind=kind, unit_path=path, role=role, reason="demonstration")


def _declared(plan: api.Plan, at: datetime) -> Iterator[Step]:
    """What leads say of tasks no record shows, each confirmed by the zone office soon after; those that go on were told of the last
    month that could be confirmed by now."""
    stands = {(one["task"], one["month"]) for one in api.reports(plan.key) if one["verdict"]}
    told = {month: _moment(on_or_after(_next(month).replace(day=TOLD)).day) for month in api.months(plan, _day(at))}
    last = next((month for month, sent in told.items() if sent + CHECKED <= at), None)
    for number in (*DONE, *GOING):
        task = plan.task(number)
        if task is None or task.last_day is None or last is None:
            continue
        month = min(task.last_day.replace(day=1), last) if number in DONE else last
        if (number, month) not in stands:
            yield told[month] + CHECKED, partial(_declare, plan, task, month, told[month])


def _declare(plan: api.Plan, task: api.Task, month: date, sent: datetime) -> int:
    """One report of a task and its confirmation."""
    lead = next((one for one in api.subjects(plan, api.work_rule(), _day(sent)) if one.leads(task)), None)
    if lead is None:
        return 0
    done = task.no in DONE
    with scope(_acting(lead.path)):
        report = api.declare(
            plan=plan, task=task.no, month=month, status="done" if done else "going", at=sent, name="演示说明.txt", body=PAPER,
            words="（演示）已完成，详见附件。" if done else "（演示）正在推进，尚未完成。",
        )  # fmt: skip
    api.verify(report=report, confirmed=True, at=sent + CHECKED, remark="（演示）")
    return 1


def _reported(plan: api.Plan, work: api.Work, at: datetime) -> Iterator[Step]:
    """The monthly reports of all bodies that owe one: a step a day, for its facts are read once."""
    for month in api.months(plan, _day(at), MONTHS):
        last = _next(month) - timedelta(days=1)
        days: dict[date, list[tuple[datetime, api.Subject]]] = {}
        for one in api.monthly_standing(plan, work, month, add_working_days(last, work.report_day).day):
            sent = None if one["sent"] or one["body"].coordinated else _sent(one["body"].path, month, last, work)
            if sent is not None and sent <= at:
                days.setdefault(_day(sent), []).append((sent, one["body"]))
        for day, reports in days.items():
            yield min(sent for sent, _ in reports), partial(_report, plan, work, month, day, reports)


def _report(plan: api.Plan, work: api.Work, month: date, day: date, reports: list[tuple[datetime, api.Subject]]) -> int:
    """The reports of a month that are sent on a day, each with the facts of that day: a report tells of its body's tasks, not of targets."""
    tasks = [task for task in plan.tasks if any(body.joins(task) for _, body in reports)]
    seen = api.overview(plan, day, tasks=tasks, targets=())
    behind = [one.task for one in seen.tasks if one.light.light in ("red", "yellow")]
    for sent, body in reports:
        words = {task.no: "（演示）正在推进，下月报进展。" for task in behind if body.leads(task)}
        with scope(_acting(body.path)):
            api.send_monthly(
                plan=plan, work=work, seen=seen, month=month, summary="（演示）本月工作按计划推进。", words=words, at=sent
            )  # fmt: skip
    return len(reports)


def _sent(path: str, month: date, last: date, work: api.Work) -> datetime | None:
    """When a body sends its report of the month that ends `last`, the same each time; None: never. Always on a working day: of
    those in time all bodies choose the same one, and late is the day after, both so that few days' facts are read."""
    lot = crc32(f"{path} {month}".encode())
    if lot % 100 < MISSING:
        return None
    after = 1 if month.month % 3 == 0 and lot % 100 < LATE else -(month.month % 3)
    return _moment(add_working_days(last, work.report_day + after).day, hour=9 + lot % 8)


def _day(at: datetime) -> date:
    return at.astimezone(SHANGHAI).date()


def _next(month: date) -> date:
    return (month + timedelta(days=31)).replace(day=1)


def _moment(day: date, *, hour: int = 10) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=SHANGHAI)


def _met(plan: api.Plan, work: api.Work, on: date, at: datetime) -> Iterator[Step]:
    """A year's quarterly meetings on working days, the last today whatever day it is. What the earlier ones decided is done and
    closed; of the last one's two decisions one is reported done."""
    held = {one["day"] for one in api.meetings(plan) if one["kind"] == "quarterly"}
    for back in range(MEETINGS - 1, 0, -1):
        day = on_or_after(on - timedelta(days=QUARTER * back)).day
        if day < plan.start:
            continue
        if not any(abs((one - day).days) < QUARTER // 2 for one in held):
            yield _moment(day), partial(_meet, plan, work, day, _moment(day))
        yield _moment(day) + CLOSED, partial(_close, plan, day, _moment(day))
    yield at, partial(_meet_last, plan, work, on, at)


def _meet(plan: api.Plan, work: api.Work, day: date, at: datetime) -> int:
    """An earlier meeting and its decision."""
    meeting = _held(plan, day, at)
    if meeting is None:
        return 0
    api.decide(plan=plan, work=work, meeting=meeting, words=ORDERED, unit="zone.commerce", task=42, due=None, at=at)
    return 2


def _close(plan: api.Plan, day: date, at: datetime) -> int:
    """What the meeting of that day ordered is reported done and closed."""
    meetings = {one["id"] for one in api.meetings(plan) if one["day"] == day}
    for one in api.actions(plan, state="open"):
        if one["words"] == ORDERED and one["meeting"] in meetings:
            with scope(_acting(one["path"])):
                api.say_done(action=one["id"], words="（演示）已部署。", at=at + SAID)
            api.close(action=one["id"], accepted=True, remark="（演示）", at=at + CLOSED)
    return 0


def _meet_last(plan: api.Plan, work: api.Work, on: date, at: datetime) -> int:
    """Today's meeting and its two decisions."""
    meeting = _held(plan, on, at)
    if meeting is None:
        return 0
    first, _ = (
        api.decide(plan=plan, work=work, meeting=meeting, words=words, unit=unit, task=task, due=None, at=at)
        for words, unit, task in ((PRINTED, "zone.commerce", 16), ("（演示）提出信用评价体系方案", "zone.samr", 27))
    )
    with scope(_acting("zone.commerce")):
        api.say_done(action=first, words="（演示）已印发。", at=at)
    return 3


def _held(plan: api.Plan, day: date, at: datetime) -> int | None:
    """A quarterly meeting called and held that day on what was proposed; None where nothing was."""
    items = [one.as_dict() for one in api.proposed(plan, api.work_rule(), api.overview(plan, day, targets=()))[:5]]
    if not items:
        return None
    number = api.call(
        plan=plan, kind="quarterly", day=day, place="（演示）会议室", chair="（演示）组长", agenda=items, at=at
    )
    api.hold(meeting=number, minutes="（演示）会议听取各单位汇报，逐项研究红灯任务。", at=at)
    return number
