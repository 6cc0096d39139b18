"""`pilotzone bench intake`: a whole run. Make the load, start a zone, send, wait until all is decided, recount.

First as fast as the platform takes it, which gives trades a second; then at half that rate, which gives the time of an
acknowledgement. Documents acknowledged and not yet worked on are kept below a bound: senders pause, as a national
exchange holds back, and 503 with Retry-After is honoured besides. A trade counts when its list has the platform's final
decision and a receipt that can be fetched; the clock runs until the last of them is there, so nothing is left for
later. Projections (tracking's reader) stay on; `drain_s` is how long they, too, need after the last acknowledgement.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from statistics import fmean
from typing import IO, Any

import psycopg
from django.db import Error

from pilotzone.base.errors import Problem
from pilotzone.exchange import inbox, receipt_window
from pilotzone.kernel import events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.bench import gauge, pace
from pilotzone.portal.bench.board import Board
from pilotzone.portal.bench.history import SAMPLE, multiply
from pilotzone.portal.bench.mix import Load
from pilotzone.portal.bench.papers import LIST, PAPERS
from pilotzone.portal.bench.profile import Profiles, program
from pilotzone.portal.bench.recount import Acknowledged, recount
from pilotzone.portal.bench.searches import searched
from pilotzone.portal.bench.stream import Made, make_keys, prepared
from pilotzone.portal.bench.zone import Zone
from pilotzone.portal.demo.season import START
from pilotzone.portal.processes import connections

STREAMS = 2
CONNECTIONS = {100: 8, 1: 96}  # of each sender process
BACKLOG_S = 2.0  # acknowledged but not worked on: what the workers do in so long …
LEAST, MOST = 4_000, 24_000  # … but at least and at most so many documents
FIRST_SHARE = 0.8  # of a load that is too small for both turns
SAMPLE_S = 300.0  # for the sample of earlier lists to be sent
STALL_S = 90.0  # who has come no further in so long does not come to an end
LOOK_S = 0.2
Say = Callable[[str], None]


@dataclass(frozen=True)
class Order:
    """What to measure. `expect`: trades a second to prepare for; `trades`: exactly so many instead.

    `profile`: a folder for py-spy's samples; `ordinary`: measure the baseline's view instead of intake and workers.
    """

    seconds: float = 60.0
    batch: int = 100
    algorithm: str = "rsa"
    rows: int = 0
    seed: int = 1
    expect: int = 0
    trades: int = 0
    workers: int = 0
    ordinary: bool = False
    profile: Path | None = None
    cache: Path = Path(tempfile.gettempdir()) / "pilotzone-bench"

    @property
    def half_s(self) -> float:
        """How long the half-load turn sends."""
        return min(30.0, self.seconds / 2)

    def load(self) -> Load:
        """The load to make: enough for both turns at twice the rate expected of this machine (pace.py)."""
        expected = self.expect or pace.expected(self.batch, self.algorithm)
        trades = self.trades or int(expected * (self.seconds + self.half_s / 2))
        return Load(trades, self.batch, self.algorithm, self.seed, START - timedelta(hours=1))

    def sample(self) -> int:
        """How many earlier lists go the whole way before they are multiplied to `rows` (history.py)."""
        return min(SAMPLE, -(-self.rows // 3))

    def load_for(self, turns: int) -> Load:
        """A load for so many turns, each of `seconds`."""
        trades = self.trades or int((self.expect or pace.expected(self.batch, self.algorithm)) * self.seconds * turns)
        return Load(trades, self.batch, self.algorithm, self.seed, START - timedelta(hours=1))


@dataclass
class Turn:
    """One turn of sending as all senders saw it."""

    seconds: float
    documents: int
    messages: int
    turned_away: int
    refused: dict[str, int]
    late_p99_ms: float
    cpu_s: float


class Senders:
    """The sender processes of a load."""

    def __init__(self, made: Made, port: int, folder: Path, connections: int) -> None:
        self.made, self.folder = made, folder
        self.board = Board(folder / "board")
        self._running = [self._started(stream, port, connections) for stream in range(made.streams)]
        for one in self._running:
            assert one.stdout is not None
            one.stdout.readline()

    def _started(self, stream: int, port: int, connections: int) -> subprocess.Popen[str]:
        spec = {
            "body": str(self.made.body(stream)), "index": str(self.made.folder / f"{stream}.index"), "port": port,
            "connections": connections, "board": str(self.folder / "board"), "place": stream + 1,
            "acks": str(self._acks(stream)),
        }  # fmt: skip
        return subprocess.Popen(  # noqa: S603 (our own module, no shell)
            [sys.executable, "-m", "pilotzone.portal.bench.load", json.dumps(spec)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def _acks(self, stream: int) -> Path:
        return self.folder / f"acks-{stream}"

    def begin(self, seconds: float, rate: float = 0.0, share: float = 1.0) -> None:
        """Let all senders send, up to a share of their blocks; `rate`: documents a second of all together."""
        for one in self._running:
            assert one.stdin is not None
            one.stdin.write(json.dumps({"seconds": seconds, "rate": rate / len(self._running), "share": share}) + "\n")
            one.stdin.flush()

    def done(self) -> Turn:
        """Wait for all senders to end their turn."""
        told = []
        for one in self._running:
            assert one.stdout is not None
            line = one.stdout.readline()
            if not line:
                raise RuntimeError("a sender process ended before its turn did")
            told.append(json.loads(line))
        refused: dict[str, int] = {}
        for one in told:
            for status, n in one["refused"].items():
                refused[status] = refused.get(status, 0) + n
        return Turn(
            max(one["seconds"] for one in told), sum(one["documents"] for one in told),
            sum(one["messages"] for one in told), sum(one["turned_away"] for one in told), refused,
            max(one["late_p99_ms"] for one in told), sum(one["cpu_s"] for one in told),
        )  # fmt: skip

    def outputs(self) -> list[IO[str]]:
        """What becomes readable when a sender's turn is over."""
        return [one.stdout for one in self._running if one.stdout is not None]

    def acknowledged(self, after: tuple[int, ...] = ()) -> tuple[list[Acknowledged], list[float], tuple[int, ...]]:
        """Messages acknowledged so far, the milliseconds each took, and how far each stream is: the next `after`."""
        messages, times, reached = [], [], []
        for stream in range(self.made.streams):
            rows = self.made.rows(stream)
            lines = self._acks(stream).read_text(encoding="ascii").splitlines()
            reached.append(len(lines))
            for line in lines[after[stream] if after else 0 :]:
                place, receipt, took = line.split()
                row = rows[int(place)]
                trade = row.trade if PAPERS[row.kind] == LIST else -1
                messages.append(Acknowledged(receipt, row.documents, trade))
                times.append(float(took))
        return messages, times, tuple(reached)

    def close(self) -> None:
        """End the senders."""
        for one in self._running:
            if one.stdin is not None:
                one.stdin.close()
            one.wait(60)


