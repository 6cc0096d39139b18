"""The self-report as an Excel sheet: the same form out as in. A file is read whole and every faulty cell is named; nothing is guessed."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from pilotzone.base import workbooks
from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.collection.checks import Field, Form, fault
from pilotzone.rooms.statistics.errors import refused

LARGEST, UNPACKED, ROWS = 2 * 1024 * 1024, 16 * 1024 * 1024, 500
SHEET = "统计月报 Report"
HEAD = (("报告期 Month", "month"), ("表式版本 Edition", "edition"), ("说明 Note", "note"))
TITLES = ("字段 Field", "项目", "Item", "计量单位 Unit", "数值 Value")
VALUE = 4  # the column a firm fills in, E


@dataclass(frozen=True, slots=True)
class Filled:
    """What a firm typed into the sheet: the month, the values by field as text, the note; `wrong` what is wrong by cell (`E12`)."""

    month: date
    typed: Mapping[str, str]
    note: str
    wrong: Mapping[str, str]


def written(form: Form, month: date, values: Mapping[str, str], note: str, head: Mapping[str, str]) -> bytes:
    """The sheet of a month with what was reported before; `head` are the lines of the form's head, by name."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": SHEET, "created": datetime(2000, 1, 1)})  # noqa: DTZ001 (the same content, the same bytes)
    bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
    open_ = book.add_format({"bg_color": "#FFF8E1", "border": 1, "num_format": "@"})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, 0, 22)
    sheet.set_column(1, 4, 30, text)
    told = {"month": f"{month:%Y-%m}", "edition": form.version, "note": note}
    for row, (name, key) in enumerate(HEAD):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, told[key], open_ if key == "note" else text)
    for row, (name, value) in enumerate(head.items(), len(HEAD)):
        sheet.write_string(row, 0, name, bold)
        sheet.write_string(row, 1, value, text)
    start = len(HEAD) + len(head) + 1
    sheet.write_row(start, 0, TITLES, bold)
    for row, field in enumerate(form.fields, start + 1):
        sheet.write_row(row, 0, [field.key, field.zh, field.en, field.unit], text)
        sheet.write_string(row, VALUE, values.get(field.key, ""), open_)
    book.close()
    return target.getvalue()


def read(raw: bytes, form: Form, month: date) -> Filled:
    """The sheet as it came back, good. Refused as `opened` says, and `statistics.sheet.cells` with every faulty cell in `fields`."""
    filled = opened(raw, form, month)
    if filled.wrong:
        raise refused_cells(filled)
    return filled


def refused_cells(filled: Filled) -> Refused:
    """`statistics.sheet.cells` with the first forty faulty cells."""
    return refused("statistics.sheet.cells", count=len(filled.wrong), by_field=dict(list(filled.wrong.items())[:40]))


def opened(raw: bytes, form: Form, month: date) -> Filled:
    """The sheet as it came back, with what is wrong in it. Refused `statistics.sheet.file` (no such sheet), `.other` (another month or
    edition)."""
    rows = _rows(raw)
    head = {row[0]: row[1].strip() if len(row) > 1 else "" for row in rows if row and row[0] in dict(HEAD)}
    if head.keys() != dict(HEAD).keys():
        raise refused("statistics.sheet.file")
    told = {key: head[name] for name, key in HEAD}
    if told["month"][:7] != f"{month:%Y-%m}" or told["edition"] != form.version:
        raise refused("statistics.sheet.other", month=f"{month:%Y-%m}", edition=form.version)
    fields = {field.key: field for field in form.fields}
    typed: dict[str, str] = {}
    wrong: dict[str, str] = {}
    begun = False
    for number, row in enumerate(rows, 1):
        if row and row[0] == TITLES[0]:
            begun = True
            continue
        if not begun or not row or not row[0]:
            continue
        key, value = row[0].strip(), row[VALUE].strip().replace(",", "") if len(row) > VALUE else ""
        if key not in fields or key in typed:
            wrong[f"A{number}"] = f"没有字段{key[:40]}，或重复 / unknown or repeated field"
        elif what := _fault(fields[key], value):
            wrong[f"E{number}"] = f"{fields[key].zh}：{what}"
        typed[key] = value
    for key in fields.keys() - typed.keys():
        wrong[key] = f"缺少{fields[key].zh}一行 / the row is missing"
    return Filled(month, typed, told["note"], wrong)


def _fault(field: Field, value: str) -> str:
    """What is wrong with a value, as far as the cell alone tells; empty is judged with the whole report."""
    if not value:
        return ""
    try:
        number = Decimal(value)
    except InvalidOperation:
        return f"“{value[:20]}”不是数 / is no number"
    what = fault(field, number)
    return f"{what[0]} / {what[1]}" if what else ""


def _rows(raw: bytes) -> list[list[str]]:
    if len(raw) > LARGEST or raw[:2] != b"PK":
        raise refused("statistics.sheet.file")
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as inside:
            if sum(one.file_size for one in inside.infolist()) > UNPACKED:
                raise refused("statistics.sheet.file")
        if workbooks.too_far(raw):
            raise refused("statistics.sheet.file")
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        if SHEET not in book.sheet_names:
            raise refused("statistics.sheet.file")
        found = book.get_sheet_by_name(SHEET).to_python(skip_empty_area=False)
    except (CalamineError, zipfile.BadZipFile, ValueError, OSError):
        raise refused("statistics.sheet.file") from None
    if len(found) > ROWS:
        raise refused("statistics.sheet.file")
    return [[_text(cell) for cell in row[:8]] for row in found]


def _text(value: object) -> str:
    """A cell as text: Excel keeps numbers as floats, and 1234.0 is 1234."""
    if isinstance(value, float):
        return f"{int(value)}" if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, (date, datetime)):
        return f"{value:%Y-%m-%d}"
    return str(value)
