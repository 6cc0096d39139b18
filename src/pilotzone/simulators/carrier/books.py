"""A carrier's parcels and what befell them. A parcel is booked once, and goes only where a parcel can go from where it is."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec
import psycopg
from psycopg.types.json import Jsonb

from pilotzone.base.errors import Refused
from pilotzone.simulators import settings

Connection = psycopg.Connection[Any]
CREATED, ACCEPTED, TRANSIT, DELIVERY = "created", "accepted", "in_transit", "out_for_delivery"
SIGNED, RETURNED, CANCELLED = "signed", "returned", "cancelled"
STEPS: Mapping[str, tuple[str, ...]] = {
    CREATED: (ACCEPTED, CANCELLED), ACCEPTED: (TRANSIT, RETURNED), TRANSIT: (TRANSIT, DELIVERY, RETURNED),
    DELIVERY: (TRANSIT, SIGNED, RETURNED), SIGNED: (), RETURNED: (), CANCELLED: (),
}  # fmt: skip
AMOUNTS = ("freight", "insurance", "surcharge")
TEXTS = ("order_no", "bill_no", "goods")
FIELDS = {
    "freight": "运费", "insurance": "保价费", "surcharge": "附加费", "weight_kg": "毛重", "pieces": "件数",
    "direction": "进出口", "currency": "币制", "state": "状态", "waybill_no": "运单编号",
}  # fmt: skip
PERSONS = {"consignee": ("name", "address", "telephone"), "shipper": ("code", "name", "telephone")}
LONGEST = 200


class Behaviour(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How a carrier's system behaves.

    down: it answers 503; delay_ms: before each answer; repeat: a page tells half of its parcels twice; reorder: a page
    comes newest first; wrong: the first parcel of a page is charged a cent more than its parts.
    """

    down: bool = False
    delay_ms: int = 0
    repeat: bool = False
    reorder: bool = False
    wrong: bool = False


def read(connection: Connection, carrier: str) -> Behaviour:
    """The behaviour in force."""
    return settings.read(connection, f"carrier:{carrier}", Behaviour)


def change(connection: Connection, carrier: str, changes: dict[str, Any]) -> Behaviour:
    """Set the named fields and keep the others. Raises msgspec.ValidationError for an unknown or wrong one."""
    return settings.change(connection, f"carrier:{carrier}", Behaviour, changes)


def book(connection: Connection, carrier: str, rows: Iterable[Mapping[str, Any]], now: datetime) -> list[str]:
    """Take parcels to be sent; answers their numbers. One with the number of a parcel there is stays as it is.

    Refused `simulate.parcel` for a parcel that is not in order, and then none is taken.
    """
    wanted = [(str(row.get("waybill_no") or "")[:60], _parcel(row)) for row in rows]
    numbers = []
    with connection.transaction():
        for number, data in wanted:
            found = connection.execute(
                "INSERT INTO simulators.carrier_parcel (carrier, number, data, created_at, updated_at) VALUES (%(c)s,"
                " coalesce(nullif(%(n)s, ''), 'SYN' || %(c)s || to_char(nextval('simulators.carrier_number'), 'FM00000000')),"
                " %(d)s, %(at)s, %(at)s) ON CONFLICT DO NOTHING RETURNING number",
                {"c": carrier, "n": number, "d": Jsonb(data), "at": now},
            ).fetchone()
            numbers.append(found[0] if found else number)
            if not numbers[-1]:  # the number drawn was booked by hand before
                raise _wrong("waybill_no", "")
    return numbers


def move(
    connection: Connection, carrier: str, numbers: Sequence[str], state: str, place: str, now: datetime
) -> tuple[list[str], dict[str, str]]:
    """Let parcels come into a state; answers which did, and of the others where they are ("" for one nobody knows).

    Refused `simulate.parcel` for a state nobody can be brought into.
    """
    if state not in STEPS or state == CREATED:
        raise _wrong("state", state)
    moved, left = list[str](), dict[str, str]()
    for number in numbers:
        with connection.transaction():
            row = connection.execute(
                "SELECT state FROM simulators.carrier_parcel WHERE carrier = %s AND number = %s FOR UPDATE",
                (carrier, number),
            ).fetchone()
            if row is None or state not in STEPS[row[0]]:
                left[number] = row[0] if row else ""
                continue
            event = [{"state": state, "at": now.isoformat(), "place": place[:LONGEST]}]
            connection.execute(
                "UPDATE simulators.carrier_parcel SET state = %s, events = events || %s,"
                " updated_at = greatest(updated_at, %s) WHERE carrier = %s AND number = %s",
                (state, Jsonb(event), now, carrier, number),
            )
            moved.append(number)
    return moved, left


