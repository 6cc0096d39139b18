"""Signed bundles between two zones' servers: what one has said since the other's last acknowledgement. Pure.

A bundle is two lines of canonical JSON: the content and the signature over it (Base64, by the sender's zone key). Records are numbered
without gaps by who says them; each is the whole present state of one key of a resource, or nothing where it is gone. `have` is the
last number its sender has of the other side, and every bundle begins right behind what the other side was last known to have: a lost
bundle is said again, a repeated record is passed over, one that leaves a gap is left for later. Both end alike whatever the way does.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pilotzone.exchange.hub import chain
from pilotzone.exchange.hub.errors import refused

FORM = "pilotzone-federation-1"
MOST = 5_000
LARGEST = 64 * 1024 * 1024
Rows = Sequence[Mapping[str, str]]
TAKEN, REPEATED, GAP = "taken", "repeated", "gap"


@dataclass(frozen=True, slots=True)
class Record:
    """The state of one key: its rows, none where it is gone."""

    seq: int
    resource: str
    key: str
    rows: Rows


@dataclass(frozen=True, slots=True)
class Bundle:
    """What one side says to the other. `number` grows with every bundle of `source`; `have` is its acknowledgement."""

    source: str
    target: str
    number: int
    have: int
    made: str
    records: tuple[Record, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """What a side knows of the other: `said` (last number of our own), `acked` (what it has of that), `reached` (what we have of it),
    `seen` (the highest number of its bundles)."""

    said: int = 0
    acked: int = 0
    reached: int = 0
    seen: int = 0


def content(bundle: Bundle) -> str:
    """The line that is signed."""
    return chain.canonical(
        {
            "form": FORM, "from": bundle.source, "to": bundle.target, "number": bundle.number, "have": bundle.have, "made": bundle.made,
            "records": [
                {"seq": one.seq, "resource": one.resource, "key": one.key, "rows": [dict(row) for row in one.rows]} for one in bundle.records
            ],
        }
    )  # fmt: skip


def sealed(text: str, signature: bytes) -> bytes:
    """The file: content and signature."""
    return f"{text}\n{chain.canonical({'signature': base64.b64encode(signature).decode()})}\n".encode()


def read(data: bytes) -> tuple[Bundle, bytes, bytes]:
    """The bundle, the bytes that were signed and the signature. Refused `hub.federation` says what is wrong; nothing is believed yet."""
    if len(data) > LARGEST:
        raise refused("hub.federation", what="size")
    lines = data.split(b"\n")
    if len(lines) != 3 or lines[2]:
        raise refused("hub.federation", what="lines")
    try:
        told, seal = (json.loads(line.decode("utf-8")) for line in lines[:2])
        signature = base64.b64decode(seal["signature"], validate=True)
        if told["form"] != FORM or chain.canonical(told).encode() != lines[0]:
            raise ValueError("form")
        if sealed(lines[0].decode(), signature) != data:
            raise ValueError("signature")
        records = tuple(_record(one) for one in told["records"])
        bundle = Bundle(
            _text(told["from"]), _text(told["to"]), _number(told["number"]), _number(told["have"]), _text(told["made"]), records
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, RecursionError, binascii.Error) as fault:
        raise refused("hub.federation", what=str(fault)[:60] or "JSON") from fault
    numbers = [one.seq for one in records]
    if len(numbers) > MOST or (numbers and numbers != list(range(numbers[0], numbers[0] + len(numbers)))):
        raise refused("hub.federation", what="seq")
    return bundle, lines[0], signature


def take(standing: Standing, bundle: Bundle) -> tuple[Standing, tuple[Record, ...], str]:
    """What a side knows afterwards, the records that are news in their order, and what the bundle was.

    Refused `hub.federation_ahead` where the other side has more of ours than we ever said: this server lost what it had said.
    """
    if bundle.have > standing.said:
        raise refused("hub.federation_ahead", have=bundle.have, said=standing.said)
    # an old bundle that comes late knows less; a new one that knows less comes from a server restored from its backup
    newer = bundle.number > standing.seen
    acked = (
        bundle.have if newer else max(standing.acked, bundle.have) if bundle.number == standing.seen else standing.acked
    )
    first = bundle.records[0].seq if bundle.records else standing.reached + 1
    gap = first > standing.reached + 1
    news = () if gap else tuple(one for one in bundle.records if one.seq > standing.reached)
    after = Standing(standing.said, acked, standing.reached + len(news), max(standing.seen, bundle.number))
    return after, news, GAP if gap else TAKEN if news or newer else REPEATED


def folded(state: dict[tuple[str, str], Rows], records: Iterable[Record]) -> dict[tuple[str, str], Rows]:
    """The state after some records: the rows of each (resource, key); what is gone has no entry."""
    for one in records:
        if one.rows:
            state[one.resource, one.key] = one.rows
        else:
            state.pop((one.resource, one.key), None)
    return state


def _record(told: Any) -> Record:
    rows = told["rows"]
    if not isinstance(rows, list) or any(
        not isinstance(row, dict) or any(not isinstance(value, str) for value in row.values()) for row in rows
    ):
        raise ValueError("rows")
    return Record(_number(told["seq"]), _text(told["resource"]), _text(told["key"]), tuple(rows))


def _text(value: Any) -> str:
    if not isinstance(value, str) or not 0 < len(value) <= 200 or "\0" in value:
        raise ValueError("text")
    return value


def _number(value: Any) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 1 << 53:
        raise ValueError("number")
    return value
