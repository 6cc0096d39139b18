"""What recognition rests on, read from a file: lines of general-trade declarations as customs gave them, sales as shops told them.

CSV in UTF-8 with a head; one line a declared line or a sale. All or nothing: every faulty line is named, and nothing is taken then.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from pilotzone.rooms.statistics.errors import refused

DECLARED, SOLD = "declared", "sold"
HEADS = {
    DECLARED: ("报关单号及项号", "统一社会信用代码", "商品编码", "申报日期", "金额（元）", "监管方式"),
    SOLD: ("销售单号", "统一社会信用代码", "商品编码", "成交日期", "金额（元）"),
}
MOST_LINES, MOST_BYTES, LONGEST, SHOWN = 20_000, 4 * 1024 * 1024, 60, 50
LARGEST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Line:
    """A declared line, or a sale (no mode)."""

    reference: str
    uscc: str
    hs: str
    on: date
    value: Decimal
    mode: str


def read(raw: bytes, kind: str, today: date) -> list[Line]:
    """The lines of a file. Refused `statistics.material.file`, or `statistics.material.lines` with what is wrong by line."""
    head = HEADS[kind]
    try:
        rows = list(csv.reader(io.StringIO(raw.decode("utf-8-sig"), newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise refused("statistics.material.file", head=",".join(head)) from None
    if len(raw) > MOST_BYTES or not 1 < len(rows) <= MOST_LINES + 1 or tuple(cell.strip() for cell in rows[0]) != head:
        raise refused("statistics.material.file", head=",".join(head))
    told, faults, seen = [], {}, set()
    for number, row in enumerate(rows[1:], 2):
        if not any(cell.strip() for cell in row):
            continue
        line = _line([cell.strip() for cell in row], head, today)
        if isinstance(line, str):
            faults[str(number)] = line
        elif line.reference in seen:
            faults[str(number)] = f"{head[0]} ×2"
        else:
            seen.add(line.reference)
            told.append(line)
    if faults or not told:
        raise refused("statistics.material.lines", count=len(faults), by_field=dict(list(faults.items())[:SHOWN]))
    return told


def _line(row: list[str], head: tuple[str, ...], today: date) -> Line | str:
    """The line, or the name of the column that is wrong."""
    if len(row) != len(head):
        return f"{len(row)} ≠ {len(head)}"
    reference, uscc, hs, day, amount, mode = [*row, ""][:6] if len(row) == 5 else row
    if not 1 <= len(reference) <= LONGEST or "\0" in reference:
        return head[0]
    if len(uscc) != 18 or not (uscc.isascii() and uscc.isalnum()):
        return head[1]
    if not 6 <= len(hs) <= 10 or not (hs.isascii() and hs.isdecimal()):
        return head[2]
    try:
        on, value = date.fromisoformat(day), Decimal(amount)
    except ValueError:
        return head[3]
    except InvalidOperation:
        return head[4]
    if not date(2015, 1, 1) <= on <= today:
        return head[3]
    if not value.is_finite() or not Decimal("0.01") <= value < LARGEST:
        return head[4]
    if len(head) == 6 and not (len(mode) == 4 and mode.isascii() and mode.isdecimal()):
        return head[5]
    return Line(reference, uscc, hs, on, value.quantize(Decimal("0.01")), mode)
