"""What a firm does with its subscriptions: make, change, renew the secret, try, look, replay. Its own only.

Each function asks for the right `hook.manage`, works for the caller's organisation and leaves an audit line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.texts import whole
from pilotzone.exchange import receipts
from pilotzone.exchange.channels import endpoint
from pilotzone.exchange.channels.amqp import PREFIX
from pilotzone.exchange.channels.endpoint import Resolve, resolve
from pilotzone.exchange.webhooks import ledger, queues, signature, wanted
from pilotzone.kernel import audit, clock, vault
from pilotzone.kernel.access.doors import require
from pilotzone.reference import rates

ACTION = "hook.manage"
MOST = 10
SOURCE = "docs/api.md"
STATES = ("queued", "sent", "dead")


@dataclass(frozen=True)
class Hook:
    """A subscription. `state` is on, off or gone (its endpoint answered 410); `waiting` and `dead` count deliveries."""

    id: int
    url: str
    description: str
    kinds: list[str]
    state: str
    created_at: datetime
    old_until: datetime | None
    position: int
    waiting: int
    dead: int
    last_at: datetime | None
    last_status: int
    last_error: str


def listed() -> list[Hook]:
    """The subscriptions of the caller's organisation, the oldest first."""
    return _hooks(_own(), None)


def one(number: int) -> Hook:
    """One of them. Denied `webhook.unknown`."""
    found = _hooks(_own(), number)
    if not found:
        raise Denied(
            code="webhook.unknown",
            zh="没有这一推送订阅，或您无权查看。",
            en="There is no such webhook, or it is not yours.",
        )
    return found[0]


def create(
    *, url: str, description: str = "", kinds: Sequence[str] = (ledger.CREATED,), after: int | None = None,
    resolver: Resolve = resolve,
) -> tuple[Hook, str]:  # fmt: skip
    """Subscribe; answers the subscription and its secret, which nobody can read again.

    `after` is the number of the last receipt the firm has; without it, it is told what comes from now on.
    """
    own, said = _own(), _described(description)
    _judge(url, own, resolver)
    asked = wanted.kinds_of(kinds)
    secret = signature.new_secret()
    with connection.cursor() as cursor:
        # one at a time in an organisation, so that the limit holds
        cursor.execute("SELECT pg_advisory_xact_lock(20904, %s)", (own % 2**31,))
        cursor.execute("SELECT count(*) FROM exchange_hook WHERE organisation_id = %s", (own,))
        if cursor.fetchone()[0] >= MOST:
            raise Refused(
                code="webhook.too_many",
                zh=f"每个单位至多{MOST}个推送订阅，可改用已有的订阅。",
                en=f"An organisation has at most {MOST} webhooks; change one that is there.",
                source=SOURCE,
            )
        cursor.execute(
            "INSERT INTO exchange_hook (organisation_id, url, description, kinds, secret) VALUES (%s, %s, %s, %s, %s)"
            " RETURNING id",
            (own, url, said, asked, vault.seal(secret.encode(), ledger.TABLE)),
        )
        number = int(cursor.fetchone()[0])
        ceiling = receipts.safe(cursor)
        start = ceiling if after is None else min(after, ceiling)
        cursor.execute(
            "INSERT INTO exchange_hook_cursor (hook_id, organisation_id, position) VALUES (%s, %s, %s)",
            (number, own, start),
        )
    audit.record("webhook.create", object_kind="webhook", object_id=number, after={"url": url, "after": start})
    return one(number), secret


