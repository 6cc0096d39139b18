"""A list as CSV for a spreadsheet: with the byte order mark it looks for, and no cell it would run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse

from pilotzone.kernel import audit
from pilotzone.ui.listing import LIGHT, Column

MOST = 500


def answer(name: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> HttpResponse:
    """The rows under the list's own headings; lamps are left out, their words stand beside them."""
    shown = [column for column in columns if column.kind != LIGHT]
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow([column.title for column in shown])
    for row in rows:
        cells = ["" if row.get(column.key) is None else str(row[column.key]) for column in shown]
        writer.writerow([f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t", "\r")) else cell for cell in cells])
    audit.record(f"tax.{name}.export", object_kind="list", object_id=name, after={"rows": len(rows)})
    told = HttpResponse("\ufeff" + target.getvalue(), content_type="text/csv; charset=utf-8")
    told["Content-Disposition"] = f'attachment; filename="pilotzone-{name}.csv"'
    return told
