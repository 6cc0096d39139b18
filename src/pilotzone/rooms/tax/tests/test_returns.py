"""Goods that come back undo exactly what was levied, in however many parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.tax.api import Item, Order, ReturnShare, assess, return_share

DAY = date(2020, 5, 1)
# three creams at 141.67 (one order line) and two bottles of wine, freight 10
ORDER = Order(
    (
        Item(Decimal(3), Decimal("141.67"), kind="cosmetics", content=Decimal(30)),
        Item(Decimal(2), Decimal("300.00"), kind="wine"),
    ),
    freight=Decimal("10.00"),
)
RECORD = assess(ORDER, on=DAY).as_dict()


def test_one_line_back_gives_that_line_and_no_other() -> None:
    share = return_share(RECORD, {2: Decimal(2)})
    line = RECORD["items"][1]
    assert (share.tariff, share.consumption_tax, share.vat) == (
        Decimal(line["tariff"]),
        Decimal(line["consumption_tax"]),
        Decimal(line["vat"]),
    )
    assert share.tax == Decimal(line["consumption_tax"]) + Decimal(line["vat"])


def test_everything_back_gives_everything_back() -> None:
    share = return_share(RECORD, {1: Decimal(3), 2: Decimal(2)})
    assert share.tax == Decimal(RECORD["total"])
    assert share.quota == Decimal(RECORD["counts"])


def test_the_record_that_was_kept_years_ago_is_enough() -> None:
    import json

    kept = json.loads(json.dumps(RECORD))
    assert return_share(kept, {1: Decimal(1)}) == return_share(RECORD, {1: Decimal(1)})


@given(st.permutations([1, 1, 1, 2, 2]))
@settings(max_examples=30, deadline=None)
def test_parts_add_up_to_the_whole_to_the_cent(order: list[int]) -> None:
    parts: list[ReturnShare] = []
    before: dict[int, Decimal] = {}
    for line in order:
        parts.append(return_share(RECORD, {line: Decimal(1)}, before))
        before[line] = before.get(line, Decimal(0)) + 1
    assert sum(part.tax for part in parts) == Decimal(RECORD["total"])
    assert sum(part.quota for part in parts) == Decimal(RECORD["counts"])
    assert all(part.quota >= 0 and part.tax >= 0 for part in parts)


@pytest.mark.parametrize(
    ("returned", "before", "code"),
    [
        ({3: Decimal(1)}, {}, "rule.return.line"),
        ({1: Decimal(4)}, {}, "rule.return.quantity"),
        ({1: Decimal(2)}, {1: Decimal(2)}, "rule.return.quantity"),
        ({1: Decimal(0)}, {}, "rule.tax.quantity"),
        ({1: Decimal(-1)}, {}, "rule.tax.quantity"),
    ],
)
def test_what_cannot_come_back(returned: dict[int, Decimal], before: dict[int, Decimal], code: str) -> None:
    with pytest.raises(Refused) as refusal:
        return_share(RECORD, returned, before)
    assert refusal.value.code == code
