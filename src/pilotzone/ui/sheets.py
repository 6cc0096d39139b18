"""Rows as a CSV file for a spreadsheet: what somebody typed never becomes a formula there."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.http import HttpResponse, StreamingHttpResponse
from django.utils import translation

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit
from pilotzone.kernel.personal_data import masked_within
from pilotzone.ui.listing import LIGHT, Column
from pilotzone.ui.templatetags.pz import moment

MOST, STEP = 20_000, 500  # rows of one export, and of one reading of it
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_of(lines: Iterable[list[str]]) -> Iterator[str]:
    """Lines as CSV, piece by piece, beginning with the mark without which Excel reads UTF-8 as GBK.

    Personal data within a text (a remark, a reason) are masked; a cell that is one value is its column's own to show or mask.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff"
    for line in lines:
        writer.writerow([harmless(masked_within(cell)) for cell in line])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def harmless(cell: str) -> str:
    """A number a sender chose must not become a formula in somebody's spreadsheet."""
    if not cell.startswith(FORMULA) or cell.removeprefix("-").replace(".", "", 1).isdigit():
        return cell
    return f"'{cell}"


def cell(value: object) -> str:
    """A value as the text of a cell: a time as the pages write it, in Shanghai; nothing where there is none."""
    if isinstance(value, datetime):
        return moment(value)
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


def every(read: Callable[[int, int], Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All rows of a list that `read(page, size)` answers as {rows, total}. Refused `desk.export.too_many` beyond MOST rows."""
    found = read(1, STEP)
    refuse_beyond(found["total"], MOST)
    rows = list(found["rows"])
    for page in range(2, -(-found["total"] // STEP) + 1):
        rows += read(page, STEP)["rows"]
    return rows


def at_once(read: Callable[[int, int], Mapping[str, Any]]) -> list[dict[str, Any]]:
    """All rows of a list whose order moves with what is done: as `every`, but by one reading of them, for between two a row may come to lie
    on a page that was read, or leave one."""
    refuse_beyond(read(1, 1)["total"], MOST)
    found = read(1, MOST)
    refuse_beyond(found["total"], MOST)
    return list(found["rows"])


def csv_whole(
    name: str,
    columns: Sequence[Column],
    read: Callable[[int | None], Sequence[Mapping[str, Any]]],
    *,
    action: str,
    key: str = "id",
) -> StreamingHttpResponse:
    """A list of any length as a file, all of it: `read(before)` answers at most STEP rows, the newest first, of those below
    the number `before` (None: of all); `key` holds a row's number. The first are read before the answer begins: what refuses them is
    refused whole. Its beginning leaves the audit line `action`."""
    shown, language = [column for column in columns if column.kind != LIGHT], translation.get_language()
    begun = read(None)

    def lines() -> Iterator[list[str]]:
        yield [column.title for column in shown]
        rows = begun
        while True:
            yield from ([cell(row.get(column.key)) for column in shown] for row in rows)
            if len(rows) < STEP:
                return
            with translation.override(language):  # the request's own has ended by then
                rows = read(int(rows[-1][key]))

    audit.record(action, object_kind="list", object_id=name, after={"rows": "all"})
    answer = StreamingHttpResponse(csv_of(lines()), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="pilotzone-{name}.csv"'
    return answer


def csv_answer(name: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]], *, action: str) -> HttpResponse:
    """The rows under their list's own headings as a file (lamps are left out, their words stand beside them); the export
    leaves an audit line `action`."""
    shown = [column for column in columns if column.kind != LIGHT]
    lines = [[column.title for column in shown], *([cell(row.get(column.key)) for column in shown] for row in rows)]
    audit.record(action, object_kind="list", object_id=name, after={"rows": len(rows)})
    answer = HttpResponse("".join(csv_of(lines)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="pilotzone-{name}.csv"'
    return answer
