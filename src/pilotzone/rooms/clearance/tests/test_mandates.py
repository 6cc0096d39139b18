"""Which documents may be entrusted, by whom to whom, and where a mandate stands on a day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.rooms.clearance.engine import mandates

DAYS = st.dates(date(2020, 1, 1), date(2022, 12, 31))
SPANS = st.tuples(DAYS, st.none() | st.integers(0, 400)).map(
    lambda one: (one[0], None if one[1] is None else one[0] + timedelta(one[1]))
)


@pytest.mark.parametrize(
    ("kind", "principal", "agent", "fits"),
    [
        ("order", "ebp", "logi", True), ("order", "ebc", "agent", True), ("order", "pay", "logi", False),
        ("payment", "pay", "logi", True), ("payment", "ebc", "logi", False), ("receipts", "ebc", "agent", True),
        ("list", "ebc", "agent", True), ("list", "ebc", "logi", False), ("list", "pay", "agent", False),
        ("refund", "ebc", "agent", True), ("cancel", "ebc", "agent", True), ("waybill", "logi", "agent", False),
        ("status", "logi", "agent", False),
    ],
)  # fmt: skip
def test_who_may_entrust_what_to_whom(kind: str, principal: str, agent: str, fits: bool) -> None:
    assert mandates.wrong_kinds([kind], [principal], [agent]) == ([] if fits else [kind])


@pytest.mark.parametrize(
    ("first", "last", "revoked", "expected"),
    [
        (date(2021, 3, 1), None, False, "running"), (date(2021, 3, 10), date(2021, 3, 10), False, "running"),
        (date(2021, 3, 11), None, False, "coming"), (date(2021, 3, 1), date(2021, 3, 9), False, "ended"),
        (date(2021, 3, 1), None, True, "revoked"), (date(2021, 3, 11), None, True, "revoked"),
    ],
)  # fmt: skip
def test_where_it_stands(first: date, last: date | None, revoked: bool, expected: str) -> None:
    assert mandates.state_of(first, last, revoked=revoked, on=date(2021, 3, 10)) == expected


@given(SPANS, SPANS, DAYS)
def test_spans_overlap_where_a_day_lies_in_both(
    one: tuple[date, date | None], other: tuple[date, date | None], day: date
) -> None:
    def holds(span: tuple[date, date | None]) -> bool:
        return mandates.state_of(*span, revoked=False, on=day) == "running"

    assert mandates.overlap(one, other) == mandates.overlap(other, one)
    if holds(one) and holds(other):
        assert mandates.overlap(one, other)
    if mandates.overlap(one, other):
        last = max(one[0], other[0])
        assert all(mandates.state_of(*span, revoked=False, on=last) == "running" for span in (one, other))
