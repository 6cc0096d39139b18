"""Rows as a CSV file for a spreadsheet: what somebody typed never becomes a formula there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator

from pilotzone.base.errors import Refused

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(lines: Iterable[list[str]]) -> Iterator[str]:
    """Lines as CSV, piece by piece, beginning with the mark without which Excel reads UTF-8 as GBK."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for line in lines:
        writer.writerow([harmless(cell) for cell in line])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def harmless(cell: str) -> str:
    """A number a sender chose must not become a formula in somebody's spreadsheet."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell


def cell(value: object) -> str:
    """A value as the text of a cell; nothing where there is none."""
    return "" if value is None else str(value)


def refuse_beyond(total: int, most: int) -> None:
    """Nobody gets a silent part: Refused `desk.export.too_many` where a list has more rows than one export takes."""
    if total > most:
        raise Refused(
            code="desk.export.too_many",
            zh=f"超过{most}条，一次最多导出{most}条。",
            en=f"There are more than {most} rows; at most {most} are exported at once.",
            mend_zh="请用日期或状态缩小范围，分几次导出。",
            mend_en="Narrow the list by date or state and export in parts.",
        )
