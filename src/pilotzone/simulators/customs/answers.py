"""Receipts: which message answers which, and how a run of receipts becomes transport messages."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

import psycopg
from psycopg.types.json import Jsonb

from pilotzone.base.days import stamp17
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.envelope import DxpMsg
from pilotzone.kernel import clock
from pilotzone.simulators.faults import Behaviour
from pilotzone.simulators.singlewindow.node import put_all

IMPORT, EXPORT = "DXPEDCCEB0000002", "DXPEDCCEB0000003"
PER_MESSAGE = 100
Groups = dict[tuple[str, str, str, str], list[dict[str, Any]]]  # by receiver, sender, message, edition
# these receipts carry a list number of full length or none, whatever the document said (XSD 2018 and 2022)
FULL_NUMBERS, INVT_NO_LENGTH = ("CEB622Message", "CEB624Message", "CEB626Message"), 18


class Receipt(NamedTuple):
    """One receipt to be sent: to whom, by which customs system, which message, its fields, how far along it is.

    `at`: its time where customs lives by the sender's, the zone's time when it is sent at the latest; None means that.
    """

    receivers: tuple[str, ...]
    sender: str
    message: str
    edition: str
    step: int
    delay_ms: int
    fields: dict[str, Any]
    at: datetime | None = None


def answering(name: str) -> str:
    """The receipt of a business message: CEB311Message is answered by CEB312Message."""
    return f"CEB{int(name[3:6]) + 1}Message"


@cache
def _elements(receipt: str, edition: str) -> tuple[str, ...]:
    return tuple(field.element for field in message(receipt, edition).parts[0].fields)


def fields_of(receipt: str, edition: str, head: dict[str, str], status: str, info: str) -> dict[str, Any]:
    """The fields of a receipt: those it shares with the document, and the answer."""
    shared = {name: head[name] for name in _elements(receipt, edition) if head.get(name) and name != "guid"}
    if "copNo" in _elements(receipt, edition) and "copNo" not in shared:  # compulsory here, optional in 621, 623, 625
        shared["copNo"] = (head.get("orderNo") or head["guid"])[:20]
    if receipt in FULL_NUMBERS and len(shared.get("invtNo", "")) != INVT_NO_LENGTH:
        shared.pop("invtNo", None)
    return {**shared, "returnStatus": status, "returnInfo": info}


def schedule(connection: psycopg.Connection[Any], receipts: Sequence[Receipt]) -> None:
    """Write receipts into the queue; each falls due after its delay."""
    with (
        connection.cursor() as cursor,
        cursor.copy(
            "COPY simulators.customs_receipt (due_at, at, receivers, sender, message, edition, step, fields) FROM STDIN"
        ) as copy,
    ):
        started = clock.wall()  # due times are wall time: how slow customs is, not what day it has
        for r in receipts:
            due = started + timedelta(milliseconds=r.delay_ms)
            copy.write_row((due, r.at, list(r.receivers), r.sender, r.message, r.edition, r.step, Jsonb(r.fields)))


def release_waits(connection: psycopg.Connection[Any], invt_no: str, *, at: datetime) -> bool:
    """Whether the release of a list is decided but not told yet at `at`; it is not told while this transaction lasts."""
    found = connection.execute(
        "SELECT 1 FROM simulators.customs_receipt WHERE fields ->> 'invtNo' = %s AND fields ->> 'returnStatus' = '800'"
        " AND (at IS NULL OR at > %s) FOR UPDATE",
        (invt_no, at),
    ).fetchone()
    return found is not None


def withdraw(connection: psycopg.Connection[Any], invt_no: str) -> None:
    """Take back everything that waits to be said of a list, its bill included."""
    connection.execute(
        "DELETE FROM simulators.customs_receipt WHERE coalesce(fields ->> 'invtNo', fields -> 'head' ->> 'invtNo') = %s",
        (invt_no,),
    )


def dispatch(
    connection: psycopg.Connection[Any], receipts: Sequence[Receipt], zone_now: datetime, behaviour: Behaviour
) -> None:
    """Send at once what has no delay in a bulk load where customs behaves; the rest waits in the queue."""
    behaves = behaviour.brief and not (behaviour.down or behaviour.reorder or behaviour.repeat)
    at_once = [r for r in receipts if behaves and r.delay_ms == 0]
    later = [r for r in receipts if not (behaves and r.delay_ms == 0)]
    groups: Groups = defaultdict(list)
    for r in at_once:
        _group(groups, r, zone_now)
    _deliver_all(connection, groups, zone_now)
    if later:
        schedule(connection, later)


def post_due(
    connection: psycopg.Connection[Any], zone_now: datetime, *, reorder: bool = False, repeat: float = 0.0
) -> int:
    """Send what is due, at most 5,000 receipts in a run; returns how many. Times are the zone's."""
    with connection.transaction():
        rows = connection.execute(
            "WITH n AS MATERIALIZED (SELECT id FROM simulators.customs_receipt"
            " WHERE due_at <= clock_timestamp() ORDER BY due_at, id LIMIT 5000 FOR UPDATE SKIP LOCKED)"
            " DELETE FROM simulators.customs_receipt r USING n WHERE r.id = n.id"
            " RETURNING r.id, r.at, r.receivers, r.sender, r.message, r.edition, r.step, r.fields"
        ).fetchall()
        rows.sort(reverse=reorder)
        groups: Groups = defaultdict(list)
        for number, at, receivers, sender, name, edition, step, fields in rows:
            copies = 2 if repeat and (number * 2654435761 % 2**32) / 2**32 < repeat else 1
            told = Receipt(tuple(receivers), sender, name, edition, step, 0, fields, at)
            _group(groups, told, zone_now, copies)
        _deliver_all(connection, groups, zone_now)
    return len(rows)


def _group(groups: Groups, told: Receipt, zone_now: datetime, copies: int = 1) -> None:
    at = min(told.at or zone_now, zone_now)  # nobody tells what has not happened yet
    stamped = _stamped(told.fields, stamp17(at + timedelta(milliseconds=told.step)))
    if "returnTime" not in _elements(told.message, told.edition):
        del stamped["head"]["returnTime"]
    for receiver in told.receivers:
        groups[receiver, told.sender, told.message, told.edition].extend([stamped] * copies)


def _deliver_all(connection: psycopg.Connection[Any], groups: Groups, zone_now: datetime) -> None:
    letters = []
    for (receiver, sender, name, edition), batch in groups.items():
        size = min(message(name, edition).high or PER_MESSAGE, PER_MESSAGE)
        for start in range(0, len(batch), size):
            told = _message(receiver, sender, name, edition, batch[start : start + size], zone_now)
            letters.append((receiver, told))
    put_all(connection, letters)


def _stamped(fields: dict[str, Any], when: str) -> dict[str, Any]:
    return {"head": {"guid": str(uuid.uuid4()).upper(), "returnTime": when, **fields.get("head", fields)},
            "lines": fields.get("lines", [])}  # fmt: skip


def _message(
    receiver: str,
    sender: str,
    name: str,
    edition: str,
    batch: list[dict[str, Any]],
    now: datetime,
) -> DxpMsg:
    data = build(
        name,
        [(item["head"], item["lines"]) for item in batch],
        edition=edition,
        guid=str(uuid.uuid4()).upper(),
        default_namespace=sender == IMPORT,  # live import receipts use the default namespace (spec §2.1)
    )
    identity = str(uuid.uuid4()).upper()
    return DxpMsg(
        message_id=identity, sender=sender, receivers=[receiver], created=now, message_type=name, data=data,
        file_name=f"{name}_{identity}.xml", keys={},
    )  # fmt: skip