def run(order: Order, zone: Zone, say: Say) -> dict[str, Any]:
    """The whole bench in a zone that is not started yet; answers the contract's fields and more."""
    if order.profile is not None:
        program()  # said before a minute of signing, not after it
    load = order.load()
    made = prepared(order.cache, load, STREAMS)
    verb = "signed" if made.fresh else "reused"
    say(f"{verb} {made.documents:,} documents in {made.messages:,} messages ({made.seconds:.0f} s when made)")
    zone.start()
    zone.enter()
    from pilotzone.portal.bench.founding import found_all

    founded = max(load.trades, order.sample())
    make_keys(made.keys, order.algorithm, founded)
    found_all(made.keys, order.algorithm, founded)
    if order.ordinary:
        zone.start_baseline()
    if order.rows:
        _history(order, zone, say)
    with tempfile.TemporaryDirectory(prefix="pz-bench-acks-") as folder:
        connections = os.cpu_count() or 1 if order.ordinary else CONNECTIONS[order.batch]  # a view more would only wait
        senders = Senders(made, zone.intake_port, Path(folder), connections)
        try:
            told = _measured(order, zone, load, senders, say)
            return told | {"searches": _searched(order, say)}
        finally:
            senders.close()


def _searched(order: Order, say: Say) -> dict[str, dict[str, Any]]:
    """Searches over the earlier lists; where they fail what was measured stands, and it is said."""
    if not order.rows or order.ordinary:
        return {}
    try:
        return searched()
    except (psycopg.Error, Error, Problem) as fault:
        say(f"no searches: {type(fault).__name__}: {fault}")
        return {}


def _history(order: Order, zone: Zone, say: Say) -> None:
    """Send a sample of yesterday's lists the whole way and multiply it."""
    began = time.monotonic()
    sample = Load(order.sample(), 100, order.algorithm, order.seed, START - timedelta(days=1))
    made = prepared(order.cache, sample, 1)
    with tempfile.TemporaryDirectory(prefix="pz-bench-acks-") as folder:
        senders = Senders(made, zone.intake_port, Path(folder), 2)
        senders.begin(SAMPLE_S)
        senders.done()
        senders.close()
    with psycopg.connect(zone.dsn("flood"), autocommit=True) as connection:
        decided(connection.cursor())
    _projected()
    multiply(zone.server.dsn(database=connections.NAME), sample.trades, order.rows, say)
    say(f"{order.rows:,} earlier lists written in {time.monotonic() - began:.0f} s")


