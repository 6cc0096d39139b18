"""Every case of the tables in `cases/` that an official can read."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.base.errors import Problem
from pilotzone.base.money import yuan
from pilotzone.rooms.tax.engine.assess import assess
from pilotzone.rooms.tax.engine.assessment import Assessment
from pilotzone.rooms.tax.engine.order import Discount, Item, Order
from pilotzone.rooms.tax.engine.unfold import unfold

CASES = Path(__file__).parent / "cases"
TABLES = ("worked_examples", "limits", "cutovers", "consumption_tax", "price", "goods")
MEASURES = ("content", "pieces", "litres", "weight", "mfn_tariff")


def _cases() -> list[Any]:
    found = []
    for table in TABLES:
        content = yaml.safe_load((CASES / f"{table}.yaml").read_text(encoding="utf-8"))
        found += [pytest.param(case, id=f"{table}: {case['name']}") for case in content["cases"]]
    return found


def order_of(case: dict[str, Any]) -> Order:
    items = tuple(
        Item(
            quantity=Decimal(row["qty"]),
            unit_price=Decimal(row["unit_price"]),
            hs=row.get("hs", ""),
            kind=row.get("kind", ""),
            **{name: Decimal(row[name]) for name in MEASURES if name in row},
        )
        for row in case["items"]
    )
    return Order(
        items,
        freight=Decimal(case.get("freight", "0")),
        insurance=Decimal(case.get("insurance", "0")),
        discounts=tuple(Discount(row["kind"], Decimal(row["amount"])) for row in case.get("discounts", ())),
        spread_by=case.get("spread_by", "price"),
    )


def assess_case(case: dict[str, Any]) -> Assessment:
    usd_cny = Decimal(case["usd_cny"]) if "usd_cny" in case else None
    return assess(order_of(case), on=case["day"], used=Decimal(case.get("used", "0")), usd_cny=usd_cny)


@pytest.mark.parametrize("case", _cases())
def test_the_table_says_so(case: dict[str, Any]) -> None:
    expect = case["expect"]
    if "error" in expect:
        with pytest.raises(Problem) as problem:
            assess_case(case)
        assert problem.value.code == expect["error"]
        assert problem.value.zh and problem.value.en and problem.value.source
        return
    found = assess_case(case)
    told = {
        "channel": found.channel,
        "row": found.row,
        "price": yuan(found.price),
        "counts": yuan(found.counts),
        "taxes": [[yuan(i.tariff), yuan(i.consumption_tax), yuan(i.vat)] for i in found.items],
        "total": yuan(found.total),
        "reasons": [reason.code for reason in found.reasons],
        "documents": [p.document for p in found.parameters if p.key.startswith("vat.")],
    }
    assert told == told | {"reasons": []} | expect


@pytest.mark.parametrize("case", [c for c in _cases() if "error" not in c.values[0]["expect"]])
def test_every_amount_unfolds_to_law(case: dict[str, Any]) -> None:
    found = assess_case(case)
    steps = unfold(found.as_dict())
    assert steps == found.steps
    assert steps[0].name == "limits" and len(steps[0].parameters) == 2
    for item in found.items:
        by_name = {step.name: step for step in steps if step.line == item.line}
        assert by_name["vat"].result == yuan(item.vat)
        assert by_name["tariff"].result == yuan(item.tariff)
        assert by_name["consumption_tax"].result == yuan(item.consumption_tax)
        assert by_name["vat"].parameters[0]["key"].startswith("vat.")
        if item.consumption_tax:
            assert any(used["key"].startswith("ct.") for used in by_name["consumption_tax"].parameters)
    for used in found.parameters:
        assert used.document and used.tag in "ABCP"
    for told in found.reasons:
        assert told.zh and told.en and told.source


def test_the_callers_decimal_context_does_not_matter() -> None:
    from decimal import ROUND_DOWN, Context, localcontext

    order = Order((Item(Decimal("3"), Decimal("33.33"), kind="wine"),))
    from datetime import date

    expected = assess(order, on=date(2020, 5, 1))
    with localcontext(Context(prec=4, rounding=ROUND_DOWN)):
        assert assess(order, on=date(2020, 5, 1)) == expected