def change(
    number: int, *, url: str | None = None, description: str | None = None, kinds: Sequence[str] | None = None,
    enabled: bool | None = None, resolver: Resolve = resolve,
) -> Hook:  # fmt: skip
    """Change what is named. What waits goes the way the subscription says now, whatever it asks for since; with another
    address, and switched on again, it goes on where it stood, at once and with its attempts forgotten.
    """
    before = one(number)
    if url is not None and url != before.url:
        _judge(url, _own(), resolver)
    asked = wanted.kinds_of(before.kinds if kinds is None else kinds)
    state = before.state if enabled is None else "on" if enabled else "off"
    after: dict[str, Any] = {
        "url": before.url if url is None else url,
        "description": before.description if description is None else _described(description),
        "kinds": asked,
        "state": state,
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_hook SET url = %(url)s, description = %(description)s, kinds = %(kinds)s, state = %(state)s"
            " WHERE id = %(id)s",
            {**after, "id": number},
        )
        if state == "on" and (before.state != "on" or after["url"] != before.url):
            ledger.replay(cursor, number, states=("queued",))
    kept = {name: getattr(before, name) for name in after}
    audit.record("webhook.change", object_kind="webhook", object_id=number, before=kept, after=after)
    return one(number)


def rotate(number: int, *, at_once: bool = False) -> str:
    """A new secret, answered once. The old one signs beside it for the zone's time (`webhook.old_secret_hours`), or no more
    where it must end `at_once` because somebody else knows it.

    Refused `webhook.rotating` while an older one still signs: the firm would be left with none that it knows.
    """
    hook = one(number)
    if hook.old_until is not None and not at_once:
        raise Refused(
            code="webhook.rotating",
            zh="上一次轮换尚未结束，旧密钥仍在签名。",
            en="The last renewal is not over: the old secret still signs.",
            source=SOURCE,
            mend_zh="接收系统换好新密钥后，先作废旧密钥，再轮换。",
            mend_en="When the receiver has the new secret, end the old one first.",
        )
    secret = signature.new_secret()
    hours = int(rates.rate("webhook.old_secret_hours", on=clock.today()).number)
    until = None if at_once else clock.wall() + timedelta(hours=hours)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_hook SET old_secret = CASE WHEN %(until)s::timestamptz IS NULL THEN NULL ELSE secret END,"
            " old_until = %(until)s, secret = %(secret)s WHERE id = %(id)s",
            {"until": until, "secret": vault.seal(secret.encode(), ledger.TABLE), "id": number},
        )
    audit.record(
        "webhook.rotate", object_kind="webhook", object_id=number, after={"old_until": until and until.isoformat()}
    )
    return secret


def retire(number: int) -> None:
    """Let the old secret of a renewal sign no more: the receiver has the new one."""
    one(number)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE exchange_hook SET old_secret = NULL, old_until = NULL WHERE id = %s", (number,))
    audit.record("webhook.retire", object_kind="webhook", object_id=number)


def ping(number: int, note: str = "") -> str:
    """Send a test message; answers its webhook-id. Refused `webhook.off` where the subscription is not on."""
    hook, note = one(number), whole(note, 200, "说明", "The note", field="note")
    if hook.state != "on":
        raise Refused(
            code="webhook.off", zh="该订阅已停用，请先启用。", en="This webhook is off; switch it on first.", source=SOURCE
        )  # fmt: skip
    with connection.cursor() as cursor:
        told = ledger.ping(cursor, number, _own(), note)
    audit.record("webhook.ping", object_kind="webhook", object_id=number, after={"message": told})
    return told


def replay(number: int, *, first: int | None = None, last: int | None = None, state: str = "") -> int:
    """Send deliveries `first` … `last` again, under their own ids, or all in a state; answers how many.

    Refused `webhook.replay` where neither is said.
    """
    one(number)
    if (first is None and last is None and not state) or (state and state not in STATES):
        raise Refused(
            code="webhook.replay",
            zh="请给出要重放的投递序号范围，或状态（queued、sent、dead）。",
            en="Say which deliveries: a range of numbers, or a state (queued, sent, dead).",
            source=SOURCE,
        )
    span = {"first": 1 if first is None else first, "last": 2**63 - 1 if last is None else last}
    with connection.cursor() as cursor:
        count = ledger.replay(cursor, number, states=(state,) if state else STATES, **span)
    audit.record(
        "webhook.replay", object_kind="webhook", object_id=number, after={**span, "state": state, "count": count}
    )
    return count


