from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from pilotzone.base.errors import Refused
from pilotzone.reference import calendar

# statutory holidays a year: 11 days, 13 from 2025 (全国年节及纪念日放假办法); in 2020 the Spring Festival was
# lengthened by two working days
STATUTORY = {2019: 11, 2020: 13, 2021: 11, 2022: 11, 2023: 11, 2024: 11, 2025: 13, 2026: 13}


@pytest.mark.parametrize(("year", "holidays"), STATUTORY.items())
def test_a_year_has_its_weekdays_less_the_statutory_holidays(year: int, holidays: int) -> None:
    days = [date(year, 1, 1) + timedelta(days=n) for n in range((date(year + 1, 1, 1) - date(year, 1, 1)).days)]
    weekdays = sum(day.weekday() < 5 for day in days)
    assert sum(calendar.is_working_day(day) for day in days) == weekdays - holidays


@pytest.mark.parametrize(
    ("day", "working"),
    [
        (date(2019, 5, 3), False), (date(2019, 5, 5), True), (date(2020, 1, 31), False), (date(2020, 2, 3), True),
        (date(2021, 10, 8), True), (date(2021, 10, 9), True), (date(2021, 10, 10), False),
        (date(2022, 12, 31), False), (date(2023, 12, 30), False), (date(2024, 2, 9), True),
        (date(2025, 1, 26), True), (date(2025, 10, 8), False),
    ],
)  # fmt: skip
def test_known_days(day: date, working: bool) -> None:
    found = calendar.look(day)
    assert (found.working, found.provisional) == (working, False)


def test_the_next_working_day_jumps_the_holiday() -> None:
    found = calendar.next_working_day(date(2021, 9, 30))
    assert (found.day, found.provisional) == (date(2021, 10, 8), False)
    assert calendar.on_or_after(date(2021, 2, 15)).day == date(2021, 2, 18)
    assert calendar.on_or_after(date(2021, 3, 15)).day == date(2021, 3, 15)
    assert calendar.add_working_days(date(2019, 4, 26), 5).day == date(2019, 5, 6)


def test_a_year_without_notice_is_provisional_and_says_so() -> None:
    assert calendar.look(date(2035, 10, 1)).provisional
    assert calendar.is_working_day(date(2035, 10, 1))
    assert calendar.next_working_day(date(2026, 12, 31)).provisional


@pytest.mark.parametrize("count", [0, -1, 2001])
def test_counting_has_limits(count: int) -> None:
    with pytest.raises(ValueError, match="2000"):
        calendar.add_working_days(date(2020, 1, 1), count)


GOOD = (
    "years: {2035: {document: d, tag: P, holidays: [{from: 2035-10-01, to: 2035-10-07, zh: 国庆, en: n}], working: []}}"
)


def test_a_zone_loads_a_new_year(tmp_path: Path) -> None:
    (tmp_path / "calendar").mkdir()
    (tmp_path / "calendar" / "2035.yaml").write_text(GOOD, encoding="utf-8")
    loaded = calendar.build(tmp_path)
    assert date(2035, 10, 5) in loaded.off and 2035 in loaded.years and 2019 in loaded.years


@pytest.mark.parametrize(
    "text",
    [
        GOOD.replace("document: d, ", ""), GOOD.replace("working: []", "working: [2035-10-08]"),
        GOOD.replace("2035-10-07", "2035-09-01"), GOOD.replace("tag: P", "tag: Q"), "years: 3", "[",
    ],
)  # fmt: skip
def test_a_notice_out_of_order_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "calendar").mkdir()
    (tmp_path / "calendar" / "2035.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(Refused):
        calendar.build(tmp_path)
