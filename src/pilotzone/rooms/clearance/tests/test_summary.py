"""汇总: the day, the light and the merge, by tables an official reads and by laws that hold for any lists."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Gap
from pilotzone.rooms.clearance.engine import applications, summary
from pilotzone.rooms.clearance.engine.applications import Standing
from pilotzone.rooms.clearance.engine.summary import Listed

CASES = Path(__file__).parent / "cases"
TABLE = yaml.safe_load((CASES / "summary_due.yaml").read_text(encoding="utf-8"))
RETURNS = yaml.safe_load((CASES / "export_returns.yaml").read_text(encoding="utf-8"))["cases"]
MARCH = date(2021, 3, 1)


def named(cases: list[Any]) -> list[Any]:
    return [pytest.param(case, id=case["name"]) for case in cases]


@pytest.mark.parametrize("case", named(TABLE["due"]))
def test_the_last_day(case: dict[str, Any]) -> None:
    found = summary.due(case["month"])
    assert (found.day, found.provisional) == (case["day"], case.get("provisional", False))


@pytest.mark.parametrize("month", TABLE["gaps"])
def test_before_the_announcement_there_is_no_day(month: date) -> None:
    with pytest.raises(Gap):
        summary.due(month)


@pytest.mark.parametrize("case", named(TABLE["lights"]))
def test_the_light(case: dict[str, Any]) -> None:
    assert summary.light(summary.due(MARCH), case["day"], case["open"]) == case["light"]


@pytest.mark.parametrize("case", named(RETURNS))
def test_what_may_come_back(case: dict[str, Any]) -> None:
    stages = {"released": case.get("released", "2021-03-01T12:00:00+08:00")}
    at = Standing(case.get("state", "released"), stages)
    found = applications.export_return_faults(
        at, case["day"], mode=case.get("mode", "9610"), own=case.get("own", "4006"), other=case.get("other", "4006")
    )
    assert [fault.code for fault in found] == case["expect"]
    assert all("{" not in fault.zh + fault.en for fault in found)


HEADS = st.fixed_dictionaries({
    "customsCode": st.just("4006"), "tradeMode": st.just("9610"), "ebcCode": st.sampled_from(["C1", "C2"]),
    "trafMode": st.sampled_from(["5", "2"]), "country": st.sampled_from(["502", "110"]), "portCode": st.just("4006"),
    "ownerCode": st.sampled_from(["P1", "P2"]), "grossWeight": st.sampled_from(["1", "0.5"]), "netWeight": st.just("0.4"),
})  # fmt: skip
LINES = st.lists(
    st.fixed_dictionaries({
        "gcode": st.integers(0, 59).map(lambda n: f"39241000{n:02d}"), "gname": st.sampled_from(["甲", "乙"]),
        "country": st.sampled_from(["502", "110"]), "currency": st.sampled_from(["142", "502"]),
        "unit": st.sampled_from(["011", "035"]), "unit1": st.just("035"), "qty": st.integers(1, 9).map(str),
        "qty1": st.sampled_from(["1", "0.25"]), "totalPrice": st.sampled_from(["10.01", "3", "0.1"]),
    }), min_size=1, max_size=12,
)  # fmt: skip


@given(st.lists(st.tuples(HEADS, LINES), max_size=12), st.booleans(), st.booleans())
def test_a_declaration_holds_what_its_lists_hold(lists: Any, by_producer: bool, by_name: bool) -> None:
    """Every list line stands in exactly one declaration line; quantities, amounts and weights add up; keys are shared."""
    listed = [
        Listed(place, f"L{place:03d}", head, [{**line, "gnum": str(at)} for at, line in enumerate(lines, 1)])
        for place, (head, lines) in enumerate(lists)
    ]
    made = summary.declarations(listed, by_producer=by_producer, by_name=by_name, on=MARCH)
    inside = sorted(ref for one in made for line in one.lines for ref in line.of)
    assert inside == sorted((one.number, int(line["gnum"])) for one in listed for line in one.lines)
    for name, field in (("amount", "totalPrice"), ("quantity", "qty"), ("first_quantity", "qty1")):
        total = sum((getattr(line, name) for one in made for line in one.lines), Decimal(0))
        assert total == sum((Decimal(line[field]) for one in listed for line in one.lines), Decimal(0))
    assert sum((one.gross for one in made), Decimal(0)) == sum(
        (Decimal(one.head["grossWeight"]) for one in listed), Decimal(0)
    )
    heads = {one.number: one.head for one in listed}
    lines_of = {(one.number, int(line["gnum"])): line for one in listed for line in one.lines}
    for one in made:
        assert 0 < len(one.lines) <= 50
        assert all(heads[number][name] == value for number in one.lists for name, value in one.header.items())
        for merged in one.lines:
            of = [lines_of[ref] for ref in merged.of]
            assert {(line["gcode"], line["country"], line["currency"], line["unit"]) for line in of} == {
                (merged.code, merged.country, merged.currency, merged.unit)
            }
