"""A figure is carried on at its pace, with what a count of its size varies by itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from pilotzone.rooms.plan.engine.forecast import forecast
from pilotzone.rooms.plan.engine.plan import Target


def target(unit: str = "firms", base: str = "0", since: date = date(2021, 1, 1)) -> Target:
    return Target("k", "1", "甲", "a", unit, 2021, Decimal(500), "stock", True, "必须", "", "", Decimal(base), since)


@pytest.mark.parametrize(
    ("base", "value", "day", "said"),
    [
        ("0", "73", date(2021, 3, 14), (365, 331, 399)),  # a fifth of the year: 73 days
        ("8", "9", date(2021, 7, 1), (10, 9, 12)),  # one more in half a year: another may come
        ("8", "7", date(2021, 7, 1), (7, 7, 9)),  # fewer than before: no growth is carried on
    ],
)
def test_a_count_is_carried_on(base: str, value: str, day: date, said: tuple[int, int, int]) -> None:
    told = forecast(target(base=base), Decimal(value), day)
    assert told is not None
    assert tuple(round(one) for one in (told.value, told.low, told.high)) == said


def test_nothing_is_forecast_without_a_figure_before_the_count_after_it_or_of_a_share() -> None:
    assert forecast(target(), None, date(2021, 6, 1)) is None
    assert forecast(target(), Decimal(1), date(2020, 12, 31)) is None
    assert forecast(target(), Decimal(1), date(2021, 12, 31)) is None
    assert forecast(target(unit="%"), Decimal(50), date(2021, 6, 1)) is None
