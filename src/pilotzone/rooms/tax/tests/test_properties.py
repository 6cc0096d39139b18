"""What holds for every order, not only for those in the tables."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Gap, Refused
from pilotzone.rooms.tax.api import Item, Order, answer, as_line, as_sentence, assess
from pilotzone.rooms.tax.engine.price import dutiable_prices

KINDS = st.sampled_from(["ordinary", "reduced_vat", "cosmetics", "wine", "spirits", "watch"])
CENTS = st.integers(1, 30_000_00).map(lambda cents: Decimal(cents).scaleb(-2))
DAYS = st.dates(date(2016, 10, 1), date(2030, 12, 31))
ITEMS = st.builds(
    Item,
    quantity=st.integers(1, 5).map(Decimal),
    unit_price=CENTS,
    kind=KINDS,
    content=CENTS,
    litres=CENTS,
    mfn_tariff=st.sampled_from([Decimal(0), Decimal("0.08"), Decimal("0.65")]),
)
ORDERS = st.builds(
    Order,
    items=st.lists(ITEMS, min_size=1, max_size=4).map(tuple),
    freight=st.just(Decimal(0)) | CENTS,
    insurance=st.just(Decimal(0)) | CENTS,
)


@given(ORDERS, DAYS, CENTS)
@settings(max_examples=150, deadline=None)
def test_every_assessment_adds_up(order: Order, on: date, used: Decimal) -> None:
    found = assess(order, on=on, used=used)
    limit = Decimal(20000 if on < date(2019, 1, 1) else 26000)
    assert found.total == sum((i.tariff + i.consumption_tax + i.vat for i in found.items), Decimal(0))
    assert found.counts in (0, found.price)
    assert (found.channel == "refused") == (not found.items) == bool(found.counts == 0)
    if found.channel != "refused":
        assert used + found.price <= limit
    if found.channel == "cbec":
        assert all(item.tariff == 0 for item in found.items)
    for item in found.items:
        assert item.total == item.total.quantize(Decimal("0.01")) and item.total >= 0
    assert json.loads(json.dumps(found.as_dict())) == found.as_dict()


@given(ORDERS)
@settings(max_examples=100, deadline=None)
def test_shares_of_freight_lose_no_cent(order: Order) -> None:
    paid = sum((item.price for item in order.items), order.freight + order.insurance)
    assert sum(dutiable_prices(order), Decimal(0)) == paid


@given(CENTS, DAYS)
@settings(max_examples=60, deadline=None)
def test_taxing_in_full_is_never_cheaper(price: Decimal, on: date) -> None:
    one = Order((Item(Decimal(1), price, kind="wine", mfn_tariff=Decimal("0.14")),))
    found = assess(one, on=on)
    if found.channel == "full":
        within = found.items[0].taxes.statutory_vat * Decimal("0.7")
        assert found.items[0].vat > within


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
LINES = st.fixed_dictionaries(
    {},
    optional={
        "id": JSON,
        "on": st.just("2020-05-01") | JSON,
        "used_this_year": st.just("0") | JSON,
        "freight": JSON,
        "discounts": JSON,
        "usd_cny": JSON,
        "spread_by": JSON,
        "items": JSON
        | st.lists(
            st.fixed_dictionaries(
                {"qty": st.just("1") | JSON, "unit_price": st.just("9.9") | JSON},
                optional={"kind": st.just("beer") | JSON, "hs": st.just("2203000000") | JSON, "litres": JSON},
            ),
            max_size=2,
        ),
    },
)


@given(LINES.map(json.dumps) | st.text(max_size=40))
@settings(max_examples=300, deadline=None)
def test_no_line_makes_the_calculator_stumble(line: str) -> None:
    told = answer(line)
    assert told["channel"] in ("cbec", "full", "refused")
    if told["total"] is None:
        assert told["reasons"] and told["items"] == []
    assert json.loads(as_line(told).encode()) == json.loads(json.dumps(told))
    assert "\n" not in as_line(told)
    as_sentence(told).encode()


@pytest.mark.parametrize("odd", ["NaN", "sNaN", "Infinity", "-Infinity", "0", "-1", "1E+14"])
@pytest.mark.parametrize("field", ["quantity", "unit_price", "content", "litres", "freight", "used"])
def test_numbers_that_are_none_are_refused_by_name(odd: str, field: str) -> None:
    number, fields = Decimal(odd), {"quantity": Decimal(1), "unit_price": Decimal(10)}
    if field in ("freight", "used") and odd == "0":
        return
    order = Order((Item(**fields | ({field: number} if field not in ("freight", "used") else {}), kind="wine"),))
    order = replace(order, freight=number) if field == "freight" else order
    used = number if field == "used" else Decimal(0)
    try:
        assert assess(order, on=date(2020, 5, 1), used=used).channel == "refused"  # used 1E+14: over the limit
    except Refused as refusal:
        assert refusal.code.startswith("rule.tax.")


def test_unknown_goods_are_a_gap_and_never_a_guess() -> None:
    order = Order((Item(Decimal(1), Decimal(10), hs="0000000000"),))
    try:
        assess(order, on=date(2020, 5, 1))
    except Gap as gap:
        assert gap.code == "reference.hs_unknown" and gap.zh and gap.en
    else:
        raise AssertionError("taxed goods nobody knows")
