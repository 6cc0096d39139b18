"""What a self-report must pass, what it is held against, and exports recognised as sold online."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.base.tests.test_workbooks import in_the_last_corner
from pilotzone.rooms.statistics.engine.collection import checks, sheet
from pilotzone.rooms.statistics.engine.collection.mirror import difference, mirror
from pilotzone.rooms.statistics.engine.collection.recognition import Declared, Sold, recognise
from pilotzone.rooms.statistics.queries.definitions import forms, scale

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "collection.yaml").read_text(encoding="utf-8"))
DAY = date(2020, 11, 1)
REPORT = {field.key: Decimal(0) for field in forms()[0].fields} | {
    "export_total": Decimal(100), "export_9610": Decimal(40), "export_9710": Decimal(60), "import_total": Decimal(20),
    "import_1210": Decimal(20), "orders": Decimal(3), "returns": Decimal(1),
}  # fmt: skip
FORM = checks.form_of(forms(), DAY)
SHIPPED = (Path(__file__).parents[3] / "data" / "statistics" / "edit_checks.yaml").read_text(encoding="utf-8")


def number(value: Any) -> Decimal | None:
    return None if value is None else Decimal(str(value))


@pytest.mark.parametrize("case", CASES["mirror"], ids=lambda case: case["why"])
def test_the_mirror_by_its_table(case: dict[str, Any]) -> None:
    told = mirror(number(case["own"]), number(case["port"]), number(case.get("platform")), mode=case["mode"], on=DAY)
    assert (told.verdict, told.source, told.value) == (case["verdict"], case["source"], number(case["value"]))
    assert told.marked == (case["verdict"] not in ("agrees", "unseen"))


@given(st.decimals(0, 10**9, places=2), st.decimals(0, 10**9, places=2))
def test_a_difference_is_a_part_and_the_same_both_ways(one: Decimal, other: Decimal) -> None:
    assert 0 <= difference(one, other) <= 1 and difference(one, other) == difference(other, one)


@pytest.mark.parametrize("bad", [Decimal(-1), Decimal("NaN"), Decimal("Infinity")])
def test_a_figure_that_is_none_is_never_compared(bad: Decimal) -> None:
    with pytest.raises(Refused, match=r"mirror\.negative"):
        mirror(Decimal(1), bad, None, mode="9610", on=DAY)


@pytest.mark.parametrize("case", CASES["checks"], ids=lambda case: case["why"])
def test_edit_checks_by_their_table(case: dict[str, Any]) -> None:
    report = REPORT | {name: number(value) for name, value in case["change"].items()}
    found = checks.judged(FORM, report, before=REPORT, year_before=REPORT)
    assert sorted(one.key for one in found) == sorted(case["found"])
    hard = any(one.weight == checks.HARD for one in found)
    assert checks.may_stand(found, noted=True) != hard and checks.may_stand(found, noted=False) == (not found)


@pytest.mark.parametrize("case", CASES["bad"], ids=lambda case: case["why"])
def test_an_absurd_report_is_refused_by_field(case: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"report\.field") as told:
        checks.judged(FORM, REPORT | {name: number(value) for name, value in case["change"].items()})
    assert [*told.value.fields] == [case["field"]] and told.value.zh and told.value.en


def test_the_first_report_of_a_firm_has_nothing_to_jump_from() -> None:
    found = checks.judged(FORM, REPORT)
    assert {one.key for one in found} == {"export_jump", "import_jump"} and not any(one.known for one in found)
    assert checks.may_stand(found, noted=False)


def test_before_the_first_form_there_is_none() -> None:
    with pytest.raises(Refused, match=r"report\.month"):
        checks.form_of(forms(), date(2019, 7, 31))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weight: hard, holds: abs(", "weight: heavy, holds: abs("), ("holds: returns <=", "holds: profit <="),
        ("holds: returns <=", "holds: returns ** 2 <="), ("from: 2019-08-01", "from: soon"), ("key: returns,", "key: orders,"),
        ("forms:", "form:"), ("zh: 订单数", "word: 订单数"), ("    checks:", "  checks:"),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_with_its_line(old: str, new: str) -> None:
    assert old in SHIPPED
    with pytest.raises(Refused, match=r"checks\.file") as told:
        checks.forms(SHIPPED.replace(old, new, 1))
    assert "Line " in told.value.en


def test_a_workbook_with_a_cell_in_the_last_corner_is_refused() -> None:
    with pytest.raises(Refused, match=r"sheet\.file"):
        sheet.read(in_the_last_corner(), FORM, DAY)


@pytest.mark.parametrize("case", CASES["recognition"], ids=lambda case: case["why"])
def test_recognition_by_its_table(case: dict[str, Any]) -> None:
    line = Declared("D1", "F", "6109100010", date(2020, 6, 15), Decimal(1000), "0110")
    sales = [Sold(f"S{i}", "F", hs, day, Decimal(value)) for i, (hs, day, value) in enumerate(case["sales"])]
    sales.append(Sold("other", "G", "610910", line.on, Decimal(1000)))  # another firm's sale never counts
    (told,) = recognise([line], sales, scale())
    assert (told.verdict, told.score) == (case["verdict"], case["score"])
    assert sum(why.points for why in told.reasons) == told.score and all(why.zh and why.en for why in told.reasons)


def test_a_sale_counts_for_one_declaration_only() -> None:
    lines = [Declared(f"D{i}", "F", "610910", date(2020, 6, 15 + i), Decimal(1000), "0110") for i in range(2)]
    told = recognise(lines, [Sold("S", "F", "610910", date(2020, 6, 15), Decimal(1000))], scale())
    assert [one.verdict for one in told] == ["online", "offline"]


def test_only_the_modes_concerned_are_looked_at() -> None:
    assert recognise([Declared("D", "F", "610910", DAY, Decimal(1), "9610")], [], scale()) == []
    with pytest.raises(Refused, match=r"match\.value"):
        recognise([Declared("D", "F", "610910", DAY, Decimal(0), "0110")], [], scale())
