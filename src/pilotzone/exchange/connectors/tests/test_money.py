"""Money to the cent: what a simulator writes is read back the same, differences are named, the message adds up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.exchange.connectors import contract
from pilotzone.exchange.connectors.asking import Request
from pilotzone.exchange.connectors.kit import AT, FIRM
from pilotzone.exchange.connectors.message import content_of, discounted, guid_of, message_of, order_of
from pilotzone.exchange.connectors.sale import Line, Sale, amount, moment, reconcile
from pilotzone.exchange.connectors.simulated import BEGAN, World
from pilotzone.exchange.connectors.tests.worlds import GIVEN
from pilotzone.exchange.formats.check import check

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "reconcile.yaml").read_text("utf-8"))
SALES = [name for name in contract.shipped() if contract.load(name).kind.name == "sale"]
CENTS = st.decimals("0.01", "99999.99", places=2)


@st.composite
def sales(draw: st.DrawFn) -> Sale:
    """A sale whose money adds up; any buyer, any goods."""
    lines = tuple(
        Line(f"SKU{n}", "x" + draw(st.text("abc茶é &<>\"'", max_size=20)), qty, price, price * qty)
        for n, (qty, price) in enumerate(
            draw(st.lists(st.tuples(st.integers(1, 999).map(Decimal), CENTS), min_size=1, max_size=5))
        )
    )
    goods = sum(line.amount for line in lines)
    discount = (goods * draw(st.integers(0, 100)) / 100).quantize(Decimal("0.01"), "ROUND_DOWN")
    freight, tax, fees = (draw(st.just(Decimal("0.00")) | CENTS) for _ in range(3))
    return Sale(
        platform="", number="N1", status="", created=BEGAN, updated=BEGAN, currency="USD", buyer="Ana Lima", country="BR",
        lines=lines, total=goods - discount + freight + tax + fees, freight=freight, discount=discount, tax=tax, fees=fees,
    )  # fmt: skip


@given(sale=sales(), name=st.sampled_from(SALES))
def test_every_marketplaces_words_come_back_as_the_same_money(sale: Sale, name: str) -> None:
    connector = contract.load(name)
    assert connector.simulator is not None
    sale = replace(sale, status=connector.simulator.PAID)
    world = World(orders={sale.number: sale}, token="old")
    given_ = connector.settings(GIVEN)
    shown = connector.may("authorised") or (lambda settings, request: request)

    def ask(request: Request):
        return connector.simulator.answer(shown(given_, request), world)

    (raw,) = connector.do.orders(ask(connector.do.first(given_, BEGAN)))
    if details := connector.may("details"):
        raw = connector.do.with_details(raw, [ask(details(given_, raw))])
    read = connector.do.parse(raw)
    assert reconcile(read) == ()
    for part in ("number", "status", "created", "updated", "currency", "total", "freight", "discount", "tax", "fees"):
        assert getattr(read, part) == getattr(sale, part), part
    assert [(one.sku, one.quantity, one.amount) for one in read.lines] == [
        (one.sku, one.quantity, one.amount) for one in sale.lines
    ]
    assert Sale.of(read.as_dict()) == read


@given(sale=sales(), off=st.integers(-500, 500))
def test_any_cent_too_many_is_named(sale: Sale, off: int) -> None:
    by = Decimal(off) / 100
    found = reconcile(replace(sale, total=sale.total + by))
    assert [(one.where, one.by) for one in found] == ([("total", by)] if off else [])


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["what"])
def test_reconcile(case: dict) -> None:
    lines = tuple(Line("S", "goods", *(Decimal(one) for one in line)) for line in case["lines"])
    money = {
        name: Decimal(case[name]) for name in ("total", "freight", "discount", "tax", "fees", "goods") if name in case
    }
    sale = Sale(
        "p", "1", "paid", BEGAN, BEGAN, "USD", "", "", lines, tax_included=case.get("tax_included", False), **money
    )
    assert [f"{one.where} {one.by}" for one in reconcile(sale)] == case["differences"]


@given(amounts=st.lists(CENTS | st.just(Decimal("0.00")), min_size=1, max_size=30), percent=st.integers(0, 100))
def test_a_discount_is_spread_without_a_cent_lost(amounts: list[Decimal], percent: int) -> None:
    goods = sum(amounts)
    discount = (goods * percent / 100).quantize(Decimal("0.01"), "ROUND_DOWN")
    told = discounted(amounts, discount)
    assert sum(told) == goods - discount
    assert all(0 <= after <= before for after, before in zip(told, amounts, strict=True))


@given(sale=sales())
def test_the_message_adds_up_and_customs_format_accepts_it(sale: Sale) -> None:
    order = order_of(sale, FIRM, at=AT)
    lines = sum(Decimal(line["totalPrice"]) for line in order.lines)
    assert lines == Decimal(order.head["goodsValue"]) == sum(line.amount for line in sale.lines) - sale.discount
    assert Decimal(order.head["goodsValue"]) + Decimal(order.head["freight"]) + order.left_out == sale.total
    assert order.left_out == sale.tax + sale.fees
    guid, raw = message_of([order], FIRM, at=AT)
    told = check(raw, on=AT.date())
    assert [one.code for one in told.errors if one.code != "signature.missing"] == []
    assert message_of([order_of(sale, FIRM, at=AT)], FIRM, at=AT) == (guid, raw)


@pytest.mark.parametrize(
    ("changed", "firm", "code"),
    [
        ({"currency": "XXX"}, {}, "message.currency"),
        ({"currency": ""}, {}, "message.currency"),
        ({"lines": ()}, {}, "connector.no_lines"),
        ({"discount": Decimal("999999")}, {}, "message.discount"),
        ({}, {"unit": ""}, "message.unit"),
        ({}, {"unit": "999"}, "message.unit"),
        (
            {"lines": (Line("S", "  ", Decimal(1), Decimal(99), Decimal(99)),), "discount": Decimal(0)},
            {},
            "message.name",
        ),
        ({}, {"ebp_code": ""}, "message.field"),
        ({}, {"dxp_id": ""}, "message.field"),
        ({"lines": (Line("S", "s", Decimal(0), Decimal(1), Decimal(0)),)}, {}, "message.quantity"),
    ],
)
def test_what_is_missing_is_refused_with_its_code(changed: dict, firm: dict, code: str) -> None:
    sale = next(iter(World.of(1, seed=3, status="paid").orders.values()))
    with pytest.raises(Refused) as told:
        order_of(replace(sale, **changed), replace(FIRM, **firm), at=AT)
    assert told.value.code == code
    assert told.value.zh and told.value.en


def test_currencies_units_and_names_are_customs_and_the_firms() -> None:
    sale = next(iter(World.of(1, seed=3, status="paid").orders.values()))
    sku = sale.lines[0].sku
    firm = replace(FIRM, units={sku: "035"}, names={sku: "陶瓷杯"})
    order = order_of(replace(sale, currency="JPY"), firm, at=AT)
    assert order.head["currency"] == "116"
    assert (order.lines[0]["unit"], order.lines[0]["itemName"]) == ("035", "陶瓷杯")
    assert order.head["appTime"] == "20260310160000", "Shanghai time"


def test_the_number_of_an_order_follows_what_it_declares() -> None:
    sale = next(iter(World.of(1, seed=3, status="paid").orders.values()))
    later = replace(sale, status="shipped", updated=datetime(2026, 4, 1, tzinfo=UTC))
    assert content_of(later) == content_of(sale)
    assert content_of(replace(sale, total=sale.total + 1)) != content_of(sale)
    assert guid_of("a") != guid_of("b")
    assert len(guid_of("a")) == 36


@pytest.mark.parametrize("told", ["1e3", "１２", "1,00", "NaN", " 1", "0x1"])
def test_an_amount_is_plain_or_refused(told: str) -> None:
    with pytest.raises(Refused):
        amount(told)


def test_amounts_keep_their_cents() -> None:
    assert [amount(one) for one in ("1.10", Decimal("1E+2"), 7, None, "")] == [
        Decimal(n) for n in ("1.10", 100, 7, 0, 0)
    ]
    with pytest.raises(TypeError):
        amount(1.1)
    assert moment("2026-03-01T08:00:00+08:00").date() == date(2026, 3, 1)
