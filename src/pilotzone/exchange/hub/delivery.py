"""Pushing messages: in order per receiver and key, tried again for a week with growing pauses, given up where refused for good.

Nothing is sent within a transaction. Who dies between the receiver's answer and the line that says so sends the same message again: each
arrives at least once, and a receiver knows a repeated one by source and id. One process pushes (the scheduler).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection
from typing import Any

from pilotzone.base.errors import Problem, Unavailable
from pilotzone.exchange.hub import log, rows
from pilotzone.exchange.hub.mailbox import TABLE
from pilotzone.exchange.outbox import wait_after
from pilotzone.exchange.sealing import unpack
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

MOST_ATTEMPTS = 680  # a quarter of an hour apart: a week
Send = Callable[[str, dict[str, Any]], None]
# a message waits for those of its receiver and key before it: dead ones, and those whose next try is not due
_DUE = (
    "SELECT id, target, key, body, attempts FROM exchange_hub_message m WHERE state = 'queued' AND next_try_at <= pz_now()"
    " AND (%s::text[] IS NULL OR target = ANY(%s)) AND NOT EXISTS (SELECT 1 FROM exchange_hub_message b WHERE b.target = m.target"
    " AND b.key = m.key AND b.id < m.id AND b.state = 'dead') AND NOT EXISTS (SELECT 1 FROM exchange_hub_message b WHERE b.target = m.target"
    " AND b.key = m.key AND b.id < m.id AND b.state = 'queued' AND b.attempts > 0 AND b.next_try_at > pz_now())"
    " ORDER BY id LIMIT %s"
)


def deliver(send: Send, *, only: Collection[str] | None = None, limit: int = 200) -> int:
    """Push what is due, to the receivers named or to all; answers how many were taken.

    `send` (receiver, event) returns when the receiver has it, raises Unavailable to be asked again, any other Problem when it was
    refused for good. A receiver that is away is not asked again in this round.
    """
    receivers = None if only is None else list(only)
    with scope(PLATFORM):
        due = rows.every(_DUE, (receivers, receivers, limit))
    taken, away, held = list[int](), set[str](), set[tuple[str, str]]()
    for one in due:
        target, lane = one["target"], (one["target"], one["key"])
        if target in away or lane in held:
            continue
        try:
            send(target, json.loads(unpack(bytes(one["body"]), TABLE)))
        except Unavailable as problem:
            away.add(target)
            _failed(one, problem, dead=int(one["attempts"]) + 1 >= MOST_ATTEMPTS)
        except Problem as problem:
            held.add(lane)
            _failed(one, problem, dead=True)
        else:
            taken.append(int(one["id"]))
    if taken:
        with scope(PLATFORM):
            rows.run(
                "UPDATE exchange_hub_message SET state = 'taken', settled_at = pz_now(), last_error = '' WHERE id = ANY(%s) AND state = 'queued'",
                (taken,),
            )
            log.write("message.delivered", {"messages": taken})
    return len(taken)


def _failed(one: dict[str, Any], problem: Problem, *, dead: bool) -> None:
    tries = int(one["attempts"]) + 1
    said = f"{problem.code} {problem.zh}"[:300]
    with scope(PLATFORM):
        rows.run(
            "UPDATE exchange_hub_message SET state = %s, attempts = %s, last_error = %s, next_try_at = pz_now() + make_interval(secs => %s)"
            " WHERE id = %s AND state = 'queued'",
            ("dead" if dead else "queued", tries, said, wait_after(tries), one["id"]),
        )
        if dead:
            log.write("message.dead", {"message": int(one["id"]), "code": problem.code})
