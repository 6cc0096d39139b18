"""The ledger of pushes: what a subscription is owed becomes deliveries, in order, and each is tried until taken or dead.

A subscription has at most one delivery of its own stream under way, and the next one is made when that is settled: the
order is kept, and whoever is away gathers at its cursor, not here. A delivery is claimed for a lease and sent outside of
any transaction; a process killed in between leaves it to the next one after the lease, which sends it under the same id.
All functions work in the caller's transaction. Waits are zone time; leases and expiring secrets are wall time.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import structlog

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Problem
from pilotzone.exchange import receipts
from pilotzone.exchange.channels.webhook import Answer
from pilotzone.kernel import vault

log = structlog.get_logger("webhooks")
CREATED, PAYMENT, PING = "receipt.created", "payment.changed", "ping"
KINDS = (CREATED, PAYMENT)
TABLE = "exchange_hook"
MOST_RECEIPTS, MOST_BYTES = 100, 1_000_000
LEASE_S = 120  # longer than an attempt can last
SLOW_MS = 3000
GONE = 410
BUSY = (429, 503)  # the answers whose Retry-After counts


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed delivery, ready to be sent: `secrets` are those in force, the newest first; `attempts` counts this one."""

    id: int
    hook_id: int
    lease: str
    attempts: int
    kind: str
    url: str
    secrets: tuple[str, ...]
    message_id: str
    content: bytes
    troubled: bool


def form(cursor: Any, ceiling: int) -> int:
    """Make the next delivery of each subscription that is on, owed something and has none under way; how many.

    `ceiling` is `receipts.safe`, asked before: nothing above it is read.
    """
    cursor.execute(_IDLE, (PING, CREATED))
    made = 0
    for hook, organisation, position in cursor.fetchall():
        try:
            found = receipts.after(cursor, organisation, after=position, until=ceiling, limit=MOST_RECEIPTS)
        except Problem as damaged:
            log.error("webhook.unreadable", hook=hook, after=position, error=str(damaged)[:200])
            continue
        if not found:
            continue
        numbers = [number for number, _ in found[: _bounded([len(receipt.xml) for _, receipt in found])]]
        cursor.execute(
            "INSERT INTO exchange_delivery (hook_id, organisation_id, message_id, kind, first_number, last_number, items)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (hook, organisation, new_id(), CREATED, numbers[0], numbers[-1], len(numbers)),
        )
        cursor.execute("UPDATE exchange_hook_cursor SET position = %s WHERE hook_id = %s", (numbers[-1], hook))
        made += 1
    return made


def ping(cursor: Any, hook_id: int, organisation_id: int, note: str = "") -> str:
    """Queue a test message, which waits for nobody; answers its webhook-id."""
    message_id = new_id()
    cursor.execute(
        "INSERT INTO exchange_delivery (hook_id, organisation_id, message_id, kind, note) VALUES (%s, %s, %s, %s, %s)",
        (hook_id, organisation_id, message_id, PING, note),
    )
    return message_id


def tell(cursor: Any, organisation_id: int, kind: str, data: dict[str, Any]) -> int:
    """Queue what a room tells of one record for each subscription of the organisation that asked for this kind; how many.

    Commits or rolls back with what it tells of; a subscription that is off has it when it is switched on again.
    """
    cursor.execute(
        "SELECT id FROM exchange_hook WHERE organisation_id = %s AND %s = ANY (kinds) ORDER BY id",
        (organisation_id, kind),
    )
    hooks = [row[0] for row in cursor.fetchall()]
    note = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    for hook in hooks:
        cursor.execute(
            "INSERT INTO exchange_delivery (hook_id, organisation_id, message_id, kind, items, note) VALUES (%s, %s, %s, %s, 1, %s)",
            (hook, organisation_id, new_id(), kind, note),
        )
    return len(hooks)


