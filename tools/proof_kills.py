"""The kill proof: a tree under load, processes of it killed at marked points and at random, and then the books are read."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

import httpx
import psycopg
from proof_ledgers import AT_CUSTOMS, UNFINISHED, Verdict, acknowledged, agrees_with_customs, hours, judge, sent_once
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
SUPERVISOR = "supervisor"
SENDERS_OF = "SELECT id FROM kernel_organisation WHERE roles ?| '{ebp,agent}' ORDER BY id LIMIT %s"
WORKERS = 2
MARK_S = 15.0  # how long a process may take to come to a marked point, what starts again included
START_S, READY_S, GIVE_UP_S = 300.0, 180.0, 600.0
MISSES = 5  # so often in a row nobody comes to an open mark before they are given up
# who is killed at marks, and of which tables (none named: all); what the scheduler does besides reading events is not the flood's
MARKED: dict[str, tuple[str, ...]] = {
    "intake": (), "worker": (), "carrier": ("exchange_",),
    "scheduler": ("tracking_", "statistics_fact", "statistics_pending", "statistics_cell", "statistics_margin", "kernel_event_cursor"),
}  # fmt: skip
PUSHED = 12  # firms that have their receipts pushed
MOST = 2  # times the kills asked for, to come to every mark


@dataclass
class Told:
    """What the proof found."""

    killed: list[str] = field(default_factory=list)
    marks: dict[str, list[str]] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    receipts: dict[str, int] = field(default_factory=dict)
    again: int = 0
    documents: int = 0
    seconds: float = 0.0
    settled: bool = False
    unsent: int = 0
    verdicts: list[Verdict] = field(default_factory=list)

    @property
    def missed(self) -> list[str]:
        """Marks that were met but where nothing was killed."""
        return [mark for mark in self.seen if mark not in self.marks]

    @property
    def holds(self) -> bool:
        """Whether everything was acknowledged, came to its end, and every claim holds."""
        return not self.unsent and self.settled and all(verdict.holds for verdict in self.verdicts)


@dataclass
class Pace:
    """How much of the load may be sent: a share with each kill, so that there is load to the last one.

    `until`: the moment (monotonic) at which senders give up, known once no more kills come.
    """

    total: int
    allowed: float = 0.0
    until: float = float("inf")

    def more(self, kills: int) -> None:
        """Let one more portion go; so many kills are still to come."""
        self.allowed += (self.total - self.allowed) / (max(kills, 0) + 2)

    def over(self) -> None:
        """Nobody is killed any more: everything may go."""
        self.allowed, self.until = float(self.total), time.monotonic() + GIVE_UP_S

    def may(self, sent: int) -> bool:
        """Whether one more message may go."""
        return sent < self.allowed


@dataclass
class Killer:
    """Chooses a process, now and then, and kills it."""

    zone: Zone
    told: Told
    chance: random.Random
    targets: Sequence[str]
    pace: Pace
    kills: int
    misses: int = 0  # in a row: marks nobody came to

    def more(self, *, load: bool) -> bool:
        """Whether to go on: `kills` were not reached, or marks are open that may still be met under load."""
        done = len(self.told.killed)
        may = load and done < MOST * self.kills and self.misses < MISSES
        return done < self.kills or (may and bool(self.open_marks()))

    def strike(self) -> None:
        """SIGKILL at a mark where nothing died yet, else one living process at any moment.

        Each lets a little more of the load go: work for the process that dies. Raises RuntimeError where the tree does
        not come back.
        """
        if not until(self.zone.ready, limit_s=READY_S):
            if self.zone.supervisor() is not None:
                raise RuntimeError(f"the tree did not come back in {READY_S:.0f} s: {self.zone.members()}")
            self.zone.up(workers=WORKERS)  # it gave up starting; whoever runs a zone starts it again
        open_ = self.open_marks()
        self.pace.more(max(self.kills - len(self.told.killed), len(open_)))
        spare = self.kills - len(self.told.killed) > len(open_)  # some kills at any moment are part of the proof
        anywhere = self.chance.random() < 0.2
        if not open_ or (anywhere and spare) or not self._at_mark(open_):
            self._anywhere()

    def open_marks(self) -> list[str]:
        """Marks the processes have met and at which nothing died."""
        seen = self.zone.marks / "seen"
        lines = sorted(set(seen.read_text(encoding="utf-8").splitlines())) if seen.exists() else []
        self.told.seen = [line for line in lines if self._wanted(line)]
        return self.told.missed

    def _wanted(self, line: str) -> bool:
        kind, _, mark = line.partition("|")
        table = mark.rpartition(" ")[2]
        named = any(name.startswith(kind) for name in self.targets or MARKED)
        return named and kind in MARKED and table.startswith(MARKED[kind] or "")

    def _at_mark(self, meant: Sequence[str]) -> bool:
        """Let the first process that meets one of the marks die there, or the database under its hands."""
        database = self._pids().get("postgres", 0)
        there = self.chance.random() < 0.3 and database and ("postgres" in self.targets or not self.targets)
        pid = database if there else 0
        order, obeyed = self.zone.marks / "order", self.zone.marks / "obeyed"
        obeyed.unlink(missing_ok=True)
        fresh = order.with_suffix(".new")
        fresh.write_text("\n".join([str(pid), *meant]), encoding="utf-8")
        fresh.rename(order)
        met = until(obeyed.exists, limit_s=MARK_S, pause_s=0.02)
        order.unlink(missing_ok=True)
        if not met and not until(obeyed.exists, limit_s=0.5, pause_s=0.02):  # the order may just have been taken
            self.misses += 1
            return False
        self.misses = 0
        mark = obeyed.read_text(encoding="utf-8")
        victim = "postgres" if pid else mark.partition("|")[0]
        self.told.killed.append(victim)
        self.told.marks.setdefault(mark, []).append(victim)
        return True

    def _anywhere(self) -> None:
        """Kill one living process; the supervisor takes all with it and is started again."""
        time.sleep(self.chance.uniform(0.1, 1.5))
        if not until(
            lambda: bool(self._alive()), limit_s=READY_S
        ):  # after a supervisor's death the tree needs a moment
            raise RuntimeError(f"nothing of the tree lives after {READY_S:.0f} s")
        alive = self._alive()
        names = sorted(alive)
        if not names:
            return  # it ended meanwhile; the next strike waits for it
        name = self.chance.choices(names, weights=[1 if one == SUPERVISOR else 5 for one in names])[0]
        with contextlib.suppress(ProcessLookupError):
            os.kill(alive[name], signal.SIGKILL)
            self.told.killed.append(name)
        if name == SUPERVISOR:
            self._raise(list(self._pids().values()))

    def _pids(self) -> dict[str, int]:
        return {name: row["pid"] for name, row in self.zone.members().items() if row["pid"] and row["state"] == "ready"}

    def _alive(self) -> dict[str, int]:
        pids = self._pids()
        supervisor = self.zone.supervisor()
        if pids and supervisor is not None:
            pids[SUPERVISOR] = supervisor
        return {name: pid for name, pid in pids.items() if name in self.targets or not self.targets}

    def _raise(self, children: list[int]) -> None:
        """Start the tree again once nothing of the old one is left."""
        self.zone.reap()
        until(lambda: self.zone.supervisor() is None, limit_s=60)
        until(lambda: not any(os.path.exists(f"/proc/{pid}") for pid in children), limit_s=60)
        self.zone.up(workers=WORKERS)


def kill_proof(*, trades: int, kills: int, seed: int, targets: Sequence[str] = ()) -> Told:
    """Load, kill, wait, judge. The same seed draws the same trades; the moments are the machine's.

    `targets`: the processes to choose from; every one of the tree and its supervisor where none is named.
    """
    told, began = Told(), time.monotonic()
    with zone(marked=True) as one, Pushed() as pushed:
        one.up(workers=WORKERS)
        if not until(one.ready, limit_s=START_S):
            raise RuntimeError(f"the tree did not start: {one.members()}")
        one.enter()
        made = _prepared(one, trades, seed)
        with psycopg.connect(one.dsn("flood")) as connection:
            pushed.subscribe([firm for (firm,) in connection.execute(SENDERS_OF, (PUSHED,)).fetchall()])
        orders = sorted({paper.head["orderNo"] for _, paper in made[0] if "orderNo" in paper.head})
        told.documents = len(made[0])
        chance = random.Random(f"kills {seed}")
        killer = Killer(one, told, chance, targets, Pace(len(made[1])), kills)
        _send_and_kill(one, made[1], told, killer)
        told.settled = until(lambda: _settled(one, pushed), limit_s=SETTLE_S, pause_s=1.0)
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
    killer.open_marks()
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
