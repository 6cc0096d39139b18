"""What the platform has to tell others: queued in the transaction that decides it, sent until taken or refused.

A letter is claimed for a lease and sent outside of any transaction; a process killed in between sends it again
after the lease, so a counterpart must know a repeated message by its number (DxpMsg CopMsgId does that).
All times are the zone's: `next_try_at` is scanned, never slept for. A kept message that goes on unchanged is not
copied: the letter encloses it and puts it into its envelope when it is sent.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import msgspec

from pilotzone.base.errors import Problem, Unavailable
from pilotzone.exchange import inbox
from pilotzone.exchange.formats import envelope
from pilotzone.exchange.sealing import pack, unpack
from pilotzone.kernel.copying import array, texts

TABLE = "exchange_outbox"
LEASE_S = 60
_encode = msgspec.json.Encoder(enc_hook=str).encode
BUNDLE_BYTES = 4 * 1024 * 1024
FIRST_WAIT_S, LONGEST_WAIT_S, MAX_ATTEMPTS = 2, 900, 40
LONGEST_REASON = 240  # characters, in each language


@dataclass(frozen=True, slots=True)
class Letter:
    """A message for a counterpart (customs, a DXP number …). `kind` is what it is, `keys` the business keys inside.

    `enclosed`: the inbox row of a message that goes on as it came; the body is then made when the letter is due, of
    `keys`: reference (CopMsgId), sender and receiver (DXP numbers), sent (ISO time).
    """

    counterpart: str
    kind: str
    body: bytes = b""
    keys: dict[str, Any] = field(default_factory=dict)
    enclosed: int | None = None


@dataclass(frozen=True, slots=True)
class Due:
    """A claimed letter: `attempts` counts this one."""

    id: int
    attempts: int
    letter: Letter


@dataclass(frozen=True, slots=True)
class Bundle:
    """How letters go together. `send` answers for each letter what it was refused for, or None; `alone`: kinds that do not."""

    send: Callable[[Sequence[Letter]], Sequence[Problem | None]]
    alone: frozenset[str] = frozenset()


def enqueue(cursor: Any, letters: Iterable[Letter]) -> list[int]:
    """Queue letters in the caller's transaction; answers their numbers in order."""
    rows = list(letters)
    if not rows:
        return []
    cursor.execute(
        # the zone's time is asked once: as a default of two columns it is most of what a letter costs
        "INSERT INTO exchange_outbox (counterpart, kind, body, keys, enclosed, next_try_at, created_at)"
        " WITH t AS MATERIALIZED (SELECT pz_now() AS now) SELECT r.*, t.now, t.now FROM t,"
        " unnest(%s::text[], %s::text[], %b::bytea[], %b::text[]::jsonb[], %s::bigint[]) r RETURNING id",
        (
            texts(r.counterpart for r in rows),
            texts(r.kind for r in rows),
            [pack(r.body, TABLE) if r.enclosed is None else None for r in rows],
            [_encode(r.keys).decode() for r in rows],
            array("NULL" if r.enclosed is None else r.enclosed for r in rows),
        ),
    )
    return sorted(row[0] for row in cursor.fetchall())


def due(cursor: Any, limit: int = 50) -> list[Due]:
    """Claim the letters whose time has come, oldest first. Commit before sending: that is the lease."""
    cursor.execute(
        # materialized: inside a nested loop the choice would be made again for every row, and more than `limit` claimed
        "WITH n AS MATERIALIZED (SELECT id FROM exchange_outbox WHERE state = 'queued' AND next_try_at <= pz_now()"
        "       ORDER BY next_try_at, id LIMIT %s FOR UPDATE SKIP LOCKED)"
        " UPDATE exchange_outbox o SET attempts = attempts + 1, next_try_at = pz_now() + make_interval(secs => %s)"
        " FROM n WHERE o.id = n.id"
        " RETURNING o.id, o.attempts, o.counterpart, o.kind, o.body, o.keys::text, o.enclosed",
        (limit, LEASE_S),
    )
    claimed = sorted(cursor.fetchall(), key=lambda row: row[0])
    kept = inbox.raws(cursor, {row[6] for row in claimed if row[6] is not None})
    return [
        Due(number, attempts, _whole(kept, Letter(counterpart, kind, b"", json.loads(keys), enclosed), body))
        for number, attempts, counterpart, kind, body, keys, enclosed in claimed
    ]


def _whole(kept: Mapping[int, bytes], letter: Letter, body: bytes | None) -> Letter:
    """The letter as it is sent."""
    if letter.enclosed is None:
        return replace(letter, body=unpack(body or b"", TABLE))
    raw = kept.get(letter.enclosed)
    if raw is None:
        raise LookupError(f"inbox row {letter.enclosed} is gone")
    data = envelope.unwrap(raw).data if envelope.is_envelope(raw) else raw
    keys = letter.keys
    message = envelope.DxpMsg(
        message_id=keys["reference"], sender=keys["sender"], receivers=[keys["receiver"]],
        created=datetime.fromisoformat(keys["sent"]), message_type=letter.kind, data=data,
        file_name=f"{letter.kind}_{keys['reference']}.xml",
    )  # fmt: skip
    return replace(letter, body=envelope.wrap(message))


