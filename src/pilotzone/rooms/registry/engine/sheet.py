"""The file of filings: the same columns in as out. Rows are texts; nothing is guessed."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import xlsxwriter
from python_calamine import CalamineError, CalamineWorkbook

from pilotzone.base import workbooks
from pilotzone.reference.filing import form
from pilotzone.rooms.registry.errors import refused

LARGEST, UNPACKED, MOST = 8 * 1024 * 1024, 64 * 1024 * 1024, 5000
SHEET, NOTES = "备案 Filings", "说明 Notes"
FIRST = ("uscc", "roles", "evidence")
LICENCES = "licences"
RESULT = ("result", "problems")
PARTS = ("kind", "number", "authority", "valid_from", "valid_to", "scope")
WORDS = {
    "uscc": ("统一社会信用代码", "Credit code"), "roles": ("企业类型（代码，空格分隔）", "Kinds of firm (codes, blanks between)"),
    "evidence": ("代码佐证（校验位不符时）", "Evidence where the code's check fails"),
    LICENCES: ("证照（种类|编号|发证机关|生效日|失效日|范围；多个用;分隔）", "Licences (kind|number|authority|from|to|scope; parted by ;)"),
    "result": ("结果", "Result"), "problems": ("问题", "Problems"), "state": ("状态", "State"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file: its number as the spreadsheet shows it, and its filled cells by column."""

    row: int
    cells: Mapping[str, str]


def columns(all_roles: Iterable[str]) -> tuple[str, ...]:
    """The columns of the file, in order."""
    return (*FIRST, *(one.key for one in form(all_roles).fields), LICENCES)


def read(raw: bytes, known: Sequence[str]) -> list[Line]:
    """The rows of an xlsx or csv file whose first row names the columns; rows of names and empty ones are left out.

    Refused `registry.upload.file` for what cannot be read or is too large, `rule.filing.unknown_field` for a column
    that is none; columns of results are passed over, so that an answer can be handed in again.
    """
    if len(raw) > LARGEST:
        raise _unreadable()
    rows = _workbook(raw) if raw[:2] == b"PK" else _csv(raw)
    if not rows or len(rows) > MOST + 2:
        raise _unreadable()
    names = [name.strip() for name in rows[0]]
    passed = {*RESULT, "state", ""}
    if "uscc" not in names or "roles" not in names:
        raise _unreadable()
    if strange := [name for name in names if name not in known and name not in passed]:
        raise refused("rule.filing.unknown_field", value=strange[0][:40], by_field={"column": strange[0][:40]})
    lines = []
    for number, row in enumerate(rows[1:], start=2):
        cells = {
            name: text for name, cell in zip(names, row, strict=False) if name not in passed and (text := cell.strip())
        }
        if cells and cells.get("uscc") not in WORDS["uscc"]:
            lines.append(Line(number, cells))
    return lines


def write(names: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A workbook with these columns, a row of their words, and rows of text; what is asked stands on a second sheet."""
    words = {one.key: (one.zh, one.en, one.source, one.tag) for one in form(_every()).fields}
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    book.set_properties({"title": SHEET, "created": datetime(2000, 1, 1)})  # noqa: DTZ001 (the same content, the same bytes)
    bold, text = book.add_format({"bold": True, "bg_color": "#DCE6F1"}), book.add_format({"num_format": "@"})
    sheet = book.add_worksheet(SHEET)
    sheet.set_column(0, len(names), 20, text)
    sheet.write_row(0, 0, names, bold)
    sheet.write_row(1, 0, [(WORDS.get(name) or words.get(name) or (name,))[0] for name in names], bold)
    for number, row in enumerate(rows, start=2):
        sheet.write_row(number, 0, row, text)
    sheet.freeze_panes(2, 1)
    notes = book.add_worksheet(NOTES)
    notes.write_row(0, 0, ["column", "中文", "English", "依据 Source", "级别 Tag"], bold)
    for number, name in enumerate(names, start=1):
        notes.write_row(number, 0, [name, *(WORDS.get(name) or words.get(name) or ())], text)
    notes.set_column(0, 4, 24)
    book.close()
    return target.getvalue()


def licences_of(text: str) -> list[dict[str, str]]:
    """The licences of a cell. The last part, the scope, may hold the sign that divides the parts."""
    found = []
    for part in text.replace("；", ";").split(";"):
        if part.strip():
            pieces = [piece.strip() for piece in part.replace("｜", "|").split("|", len(PARTS) - 1)]
            found.append(dict(zip(PARTS, [*pieces, *[""] * len(PARTS)], strict=False)))
    return found


def cell_of(licences: Iterable[Mapping[str, str]]) -> str:
    """Licences as the text of a cell; `licences_of` reads it back."""
    return ";".join("|".join(one.get(part, "") for part in PARTS) for one in licences)


def _every() -> tuple[str, ...]:
    return (
        "ebc", "ebp", "pay", "logi", "area", "agent", "service", "overseas", "park", "bank", "incubator", "individual",
    )  # fmt: skip


def _workbook(raw: bytes) -> list[list[str]]:
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            if sum(entry.file_size for entry in packed.infolist()) > UNPACKED:
                raise _unreadable()
        if workbooks.too_far(raw):
            raise _unreadable()
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        rows = book.get_sheet_by_index(0).to_python(skip_empty_area=False, nrows=MOST + 3)
    except (CalamineError, ValueError, zipfile.BadZipFile, NotImplementedError, IndexError):
        raise _unreadable() from None
    return [[_text(cell) for cell in row] for row in rows]


def _csv(raw: bytes) -> list[list[str]]:
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("gb18030", errors="replace")
    if "\0" in text:
        raise _unreadable()
    try:
        return [row for _, row in zip(range(MOST + 3), csv.reader(io.StringIO(text), strict=True), strict=False)]
    except csv.Error:
        raise _unreadable() from None


def _text(cell: object) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, date):
        return cell.isoformat()
    return str(cell).replace("\0", "")


def _unreadable() -> Exception:
    return refused("registry.upload.file", rows=MOST, mb=LARGEST // 1024 // 1024)