def claim(cursor: Any, *, places: int, troubled: int) -> list[Due]:
    """Claim what is due, at most so many, of them at most `troubled` of subscriptions whose last attempt was bad.

    Commit before sending: that is the lease.
    """
    lease = secrets.token_hex(8)
    cursor.execute(_CLAIM, {"ping": PING, "places": places, "troubled": troubled, "lease": lease, "seconds": LEASE_S})
    found = []
    for row in sorted(cursor.fetchall(), key=lambda row: int(row[0])):
        number, hook, organisation, attempts, message_id, kind, first, last, note, at, url, secret, old, bad = row
        try:
            content = _content(cursor, organisation, kind, first, last, note, at)
            keys = _in_force(secret, old)
            found.append(Due(number, hook, lease, attempts, kind, url, keys, message_id, content, bad))
        except Problem as damaged:  # it must not hold up the others; the lease brings it back
            log.error("webhook.unreadable", delivery=number, error=str(damaged)[:200])
            cursor.execute("UPDATE exchange_delivery SET last_error = %s WHERE id = %s", (damaged.code, number))
    return found


def settle(cursor: Any, due: Due, answer: Answer, wait_s: int | None) -> str:
    """Note an attempt; answers what the delivery is now. `wait_s` is the pause if it failed, None to give it up.

    A taken delivery is taken, whoever holds the lease by now; a failure counts only for the holder, and not against an
    address that took the place of the one it was sent to: there it is tried at once. 410 switches the subscription off
    and keeps the delivery for the day it is switched on again. A ping is tried once.
    """
    cursor.execute("SELECT url FROM exchange_hook WHERE id = %s FOR NO KEY UPDATE", (due.hook_id,))
    moved = cursor.fetchone()[0] != due.url
    cursor.execute(
        "INSERT INTO exchange_delivery_attempt (delivery_id, organisation_id, status, took_ms, error, answer)"
        " SELECT id, organisation_id, %s, %s, %s, %s FROM exchange_delivery WHERE id = %s",
        (answer.status, answer.took_ms, answer.error, answer.text, due.id),
    )
    gone = answer.status == GONE and not moved
    anew = gone or moved
    over = due.kind == PING or (wait_s is None and not anew)
    state = "sent" if answer.taken else "dead" if over else "queued"
    cursor.execute(
        _SETTLE,
        {"id": due.id, "lease": due.lease, "state": state, "wait": 0 if anew else wait_s or 0, "anew": anew,
         "status": answer.status, "error": answer.error},
    )  # fmt: skip
    if gone:
        cursor.execute("SELECT set_config('pz.kind', 'system', true), set_config('pz.reason', 'HTTP 410', true)")
        cursor.execute("UPDATE exchange_hook SET state = 'gone' WHERE id = %s AND state = 'on'", (due.hook_id,))
    cursor.execute(
        "UPDATE exchange_hook_cursor SET troubled = %s WHERE hook_id = %s",
        (not moved and (not answer.taken or answer.took_ms > SLOW_MS), due.hook_id),
    )
    return state


def replay(
    cursor: Any, hook_id: int, *, first: int = 1, last: int = 2**63 - 1, states: Iterable[str] = ("dead", "sent", "queued")
) -> int:  # fmt: skip
    """Queue deliveries `first` … `last` of a subscription again, each under its own id, in their order; how many.

    Of those still waiting the attempts are forgotten and the next is now; one being sent this moment is left alone.
    """
    cursor.execute(
        "UPDATE exchange_delivery SET state = 'queued', attempts = 0, next_try_at = pz_now(), settled_at = NULL,"
        " lease = NULL, leased_until = NULL"
        " WHERE hook_id = %s AND id BETWEEN %s AND %s AND state = ANY(%s) AND kind <> %s"
        " AND (leased_until IS NULL OR leased_until < clock_timestamp())",
        (hook_id, first, last, list(states), PING),
    )
    return int(cursor.rowcount)


def counts(cursor: Any) -> dict[str, int]:
    """Deliveries by state, sent ones left out."""
    cursor.execute("SELECT state, count(*) FROM exchange_delivery WHERE state IN ('queued', 'dead') GROUP BY state")
    return dict(cursor.fetchall())


def body(kind: str, at: datetime, data: dict[str, Any]) -> bytes:
    """The content of a push. `timestamp` is when it was made, zone time."""
    told = {"type": kind, "timestamp": at.astimezone(SHANGHAI).isoformat(), "data": data}
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def new_id() -> str:
    """A webhook-id nobody can guess."""
    return f"msg_{secrets.token_urlsafe(18)}"


