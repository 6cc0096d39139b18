"""The kill proof: a tree under load, processes of it killed at marked points and at random, and then the books are read."""

from __future__ import annotations

import contextlib
import random
import threading
import time
from collections.abc import Sequence
from datetime import timedelta

import httpx
import psycopg
from proof_killer import WORKERS, Killer, Pace, Told
from proof_ledgers import AT_CUSTOMS, UNFINISHED, acknowledged, agrees_with_customs, hours, judge, sent_once
from proof_pushes import Pushed
from synthetic import messages, papers
from throwaway import Zone, zone

from pilotzone.exchange import inbox, receipt_window
from pilotzone.portal.bench.place import until

SIZES = (1, 3, 20, 100)
SENDERS = 3
# a counterpart as it is in life: repeats receipts, sends them backwards, looks into parcels
CUSTOMS = {"delay_ms": 20, "review": 0.02, "inspection": 0.05, "repeat": 0.1, "reorder": True, "hold_s": 600}
SETTLE_S = 600.0
SENDERS_OF = "SELECT id FROM kernel_organisation WHERE roles ?| '{ebp,agent}' ORDER BY id LIMIT %s"
START_S = 300.0
PUSHED = 12  # firms that have their receipts pushed


def kill_proof(*, trades: int, kills: int, seed: int, targets: Sequence[str] = ()) -> Told:
    """Load, kill, wait, judge. The same seed draws the same trades; the moments are the machine's.

    `targets`: the processes to choose from; every one of the tree and its supervisor where none is named.
    """
    told, began = Told(), time.monotonic()
    with zone(marked=True) as one, Pushed() as pushed:
        killer = Killer(one, told, random.Random(f"kills {seed}"), targets, kills)
        killer.lie_in_wait()
        one.up(workers=WORKERS)
        if not until(one.ready, limit_s=START_S):
            raise RuntimeError(f"the tree did not start: {one.members()}")
        one.enter()
        made = _prepared(one, trades, seed)
        with psycopg.connect(one.dsn("flood")) as connection:
            pushed.subscribe([firm for (firm,) in connection.execute(SENDERS_OF, (PUSHED,)).fetchall()])
        orders = sorted({paper.head["orderNo"] for _, paper in made[0] if "orderNo" in paper.head})
        told.documents = len(made[0])
        killer.pace.total = len(made[1])
        _send_and_kill(one, made[1], told, killer)
        told.settled = until(lambda: _settled(one, pushed), limit_s=SETTLE_S, pause_s=1.0)
        killer.count_fallen()
        with psycopg.connect(one.dsn("counterpart")) as there:
            released = [row[0] for row in there.execute(AT_CUSTOMS).fetchall()]
        with psycopg.connect(one.dsn("flood")) as connection, connection.cursor() as cursor:
            told.verdicts = [
                acknowledged(cursor, told.receipts),
                sent_once(cursor, orders),
                *judge(cursor),
                hours(cursor),
                pushed.verdict(cursor),
            ]
            told.verdicts.append(agrees_with_customs(cursor, released))
    told.seconds = time.monotonic() - began
    return told


def _prepared(one: Zone, trades: int, seed: int) -> tuple[list, list[tuple[bytes, int]]]:
    """(papers, signed messages in no order at all); the firms founded, customs told how to behave."""
    from pilotzone.kernel import clock
    from pilotzone.kernel.access.actor import PLATFORM
    from pilotzone.kernel.access.scope import scope
    from pilotzone.portal.demo.parties import found_all

    with scope(PLATFORM):
        keys = found_all(one.state / "demo" / "keys")
        now = clock.now()
    httpx.post(f"{one.customs_url}/control", json=CUSTOMS, timeout=10).raise_for_status()
    made = papers(trades, seed=seed, at=now - timedelta(hours=3))
    chance = random.Random(f"messages {seed}")
    chance.shuffle(made)
    bodies: list[tuple[bytes, int]] = []
    place = 0
    while place < len(made):
        size = chance.choice(SIZES)
        bodies += [(m.body, m.documents) for m in messages(made[place : place + 2 * size], keys, size=size)]
        place += 2 * size
    chance.shuffle(bodies)
    return made, bodies


def _send_and_kill(one: Zone, bodies: list[tuple[bytes, int]], told: Told, killer: Killer) -> None:
    """Several senders send everything until it is acknowledged, while processes are killed (`Killer.more`)."""
    queue, lock, pace = list(bodies), threading.Lock(), killer.pace
    threads = [threading.Thread(target=_sender, args=(one, queue, lock, told, pace)) for _ in range(SENDERS)]
    for thread in threads:
        thread.start()
    try:
        pace.more(killer.kills)
        until(lambda: bool(killer.open_marks()), limit_s=60)
        while killer.more(load=any(thread.is_alive() for thread in threads)):
            killer.strike()
    finally:
        pace.over()
        for thread in threads:
            thread.join()
    told.unsent = len(bodies) - len(told.receipts)


def _sender(one: Zone, queue: list[tuple[bytes, int]], lock: threading.Lock, told: Told, pace: Pace) -> None:
    """Send from the queue; what was not acknowledged is sent again, as any sender would."""
    with httpx.Client(base_url=one.url, timeout=30) as client:
        while time.monotonic() < pace.until:
            with lock:
                if not queue:
                    return
                waits = not pace.may(pace.total - len(queue))
                body, documents = queue[-1] if waits else queue.pop()
            if waits:
                time.sleep(0.02)
                continue
            while (receipt := _posted(client, body)) is None:
                with lock:
                    told.again += 1
                if time.monotonic() > pace.until:
                    return
                time.sleep(0.3)
            with lock:
                told.receipts[receipt] = documents


def _posted(client: httpx.Client, body: bytes) -> str | None:
    with contextlib.suppress(httpx.HTTPError, ValueError, KeyError):
        answer = client.post("/intake/", content=body, headers={"Content-Type": "application/xml"})
        if answer.status_code == 202:
            return str(answer.json()["receipt"])
        if answer.status_code not in (429, 500, 502, 503, 504):
            raise RuntimeError(f"a good message was turned away: {answer.status_code} {answer.text[:300]}")
    return None


def _settled(one: Zone, pushed: Pushed) -> bool:
    """Everything was worked on, customs said its last word, the timelines read it, and firms were pushed their receipts.

    Customs is asked first: what it has handed out lies in the inbox by then, and the timelines are looked at last.
    """
    try:
        waiting = httpx.get(f"{one.customs_url}/healthz", timeout=5).json()["waiting"]
        with psycopg.connect(one.dsn("flood"), connect_timeout=3) as connection, connection.cursor() as cursor:
            if inbox.backlog(cursor) or receipt_window.waiting(cursor):
                return False
            cursor.execute(UNFINISHED)
            open_ = cursor.fetchall()[0][0]
            cursor.execute("SELECT count(*) FROM exchange_outbox WHERE state = 'queued'")
            queued = cursor.fetchall()[0][0]
            cursor.execute(
                "SELECT count(*) FROM kernel_event_cursor WHERE position < (SELECT max(id) FROM kernel_event)"
            )
            behind = cursor.fetchall()[0][0]
            behind = behind or pushed.missing(cursor)
        waiting += httpx.get(f"{one.customs_url}/healthz", timeout=5).json()["waiting"]
    except (psycopg.Error, httpx.HTTPError, ValueError):
        return False
    return not (open_ or queued or behind or waiting)
