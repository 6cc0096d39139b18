"""The working-day clock of a desk: when it is due, what the applicant's corrections cost, its light, when it may be urged.

The day on which a case comes to a desk is not counted (handbook §0.3). While the applicant corrects, the clock stands still:
the working days used so far are kept, and the rest runs on from the day of the correction. Days beyond the published
calendar are provisional.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pilotzone.reference.calendar import WorkingDay, add_working_days, look, on_or_after

GREEN, YELLOW, RED = "green", "yellow", "red"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Light:
    """A colour and the words for why."""

    colour: str
    zh: str
    en: str


def due(since: date, days: int, used: int = 0) -> WorkingDay:
    """The last day of `days` working days after `since`, of which `used` are gone; with none left it is due at once."""
    left = days - used
    return add_working_days(since, left) if left > 0 else on_or_after(since)


def used(since: date, until: date) -> int:
    """Working days after `since` up to `until`, that day included."""
    return sum(look(since + timedelta(days=n)).working for n in range(1, (until - since).days + 1))


def left(on: date, due_on: date) -> int:
    """Working days still to come up to the due day; below zero: those gone since."""
    return used(on, due_on) if due_on >= on else -used(due_on, on)


def warned_until(on: date, warn: int) -> date:
    """The last due day that is yellow on that day."""
    return add_working_days(on, warn).day if warn > 0 else on


def light(due_on: date, on: date, warn: int) -> Light:
    """绿 more than `warn` working days left, 黄 no more than that, 红 past."""
    rest = left(on, due_on)
    if due_on < on:
        return Light(RED, f"已超期{-rest}个工作日", f"{-rest} working days late")
    if due_on <= warned_until(on, warn):
        return Light(YELLOW, f"剩{rest}个工作日", f"{rest} working days left")
    return Light(GREEN, f"剩{rest}个工作日", f"{rest} working days left")


def urge_day(on: date) -> date:
    """The working day an urge counts for: a weekend's counts for the day after it."""
    return on_or_after(on).day
