"""Writes the Excel template of a message from its definition."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter

from pilotzone.exchange.formats import sheets
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.document_page import rows
from pilotzone.exchange.formats.example import example_values
from pilotzone.exchange.formats.shapes import Field, Part
from pilotzone.reference import codes

# Excel takes at most this many characters in a list written into the validation itself
_INLINE = 255


def template(name: str, edition: str, *, on: date) -> bytes:
    """An xlsx workbook: heads, lines, field notes; drop-downs from the code lists valid on `on`; one example row.

    Raises Refused for an unknown message or edition.
    """
    told = message(name, edition)
    target = BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    # the same definition always gives the same bytes
    book.set_properties({"title": f"{told.name} {told.zh} {told.en} {edition}", "created": datetime(2000, 1, 1)})  # noqa: DTZ001
    writer = _Writer(book, on)
    writer.part(sheets.HEAD, told.head)
    if told.lines:
        writer.part(sheets.LINES, told.lines)
    writer.notes(rows(told))
    writer.codes()
    book.close()
    return target.getvalue()


class _Writer:
    def __init__(self, book: xlsxwriter.Workbook, on: date) -> None:
        self.book, self.on = book, on
        self.bold = book.add_format({"bold": True, "bg_color": "#DCE6F1", "text_wrap": True, "valign": "top"})
        self.grey = book.add_format({"italic": True, "font_color": "#808080", "num_format": "@"})
        self.text = book.add_format({"num_format": "@"})
        self.lists: dict[str, tuple[int, list[tuple[str, str, str]]]] = {}

    def part(self, title: str, part: Part) -> None:
        sheet = self.book.add_worksheet(title)
        example = example_values(part)
        sheet.write_column(0, 0, [sheets.DOCUMENT, sheets.DOCUMENT_ZH, sheets.DOCUMENT_EN], self.bold)
        sheet.write_string(sheets.EXAMPLE_ROW, 0, sheets.EXAMPLE, self.grey)
        sheet.set_column(0, 0, 12, self.text)
        for number, field in enumerate(part.fields, start=1):
            sheet.write_string(sheets.NAMES_ROW, number, field.element, self.bold)
            sheet.write_string(sheets.ZH_ROW, number, f"{field.zh}{'*' if field.required else ''}", self.bold)
            sheet.write_string(sheets.EN_ROW, number, f"{field.en} {field.facets.notation}", self.bold)
            sheet.write_string(sheets.EXAMPLE_ROW, number, example.get(field.element, ""), self.grey)
            sheet.set_column(number, number, 16, self.text)
            self._choices(sheet, number, field)
        sheet.freeze_panes(sheets.DATA_ROW, 1)

    def notes(self, lines: list[dict[str, str]]) -> None:
        sheet = self.book.add_worksheet(sheets.NOTES)
        for number, line in enumerate(lines):
            if number == 0:
                sheet.write_row(0, 0, list(line), self.bold)
            sheet.write_row(number + 1, 0, list(line.values()), self.text)
        sheet.set_column(0, 12, 20)

    def codes(self) -> None:
        """The code lists the drop-downs point to, with their names."""
        sheet = self.book.add_worksheet(sheets.CODES)
        for name, (number, entries) in self.lists.items():
            sheet.write_row(0, number, [name, "中文", "English"], self.bold)
            for row, entry in enumerate(entries, start=1):
                sheet.write_row(row, number, entry, self.text)

    def _choices(self, sheet: Any, number: int, field: Field) -> None:
        if field.values:
            source: Any = [value.code for value in field.values]
        elif field.codes and field.kind != "status":
            source = self._range(field.codes)
        else:
            return
        if isinstance(source, list) and len(",".join(source)) > _INLINE:
            return
        rule = {"validate": "list", "source": source, "error_title": field.zh, "error_message": field.rule_zh[:255]}
        sheet.data_validation(sheets.DATA_ROW, number, sheets.LAST_ROW, number, rule)

    def _range(self, name: str) -> str:
        if name not in self.lists:
            entries = [(entry.code, entry.zh, entry.en) for entry in codes.entries(name, on=self.on)]
            self.lists[name] = (4 * len(self.lists), entries)
        number, entries = self.lists[name]
        letters = sheets.column(number)
        return f"='{sheets.CODES}'!${letters}$2:${letters}${len(entries) + 1}"
