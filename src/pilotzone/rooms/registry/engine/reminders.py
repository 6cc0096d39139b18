"""When the firm is reminded of a licence that ends: some days before, on a working day not later than that day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pilotzone.reference.calendar import look
from pilotzone.rooms.registry.engine.judging import day_of


@dataclass(frozen=True, slots=True)
class Reminder:
    """A licence, its last day, how many days before, and the working day on which the firm is told."""

    kind: str
    number: str
    ends: date
    before: int
    on: date
    provisional: bool


def reminders(licences: Iterable[Mapping[str, str]], before: Sequence[int]) -> list[Reminder]:
    """Every reminder of every licence with a last day; the earliest first."""
    found = []
    for one in licences:
        ends = day_of(one.get("valid_to", ""))
        for days in before if ends else ():
            assert ends is not None
            told, provisional = working_day_not_after(ends - timedelta(days=days))
            found.append(Reminder(one["kind"], one["number"], ends, days, told, provisional))
    return sorted(found, key=lambda reminder: (reminder.on, reminder.kind, reminder.number))


def working_day_not_after(day: date) -> tuple[date, bool]:
    """The day itself or the last working day before it; whether a day on the way is provisional."""
    provisional, found = False, look(day)
    while not found.working:
        provisional = provisional or found.provisional
        found = look(found.day - timedelta(days=1))
    return found.day, provisional or found.provisional


def light(ends: date | None, on: date, before: Sequence[int]) -> str:
    """The light of a licence: red once it ended, yellow within the longest reminder, else green."""
    if ends is None:
        return "green"
    if ends < on:
        return "red"
    return "yellow" if ends - on <= timedelta(days=max(before, default=0)) else "green"
