"""CloudEvents 1.0 in structured JSON, as the hub takes and gives it. Pure.

Attributes: specversion 1.0, id, source (`urn:pilotzone:unit:zone.customs`), type (the resource's code), subject (the key whose order
is kept), time, datacontenttype application/json, pzagreement (the agreement's number), pztarget (the receiver's path), pzsignature
(Base64; over the event's canonical form without it: keys sorted, no spaces, UTF-8), data. Many in one call are CloudEvents' JSON batch.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from pilotzone.exchange.hub import chain
from pilotzone.exchange.hub.errors import refused

SOURCE = "urn:pilotzone:unit:"
MEDIA, BATCH_MEDIA = "application/cloudevents+json", "application/cloudevents-batch+json"
SIGNATURE = "pzsignature"
LARGEST, MOST = 10 * 1024 * 1024, 1000
_TEXT = {"id": 100, "source": 120, "type": 80, "subject": 100, "time": 40}
_QUICK = msgspec.json.Decoder().decode
_ATTRIBUTE = re.compile("[a-z0-9]{1,20}")
_NAMES = frozenset((*_TEXT, "specversion", "datacontenttype", "pzagreement", "pztarget", SIGNATURE, "data"))


@dataclass(frozen=True, slots=True)
class Event:
    """A message: `data` are fields of the resource `type`."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    agreement: int
    data: Mapping[str, str]


def parse(body: bytes) -> Event:
    """A message as it came. Refused `hub.charset` (not UTF-8), `hub.envelope` names the attribute."""
    return read(_json(body))


def parse_batch(body: bytes) -> list[Any]:
    """The events of a batch as they came, unread, at most MOST. Refused as `parse`."""
    told = _json(body)
    if not isinstance(told, list) or not 0 < len(told) <= MOST:
        raise refused("hub.envelope", what=f"1–{MOST}")
    return told


def read(told: object) -> Event:
    """An event out of its JSON. Refused `hub.envelope` names the attribute."""
    if not isinstance(told, dict) or told.get("specversion") != "1.0":
        raise refused("hub.envelope", what="specversion")
    for name, longest in _TEXT.items():
        value = told.get(name)
        if not isinstance(value, str) or not 0 < len(value) <= longest or not value.isprintable():
            raise refused("hub.envelope", what=name)
    if strange := [name for name in told if name not in _NAMES and not _ATTRIBUTE.fullmatch(name)]:
        raise refused("hub.envelope", what=strange[0][:40])
    if told.get("datacontenttype", "application/json") != "application/json":
        raise refused("hub.envelope", what="datacontenttype")
    return Event(
        id=told["id"], source=told["source"].removeprefix(SOURCE), type=told["type"], subject=told["subject"], time=_time(told["time"]),
        agreement=_number(told.get("pzagreement")), data=_data(told.get("data")),
    )  # fmt: skip


def signed_part(told: Mapping[str, Any]) -> bytes:
    """The bytes a sender signs of an event. Refused `hub.charset` where they are no text."""
    try:
        return chain.octets({name: value for name, value in told.items() if name != SIGNATURE})
    except UnicodeEncodeError as fault:
        raise refused("hub.charset") from fault


def build(event: Event) -> dict[str, Any]:
    """A message as it goes out."""
    return {
        "specversion": "1.0", "id": event.id, "source": SOURCE + event.source, "type": event.type, "subject": event.subject,
        "time": event.time.isoformat(), "datacontenttype": "application/json", "pzagreement": event.agreement, "data": dict(event.data),
    }  # fmt: skip


def _json(body: bytes) -> Any:
    if len(body) > LARGEST:
        raise refused("hub.envelope", what="size")
    try:
        return _QUICK(body)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        pass  # what json reads all the same (a number beyond all bounds, a lone surrogate), and what is wrong with the rest
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as fault:
        raise refused("hub.charset") from fault
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise refused("hub.envelope", what="JSON") from fault


def _time(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError as fault:
        raise refused("hub.envelope", what="time") from fault
    if found.tzinfo is None:
        raise refused("hub.envelope", what="time")
    return found


def _number(value: object) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 18:
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 1 << 62:
        raise refused("hub.envelope", what="pzagreement")
    return value


def _data(value: object) -> dict[str, str]:
    if (
        not isinstance(value, dict)
        or not value
        or any(not isinstance(one, str) or "\0" in one for one in value.values())
    ):
        raise refused("hub.envelope", what="data")
    try:
        "".join((*value, *value.values())).encode()
    except UnicodeEncodeError as fault:
        raise refused("hub.charset") from fault
    return dict(value)
