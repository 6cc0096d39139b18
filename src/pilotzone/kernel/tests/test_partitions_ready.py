"""Partitions are asked for once: a day of an open month for the day, a month made whole for all its days."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import Any

from pilotzone.kernel.partitions import Partitions


class Database:
    """Answers as pz_partition does where November is closed and December is not; notes the days it was asked for."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, date]] = []

    @contextmanager
    def transaction(self) -> Any:
        yield

    def execute(self, _: str, words: tuple[str, date]) -> Any:
        self.asked.append(words)
        return self

    def fetchone(self) -> tuple[str]:
        table, day = self.asked[-1]
        return (f"{table}_m{day:%Y%m}" if day.month < 12 else f"{table}_d{day:%Y%m%d}",)


def test_a_closed_month_is_asked_for_once_and_each_day_of_the_open_one() -> None:
    database, partitions = Database(), Partitions(("trade", "key"))
    november, december = [date(2021, 11, day) for day in (3, 4, 30)], [date(2021, 12, day) for day in (1, 2)]
    partitions.ensure(database, [*november[:2], december[0]])
    assert database.asked == [(table, day) for day in (november[0], december[0]) for table in ("trade", "key")]
    assert partitions.ready(november) and not partitions.ready(december)
    partitions.ensure(database, [*november, *december])
    assert database.asked[4:] == [("trade", december[1]), ("key", december[1])]
    assert partitions.ready([*november, *december])