def _measured(order: Order, zone: Zone, load: Load, senders: Senders, say: Say) -> dict[str, Any]:
    mean = senders.made.documents / senders.made.messages
    with psycopg.connect(zone.dsn("flood"), autocommit=True) as connection, gauge.Memory(zone.pids) as memory:
        cursor = connection.cursor()
        before, size = gauge.by_kind(zone.pids), _size(cursor)
        profiles = Profiles(zone.pids, order.profile, order.seconds) if order.profile else None
        began = time.perf_counter()
        senders.begin(order.seconds, share=FIRST_SHARE)
        hold_back(cursor, senders, mean)
        full, sent = senders.done(), time.perf_counter()
        decided(cursor)
        ended = time.perf_counter()
        _projected()
        drained = time.perf_counter()
        after, grown = gauge.by_kind(zone.pids), _size(cursor) - size
        if profiles is not None:
            profiles.wait()
        messages, _, reached = senders.acknowledged()
        first = recount(cursor, load, messages)
        rate = first.final / (ended - began)
        say(f"{rate:,.1f} trades/s; {first}")
        half = _half(order, senders, rate * 4, reached, cursor)
        messages, _, _ = senders.acknowledged()
        last = recount(cursor, load, messages)
    cpu = {kind: (after[kind] - before[kind]) / full.documents * 1e6 for kind in after}
    cpu["load"] = full.cpu_s / full.documents * 1e6
    return {
        "trades_per_s": round(rate, 1), "docs_per_s": round(full.documents / (ended - began), 1),
        "ack_p50_ms": half["p50"], "ack_p99_ms": half["p99"], "drain_s": round(drained - sent, 2),
        "cpu_us_per_doc": {kind: round(value, 1) for kind, value in cpu.items()} | {"total": round(sum(cpu.values()), 1)},
        "pss_mb": round(memory.peak_mb, 1), "baseline_trades_per_s": None, "ratio": None,
        "seconds": round(ended - began, 2), "rows_before": order.rows, "refused": last.refused, "pending": last.pending,
        "lost": last.lost, "duplicated": last.duplicated, "batch": order.batch, "algorithm": order.algorithm,
        "disk_bytes_per_list": round(grown / max(1, first.lists)), "workers": len(zone.pids("worker")),
        "documents_per_list": round(full.documents / max(1, first.lists), 3), "trades": last.final, "unreceipted": last.unreceipted, "turned_away": full.turned_away, "not_taken": full.refused,
        "decided_after_s": round(ended - sent, 2), "sent_s": round(full.seconds, 2), "half_load": half,
        "states": last.states, "examples": last.examples, "signed_in_s": senders.made.seconds,
        "cores": os.cpu_count(), "load_average": round(os.getloadavg()[0], 1),
    }  # fmt: skip


def _size(cursor: Any) -> int:
    cursor.execute("SELECT pg_database_size(current_database())")
    return int(cursor.fetchone()[0])


def _half(
    order: Order, senders: Senders, documents_per_s: float, reached: tuple[int, ...], cursor: Any
) -> dict[str, float]:
    """The second turn, at half of what the first one reached."""
    senders.begin(order.half_s, documents_per_s / 2)
    turn = senders.done()
    decided(cursor)
    _, times, _ = senders.acknowledged(reached)
    _, everything, _ = senders.acknowledged()
    own = times or everything  # a load too small for a second turn tells of the first
    return {
        "p50": percentile(own, 0.5), "p99": percentile(own, 0.99),
        "mean": round(fmean(own), 2), "messages": len(times), "late_p99_ms": round(turn.late_p99_ms, 2),
        "docs_per_s": round(turn.documents / max(0.001, turn.seconds), 1),
    }  # fmt: skip


def percentile(times: list[float], share: float) -> float:
    """The value below which this share lies; 0 of nothing."""
    own = sorted(times) or [0.0]
    return round(own[min(len(own) - 1, int(len(own) * share))], 2)


def hold_back(cursor: Any, senders: Senders, mean: float) -> Callable[[], float]:
    """Pause the senders while too much waits, until their turn is over. `mean`: documents a message.

    Answers what tells the seconds since the turn began.
    """
    began = time.perf_counter()
    with selectors.DefaultSelector() as turn:
        for one in senders.outputs():
            turn.register(one, selectors.EVENT_READ)
        while not turn.select(LOOK_S):
            waiting = inbox.backlog(cursor) * mean
            pace = (senders.board.acknowledged() - waiting) / (time.perf_counter() - began)
            senders.board.paused = waiting > min(MOST, max(LEAST, BACKLOG_S * pace))
    senders.board.paused = False
    return lambda: time.perf_counter() - began


def decided(cursor: Any) -> None:
    """Wait until nothing waits in the inbox or to be signed. RuntimeError where STALL_S went by and no less waited."""

    def left() -> int:
        return inbox.backlog(cursor) or receipt_window.waiting(cursor)

    ended(left, "the workers stand still: {} messages wait in the inbox", pause_s=0.05)


def _projected() -> None:
    def behind() -> int:
        with scope(PLATFORM):
            return sum(told["behind"] for told in events.lag().values())

    ended(behind, "the projections stand still, {} events behind", pause_s=0.2)


def ended(left: Callable[[], int], stalled: str, *, pause_s: float, stall_s: float = STALL_S) -> None:
    """Wait until nothing is left, as long as it grows less; `stalled`: the error's sentence, with what is left."""
    least, since = left(), time.monotonic()
    while least:
        if time.monotonic() > since + stall_s:
            raise RuntimeError(f"{stalled.format(least)} for {stall_s:.0f} s; see the zone's logs")
        time.sleep(pause_s)
        now = left()
        if now < least:
            least, since = now, time.monotonic()
