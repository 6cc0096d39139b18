"""Excel templates are written from the definitions, and what people fill in is read with the cell of every fault."""

from __future__ import annotations

import zipfile
from datetime import date, datetime
from io import BytesIO

import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from pilotzone.exchange.formats import sheets
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.example import example_document
from pilotzone.exchange.formats.sheet_reading import read
from pilotzone.exchange.formats.sheet_template import template
from pilotzone.exchange.formats.sheet_title import message_of
from pilotzone.exchange.formats.tests.making import DAYS, EVERY, GUID, codes, made

ON = DAYS["2018"]


def workbook(
    name: str, heads: list[dict], lines: list[dict], *, edition: str = "2018", titles=(sheets.HEAD, sheets.LINES)
) -> bytes:
    """A filled workbook; the key document ties lines to heads; values keep their Python type."""
    told = message(name, edition)
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"})
    for title, part, rows in zip(titles, told.parts, (heads, lines), strict=False):
        sheet = book.add_worksheet(title)
        names = [sheets.DOCUMENT, *(field.element for field in part.fields)]
        names += [key for row in rows for key in row if key not in names]
        sheet.write_row(0, 0, names)
        sheet.write_string(sheets.EXAMPLE_ROW, 0, sheets.EXAMPLE)
        for number, row in enumerate(rows, start=sheets.DATA_ROW):
            for key, value in row.items():
                if isinstance(value, str):
                    sheet.write_string(number, names.index(key), value)
                else:
                    sheet.write(number, names.index(key), value)
    book.close()
    return target.getvalue()


def filled(**changes) -> tuple[dict, dict]:
    head, lines = example_document(message("CEB311"))
    return {"document": "1"} | head | changes, {"document": "1"} | lines[0]


@pytest.mark.parametrize(("name", "edition"), EVERY)
def test_an_untouched_template_holds_no_document_and_no_fault(name, edition):
    reading = read(template(name, edition, on=DAYS[edition]), name, edition, on=DAYS[edition])
    assert (reading.documents, reading.findings) == ([], [])


def test_a_template_names_every_field_in_both_languages_and_shows_an_example():
    book = CalamineWorkbook.from_filelike(BytesIO(template("CEB621", "2018", on=ON)))
    assert book.sheet_names == [sheets.HEAD, sheets.LINES, sheets.NOTES, sheets.CODES]
    rows = book.get_sheet_by_name(sheets.HEAD).to_python()
    told = message("CEB621")
    assert rows[0][1:] == [field.element for field in told.head.fields]
    assert all(field.zh in zh for field, zh in zip(told.head.fields, rows[1][1:], strict=True))
    assert rows[2][rows[0].index("grossWeight")] == "gross weight N19,5"
    assert rows[3][0] == sheets.EXAMPLE
    notes = book.get_sheet_by_name(sheets.NOTES).to_python()
    assert len(notes) == 1 + sum(len(part.fields) for part in told.parts)


def test_the_same_template_has_the_same_bytes_and_offers_the_codes_of_its_day():
    first = template("CEB621", "2018", on=ON)
    assert first == template("CEB621", "2018", on=ON)
    with zipfile.ZipFile(BytesIO(first)) as packed:
        sheet = packed.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<dataValidation ") >= 10
    assert "9610,1210,1239" in sheet


def test_documents_come_back_as_they_were_filled():
    head, line = filled()
    second = head | {"document": "2", "orderNo": "PZ2", "acturalPaid": "832.22", "goodsValue": "796.00"}
    reading = read(workbook("CEB311", [head, second], [line, line | {"document": "2"}]), "CEB311", "2018", on=ON)
    assert codes(reading) == []
    documents = [(document.head, document.lines) for document in reading.accepted]
    assert documents[0] == example_document(message("CEB311"))
    raw = made("CEB311", documents=documents)
    assert b"PZ2" in raw


def test_numbers_and_dates_of_excel_become_texts_of_the_field():
    head, line = filled(
        appTime=datetime(2020, 5, 1, 10, 30),  # noqa: DTZ001 Excel knows no zone
        goodsValue=398,
        freight=0.1,
        acturalPaid=434.32,
        currency=142,
    )
    reading = read(workbook("CEB311", [head], [line | {"qty": 2.0, "gnum": 1}]), "CEB311", "2018", on=ON)
    assert codes(reading) == []
    got = reading.documents[0]
    assert (got.head["appTime"], got.head["goodsValue"], got.head["freight"]) == ("20200501103000", "398", "0.1")
    assert (got.lines[0]["qty"], got.lines[0]["gnum"], got.head["currency"]) == ("2", "1", "142")
    day = read(workbook("CEB621", [{"document": "1", "declTime": date(2020, 5, 1)}], []), "CEB621", "2018", on=ON)
    assert day.documents[0].head["declTime"] == "20200501"


