"""The chained log: one entry for every query, message and refusal, batches signed with the zone's key, bundles for others.

An entry is committed with what it tells of and waits; one pass (`chain_up`) chains all that wait, in the order of their tickets. So
nobody holds the head of the chain while he works, and what was answered is in the log a moment later (docs/adr/0015).

An entry holds what was asked and hashes of what was said, never a value. `seal` signs what was written since the last batch, with
zone time and wall time: the batch time-stamp. Times in entries are the zone's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pilotzone.base.days import SHANGHAI, day_ends
from pilotzone.exchange.hub import chain, rows
from pilotzone.exchange.hub.errors import refused
from pilotzone.exchange.signing import packages
from pilotzone.exchange.signing.signers import Signer
from pilotzone.kernel import audit, clock

MOST_IN_BATCH = 10_000
MOST_IN_PASS = 5_000
VERIFIER = Path(__file__).with_name("verifier.py")


def write(what: str, facts: Mapping[str, Any]) -> int:
    """Write one entry in the caller's transaction; answers its ticket, by which it is found once it is chained."""
    return write_all([(what, facts)])[0]


def write_all(told: Sequence[tuple[str, Mapping[str, Any]]]) -> list[int]:
    """Write entries in the caller's transaction, in this order; answers their tickets."""
    if not told:
        return []
    times = {"at": clock.now().isoformat(), "wall": clock.wall().isoformat()}
    entries = [chain.canonical({"what": what, **times, **facts}) for what, facts in told]
    # who writes may not read entries, so the tickets are drawn first
    drawn = rows.every(
        "SELECT nextval('exchange_hub_entry_ticket_seq') AS ticket FROM generate_series(1, %s)", (len(told),)
    )
    tickets = [int(one["ticket"]) for one in drawn]
    rows.bulk(
        "INSERT INTO exchange_hub_entry (ticket, at, entry) WITH t AS MATERIALIZED (SELECT pz_now() AS now)"
        " SELECT r.ticket, t.now, r.entry FROM t, unnest(%b::bigint[], %b::text[]) r(ticket, entry)",
        (tickets, entries),
    )
    return tickets


def chain_up(*, most: int = MOST_IN_PASS) -> int:
    """Chain what waits, at most so many entries; answers how many."""
    found = rows.first("SELECT exchange_hub_chain(%s) AS n", (most,))
    return int(found["n"]) if found else 0


def digest(data: bytes) -> str:
    """How an entry names a content."""
    return hashlib.sha256(data).hexdigest()


def seal(signer: Signer | None = None) -> int:
    """Chain what waits and sign everything since the last batch, at most MOST_IN_BATCH entries a batch; answers how many.

    As the platform.
    """
    done = 0
    while chain_up() == MOST_IN_PASS:
        pass
    while True:
        last = rows.first("SELECT coalesce(max(last), 0) AS last FROM exchange_hub_batch")
        first = int(last["last"]) + 1 if last else 1
        head = rows.first(
            "SELECT number, hash FROM exchange_hub_log WHERE number BETWEEN %s AND %s ORDER BY number DESC LIMIT 1",
            (first, first + MOST_IN_BATCH - 1),
        )
        if head is None:
            return done
        done += _sign(first, int(head["number"]), bytes(head["hash"]), signer or packages.own_signer())


def _sign(first: int, last: int, head: bytes, signer: Signer) -> int:
    certificate = signer.certificate.encoded
    text = chain.sealed(
        first=first,
        last=last,
        head=head,
        at_zone=clock.now().isoformat(),
        at_wall=clock.wall().isoformat(),
        certificate=certificate,
    )
    rows.run(
        "INSERT INTO exchange_hub_batch (first, last, head, sealed, signature, certificate) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (first, last, head, text, signer.sign(text.encode()), certificate),
    )
    return last - first + 1


