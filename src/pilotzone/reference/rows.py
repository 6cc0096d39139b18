"""Reading CSV files of reference data: every fault named by line and column, the file refused as a whole."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pilotzone.base.errors import Refused

MAX_FAULTS = 200
MAX_BYTES = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one cell; line 1 is the header, column '' means the whole line."""

    line: int
    column: str
    code: str
    zh: str
    en: str

    def as_dict(self) -> dict[str, str | int]:
        return {"line": self.line, "column": self.column, "code": self.code, "zh": self.zh, "en": self.en}


@dataclass
class Sheet:
    """The rows of one file, and what is wrong with it so far."""

    name: str
    columns: tuple[str, ...]
    rows: list[tuple[int, dict[str, str]]]
    faults: list[Fault] = field(default_factory=list)
    count: int = 0  # of all faults; only the first MAX_FAULTS are kept

    def fault(self, line: int, column: str, code: str, zh: str, en: str) -> None:
        self.count += 1
        if len(self.faults) < MAX_FAULTS:
            self.faults.append(Fault(line, column, code, zh, en))

    def day(self, line: int, row: dict[str, str], column: str) -> date | None:
        """The day in a cell, None if blank; a fault if it is neither."""
        text = row.get(column, "")
        if not text:
            return None
        try:
            if len(text) != 10:
                raise ValueError
            return date.fromisoformat(text)
        except ValueError:
            self.fault(
                line, column, "overlay.date", f"“{text[:20]}”不是yyyy-mm-dd日期", f"“{text[:20]}” is not yyyy-mm-dd"
            )
            return None

    def raise_faults(self) -> None:
        """Refused `reference.file` with every fault in `fields` (key `line:column`), or nothing."""
        if not self.faults:
            return
        first = self.faults[0]
        raise Refused(
            code="reference.file",
            zh=f"{self.name}有{self.count}处错误；第{first.line}行{first.column}：{first.zh}",
            en=f"{self.name}: {self.count} faults; line {first.line} {first.column}: {first.en}",
            source="docs/dates.md",
            whose="zone",
            fields={f"{fault.line}:{fault.column}": f"{fault.code} {fault.en}" for fault in self.faults},
        )


def read_sheet(path: Path, *, required: Iterable[str], allowed: Iterable[str] | None = None) -> Sheet:
    """The rows of a UTF-8 CSV (a byte-order mark is fine). Lines beginning with # are remarks.

    Never raises on bad content: an unreadable file is a sheet without rows and with a fault.
    """
    sheet = Sheet(path.name, (), [])
    text = _text(path, sheet)
    if text is None:
        return sheet
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        lines = [(reader.line_num, cells) for cells in reader if cells and not cells[0].startswith("#")]
    except csv.Error as error:
        sheet.fault(reader.line_num, "", "overlay.csv", "不是有效的CSV", f"not a valid CSV: {error}")
        return sheet
    if not lines:
        sheet.fault(1, "", "overlay.empty", "文件没有表头", "the file has no header")
        return sheet
    head_line, header = lines[0]
    sheet.columns = tuple(name.strip() for name in header)
    _check_header(sheet, head_line, set(required), None if allowed is None else set(allowed))
    for number, cells in lines[1:]:
        if len(cells) != len(sheet.columns):
            sheet.fault(
                number,
                "",
                "overlay.width",
                f"应有{len(sheet.columns)}列，实有{len(cells)}列",
                f"{len(sheet.columns)} cells expected, {len(cells)} found",
            )
            continue
        sheet.rows.append((number, {k: v.strip() for k, v in zip(sheet.columns, cells, strict=True)}))
    return sheet


def _text(path: Path, sheet: Sheet) -> str | None:
    if path.stat().st_size > MAX_BYTES:
        sheet.fault(1, "", "overlay.size", "文件超过32MB", "the file is larger than 32 MB")
        return None
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        sheet.fault(1, "", "overlay.encoding", "文件不是UTF-8编码", "the file is not UTF-8")
        return None


def _check_header(sheet: Sheet, line: int, required: set[str], allowed: set[str] | None) -> None:
    doubled = {name for name in sheet.columns if sheet.columns.count(name) > 1}
    for name in sorted(doubled):
        sheet.fault(line, name, "overlay.header", "表头重复", "this heading is there twice")
    for name in sorted(required - set(sheet.columns)):
        sheet.fault(line, name, "overlay.header", "缺少该列", "this column is missing")
    for name in sorted(set(sheet.columns) - allowed) if allowed is not None else ():
        sheet.fault(line, name, "overlay.header", "未知列", "this column is unknown")