def page(
    connection: Connection, carrier: str, *, since: datetime | None, day: date | None, number: int, size: int
) -> tuple[list[dict[str, Any]], bool]:
    """A page (from 1) of what changed since, or was created on a day (UTC), oldest change first; misbehaving as told."""
    until = None
    if day is not None:
        since, until = _bounds(day)
    column = "created_at" if day is not None else "updated_at"
    rows = connection.execute(
        f"SELECT {_COLUMNS} FROM simulators.carrier_parcel WHERE carrier = %(c)s AND {column} >= %(since)s"  # noqa: S608 (one of two columns)
        f" AND (%(until)s::timestamptz IS NULL OR {column} < %(until)s) ORDER BY {column}, number LIMIT %(l)s OFFSET %(o)s",
        {"c": carrier, "since": since, "until": until, "l": size + 1, "o": (number - 1) * size},
    ).fetchall()
    how, found = read(connection, carrier), [_told(row) for row in rows[:size]]
    if how.wrong and found:
        found[0]["charged"] = str(Decimal(found[0]["charged"]) + Decimal("0.01"))
    if how.repeat:
        found += found[: len(found) // 2 + 1]
    return found[::-1] if how.reorder else found, len(rows) > size


def figures(connection: Connection, carrier: str, day: date) -> tuple[int, Decimal]:
    """Parcels created on a day (UTC) and what was charged for them."""
    rows = connection.execute(
        "SELECT data FROM simulators.carrier_parcel WHERE carrier = %s AND created_at >= %s AND created_at < %s",
        (carrier, *_bounds(day)),
    ).fetchall()
    return len(rows), sum((_charged(row[0]) for row in rows), Decimal(0))


def parcels(
    connection: Connection, carrier: str, *, state: str = "", text: str = "", number: int = 1, size: int = 50
) -> tuple[list[dict[str, Any]], int]:
    """For the page that drives it: parcels in the order of their last change, newest first, and how many there are."""
    where = (
        "FROM simulators.carrier_parcel WHERE carrier = %(c)s AND (%(s)s = '' OR state = %(s)s)"
        " AND (%(t)s = '' OR strpos(number, %(t)s) > 0 OR strpos(data->>'order_no', %(t)s) > 0)"
    )
    asked = {"c": carrier, "s": state, "t": text, "l": size, "o": (number - 1) * size}
    total = connection.execute(f"SELECT count(*) {where}", asked).fetchone()
    rows = connection.execute(
        f"SELECT {_COLUMNS} {where} ORDER BY updated_at DESC, number DESC LIMIT %(l)s OFFSET %(o)s", asked
    ).fetchall()
    return [_told(row) for row in rows], total[0] if total else 0


def carriers(connection: Connection) -> list[str]:
    """The carriers that hold a parcel or were told how to behave, by code."""
    holding = connection.execute("SELECT DISTINCT carrier FROM simulators.carrier_parcel").fetchall()
    told = (name.removeprefix("carrier:") for name in settings.names(connection, "carrier:"))
    return sorted({*(row[0] for row in holding), *told})


def _parcel(row: Mapping[str, Any]) -> dict[str, Any]:
    """A parcel's own fields, complete and in order."""
    direction, currency = str(row.get("direction") or "import"), str(row.get("currency") or "CNY")
    if direction not in ("import", "export"):
        raise _wrong("direction", direction)
    if not re.fullmatch("[A-Z]{3}", currency):
        raise _wrong("currency", currency)
    pieces = str(row.get("pieces") or "1")
    if not re.fullmatch("[1-9][0-9]{0,3}", pieces):
        raise _wrong("pieces", pieces)
    told: dict[str, Any] = {"direction": direction, "currency": currency, "pieces": int(pieces)}
    told |= {name: str(_amount(row.get(name) or "0", 2, name)) for name in AMOUNTS}
    told["weight_kg"] = str(_amount(row.get("weight_kg") or "0", 5, "weight_kg"))
    told |= {name: str(row.get(name) or "")[:LONGEST] for name in TEXTS}
    for who, names in PERSONS.items():
        person = dict(row.get(who) or {})
        told[who] = {name: str(person.get(name) or "")[:LONGEST] for name in names}
    return told


def _amount(text: Any, places: int, name: str) -> Decimal:
    try:
        amount = Decimal(str(text))
    except InvalidOperation:
        raise _wrong(name, text) from None
    if not amount.is_finite() or not 0 <= amount < 10**9 or amount != round(amount, places):
        raise _wrong(name, text)
    return round(amount, places)


def _wrong(name: str, text: Any) -> Refused:
    return Refused(
        code="simulate.parcel", zh=f"运单的{FIELDS[name]}不能是“{str(text)[:40]}”。", en=f"A parcel's {name} cannot be {str(text)[:40]}.",
        source="docs/connectors.md", fields={name: str(text)[:40]},
    )  # fmt: skip


def _charged(data: Mapping[str, Any]) -> Decimal:
    return sum((Decimal(data[name]) for name in AMOUNTS), Decimal(0))


def _bounds(day: date) -> tuple[datetime, datetime]:
    first = datetime(day.year, day.month, day.day, tzinfo=UTC)
    return first, first + timedelta(days=1)


def _told(row: Sequence[Any]) -> dict[str, Any]:
    """A parcel in the shape of docs/connectors.md, Carrier."""
    number, state, data, events, created, updated = row
    moments = {"created": created.isoformat(), "updated": updated.isoformat()}
    return {"waybill_no": number, "state": state, **data, "charged": str(_charged(data)), **moments, "events": events}


_COLUMNS = "number, state, data, events, created_at, updated_at"
