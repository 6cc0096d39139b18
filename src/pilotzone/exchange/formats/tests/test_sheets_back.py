"""Formulas without a result are asked back; the rows refused come back as a workbook that can be handed in."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from pilotzone.exchange.formats import sheets
from pilotzone.exchange.formats.sheet_back import FAULTS, refused
from pilotzone.exchange.formats.sheet_formulas import unknown_cells
from pilotzone.exchange.formats.sheet_reading import Reading, read
from pilotzone.exchange.formats.sheet_title import message_of
from pilotzone.exchange.formats.tests.making import DAYS, codes
from pilotzone.exchange.formats.tests.test_sheets import filled, workbook

ON = DAYS["2018"]


def reading_of(raw: bytes) -> Reading:
    return read(raw, "CEB311", "2018", on=ON)


def formulas(*, stale: bool) -> bytes:
    """A sheet with an error, a formula, a number and a formula that gives a text."""
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        if not stale:
            book.calc_on_load = False  # as Excel leaves it when it saves
        sheet = book.add_worksheet(sheets.HEAD)
        sheet.write_formula("A1", "=1/0", None, "#DIV/0!")
        sheet.write_formula("B1", "=1+2", None, 3)
        sheet.write_number("C1", 5)
        sheet.write_formula("D1", '="x"', None, "x")
    return target.getvalue()


def test_only_what_nobody_worked_out_is_unknown():
    assert unknown_cells(formulas(stale=False), sheets.HEAD) == {"A1"}
    assert unknown_cells(formulas(stale=True), sheets.HEAD) == {"A1", "B1", "D1"}
    assert unknown_cells(formulas(stale=True), sheets.LINES) == frozenset()
    assert unknown_cells(b"PK no workbook", sheets.HEAD) == frozenset()


@pytest.mark.parametrize("formula", ["=1+2", "=A1"])
def test_a_formula_nobody_worked_out_is_no_amount(formula):
    head, line = filled()
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        for title, row in ((sheets.HEAD, head), (sheets.LINES, line)):
            sheet = book.add_worksheet(title)
            sheet.write_row(sheets.NAMES_ROW, 0, list(row))
            sheet.write_row(sheets.DATA_ROW, 0, list(row.values()))
        book.get_worksheet_by_name(sheets.HEAD).write_formula(sheets.DATA_ROW, list(head).index("goodsValue"), formula)
    found = reading_of(target.getvalue())
    assert (codes(found), found.accepted) == (["format.sheet_formula"], [])  # and not that it is missing
    assert codes(reading_of(refused(found, "CEB311Message"))) == ["format.missing"]  # given back empty, never as 0


def three() -> bytes:
    """Three orders of a line each; the second names an amount that is none, the third a unit that is none."""
    heads, lines = [], []
    for number, (head_change, line_change) in enumerate(
        [({}, {}), ({"freight": "lots"}, {}), ({}, {"unit": "aaa"})], 1
    ):
        head, line = filled(document=str(number), orderNo=f"PZ{number}", **head_change)
        heads.append(head)
        lines.append(line | {"document": str(number)} | line_change)
    return workbook("CEB311", heads, lines)


def test_the_refused_rows_come_back_with_their_faults_and_no_others():
    found = reading_of(three())
    assert [one.number for one in found.accepted] == ["1"]
    back = refused(found, "CEB311Message")
    assert message_of(back) == "CEB311Message"
    book = CalamineWorkbook.from_filelike(BytesIO(back))
    assert book.sheet_names == [sheets.HEAD, sheets.LINES, FAULTS]
    again = reading_of(back)
    assert [one.number for one in again.documents] == ["2", "3"]
    assert (codes(again), again.accepted) == (codes(found), [])
    # the list of faults names the cells of this workbook, not of the one handed in
    told = [row[0] for row in book.get_sheet_by_name(FAULTS).to_python()[1:]]
    assert told == [one.path for one in again.findings]


def test_a_line_without_its_document_stops_every_document():
    head, line = filled()
    found = reading_of(workbook("CEB311", [head], [line, line | {"document": "7"}]))
    assert found.accepted == []
    back = reading_of(refused(found, "CEB311Message"))
    assert (codes(back), len(back.documents[0].lines)) == (codes(found), 1)


def changed(raw: bytes, old: bytes, new: bytes) -> bytes:
    """The workbook with something else in its first sheet."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(raw)) as book, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name in book.namelist():
            part = book.read(name)
            made.writestr(name, part.replace(old, new) if name.endswith("sheet1.xml") else part)
    return target.getvalue()


@pytest.mark.parametrize("number", [b"NaN", b"inf", b"-1e999"])
def test_a_number_that_is_none_comes_back_as_a_text(number):
    head, line = filled(goodsValue=12345.5)
    raw = changed(workbook("CEB311", [head], [line]), b"<v>12345.5</v>", b"<v>" + number + b"</v>")
    found = reading_of(raw)
    assert found.accepted == [] and "format.number" in codes(found)
    assert reading_of(refused(found, "CEB311Message")).sheets[0].rows[sheets.DATA_ROW - 1] != []


def test_a_title_row_gives_back_no_formula_and_no_link():
    found = reading_of(three())
    found.sheets[0].rows[1][:3] = ["{=1+1}", "=1+1", "https://pilotzone.example/"]
    with zipfile.ZipFile(BytesIO(refused(found, "CEB311Message"))) as book:
        part = book.read("xl/worksheets/sheet1.xml")
    assert b"<f>" not in part and b"<hyperlink" not in part


def test_cells_that_never_end_are_passed_through_once():
    # were each looked for to the end of the part, this would take hours
    endless = b"<sheetData/><!-- <f # " + b"<c r='A1'>" * 300_000 + b"-->"
    assert unknown_cells(changed(formulas(stale=True), b"<sheetData>", endless), sheets.HEAD) >= {"B1", "D1"}


def test_a_cell_in_the_last_corner_is_refused_and_takes_no_memory():
    cell = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    found = reading_of(changed(three(), b"</sheetData>", cell))
    assert (codes(found), found.documents) == (["format.sheet_unreadable"], [])
