"""When a monthly report is due, and which step of the chase a day has reached. plan_work.v1"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from pilotzone.rooms.plan.engine.plan import Plan
from pilotzone.rooms.plan.engine.work import Work

REMIND, CHASE, NOTICE = "remind", "chase", "notice"
ON_TIME, LATE, OPEN, NEAR, OVERDUE = "on_time", "late", "open", "near", "overdue"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a report stands on a day: its state, working days late (0 where it is not) and the step of the chase reached."""

    state: str
    due: date
    late: int
    step: str
    zh: str
    en: str


def after(day: date, count: int, working: Callable[[date], bool]) -> date:
    """The `count`-th working day after a day."""
    while count:
        day += DAY
        count -= working(day)
    return day


def before(day: date, count: int, working: Callable[[date], bool]) -> date:
    """The `count`-th working day before a day."""
    while count:
        day -= DAY
        count -= working(day)
    return day


def months(plan: Plan, on: date, back: int | None = None) -> Iterator[date]:
    """The months a report is owed for by a day, the newest first; at most `back` of them."""
    month = (min(on, plan.end + 31 * DAY).replace(day=1) - DAY).replace(day=1)
    while month >= plan.start.replace(day=1) and back != 0:
        if month <= plan.end:
            yield month
            back = None if back is None else back - 1
        month = (month - DAY).replace(day=1)


def due_of(month: date, work: Work, working: Callable[[date], bool]) -> date:
    """The last day in time: the n-th working day of the month after."""
    last = (month.replace(day=28) + timedelta(days=4)).replace(day=1) - DAY
    return after(last, work.report_day, working)


def standing(due: date, sent: date | None, on: date, work: Work, working: Callable[[date], bool]) -> Standing:
    """How a report due that day stands on a day; `sent` is the day it came."""
    ends = sent or on
    late = sum(working(due + DAY * n) for n in range(1, (ends - due).days + 1)) if ends > due else 0
    if sent is not None:
        if not late and sent <= due:
            return Standing(ON_TIME, due, 0, "", f"{sent}按时报送", f"sent in time on {sent}")
        return Standing(
            LATE, due, late, "", f"{sent}报送，迟{late}个工作日", f"sent on {sent}, {late} working days late"
        )
    if on > due:
        step = NOTICE if late >= work.notice else CHASE if late >= work.chase else ""
        return Standing(
            OVERDUE, due, late, step, f"截止{due}，已逾期{late}个工作日", f"due {due}, {late} working days over"
        )
    if on >= before(due, work.remind, working):
        return Standing(NEAR, due, 0, REMIND, f"截止{due}，临近", f"due {due}, soon")
    return Standing(OPEN, due, 0, "", f"截止{due}", f"due {due}")


def steps_due(due: date, on: date, work: Work, working: Callable[[date], bool]) -> tuple[str, ...]:
    """Every step of the chase whose day has come for a report that has not been sent."""
    days = {
        REMIND: before(due, work.remind, working), CHASE: after(due, work.chase, working),
        NOTICE: after(due, work.notice, working),
    }  # fmt: skip
    return tuple(step for step, day in days.items() if day <= on)
