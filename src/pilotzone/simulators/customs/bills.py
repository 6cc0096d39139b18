"""Electronic tax bills: 816 when a list is released, 818 when the payment window opens (spec §3, handbook §2.6).

Customs computes with the platform's own engine: the law is one. Where the goods are unknown there is no bill.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Json

from pilotzone.base.errors import Gap
from pilotzone.reference.rates import rate
from pilotzone.simulators.customs import taxing
from pilotzone.simulators.customs.answers import IMPORT, Receipt, schedule
from pilotzone.simulators.customs.filed import STAGE, Filed, Run

_encoder = msgspec.json.Encoder()


def issue(run: Run, released: Sequence[tuple[Filed, dict[str, str]]]) -> None:
    """Make a bill for each released import list and push it to whoever sent the list."""
    rows = []
    for one, extra in released:
        try:
            lines = taxing.lines_of(one.origin.head, one.lines, on=one.origin.day)
        except Gap:
            continue
        head = one.origin.head
        tax_no = f"{extra['invtNo']}_0"
        sums = {name: str(sum((Decimal(line[name]) for line in lines), Decimal())) for name in taxing.KINDS}
        bill = {
            "invtNo": extra["invtNo"], "taxNo": tax_no, **sums, "status": "1",
            **{name: head[name] for name in ("assureCode", "ebcCode", "logisticsCode", "agentCode", "customsCode")},
        }  # fmt: skip
        at = one.origin.at + 9 * STAGE if run.behaviour.follow else None
        run.receipts.append(
            _push(one.origin.receivers, "CEB816Message", 9, run.behaviour.delay_ms * 9, bill, lines)._replace(at=at)
        )
        total = str(sum((Decimal(amount) for amount in sums.values()), Decimal()))
        target = {"receivers": list(one.origin.receivers), "assureCode": head["assureCode"], "total": total}
        rows.append({
            "invt_no": extra["invtNo"], "tax_no": tax_no, "released_on": one.origin.day, "status": "1", "data": target,
        })  # fmt: skip
    if rows:
        run.connection.execute(
            "INSERT INTO simulators.customs_bill SELECT * FROM json_to_recordset(%s)"
            " AS t (invt_no text, tax_no text, released_on date, status text, data jsonb) ON CONFLICT DO NOTHING",
            (Json(rows, dumps=_encoder.encode),),
        )


def sum_up(connection: psycopg.Connection[Any], today: date) -> int:
    """Bills whose thirty days are over are summed up (status 2) and pushed as 818; returns how many."""
    first_day = int(rate("import.tax.pay_from_day", on=today).value)
    with connection.transaction():
        rows = connection.execute(
            "UPDATE simulators.customs_bill SET status = '2' WHERE status = '1' AND released_on <= %s"
            " RETURNING invt_no, tax_no, data",
            (today - timedelta(days=first_day),),
        ).fetchall()
        receipts = []
        for invt_no, tax_no, data in rows:
            fields = {
                "invtNo": invt_no, "taxNo": tax_no, "status": "2",
                "entDutyNo": f"{today:%Y%m%d}-{invt_no}", "assureCode": data["assureCode"],
            }  # fmt: skip
            receipts.append(_push(tuple(data["receivers"]), "CEB818Message", 10, 0, fields, []))
        schedule(connection, receipts)
    return len(rows)


def _push(
    receivers: tuple[str, ...],
    name: str,
    step: int,
    delay_ms: int,
    head: dict[str, str],
    lines: list[dict[str, str]],
) -> Receipt:
    return Receipt(receivers, IMPORT, name, "2018", step, delay_ms, {"head": head, "lines": lines})