def _content(
    cursor: Any, organisation: int, kind: str, first: int | None, last: int | None, note: str, at: datetime
) -> bytes:
    if first is None or last is None:
        return body(kind, at, {"note": note} if kind == PING else json.loads(note))
    found = receipts.after(cursor, organisation, after=first - 1, until=last, limit=MOST_RECEIPTS)
    return body(kind, at, {"receipts": [receipts.told(number, receipt) for number, receipt in found]})


def _bounded(sizes: list[int]) -> int:
    """How many from the front fit into one push; one at least."""
    heap = 0
    for count, size in enumerate(sizes):
        heap += size * 4 // 3 + 400  # Base64 and the fields around it
        if heap > MOST_BYTES:
            return max(1, count)
    return len(sizes)


def _in_force(secret: bytes, old: bytes | None) -> tuple[str, ...]:
    return tuple(vault.open_(one, TABLE).decode() for one in (secret, old) if one is not None)


_IDLE = """
SELECT c.hook_id, c.organisation_id, c.position FROM exchange_hook_cursor c
JOIN exchange_hook h ON h.id = c.hook_id AND h.state = 'on'
WHERE NOT EXISTS (SELECT FROM exchange_delivery d WHERE d.hook_id = c.hook_id AND d.state = 'queued' AND d.kind <> %s)
  AND %s = ANY (h.kinds)
ORDER BY c.hook_id FOR UPDATE OF c SKIP LOCKED
"""
# Only the oldest waiting delivery of a subscription may go (pings apart), and none beside one that is being sent.
_CLAIM = """
WITH head AS (
    SELECT DISTINCT ON (d.hook_id, d.kind = %(ping)s) d.id, d.hook_id, d.next_try_at, d.leased_until
    FROM exchange_delivery d JOIN exchange_hook h ON h.id = d.hook_id AND h.state = 'on'
    WHERE d.state = 'queued' ORDER BY d.hook_id, d.kind = %(ping)s, d.id
), ready AS (
    SELECT t.id, t.next_try_at, c.troubled,
           row_number() OVER (PARTITION BY c.troubled ORDER BY t.next_try_at, t.id) AS place
    FROM head t JOIN exchange_hook_cursor c ON c.hook_id = t.hook_id
    WHERE t.next_try_at <= pz_now() AND NOT EXISTS (
        SELECT FROM exchange_delivery x
        WHERE x.hook_id = t.hook_id AND x.state = 'queued' AND x.leased_until >= clock_timestamp())
), chosen AS (
    SELECT id, troubled FROM ready WHERE NOT troubled OR place <= %(troubled)s
    ORDER BY troubled, next_try_at, id LIMIT %(places)s
)
UPDATE exchange_delivery d SET attempts = d.attempts + 1, lease = %(lease)s,
    leased_until = clock_timestamp() + make_interval(secs => %(seconds)s)
FROM chosen n, exchange_hook h
WHERE d.id = n.id AND h.id = d.hook_id AND d.state = 'queued'
  AND (d.leased_until IS NULL OR d.leased_until < clock_timestamp())
RETURNING d.id, d.hook_id, d.organisation_id, d.attempts, d.message_id, d.kind, d.first_number, d.last_number, d.note,
    d.created_at, h.url, h.secret, CASE WHEN h.old_until > clock_timestamp() THEN h.old_secret END, n.troubled
"""
_SETTLE = """
UPDATE exchange_delivery SET state = %(state)s, lease = NULL, leased_until = NULL,
    attempts = CASE WHEN %(anew)s AND %(state)s = 'queued' THEN 0 ELSE attempts END,
    next_try_at = pz_now() + make_interval(secs => %(wait)s),
    last_status = %(status)s, last_error = %(error)s,
    settled_at = CASE WHEN %(state)s = 'queued' THEN NULL ELSE pz_now() END
WHERE id = %(id)s AND state = 'queued' AND (%(state)s = 'sent' OR lease = %(lease)s)
"""
