"""The rules of filing by tables: fields and licences by role, differences, reminders, the file."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.base.ids import uscc
from pilotzone.kernel.access.firms import trades
from pilotzone.reference.filing import form
from pilotzone.rooms.registry.engine import codes, sheet
from pilotzone.rooms.registry.engine.differences import Told, compared, plain, settled
from pilotzone.rooms.registry.engine.judging import Paper, judge
from pilotzone.rooms.registry.engine.reminders import light, reminders
from pilotzone.rooms.registry.tests.offices import code_of

ON = date(2021, 3, 15)
CASES = yaml.safe_load((Path(__file__).parent / "cases" / "judging.yaml").read_text(encoding="utf-8"))
BASE = {
    "name": "甲", "address": "某地", "legal_rep": "某人", "unit": "360111", "contact": "某人", "phone": "0791-88880000",
}  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["about"])
def test_a_filing_is_judged_by_its_roles(case: dict[str, Any]) -> None:
    paper = Paper(
        code_of(1), tuple(case["roles"]), BASE | case["values"], case.get("licences", ()), "", frozenset({"360111"})
    )
    found = judge(paper, on=ON, known_roles=trades())
    assert sorted(one.code for one in found if one.weight == "refuses") == sorted(case["wrong"])
    assert all(one.zh and one.en and one.source for one in found)


def test_every_role_has_a_form_with_sections_basis_and_promises() -> None:
    for role in trades():
        asked = form([role])
        assert {one.section for one in asked.fields} == {one.key for one in asked.sections}, role
        assert len(asked.commitments) >= 2 and any(one.must for one in asked.fields)
        for one in (*asked.fields, *asked.licences, *asked.commitments):
            assert one.zh and one.en and one.source and one.tag in "ABCP", (role, one.key)


def test_a_code_whose_check_fails_refuses_without_evidence_and_warns_with_it() -> None:
    good = code_of(7)
    bad = good[:-1] + ("0" if good[-1] != "0" else "1")
    assert codes.warned(good, "") == [] and not uscc.is_valid(bad)
    assert [one.weight for one in codes.warned(bad, "")] == ["refuses"]
    assert [one.weight for one in codes.warned(bad, "扫描件")] == ["warns"]
    with pytest.raises(Refused, match=r"rule\.filing\.uscc_form"):
        codes.credit_code("91360100")
    assert codes.credit_code(" " + good.lower() + " ") == good


def test_registers_differ_only_in_what_they_say_not_in_how_they_write_it() -> None:
    at = datetime(2021, 3, 15, tzinfo=UTC)
    told = [
        Told("samr", {"name": "（演示）甲公司", "address": "甲路1号", "legal_rep": "张"}, at),
        Told("customs", {"name": "(演示) 甲公司", "address": "乙路2号"}, at),
        Told("tax", {"name": "（演示）甲公司", "legal_rep": "张"}, at),
    ]
    rows = compared(form(["ebc"]), told)
    assert {row.field: row.differs for row in rows} == {"name": False, "address": True, "legal_rep": False}
    assert rows[0].field == "address" and rows[0].says == (("samr", "甲路1号", at), ("customs", "乙路2号", at))
    assert settled(form(["ebc"]), told)["address"] == "甲路1号"
    assert plain("Ａ（B） c") == plain("a(b)C")


@pytest.mark.parametrize(
    ("ends", "before", "told"),
    [
        ("2021-05-14", 30, date(2021, 4, 14)),  # a Wednesday
        ("2021-05-03", 30, date(2021, 4, 2)),  # 3 April 2021 is Qingming: told on the Friday before
        ("2021-10-13", 7, date(2021, 9, 30)),  # 6 October is National Day's week: before it
        ("2021-05-15", 7, date(2021, 5, 8)),  # a Saturday on which people work (make-up day)
    ],
)
def test_a_reminder_falls_on_a_working_day_not_later(ends: str, before: int, told: date) -> None:
    found = reminders([{"kind": "food", "number": "1", "valid_to": ends}], [before])
    assert [(one.on, one.provisional) for one in found] == [(told, False)]


def test_the_light_of_a_licence() -> None:
    days = (60, 30, 7)
    assert [light(day, ON, days) for day in (None, date(2021, 3, 14), ON, date(2021, 5, 14), date(2021, 5, 15))] == [
        "green", "red", "yellow", "yellow", "green",
    ]  # fmt: skip


TEXT = st.text(alphabet=st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=30)


@given(st.lists(st.tuples(TEXT, TEXT, TEXT), min_size=1, max_size=5))
@settings(max_examples=25)
def test_the_file_comes_out_as_it_went_in(rows: list[tuple[str, str, str]]) -> None:
    names = ("uscc", "roles", "name")
    lines = sheet.read(sheet.write(names, rows), sheet.columns(trades()))
    said = [
        {name: text.strip() for name, text in zip(names, row, strict=True) if text.strip()}
        for row in rows
        if any(text.strip() for text in row) and row[0].strip() not in sheet.WORDS["uscc"]
    ]
    assert [dict(line.cells) for line in lines] == said


@given(st.lists(st.fixed_dictionaries({part: st.text("ab1-年", max_size=5) for part in sheet.PARTS}), max_size=3))
def test_licences_in_a_cell_are_read_back(licences: list[dict[str, str]]) -> None:
    assert sheet.licences_of(sheet.cell_of(licences)) == licences


@pytest.mark.parametrize("raw", [b"", b"PK\x03\x04 no book", b"\x00\x01", b"name\nx\n", b"PK" + b"\0" * 50])
def test_what_is_no_file_of_filings_is_refused(raw: bytes) -> None:
    with pytest.raises(Refused, match=r"registry\.upload\.file"):
        sheet.read(raw, sheet.columns(trades()))


def test_a_column_nobody_knows_is_named() -> None:
    with pytest.raises(Refused, match=r"rule\.filing\.unknown_field") as refused:
        sheet.read(b"uscc,roles,colour\nx,y,z\n", sheet.columns(trades()))
    assert refused.value.fields == {"column": "colour"}