def deliver(connection: Any, send: Callable[[Letter], None], *, limit: int = 50, bundle: Bundle | None = None) -> int:
    """Send what is due; answers how many letters were taken by the other side.

    Letters of the kinds not named in `bundle.alone` go in bundles, the others by `send`, which returns when the counterpart has the letter, raises Unavailable to have it tried again later, any other
    Problem when it was refused for good. A counterpart that is away is not asked again in this round.
    """
    with connection.transaction(), connection.cursor() as cursor:
        batch = due(cursor, limit)
    away: dict[str, Problem] = {}
    taken: list[Due] = []
    others: list[tuple[Due, Problem, bool]] = []
    try:
        if bundle is not None:
            for several in _bundles([one for one in batch if one.letter.kind not in bundle.alone]):
                _send_bundle(several, bundle, away, taken, others)
            batch = [one for one in batch if one.letter.kind in bundle.alone]
        for letter in batch:
            known = away.get(letter.letter.counterpart)
            if known is not None:
                others.append((letter, known, False))
                continue
            try:
                send(letter.letter)
                taken.append(letter)
            except Unavailable as failure:
                away[letter.letter.counterpart] = failure
                others.append((letter, failure, True))
            except Problem as failure:
                others.append((letter, failure, True))
    finally:
        _settle_all(connection, taken, others)
    return len(taken)


def _bundles(batch: Sequence[Due]) -> Iterator[list[Due]]:
    """Letters of one counterpart that go together, at most BUNDLE_BYTES unless one alone is larger."""
    by_counterpart: dict[str, list[Due]] = {}
    for one in batch:
        by_counterpart.setdefault(one.letter.counterpart, []).append(one)
    for letters in by_counterpart.values():
        several: list[Due] = []
        size = 0
        for one in letters:
            if several and size + len(one.letter.body) > BUNDLE_BYTES:
                yield several
                several, size = [], 0
            several.append(one)
            size += len(one.letter.body)
        yield several


def _send_bundle(
    several: list[Due],
    bundle: Bundle,
    away: dict[str, Problem],
    taken: list[Due],
    others: list[tuple[Due, Problem, bool]],
) -> None:
    """Sort a bundle into taken and others; of a bundle nobody took only the first letter counts as tried."""
    counterpart = several[0].letter.counterpart
    failure = away.get(counterpart)
    first = failure is None
    answers: Sequence[Problem | None] = ()
    if failure is None:
        try:
            answers = bundle.send([one.letter for one in several])
        except Unavailable as gone:
            failure = away[counterpart] = gone
    if failure is not None:
        others += [(one, failure, first and not place) for place, one in enumerate(several)]
        return
    for one, problem in zip(several, answers, strict=True):
        if problem is None:
            taken.append(one)
        else:
            others.append((one, problem, True))


def requeue(cursor: Any, numbers: Iterable[int]) -> int:
    """Queue failed, dead or parked letters again, with their attempts forgotten; answers how many."""
    cursor.execute(
        "UPDATE exchange_outbox SET state = 'queued', attempts = 0, next_try_at = pz_now(), settled_at = NULL"
        " WHERE id = ANY(%s) AND state IN ('failed', 'dead', 'parked')",
        (list(numbers),),
    )
    return int(cursor.rowcount)


def reason_of(problem: Problem) -> str:
    """Why a letter was not taken, as it is kept: code and Chinese sentence, in a second line the English one."""
    return f"{problem.code}: {problem.zh[:LONGEST_REASON]}\n{problem.en[:LONGEST_REASON]}"


def counts(cursor: Any) -> dict[str, int]:
    """Letters by state, sent ones left out."""
    # said so that each half has its index: of a year's letters nearly all are sent
    cursor.execute(
        "SELECT state, count(*) FROM exchange_outbox WHERE state IN ('failed', 'dead', 'parked') GROUP BY state"
        " UNION ALL SELECT 'queued', count(*) FROM exchange_outbox WHERE state = 'queued' HAVING count(*) > 0"
    )
    return dict(cursor.fetchall())


def wait_after(attempts: int) -> int:
    """Seconds of zone time until the next try: doubling, at most a quarter of an hour."""
    return min(FIRST_WAIT_S * 2 ** min(attempts - 1, 20), LONGEST_WAIT_S)


def _settle_all(connection: Any, taken: list[Due], others: list[tuple[Due, Problem, bool]]) -> None:
    """Note a round in one transaction: a letter sent and not noted would be sent again, and known by its number."""
    if not taken and not others:
        return
    with connection.transaction(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE exchange_outbox SET state = 'sent', last_error = '', settled_at = pz_now()"
            " WHERE id = ANY(%s) AND state IN ('queued', 'parked')",  # parked while it was on its way: it is there
            ([letter.id for letter in taken],),
        )
        for letter, problem, tried in others:
            _settle(cursor, letter, problem, tried=tried)


def _settle(cursor: Any, letter: Due, problem: Problem, *, tried: bool) -> None:
    if not isinstance(problem, Unavailable):
        state, wait = "failed", 0
    elif letter.attempts >= MAX_ATTEMPTS and tried:
        state, wait = "dead", 0
    else:
        state, wait = "queued", wait_after(letter.attempts)
    cursor.execute(
        "UPDATE exchange_outbox SET state = %s, last_error = %s, attempts = attempts - %s,"
        " next_try_at = pz_now() + make_interval(secs => %s),"
        " settled_at = CASE WHEN %s = 'queued' THEN NULL ELSE pz_now() END WHERE id = %s AND state = 'queued'",
        (state, reason_of(problem), 0 if tried else 1, wait, state, letter.id),
    )
