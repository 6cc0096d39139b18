"""Messages from department to department: kept when they come, fetched in order, dead letters in sight.

`send` takes a CloudEvent of the caller's department under an agreement in which it is the owner; what the receiver may not see is
cut before it is kept. `waiting` and `acknowledge` are for receivers that fetch; `delivery` pushes to the others. A message
waits for those of its receiver and key before it, dead ones included: a person replays or drops those.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from typing import Any

from pilotzone.base.texts import whole
from pilotzone.exchange.hub import agreements, chain, log, rights, rows
from pilotzone.exchange.hub.asking import known, noted
from pilotzone.exchange.hub.callers import department
from pilotzone.exchange.hub.envelope import build, parse
from pilotzone.exchange.hub.errors import denied, refused
from pilotzone.exchange.sealing import pack, unpack
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require

TABLE = "exchange_hub_message"
SKEW_S = 300


def send(body: bytes) -> dict[str, Any]:
    """Take a message; answers {id, target, log}. Refused `hub.*`: nothing of it is kept."""
    require(agreements.USE)
    source, event = department(), parse(body)
    if event.source != source:
        raise refused("hub.source")
    if abs((event.time - clock.now()).total_seconds()) > SKEW_S:
        raise refused("hub.clock_skew", most=SKEW_S)
    resource = known(event.type)
    row = rows.first("SELECT * FROM exchange_hub_agreement WHERE id = %s", (event.agreement,))
    if row is None or row["owner"] != source or row["resource"] != event.type:
        raise refused("hub.no_grant")
    right = agreements.right(row)
    fields = rights.judge(resource, right, tuple(event.data), day=clock.today(), used=0)
    told = rights.cut(resource, right, fields, {}, [event.data])
    if not told:
        raise refused("hub.no_grant")
    content = chain.canonical(build(event) | {"data": told[0]}).encode()
    made = rows.first(
        "INSERT INTO exchange_hub_message (event_id, source, target, resource, agreement, key, body, sha256, next_try_at, created_at)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, pz_now(), pz_now()) ON CONFLICT (source, event_id) DO NOTHING RETURNING id",
        (event.id, source, row["applicant"], event.type, event.agreement, event.subject, pack(content, TABLE), hashlib.sha256(content).digest()),
    )  # fmt: skip
    if made is None:
        raise refused("hub.replayed", id=event.id)
    noted(
        resource,
        right,
        row["applicant"],
        fields,
        told,
        {event.data.get(resource.concerns, "")} if resource.concerns else set(),
        way="message",
    )
    facts = {"message": int(made["id"]), "event": event.id, "owner": source, "consumer": row["applicant"], "resource": event.type,
             "agreement": event.agreement, "content": log.digest(content)}  # fmt: skip
    return {"id": int(made["id"]), "target": row["applicant"], "log": log.write("message.taken", facts)}


def waiting(*, limit: int = 100) -> list[dict[str, Any]]:
    """What waits for the caller's department, in order: id and the event. A dead message hides those of its key behind it."""
    return [{"id": number, "event": json.loads(content)} for number, content in waiting_raw(limit=limit)]


def waiting_raw(*, limit: int = 100) -> list[tuple[int, bytes]]:
    """The same, each event as the JSON it is kept as."""
    require(agreements.USE)
    target = department()
    found = rows.bulk(
        "SELECT id, body FROM exchange_hub_message m WHERE target = %s AND state = 'queued' AND NOT EXISTS (SELECT 1 FROM"
        " exchange_hub_message b WHERE b.target = m.target AND b.key = m.key AND b.id < m.id AND b.state = 'dead') ORDER BY id LIMIT %s",
        (target, limit),
    )
    return [(int(number), unpack(bytes(body), TABLE)) for number, body in found]


def acknowledge(numbers: Collection[int]) -> int:
    """The caller's department has these messages; answers how many were waiting."""
    require(agreements.USE)
    target = department()
    found = rows.every(
        "UPDATE exchange_hub_message SET state = 'taken', settled_at = pz_now() WHERE target = %s AND state = 'queued' AND id = ANY(%s) RETURNING id",
        (target, list(numbers)),
    )
    if found:
        log.write("message.delivered", {"consumer": target, "messages": sorted(int(one["id"]) for one in found)})
    return len(found)


def listed(*, state: str = "", limit: int = 200, before: int | None = None) -> list[dict[str, Any]]:
    """Messages the caller sees, the newest first, without what they say; those numbered below `before`."""
    return rows.every(
        "SELECT id, event_id, source, target, resource, key, state, attempts, next_try_at, last_error, created_at, settled_at"
        " FROM exchange_hub_message WHERE (%s = '' OR state = %s) AND (%s::bigint IS NULL OR id < %s) ORDER BY id DESC LIMIT %s",
        (state, state, before, before, limit),
    )


def replay(number: int) -> None:
    """Queue a dead message again, at once. For who runs the platform."""
    _settle(number, "queued", "message.replayed", "")


def drop(number: int, *, reason: str) -> None:
    """Give a dead message up, with the reason: those behind it go on. For who runs the platform."""
    reason = whole(reason, agreements.MOST_REASON, "理由", "The reason", field="reason")
    if not reason:
        raise refused("hub.reason", most=agreements.MOST_REASON)
    _settle(number, "dropped", "message.dropped", reason)


def _settle(number: int, state: str, what: str, reason: str) -> None:
    require("platform.run")
    done = rows.run(
        "UPDATE exchange_hub_message SET state = %s, attempts = 0, next_try_at = pz_now(),"
        " settled_at = CASE WHEN %s = 'queued' THEN NULL ELSE pz_now() END WHERE id = %s AND state = 'dead'",
        (state, state, number),
    )
    if not done:
        raise denied("hub.unknown")
    audit.record(
        what,
        object_kind="exchange_hub_message",
        object_id=number,
        before={"state": "dead"},
        after={"state": state},
        reason=reason,
    )
    log.write(what, {"message": number})
