"""Reads a filled template: one document a head row, its lines by document number; each fault with its cell.

Documents without fault can be sent although others are refused (partial acceptance).
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from pilotzone.base import workbooks
from pilotzone.exchange.formats import sheets
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.findings import Finding, finding, limit, named
from pilotzone.exchange.formats.parsed import Document
from pilotzone.exchange.formats.rules.judge import judge
from pilotzone.exchange.formats.schema_findings import measure
from pilotzone.exchange.formats.shapes import Field, Message, Part
from pilotzone.exchange.formats.sheet_cells import Lost, text_of
from pilotzone.exchange.formats.sheet_formulas import unknown_cells

Fill = Callable[[int], Mapping[str, str]]
OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # how an .xls, and a workbook with a password, begins
_TWICE = ("重复", "stands twice")
_EMPTY = ("为空", "is empty")
_HOMELESS = ("在表头中没有", "is not among the heads")


@dataclass(slots=True)
class SheetDocument:
    """One document of a workbook; `number` as written in the sheet, `row` its head row counted from 1."""

    number: str
    row: int
    head: dict[str, str]
    lines: list[dict[str, str]] = field(default_factory=list)
    line_rows: list[int] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@dataclass(slots=True)
class Reading:
    """All documents, and the findings of the workbook and of every document; paths are cells (表头 Head!C5)."""

    documents: list[SheetDocument] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    sheets: list[Sheet] = field(default_factory=list)
    homeless: bool = False  # a line belongs to no document: it may be any document's

    @property
    def accepted(self) -> list[SheetDocument]:
        """The documents without any finding. None where a line has lost its document or it is doubtful whose a line is."""
        return [] if self.homeless else [document for document in self.documents if not document.findings]


@dataclass(frozen=True)
class Sheet:
    """One sheet as it was filled in: `columns` by element, `rows` with the cells as typed, `unknown` places without a value."""

    title: str
    part: Part
    columns: dict[str, int]
    rows: list[list[Any]]
    unknown: frozenset[str] = frozenset()

    def cell(self, element: str, row: int) -> str:
        return f"{self.title}!{sheets.column(self.columns.get(element, 0))}{row}"


def read(raw: bytes, name: str, edition: str, *, on: date, fill: Fill | None = None) -> Reading:
    """Documents and findings of a workbook; never raises on its content.

    `fill(position)` gives values for head elements left empty (guid, appTime, appStatus …), position from 1.
    """
    told = message(name, edition)
    reading = Reading()
    book = _open(raw, reading)
    if book is None:
        return reading
    heads = _sheet(book, raw, sheets.HEAD, told.head, reading)
    lines = _sheet(book, raw, sheets.LINES, told.lines, reading) if told.lines else None
    if heads is None or (told.lines and lines is None):
        return reading
    reading.sheets = [one for one in (heads, lines) if one is not None]
    _read_heads(heads, reading, fill)
    if lines is not None:
        _read_lines(lines, reading)
    _judge(told, heads, lines, reading, on)
    reading.findings.extend(one for document in reading.documents for one in document.findings)
    return reading


def _open(raw: bytes, reading: Reading) -> CalamineWorkbook | None:
    try:
        if len(raw) > limit("bytes"):
            raise ValueError(f"> {limit('bytes')} bytes")
        if not raw.startswith(b"PK"):
            code = "format.sheet_old" if raw.startswith(OLD_EXCEL) else "format.sheet_other"
            reading.findings.append(finding(code, path=""))
            return None
        with zipfile.ZipFile(BytesIO(raw)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > limit("sheet_bytes"):
                raise ValueError(f"> {limit('sheet_bytes')} bytes unpacked")
        if workbooks.too_far(raw):
            raise ValueError(f"> {workbooks.MOST_PLACES} cells")
        return CalamineWorkbook.from_filelike(BytesIO(raw))
    except (CalamineError, ValueError, zipfile.BadZipFile, NotImplementedError) as problem:
        reading.findings.append(finding("format.sheet_unreadable", path="", detail=problem))
    return None


def _sheet(book: CalamineWorkbook, raw: bytes, title: str, part: Part, reading: Reading) -> Sheet | None:
    if title not in book.sheet_names:
        reading.findings.append(finding("format.sheet_missing", path=title, limit=title))
        return None
    try:
        rows = book.get_sheet_by_name(title).to_python(skip_empty_area=False, nrows=limit("sheet_rows") + 1)
    except CalamineError as problem:
        reading.findings.append(finding("format.sheet_unreadable", path=title, detail=problem))
        return None
    names = [str(name).strip() for name in (rows[0] if rows else [])]
    unknown = [number for number, name in enumerate(names) if name and name not in (*part.by_name, sheets.DOCUMENT)]
    for number in unknown:
        cell = f"{title}!{sheets.column(number)}1"
        reading.findings.append(finding("format.sheet_column", path=cell, line=1, value=names[number], limit=part.name))
    if sheets.DOCUMENT not in names:
        reading.findings.append(finding("format.sheet_missing", path=f"{title}!A1", limit=sheets.DOCUMENT))
        return None
    if len(rows) > limit("sheet_rows"):
        reading.findings.append(finding("format.sheet_rows", path=title, limit=limit("sheet_rows")))
        return None
    if unknown:
        return None
    return Sheet(title, part, {name: at for at, name in enumerate(names) if name}, rows, unknown_cells(raw, title))


def _read_heads(sheet: Sheet, reading: Reading, fill: Fill | None) -> None:
    seen: dict[str, SheetDocument] = {}
    for row, cells in enumerate(sheet.rows[sheets.DATA_ROW - 1 :], start=sheets.DATA_ROW):
        number, values, found = _row(sheet, cells, row)
        if not values and not number and not found or number == sheets.EXAMPLE:
            continue
        if fill is not None:
            given = fill(len(reading.documents) + 1)
            values = {**{name: text for name, text in given.items() if name in sheet.part.by_name}, **values}
        found.extend(_measured(sheet, values, row, {one.path for one in found}))
        made = SheetDocument(number, row, values, findings=found)
        if not number or number in seen:
            found.append(_numbered(sheet, row, number, _TWICE if number else _EMPTY))
        if number in seen and len(reading.sheets) > 1 and not seen[number].findings:
            # which of the two the lines belong to is not ours to guess
            seen[number].findings.append(_numbered(sheet, seen[number].row, number, _TWICE))
        seen.setdefault(number, made)
        reading.documents.append(made)


def _read_lines(sheet: Sheet, reading: Reading) -> None:
    by_number = {document.number: document for document in reversed(reading.documents)}
    for row, cells in enumerate(sheet.rows[sheets.DATA_ROW - 1 :], start=sheets.DATA_ROW):
        number, values, found = _row(sheet, cells, row)
        if not values and not number and not found or number == sheets.EXAMPLE:
            continue
        document = by_number.get(number)
        if document is None:
            reading.findings.append(_numbered(sheet, row, number, _HOMELESS))
            reading.homeless = True
            continue
        for position in (one.element for one in sheet.part.fields if one.kind == "position"):
            values.setdefault(position, str(len(document.lines) + 1))
        document.findings.extend([*found, *_measured(sheet, values, row, {one.path for one in found})])
        document.lines.append(values)
        document.line_rows.append(row)


def _row(sheet: Sheet, cells: list[Any], row: int) -> tuple[str, dict[str, str], list[Finding]]:
    """(document number, filled values, cells that cannot be read as their field)."""
    values: dict[str, str] = {}
    found: list[Finding] = []
    at = sheet.columns[sheets.DOCUMENT]
    number = text_of(cells[at], None) if at < len(cells) else ""
    if f"{sheets.column(at)}{row}" in sheet.unknown:
        words = {"field_zh": sheets.DOCUMENT_ZH, "field_en": sheets.DOCUMENT_EN}
        found.append(finding("format.sheet_formula", path=sheet.cell(sheets.DOCUMENT, row), line=row, words=words))
    for element, place in sheet.columns.items():
        one = sheet.part.by_name.get(element)
        if one is None or place >= len(cells):
            continue
        if f"{sheets.column(place)}{row}" in sheet.unknown:
            found.append(finding("format.sheet_formula", path=sheet.cell(element, row), line=row, words=named(one)))
            continue
        try:
            text = text_of(cells[place], one)
        except Lost as lost:
            words = named(one) | {"value": lost.shown}
            found.append(finding("format.sheet_number", path=sheet.cell(element, row), line=row, words=words))
            continue
        if text:
            values[element] = text
    return str(number), values, found


def _numbered(sheet: Sheet, row: int, number: str, why: tuple[str, str]) -> Finding:
    """The finding that a document number is doubled, empty or without its head."""
    words = {"value": number, "detail_zh": why[0], "detail_en": why[1]}
    return finding("format.sheet_document", path=sheet.cell(sheets.DOCUMENT, row), line=row, words=words)


def _measured(sheet: Sheet, values: dict[str, str], row: int, told: set[str]) -> list[Finding]:
    """Facets of what is filled, absence of what is mandatory (but not in the cells already `told`); fixed values are filled in."""
    found = []
    for one in sheet.part.fields:
        text = values.get(one.element)
        path = sheet.cell(one.element, row)
        if text is None and path not in told and (given := _given(one)) is not None:
            values[one.element] = given
        elif text is None and one.required and path not in told:
            found.append(finding("format.missing", path=path, line=row, words=named(one), source="docs/messages.md"))
        elif text is not None and (problem := measure(one, text, path=path, line=row, source="docs/messages.md")):
            found.append(problem)
    return found


def _given(one: Field) -> str | None:
    return one.facets.fixed if one.facets.fixed is not None else one.facets.default


def _judge(told: Message, heads: Sheet, lines: Sheet | None, reading: Reading, on: date) -> None:
    for document in reading.documents:
        low, high = (told.lines.low, told.lines.high) if told.lines else (0, None)
        if len(document.lines) < low and told.lines:
            words = {"field_zh": f"表体（{told.lines.name}）", "field_en": f"line ({told.lines.name})"}
            cell = heads.cell(sheets.DOCUMENT, document.row)
            document.findings.append(
                finding("format.missing", path=cell, line=document.row, words=words, source="docs/messages.md")
            )
        if high is not None and len(document.lines) > high:
            cell = heads.cell(sheets.DOCUMENT, document.row)
            count = len(document.lines)
            document.findings.append(
                finding("format.too_many_lines", path=cell, line=document.row, limit=high, actual=count)
            )
    documents = [
        Document(told.node, position, document.row, document.head, document.lines)
        for position, document in enumerate(reading.documents, start=1)
    ]
    for trouble in judge(told, documents, on=on, signed=True):
        document = reading.documents[trouble.document - 1]
        in_line = bool(trouble.line and lines)
        sheet = lines if in_line and lines else heads
        row = document.line_rows[trouble.line - 1] if in_line else document.row
        one = sheet.part.by_name.get(trouble.element)
        words = dict(trouble.words) | (named(one) if one else {})
        path = sheet.cell(trouble.element, row)
        document.findings.append(finding(trouble.code, path=path, line=row, words=words, source=trouble.source))