def entries(
    *, number: int | None = None, what: str = "", since: date | None = None, until: date | None = None, ticket: int | None = None,
    limit: int = 50,
) -> list[dict[str, Any]]:  # fmt: skip
    """Entries before a number, the newest first, of a kind, of some days (Shanghai, both included), of one ticket: to whom row-level
    security shows them. What still waits to be chained is not among them."""
    conditions, values = ["true"], list[Any]()
    for held, condition, value in (
        (number is not None, "number < %s", number),
        (ticket is not None, "ticket = %s", ticket),
        (since is not None, "at >= %s", _begin(since) if since else None),
        (until is not None, "at < %s", day_ends(until) if until else None),
        (bool(what), "entry LIKE %s", f'%"what":"{what}"%'),
    ):
        if held:
            conditions.append(condition)
            values.append(value)
    return rows.every(
        f"SELECT number, at, entry, hash, ticket FROM exchange_hub_log WHERE {' AND '.join(conditions)} ORDER BY number DESC LIMIT %s",  # noqa: S608 (our own words)
        (*values, limit),
    )


def entry(number: int) -> dict[str, Any] | None:
    """One entry with the batch that seals it (`first`, `last`, `sealed`; None where it waits for its seal)."""
    return rows.first(
        "SELECT l.number, l.at, l.entry, l.hash, l.ticket, b.first, b.last, b.sealed FROM exchange_hub_log l"
        " LEFT JOIN exchange_hub_batch b ON l.number BETWEEN b.first AND b.last WHERE l.number = %s",
        (number,),
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


def broken(*, limit: int = 20) -> list[int]:
    """Numbers whose entry does not hold in the chain, recomputed here; none when the log is whole. As the platform."""
    found, before, expected = [], b"", 1
    for one in rows.every("SELECT number, entry, hash FROM exchange_hub_log ORDER BY number"):
        number, value = int(one["number"]), bytes(one["hash"])
        if number != expected or chain.hashed(before, number, one["entry"]) != value:
            found.append(number)
        before, expected = value, number + 1
    return found[:limit]


def bundle(since: date, until: date, *, signer: Signer | None = None) -> bytes:
    """The entries of the days (Shanghai, both included) with the batches that sign them, as one file to hand out.

    Whole batches: the first and the last entry are those of a batch. Only sealed entries; Refused `hub.bundle` where there are none.
    """
    signer = signer or packages.own_signer()
    certificate = signer.certificate.encoded
    start, end = _begin(since), day_ends(until)
    batches = rows.every(
        "SELECT first, last, sealed, signature FROM exchange_hub_batch b WHERE certificate = %s AND EXISTS (SELECT 1 FROM exchange_hub_log l"
        " WHERE l.number BETWEEN b.first AND b.last AND l.at >= %s AND l.at < %s) ORDER BY first",
        (certificate, start, end),
    )
    if not batches:
        raise refused("hub.bundle")
    first, last = int(batches[0]["first"]), int(batches[-1]["last"])
    found = rows.every(
        "SELECT number, entry, hash FROM exchange_hub_log WHERE number BETWEEN %s AND %s ORDER BY number",
        (first - 1, last),
    )
    before = bytes(found.pop(0)["hash"]) if first > 1 else b""
    told = chain.lines(
        before,
        [chain.Entry(int(one["number"]), one["entry"], bytes(one["hash"])) for one in found],
        [chain.Batch(int(one["first"]), int(one["last"]), one["sealed"], bytes(one["signature"])) for one in batches],
        certificate,
    )
    summed = chain.sums(told)
    last_line = chain.seal(signer.sign(summed.encode()))
    audit.record(
        "hub.export", object_kind="exchange_hub_log", object_id=f"{first}-{last}", after={"entries": len(found)}
    )
    return ("\n".join([*told, summed, last_line]) + "\n").encode()


def verifier() -> bytes:
    """The script that verifies a bundle without our software."""
    return VERIFIER.read_bytes()