def deliveries(
    number: int, *, state: str = "", kind: str = "", before: int | None = None, limit: int = 50, skip: int = 0
) -> list[dict[str, Any]]:
    """The delivery log, newest first, from below number `before`; each with its attempts, the last one first."""
    one(number)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, message_id, kind, first_number, last_number, items, state, attempts, next_try_at, last_status,"
            " last_error, created_at, settled_at FROM exchange_delivery WHERE hook_id = %(hook)s"
            " AND (%(state)s = '' OR state = %(state)s) AND (%(kind)s = '' OR kind = %(kind)s)"
            " AND id < %(before)s ORDER BY id DESC LIMIT %(limit)s OFFSET %(skip)s",
            {"hook": number, "state": state, "kind": kind, "before": before or 2**63 - 1, "limit": limit,
             "skip": skip},
        )  # fmt: skip
        rows = [dict(zip(_DELIVERY, row, strict=True)) for row in cursor.fetchall()]
        tried = _attempts(cursor, [row["id"] for row in rows])
    return [row | {"tries": tried.get(row["id"], [])} for row in rows]


def _attempts(cursor: Any, numbers: list[int]) -> Mapping[int, list[dict[str, Any]]]:
    cursor.execute(
        "SELECT delivery_id, at, status, took_ms, error, answer FROM exchange_delivery_attempt"
        " WHERE delivery_id = ANY(%s) ORDER BY id DESC LIMIT 2000",
        (numbers,),
    )
    found: dict[int, list[dict[str, Any]]] = {}
    for number, *told in cursor.fetchall():
        found.setdefault(number, []).append(dict(zip(_ATTEMPT, told, strict=True)))
    return found


def _hooks(own: int, number: int | None) -> list[Hook]:
    with connection.cursor() as cursor:
        cursor.execute(_HOOKS, {"own": own, "number": number, "ping": ledger.PING})
        return [Hook(*row) for row in cursor.fetchall()]


def _own() -> int:
    own = require(ACTION).organisation
    if own is None:
        raise Denied(code="webhook.unknown", zh="推送订阅只供企业使用。", en="Webhooks are for enterprises.")
    return own


def _judge(url: str, own: int, resolver: Resolve) -> None:
    if url.startswith(PREFIX):
        queues.judge(url, own)
        return
    guard = endpoint.guard_of(demo=clock.is_demo())
    endpoint.addresses(endpoint.read(url), guard, resolver)


def _described(text: str) -> str:
    return whole(
        "".join(sign for sign in text if sign.isprintable()), 200, "说明", "The description", field="description"
    )


_DELIVERY = (
    "id", "message_id", "kind", "first", "last", "receipts", "state", "attempts", "next_try_at", "last_status",
    "last_error", "created_at", "settled_at",
)  # fmt: skip
_ATTEMPT = ("at", "status", "took_ms", "error", "answer")
_HOOKS = """
SELECT h.id, h.url, h.description, h.kinds, h.state, h.created_at,
    CASE WHEN h.old_until > clock_timestamp() THEN h.old_until END, c.position,
    (SELECT count(*) FROM exchange_delivery d WHERE d.hook_id = h.id AND d.state = 'queued'),
    (SELECT count(*) FROM exchange_delivery d WHERE d.hook_id = h.id AND d.state = 'dead' AND d.kind <> %(ping)s),
    l.at, coalesce(l.status, 0), coalesce(l.error, '')
FROM exchange_hook h JOIN exchange_hook_cursor c ON c.hook_id = h.id
LEFT JOIN LATERAL (
    SELECT a.at, a.status, a.error FROM exchange_delivery d
    JOIN exchange_delivery_attempt a ON a.delivery_id = d.id
    WHERE d.hook_id = h.id ORDER BY d.id DESC, a.id DESC LIMIT 1
) l ON true
WHERE h.organisation_id = %(own)s AND (%(number)s::bigint IS NULL OR h.id = %(number)s) ORDER BY h.id
"""
