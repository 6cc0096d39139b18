"""Idempotency-Key: the same request again gets the same answer, another request with the key is refused; kept two days."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from pilotzone.exchange.hub import rows
from pilotzone.exchange.hub.callers import department
from pilotzone.exchange.hub.errors import refused
from pilotzone.exchange.sealing import pack, unpack
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

TABLE = "exchange_hub_answer"


def once(key: str, request: bytes, work: Callable[[], dict[str, Any]]) -> tuple[dict[str, Any], bool]:
    """The answer of `work`, and whether it is an earlier one. Without a key the work is done. Refused `hub.idempotency`.

    Two requests with one key at the same time: the second waits for the first (advisory lock) and gets its answer.
    """
    if not key:
        return work(), False
    if len(key) > 100 or not key.isprintable():
        raise refused("hub.input", what="Idempotency-Key")
    unit, digest = department(), hashlib.sha256(request).digest()
    rows.first("SELECT pg_advisory_xact_lock(20906, hashtext(%s || %s))", (unit, key))
    found = rows.first("SELECT request, answer FROM exchange_hub_answer WHERE unit = %s AND key = %s", (unit, key))
    if found is not None:
        if bytes(found["request"]) != digest:
            raise refused("hub.idempotency")
        return dict(json.loads(unpack(bytes(found["answer"]), TABLE))), True
    told = work()
    rows.run(
        "INSERT INTO exchange_hub_answer (unit, key, request, answer, at) VALUES (%s, %s, %s, %s, pz_now())",
        (unit, key, digest, pack(json.dumps(told, ensure_ascii=False).encode(), TABLE)),
    )
    return told, False


def forget(days: int = 2) -> int:
    """Drop answers older than so many days (as the platform)."""
    with scope(PLATFORM):
        return rows.run("DELETE FROM exchange_hub_answer WHERE at < pz_now() - make_interval(days => %s)", (days,))
