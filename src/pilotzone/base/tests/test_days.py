from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.days import SHANGHAI, add_days, day_ends, day_of, parse_stamp, span_end, stamp, stamp17
from pilotzone.base.errors import Refused


def test_the_day_is_the_day_in_shanghai() -> None:
    assert day_of(datetime(2019, 3, 31, 15, 59, 59, tzinfo=UTC)) == date(2019, 3, 31)
    assert day_of(datetime(2019, 3, 31, 16, 0, 0, tzinfo=UTC)) == date(2019, 4, 1)
    with pytest.raises(ValueError, match="time zone"):
        day_of(datetime(2019, 3, 31))  # noqa: DTZ001


@settings(max_examples=100, deadline=None)
@given(st.datetimes(min_value=datetime(1992, 1, 1), max_value=datetime(2099, 1, 1)))  # noqa: DTZ001
def test_stamps_come_back(moment: datetime) -> None:
    aware = moment.replace(tzinfo=SHANGHAI)
    assert parse_stamp(stamp(aware)) == aware.replace(microsecond=0)
    assert stamp17(parse_stamp(stamp17(aware))) == stamp17(aware)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "20190230000000",
        "20190101240000",
        "2019010100000",
        "201901010000001",
        "２０１９0101000000",
        "0000" * 3 + "00",
    ],
)
def test_what_is_no_time_is_refused(text: str) -> None:
    with pytest.raises(Refused) as refused:
        parse_stamp(text)
    assert refused.value.code == "rule.stamp"


def test_the_day_after_the_event_is_day_one() -> None:
    assert span_end(date(2019, 5, 1), 30) == date(2019, 5, 31)
    assert add_days(date(2020, 2, 28), 2) == date(2020, 3, 1)


def test_a_day_ends_where_the_next_begins_and_the_last_one_with_the_calendar() -> None:
    assert day_ends(date(2021, 11, 11)) == datetime(2021, 11, 11, 16, tzinfo=UTC)
    assert day_ends(date.max) == datetime.max.replace(tzinfo=SHANGHAI)
