"""Every case of the export tables an official can read, through the same door as `pilotzone tax export --json`."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.tax.engine.export.firmclass import Facts, classify, needs_fx_proof
from pilotzone.rooms.tax.engine.export.line import SixFields, money
from pilotzone.rooms.tax.engine.export.lines import export_answer
from pilotzone.rooms.tax.engine.export.matching import match
from pilotzone.rooms.tax.engine.export.refunds import Base, fob_yuan, production, rate_day, trade

CASES = Path(__file__).parent / "cases"


def table(name: str) -> list[Any]:
    content = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return [pytest.param(case, id=case["name"]) for case in content["cases"]]


def answer(case: dict[str, Any]) -> dict[str, Any]:
    asked = {
        "on" if name is True else name: value for name, value in case["asked"].items()
    }  # YAML 1.1 reads on as true
    return export_answer(json.dumps(asked, default=str))


@pytest.mark.parametrize("case", table("export_treatment"))
def test_a_line_is_treated_as_the_table_says(case: dict[str, Any]) -> None:
    told = answer(case)
    assert told["result"] is not None, told["reasons"]
    assert (told["result"]["treatment"], told["result"]["row"]) == (case["expect"]["treatment"], case["expect"]["row"])
    assert [one["code"] for one in told["reasons"]] == case["expect"]["reasons"]
    assert all(one["text_zh"] and one["text_en"] and one["source"] for one in told["reasons"])


@pytest.mark.parametrize("case", table("export_amounts"))
def test_an_amount_is_what_the_table_says(case: dict[str, Any]) -> None:
    told = answer(case)
    if "error" in case:
        assert told["result"] is None and [one["code"] for one in told["reasons"]] == [case["error"]]
        return
    assert told["result"] is not None, told["reasons"]
    assert told["result"] == told["result"] | case["expect"]


@pytest.mark.parametrize("case", [one for one in table("export_amounts") if "error" not in one.values[0]])
def test_every_amount_unfolds_to_law(case: dict[str, Any]) -> None:
    told = answer(case)
    assert told["parameters"] and all(one["document"] and one["tag"] in "ABCP" for one in told["parameters"])
    for step in told["result"].get("steps", []):
        assert step["zh"] and step["en"] and step["formula"] and step["result"]


@pytest.mark.parametrize("case", table("export_matches"))
def test_a_month_is_matched_as_the_table_says(case: dict[str, Any]) -> None:
    found = match(_side(case["registered"]), _side(case["released"]))
    expect = dict(case["expect"])
    fields = expect.pop("fields", [])
    assert found.counts() == found.counts() | expect
    assert [name for _, names in found.differing for name in names] == fields
    assert found.released == len(case["released"]) and found.registered == len(case["registered"])


def _side(rows: list[list[Any]]) -> dict[tuple[str, int], SixFields]:
    return {
        (row[0], row[1]): SixFields(row[2], row[3], row[4], Decimal(row[5]), Decimal(row[6]), Decimal(row[7]))
        for row in rows
    }


ON = date(2021, 6, 18)
GOOD = Facts("trader", "A", risk_control=True, asset_ratio=Decimal("0.61"), first_refund_on=date(2019, 1, 1))


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({}, 1),
        ({"asset_ratio": Decimal("0.60")}, 2),
        ({"tax_credit": "M"}, 2),
        ({"risk_control": False}, 2),
        ({"kind": "service", "asset_ratio": Decimal("0.31"), "customs_certified": True}, 1),
        ({"kind": "service", "asset_ratio": Decimal("0.30"), "customs_certified": True}, 2),
        ({"kind": "service", "asset_ratio": Decimal("0.31")}, 2),
        ({"kind": "producer", "asset_ratio": None, "capacity_fits": True}, 1),
        ({"first_refund_on": date(2020, 6, 19)}, 3),
        ({"first_refund_on": date(2020, 6, 18)}, 1),
        ({"first_refund_on": None}, 3),
        ({"tax_credit": "C"}, 3),
        ({"unpaid": True}, 3),
        ({"tax_credit": "D"}, 4),
        ({"fraud_in_three_years": True}, 4),
        ({"customs_lost": True}, 4),
        ({"fx_class": "C"}, 4),
    ],
)
def test_a_firm_is_classed_with_its_reasons(changes: dict[str, Any], number: int) -> None:
    from dataclasses import replace

    found = classify(replace(GOOD, **changes), on=ON)
    assert found.number == number and found.reasons
    assert (found.locked_until == date(2022, 6, 18)) == (number == 4)


def test_only_class_four_late_or_after_false_papers_needs_proof_of_receipt() -> None:
    ask = lambda class_, late=False, false=False: needs_fx_proof(class_, filed_on=ON, late=late, false_before=false)  # noqa: E731
    assert [ask(1), ask(3), ask(4), ask(1, late=True), ask(2, false=True)] == [False, False, True, True, True]


def test_fob_is_converted_at_the_first_working_day_or_the_day_itself() -> None:
    assert rate_day(date(2021, 5, 20), "month_first") == date(2021, 5, 6)  # Labour Day holidays
    assert rate_day(date(2021, 5, 20), "same_day") == date(2021, 5, 20)
    assert fob_yuan(Decimal("100.05"), Decimal("6.4795")) == Decimal("648.27")
    with pytest.raises(Refused) as problem:
        rate_day(ON, "mine")
    assert problem.value.code == "rule.export.fx_method"


@pytest.mark.parametrize("text", ["1.234", "-", "1e3", "１", "", "abc", "1.2.3", "99999999999999999"])
def test_what_is_no_money_is_refused(text: str) -> None:
    with pytest.raises(Refused) as problem:
        money(text, "金额")
    assert problem.value.code == "rule.export.money" and problem.value.mend_zh


@pytest.mark.parametrize(
    "line", ["", "[]", "{}", '{"what":"else"}', '{"what":"deemed","year":2021}', '{"what":"deadline","on":"2021-13-01"}', '{"what":"deemed","year":0,"revenue":"1"}', '{"what":"deadline","on":"9999-12-31"}'],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_answered(line: str) -> None:
    told = export_answer(line)
    assert told["result"] is None and told["reasons"][0]["code"] == "rule.export.question"


CENTS = st.integers(0, 10**9).map(lambda n: Decimal(n) / 100)
RATES = st.sampled_from([("0.13", "0.13"), ("0.13", "0.09"), ("0.09", "0"), ("0.13", "0.065")])
BASES = st.lists(st.tuples(CENTS, RATES), min_size=1, max_size=6)


def _bases(rows: list[Any]) -> list[Base]:
    return [Base(str(n), amount, Decimal(v), Decimal(r)) for n, (amount, (v, r)) in enumerate(rows)]


@given(BASES)
def test_a_trading_firms_lines_add_up(rows: list[Any]) -> None:
    found = trade(_bases(rows))
    assert sum((amount for _, amount in found.lines), Decimal(0)) == found.refund >= 0
    net = sum((amount * Decimal(v) for amount, (v, _) in rows), Decimal(0))
    assert abs(found.refund + found.cost - net) <= Decimal("0.01") * len(rows)


@given(BASES, CENTS, CENTS, CENTS)
def test_a_producers_month_adds_up(rows: list[Any], output: Decimal, input_: Decimal, opening: Decimal) -> None:
    found = production(_bases(rows), output=output, input_=input_, opening=opening)
    assert found.refund >= 0 and found.credited >= 0 and found.carry >= 0
    assert sum((amount for _, amount in found.lines), Decimal(0)) == found.refund
    assert max(Decimal(0), -found.payable) == found.refund + found.carry