@pytest.mark.parametrize(
    ("change", "code", "element"),
    [
        ({"orderNo": ""}, "format.missing", "orderNo"),
        ({"orderNo": "x" * 61}, "format.too_long", "orderNo"),
        ({"freight": "abc"}, "format.number", "freight"),
        ({"buyerIdNumber": 110101209901010009}, "format.sheet_number", "buyerIdNumber"),
        ({"currency": "502"}, "format.fixed", "currency"),
        ({"acturalPaid": "1"}, "rule.order_total", "acturalPaid"),
        ({"orderType": "E"}, "rule.order_type", "orderType"),
    ],
)
def test_a_fault_names_its_cell_and_spares_the_other_documents(change, code, element):
    good, line = filled()
    bad, _ = filled(document="2", orderNo="PZ2", **{key: value for key, value in change.items() if key != "orderNo"})
    bad |= change
    reading = read(workbook("CEB311", [good, bad], [line, line | {"document": "2"}]), "CEB311", "2018", on=ON)
    names = [sheets.DOCUMENT, *(field.element for field in message("CEB311").head.fields)]
    cell = f"{sheets.HEAD}!{sheets.column(names.index(element))}6"
    assert [document.number for document in reading.accepted] == ["1"]
    assert (code, cell, 6) in [(one.code, one.path, one.line) for one in reading.findings]


def test_a_line_fault_names_the_cell_of_the_line_sheet():
    head, line = filled()
    reading = read(workbook("CEB311", [head], [line, line | {"gnum": "2", "unit": "aaa"}]), "CEB311", "2018", on=ON)
    names = [sheets.DOCUMENT, *(field.element for field in message("CEB311").lines.fields)]
    (found,) = reading.findings
    assert (found.code, found.path) == ("code.unit", f"{sheets.LINES}!{sheets.column(names.index('unit'))}6")


def test_a_code_that_excel_made_a_number_is_asked_back_and_not_guessed():
    head, line = filled()
    reading = read(workbook("CEB311", [head], [line | {"unit": 7}]), "CEB311", "2018", on=ON)
    assert "format.sheet_number" in codes(reading)


def test_numbers_of_documents_must_be_there_and_differ_and_lines_need_their_head():
    head, line = filled()
    heads = [head, head | {"orderNo": "PZ2"}, head | {"document": "", "orderNo": "PZ3"}]
    reading = read(workbook("CEB311", heads, [line, line | {"document": "9"}]), "CEB311", "2018", on=ON)
    assert codes(reading).count("format.sheet_document") == 4  # whose the lines are is doubtful for both of a number
    assert (reading.homeless, reading.accepted) == (True, [])
    assert {one.zh for one in reading.findings} >= {"单证序号“1”重复。", "单证序号“9”在表头中没有。"}


def test_the_caller_fills_what_people_need_not_know():
    head, line = filled()
    for name in ("guid", "appTime", "appStatus"):
        head.pop(name)
    line.pop("gnum")
    told = {"guid": GUID, "appTime": "20200501000000", "appStatus": "2", "copNo": "not a field of an order"}
    reading = read(workbook("CEB311", [head], [line]), "CEB311", "2018", on=ON, fill=lambda number: told)
    assert codes(reading) == []
    assert reading.documents[0].head["guid"] == GUID
    assert reading.documents[0].lines[0]["gnum"] == "1"


def test_a_message_without_lines_has_one_sheet():
    head, _ = example_document(message("CEB411"))
    reading = read(workbook("CEB411", [{"document": "1"} | head], []), "CEB411", "2018", on=ON)
    assert codes(reading) == []
    assert reading.accepted[0].head == head


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"", "format.sheet_other"),
        (b"PK\x03\x04 not a workbook", "format.sheet_unreadable"),
        (b"a,b\n1,2", "format.sheet_other"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "format.sheet_old"),
        (workbook("CEB311", [], [], titles=("x", "y")), "format.sheet_missing"),
        (workbook("CEB311", [{"document": "1", "nonsense": "1"}], []), "format.sheet_column"),
    ],
)
def test_what_is_no_template_is_answered(raw, code):
    assert code in codes(read(raw, "CEB311", "2018", on=ON))


def test_a_workbook_that_unpacks_to_too_much_is_not_opened(monkeypatch):
    from pilotzone.exchange.formats import sheet_reading

    monkeypatch.setattr(sheet_reading, "limit", lambda name: 10_000_000 if name == "bytes" else 1000)
    assert codes(read(template("CEB311", "2018", on=ON), "CEB311", "2018", on=ON)) == ["format.sheet_unreadable"]


@pytest.mark.parametrize("name", ["CEB311Message", "CEB411Message"])
def test_a_renamed_template_still_says_which_document_it_is(name):
    assert message_of(template(name, "2018", on=ON)) == name


def test_what_is_no_template_says_nothing():
    bare = BytesIO()
    with zipfile.ZipFile(bare, "w") as book:
        book.writestr("docProps/core.xml", "<dc:title>Budget CEB311Message</dc:title>" + " " * 100_000)
    whole = template("CEB311Message", "2018", on=ON)
    for raw in (
        b"",
        b"PK",
        b"hello",
        bare.getvalue(),
        whole[: len(whole) // 2],
        whole.replace(b"docProps", b"docprops"),
    ):
        assert message_of(raw) == ""
