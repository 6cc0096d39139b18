"""Export lists that customs released, line by line: what the rooms above match registrations and refunds with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db import connection

from pilotzone.base.errors import Refused
from pilotzone.rooms.clearance.engine import kinds, states, summary
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.models import Trade
from pilotzone.rooms.clearance.queries import contents, search
from pilotzone.rooms.clearance.queries.todo import ROLES

BEFORE, AFTER = timedelta(days=40), timedelta(days=10)  # a list may arrive so long before and after its export day
SELLER = "ebc"


def export_lines(*, first: date, last: date, firm: int) -> list[dict[str, Any]]:
    """The lines of a seller's released lists whose export date lies from `first` to `last`, by list and line.

    {trade, list_no, line_no, exported_on, hs, goods_name, unit, quantity, price, amount, currency, mode, customs_code, simplified};
    numbers are text as declared; `simplified`: declared for statistics only (flag A). Refused `clearance.released.many` above what one look can count.
    """
    asked = {
        "flow": kinds.EXPORT, "state": [states.RELEASED, states.CLOSED], "since": first - BEFORE, "until": last + AFTER,
    }  # fmt: skip
    ids, _ = search.found(asked, search.BOUND + 1, ROLES, search.WHOLE)
    if len(ids) > search.BOUND:
        raise Refused(
            code="clearance.released.many", zh=f"该期间清单超过{search.BOUND}份，请分段办理",
            en=f"More than {search.BOUND} lists in this time; ask for a part", source="PilotZone clearance",
        )  # fmt: skip
    trades = [
        one for one in Trade.objects.filter(id__in=ids).order_by("id")
        if one.firms.get(SELLER) == firm and one.list_id and one.invt_no
    ]  # fmt: skip
    with connection.cursor() as cursor:
        said = contents.parts(cursor, [one.list_id for one in trades if one.list_id])
    rows = []
    for one in trades:
        part = said.get(one.list_id or 0)
        exported_on = _day(part.head) if part else None
        if part is not None and exported_on is not None and first <= exported_on <= last:
            rows += _lines(one, exported_on, part)
    return sorted(rows, key=lambda row: (row["list_no"], row["line_no"]))


def _lines(one: Trade, exported_on: date, part: Part) -> list[dict[str, Any]]:
    return [
        {
            "trade": one.id, "list_no": one.invt_no, "line_no": int(line["gnum"]), "exported_on": exported_on,
            "hs": line["gcode"], "goods_name": line["gname"], "unit": line["unit"], "quantity": line["qty"],
            "price": line["price"], "amount": line["totalPrice"], "currency": line["currency"], "mode": one.mode,
            "customs_code": one.customs_code,
            "simplified": part.head.get("statisticsFlag") == summary.SIMPLIFIED,
        }
        for line in part.lines
    ]  # fmt: skip


def _day(head: Mapping[str, str]) -> date | None:
    text = head.get("ieDate", "")
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8])) if len(text) == 8 else None
    except ValueError:
        return None
