"""The refused rows of a filled template as a workbook to be mended: the same sheets and columns, each fault on its cell."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from pilotzone.exchange.formats import sheets
from pilotzone.exchange.formats.findings import Finding
from pilotzone.exchange.formats.sheet_reading import Reading, Sheet

FAULTS = "问题 Faults"
TITLES = ("单元格 cell", "代码 code", "问题", "fault", "依据 source")
_CELL = re.compile(r"!([A-Z]+)\d+$")


def refused(reading: Reading, title: str) -> bytes:
    """An xlsx workbook with the rows of every document not accepted, as typed, and a last sheet with all their faults.

    Mended, it is handed in like any filled template; the accepted rows are not in it. `title` names the message first.
    """
    target = BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        book.set_properties({"title": title, "created": datetime(2000, 1, 1)})  # noqa: DTZ001
        writer = _Writer(book)
        for sheet in reading.sheets:
            writer.sheet(sheet, _rows(sheet, reading))
        writer.faults(reading.findings)
    return target.getvalue()


def _rows(sheet: Sheet, reading: Reading) -> list[int]:
    """The rows to give back, counted from 1, in their order."""
    taken = reading.accepted
    if sheet.title == sheets.HEAD:
        left_out = {document.row for document in taken}
    else:
        left_out = {row for document in taken for row in document.line_rows}
    every = enumerate(sheet.rows, start=1)
    return [row for row, cells in every if row >= sheets.DATA_ROW and row not in left_out and any(map(_filled, cells))]


def _filled(cell: Any) -> bool:
    return cell is not None and cell != ""


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self.book = book
        self.bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top"})
        self.text = book.add_format({"num_format": "@"})
        self.day = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self.moved: dict[tuple[str, int], int] = {}  # where a row stands now, by sheet and former row

    def sheet(self, sheet: Sheet, rows: Iterable[int]) -> None:
        made = self.book.add_worksheet(sheet.title)
        for place, cells in enumerate(sheet.rows[: sheets.DATA_ROW - 1]):
            for number, cell in enumerate(cells):
                made.write_string(place, number, "" if cell is None else str(cell), self.bold)
        for place, row in enumerate(rows, start=sheets.DATA_ROW - 1):
            self.moved[sheet.title, row] = place
            for number, cell in enumerate(sheet.rows[row - 1]):
                # a formula nobody worked out reads as 0: given back it would be an amount
                if f"{sheets.column(number)}{row}" not in sheet.unknown:
                    self._cell(made, place, number, cell)
        made.set_column(0, len(sheet.rows[0]) - 1, 16, self.text)
        made.freeze_panes(sheets.DATA_ROW - 1, 1)

    def faults(self, findings: Iterable[Finding]) -> None:
        """The list of faults, and each as a note on its cell."""
        listed = self.book.add_worksheet(FAULTS)
        listed.write_row(0, 0, TITLES, self.bold)
        notes: dict[tuple[str, str], list[str]] = {}
        for number, one in enumerate(findings, start=1):
            title, cell = one.path.partition("!")[0], _CELL.search(one.path)
            place = self.moved.get((title, one.line))
            where = one.path
            if cell and place is not None:
                where = f"{title}!{cell[1]}{place + 1}"
                notes.setdefault((title, f"{cell[1]}{place + 1}"), []).append(f"{one.zh}\n{one.en}")
            for column, text in enumerate((where, one.code, one.zh, one.en, one.source)):
                listed.write_string(number, column, text)
        listed.set_column(0, len(TITLES) - 1, 30)
        self._note(notes)

    def _note(self, notes: Mapping[tuple[str, str], list[str]]) -> None:
        for (title, cell), told in notes.items():
            self.book.get_worksheet_by_name(title).write_comment(cell, "\n".join(told), {"x_scale": 3})

    def _cell(self, made: Any, row: int, column: int, cell: Any) -> None:
        if isinstance(cell, bool | int | float) and math.isfinite(cell):
            made.write(row, column, cell)
        elif isinstance(cell, datetime | date):
            made.write_datetime(row, column, cell, self.day)
        elif _filled(cell):
            made.write_string(row, column, str(cell), self.text)
