"""Lists as CSV for a table program: UTF-8 with its mark, and no cell that such a program would take for a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from pilotzone.kernel import audit
from pilotzone.ui.listing import LIGHT, Column

FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "\ufeff"


def csv_answer(name: str, columns: Sequence[Column], rows: Iterable[Mapping[str, Any]]) -> HttpResponse:
    """The columns of a listing (lights left out, their words stand beside) as a file; the export leaves an audit line."""
    shown = [column for column in columns if column.kind != LIGHT]
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([column.title for column in shown])
    count = 0
    for row in rows:
        writer.writerow([_cell(row.get(column.key)) for column in shown])
        count += 1
    audit.record("fx.export", object_kind="list", object_id=name, after={"rows": count})
    answer = HttpResponse(MARK + target.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="pilotzone-{name}.csv"'
    return answer


def _cell(value: Any) -> str:
    text = "" if value is None else str(value)
    number = text.lstrip("-").replace(".", "", 1).isdigit()
    return f"'{text}" if text.startswith(FORMULA) and not number else text
