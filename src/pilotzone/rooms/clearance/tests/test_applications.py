"""When a list may be cancelled and what of it may come back: the table an official reads, and laws of the ledger of goods."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.rooms.clearance.engine import applications
from pilotzone.rooms.clearance.engine.applications import Standing

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "applications.yaml").read_text(encoding="utf-8"))["cases"]
LIST = [
    {"gnum": "1", "gcode": "3924100000", "unit": "011", "qty": "3"},
    {"gnum": "2", "gcode": "1701991000", "unit": "035", "qty": "0.5"},
]


def line(place: str, qty: str) -> dict[str, str]:
    own = next((one for one in LIST if one["gnum"] == place), {})
    return {**own, "gnum": place, "qty": qty}


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_table(case: dict[str, Any]) -> None:
    stages = {"released": case.get("released", "2021-03-01T12:00:00+08:00")} | case.get("stages", {})
    taken = {place: Decimal(qty) for place, qty in case.get("taken", {}).items()}
    at = Standing(case["state"], stages, taken)
    if case["verb"] == "cancel":
        found = [applications.cancel_fault(at)]
    else:
        found = [applications.return_fault(at, case.get("day", date(2021, 3, 10)))]
        if found == [None]:
            found = list(applications.line_faults(at, LIST, [line(*one) for one in case["lines"].items()]))
    told = [fault for fault in found if fault is not None]
    assert [fault.code for fault in told] == case["expect"]
    for fault in told:
        assert fault.official.startswith("-62") and "{" not in fault.zh + fault.en


@given(
    st.lists(st.tuples(st.sampled_from("ABCD"), st.sampled_from(["", "2", "399", "100", "-625001"]), st.integers(1, 4)))
)
def test_accepted_returns_never_take_more_than_was_released(asked: list[tuple[str, str, int]]) -> None:
    """Whatever is asked in whatever order: what passes the rule sums to at most the list, and what is left is the rest."""
    kept: list[tuple[str, str, list[dict[str, str]]]] = []
    for key, status, qty in asked:
        others = [one for one in kept if one[0] != key]
        at = Standing("released", {}, applications.taken_by(others))
        if not applications.line_faults(at, LIST, [line("1", str(qty))]):
            kept = [*others, (key, status, [line("1", str(qty))])]
    taken = applications.taken_by(kept)
    assert taken.get("1", Decimal(0)) <= 3
    rest = applications.left(Standing("released", {}, taken), LIST)
    assert rest.get("1", Decimal(0)) + taken.get("1", Decimal(0)) == 3 and rest["2"] == Decimal("0.5")


@pytest.mark.parametrize(("amount", "text"), [("1.50000", "1.5"), ("10", "10"), ("0.00000", "0"), ("100.00", "100")])
def test_a_quantity_is_written_plainly(amount: str, text: str) -> None:
    assert applications.plain(Decimal(amount)) == text
