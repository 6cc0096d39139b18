"""The letters to the counterparts as people see them: listed, counted, opened (without what they say), tried again, put aside.

Whoever asks sees what row-level security lets him: the operator and the auditor everything, nobody else anything.
Times are the zone's. Lists go from the newest back; a page begins after the number of the last letter before it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from pilotzone.base.days import SHANGHAI, day_ends
from pilotzone.base.errors import Denied, Problem, Refused
from pilotzone.base.texts import whole
from pilotzone.exchange import outbox
from pilotzone.exchange.formats import envelope
from pilotzone.exchange.sealing import unpack
from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.database import cursor_of

SEE, RUN = "letters.see", "platform.run"
STATES = ("queued", "sent", "failed", "dead", "parked")
MOST_COUNTED = 10_000
RECENT = 2_000
_COLUMNS = (
    "id", "counterpart", "kind", "keys", "state", "attempts", "next_try_at", "last_error", "created_at", "settled_at",
    "enclosed",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for; empty is everything. `number`: a letter's own, or its CopMsgId. Days are Shanghai's, both included."""

    counterpart: str = ""
    kind: str = ""
    states: tuple[str, ...] = ()
    first: date | None = None
    last: date | None = None
    number: str = ""


def listed(asked: Asked, *, before: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Letters, the newest first, older than the letter `before`."""
    require(SEE)
    where, values = _where(asked)
    with cursor_of() as cursor:
        if before is not None:
            cursor.execute("SELECT created_at, id FROM exchange_outbox WHERE id = %s", (before,))
            row = cursor.fetchone()
            if row is None:
                return []
            where.append("(created_at, id) < (%s, %s)")
            values += row
        cursor.execute(
            f"SELECT {', '.join(_COLUMNS)} FROM exchange_outbox WHERE {' AND '.join(where)}"  # noqa: S608 (our own names)
            " ORDER BY created_at DESC, id DESC LIMIT %s",
            (*values, limit),
        )
        return [_data(row) for row in cursor.fetchall()]


def every(asked: Asked, *, step: int = 500) -> Iterator[dict[str, Any]]:
    """All of them, in steps."""
    before: int | None = None
    while found := listed(asked, before=before, limit=step):
        yield from found
        before = found[-1]["id"]


def counted(asked: Asked, *, most: int = MOST_COUNTED) -> int:
    """How many there are; `most` + 1 where there are more."""
    require(SEE)
    where, values = _where(asked)
    with cursor_of() as cursor:
        cursor.execute(
            f"SELECT count(*) FROM (SELECT 1 FROM exchange_outbox WHERE {' AND '.join(where)} LIMIT %s) s",  # noqa: S608 (our own names)
            (*values, most + 1),
        )
        return int(cursor.fetchone()[0])


def summary() -> dict[str, Any]:
    """Letters by state (sent ones up to MOST_COUNTED + 1), and since when the oldest one waits."""
    require(SEE)
    with cursor_of() as cursor:
        told: dict[str, int] = dict.fromkeys(STATES, 0) | outbox.counts(cursor)
        # OFFSET: else the planner walks all letters by their day until it meets a waiting one
        cursor.execute(
            "SELECT min(created_at) FROM (SELECT created_at FROM exchange_outbox WHERE state = 'queued' OFFSET 0) q"
        )
        oldest: datetime | None = cursor.fetchone()[0]
    told["sent"] = counted(Asked(states=("sent",)))
    return {"states": told, "oldest": oldest}


def known() -> tuple[list[str], list[str]]:
    """Counterparts and kinds among the newest letters, to choose from."""
    require(SEE)
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT DISTINCT counterpart, kind FROM"
            " (SELECT counterpart, kind FROM exchange_outbox ORDER BY created_at DESC, id DESC LIMIT %s) s",
            (RECENT,),
        )
        rows = cursor.fetchall()
    return sorted({row[0] for row in rows}), sorted({row[1] for row in rows})


def one(number: int) -> dict[str, Any]:
    """A letter with its envelope: who to whom, when, how large and by which hash; never what it says.

    Denied `kernel.access.unknown` where there is none, or the caller may not see it.
    """
    require(SEE)
    with cursor_of() as cursor:
        cursor.execute(
            f"SELECT {', '.join(_COLUMNS)}, body FROM exchange_outbox WHERE id = %s",  # noqa: S608 (our own names)
            (number,),
        )
        row = cursor.fetchone()
    if row is None:
        raise Denied(code="kernel.access.unknown", zh="没有这封报文。", en="There is no such letter.")
    told = _data(row[:-1])
    return told | {"envelope": _envelope(told, row[-1])}


def reason(kept: str, language: str) -> str:
    """Why a letter was not taken (`outbox.reason_of`) in this language."""
    zh, _line, en = kept.partition("\n")
    return f"{zh.partition(': ')[0]}: {en}" if en and language.startswith("en") else zh


def retry(numbers: Collection[int], reason: str = "") -> int:
    """Queue letters that failed, were given up or put aside again, at once; waiting ones are due now. Answers how many."""
    return _move(numbers, "letter.retry", reason, "queued", ("queued", "failed", "dead", "parked"))


def park(numbers: Collection[int], reason: str) -> int:
    """Put letters aside that are not sent; Refused `exchange.letter.reason` without one. Answers how many."""
    if not reason.strip():
        raise Refused(
            code="exchange.letter.reason", zh="请写明搁置的原因。", en="Say why it is put aside.", whose="zone",
            fields={"reason": "required"},
        )  # fmt: skip
    return _move(numbers, "letter.park", reason, "parked", ("queued", "failed", "dead"))


def _move(numbers: Collection[int], action: str, reason: str, to: str, states: tuple[str, ...]) -> int:
    require(RUN)
    reason = whole(reason, 200, "理由", "The reason", field="reason")
    with cursor_of() as cursor:
        cursor.execute(
            "SELECT id, state, attempts FROM exchange_outbox WHERE id = ANY(%s) AND state = ANY(%s) ORDER BY id FOR UPDATE",
            (list(numbers), list(states)),
        )
        found = cursor.fetchall()
        cursor.execute(
            "UPDATE exchange_outbox SET state = %s, next_try_at = pz_now(),"
            " attempts = CASE WHEN %s = 'queued' THEN 0 ELSE attempts END,"
            " settled_at = CASE WHEN %s = 'queued' THEN NULL ELSE pz_now() END WHERE id = ANY(%s)",
            (to, to, to, [row[0] for row in found]),
        )
    for number, state, attempts in found:
        audit.record(
            action, object_kind="exchange_outbox", object_id=number, before={"state": state, "attempts": attempts},
            after={"state": to}, reason=reason,
        )  # fmt: skip
    return len(found)


def _where(asked: Asked) -> tuple[list[str], list[Any]]:
    where, values = ["true"], list[Any]()
    for column, value in (("counterpart", asked.counterpart), ("kind", asked.kind)):
        if value:
            where.append(f"{column} = %s")
            values.append(value)
    if asked.states:
        where.append("state = ANY(%s)")
        values.append(list(asked.states))
    if asked.first is not None:
        where.append("created_at >= %s")
        values.append(datetime.combine(asked.first, time.min, SHANGHAI))
    if asked.last is not None:
        where.append("created_at < %s")
        values.append(day_ends(asked.last))
    if asked.number:
        own = asked.number.isascii() and asked.number.isdigit() and len(asked.number) < 19
        where.append("id = ANY(%s || ARRAY(SELECT exchange_letters_of(%s)))")
        values += [[int(asked.number)] if own else [], asked.number]
    return where, values


def _data(row: tuple[Any, ...]) -> dict[str, Any]:
    told = dict(zip(_COLUMNS, row, strict=True))
    keys = told["keys"]
    told["keys"] = json.loads(keys) if isinstance(keys, str) else keys
    return told


def _envelope(told: dict[str, Any], body: bytes | None) -> dict[str, Any]:
    """What stands outside, with the content hidden. An enclosed message gets its envelope when it is sent."""
    keys = told["keys"]
    if told["enclosed"] is not None:
        return {
            "message_id": keys.get("reference", ""), "sender": keys.get("sender", ""), "receivers": [keys.get("receiver", "")],
            "created": keys.get("sent", ""), "message_type": told["kind"], "inbox": told["enclosed"],
        }  # fmt: skip
    try:
        raw = unpack(bytes(body or b""), outbox.TABLE)
        seen: dict[str, Any] = {"size": len(raw), "sha256": hashlib.sha256(raw).hexdigest()}
        if envelope.is_envelope(raw):
            message = envelope.unwrap(raw)
            seen |= {
                "message_id": message.message_id, "sender": message.sender, "receivers": list(message.receivers),
                "created": message.created.isoformat(), "message_type": message.message_type,
            }  # fmt: skip
        return seen
    except Problem as closed:
        return {"problem": f"{closed.code}"}
