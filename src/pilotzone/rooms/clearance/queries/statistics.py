"""Lists as statistics count them: plain rows of goods by batch of trades. Nobody and nothing of a person among them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from django.db import connection

from pilotzone.base.days import day_of
from pilotzone.kernel.copying import ascending
from pilotzone.rooms.clearance.engine import states
from pilotzone.rooms.clearance.queries import contents

SELLER = "ebc"
YUAN = "142"
BACK = (states.SENT_BACK, states.CANCELLED)


class CountedLine(NamedTuple):
    """A line: HS code, customs country (imports: origin, exports: destination), amount as declared, customs currency, quantity.

    `legal_quantity` in `legal_unit` (customs code list of units) is the first legal one; None and empty where the line tells none.
    """

    hs: str
    country: str
    amount: Decimal
    currency: str
    quantity: Decimal
    legal_quantity: Decimal | None = None
    legal_unit: str = ""


class CountedList(NamedTuple):
    """A released list. `back`: the day it was sent back, cancelled or refunded, None while it stands. `cost` is freight and
    insurance in yuan; `lines` are empty where the platform holds no document, then `value` (yuan) is all that is known."""

    trade: int
    flow: str
    mode: str
    firm: int
    unit: str
    customs: str
    transport: str
    released: date
    back: date | None
    value: Decimal | None
    cost: Decimal
    lines: tuple[CountedLine, ...]


def counted_lists(trades: Collection[int]) -> list[CountedList]:
    """Those of the trades that customs released, by number; as the platform, inside a transaction."""
    if not trades:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_SELECT, {"ids": ascending(trades)})
        found = cursor.fetchall()
        said = contents.parts(cursor, [row[1] for row in found if row[1]])
    return [_row(row, said.get(row[1])) for row in found]


def _row(row: Sequence[Any], part: Any) -> CountedList:
    id_, _, flow, mode, firm, unit, customs, state, released, back, gone, value = row
    returned = back or (gone if state in BACK else None)
    head: Mapping[str, str] = part.head if part is not None else {}
    lines = tuple(_line(line, head) for line in part.lines) if part is not None else ()
    return CountedList(
        id_, flow, mode, firm or 0, unit or "", customs or "", head.get("trafMode") or "", _day(released),
        _day(returned) if returned else None, value, number(head.get("freight")) + number(head.get("insuredFee")), lines,
    )  # fmt: skip


def _line(line: Mapping[str, str], head: Mapping[str, str]) -> CountedLine:
    unit = (line.get("unit1") or "").strip()
    return CountedLine(
        line.get("gcode") or "", line.get("country") or head.get("country") or "", number(line.get("totalPrice")),
        line.get("currency") or head.get("currency") or YUAN, number(line.get("qty")),
        number(line.get("qty1")) if line.get("qty1") and unit else None, unit,
    )  # fmt: skip


def number(text: str | None) -> Decimal:
    """What was declared; 0 for nothing and for what is no number."""
    try:
        told = Decimal(text or "0")
    except InvalidOperation:
        return Decimal(0)
    return told if told.is_finite() else Decimal(0)


def _day(moment: str) -> date:
    return day_of(datetime.fromisoformat(moment))


_SELECT = f"""
SELECT id, list_id, flow, mode, (firms->>'{SELLER}')::bigint, unit, customs_code, state,
  coalesce(stages->>'{states.RELEASED}', stages->>'{states.CLOSED}'), stages->>'refunded',
  coalesce(stages->>'{states.SENT_BACK}', stages->>'{states.CANCELLED}', changed_at::text), value
FROM clearance_trade
WHERE id = ANY(%(ids)s::bigint[]) AND NOT history
  AND coalesce(stages->>'{states.RELEASED}', stages->>'{states.CLOSED}') IS NOT NULL
ORDER BY id
"""  # noqa: S608 (our own text)
