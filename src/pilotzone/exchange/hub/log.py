"""The chained log: one entry for every query, message and refusal, batches signed with the zone's key, bundles for others.

An entry holds what was asked and hashes of what was said, never a value. `seal` signs what was written since the last batch, with
zone time and wall time: the batch time-stamp. Times in entries are the zone's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from pilotzone.base.days import SHANGHAI, add_days
from pilotzone.exchange.hub import chain, rows
from pilotzone.exchange.hub.errors import refused
from pilotzone.exchange.signing import packages
from pilotzone.exchange.signing.signers import Signer
from pilotzone.kernel import audit, clock

MOST_IN_BATCH = 10_000
VERIFIER = Path(__file__).with_name("verifier.py")


def write(what: str, facts: Mapping[str, Any]) -> int:
    """Write one entry in the caller's transaction, last of its work (the head is held from here to the commit)."""
    entry = chain.canonical({"what": what, "at": clock.now().isoformat(), "wall": clock.wall().isoformat(), **facts})
    rows.run("INSERT INTO exchange_hub_log (entry) VALUES (%s)", (entry,))
    found = rows.first("SELECT number FROM exchange_hub_head")
    return int(found["number"]) if found else 0


def digest(data: bytes) -> str:
    """How an entry names a content."""
    return hashlib.sha256(data).hexdigest()


def seal(signer: Signer | None = None) -> int:
    """Sign everything written since the last batch, at most MOST_IN_BATCH entries a batch; answers how many. As the platform."""
    done = 0
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


def entries(*, number: int | None = None, limit: int = 50) -> list[dict[str, Any]]:
    """Entries before a number, the newest first, to whom row-level security shows them."""
    return rows.every(
        "SELECT number, at, entry, hash FROM exchange_hub_log WHERE %s::bigint IS NULL OR number < %s ORDER BY number DESC LIMIT %s",
        (number, number, limit),
    )


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
    start, end = (datetime.combine(day, time.min, SHANGHAI) for day in (since, add_days(until, 1)))
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
