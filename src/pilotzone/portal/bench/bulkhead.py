"""`pilotzone bench bulkhead`: do people who look things up move the time in which the intake acknowledges?

In one zone, with its web process: first the rate the platform takes; then pairs of turns at half that rate, one quiet,
one while the web process is asked `asks` times a second (a hundred times the normal five): a number by the API, a number by
the page, and a buyer's own page with the year's quota, as visitors at many addresses. The figure is how much
larger the 99th percentile of an acknowledgement is in a busy turn than in the quiet one beside it; the median of pairs.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import psycopg

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.bench.buyers import BUYERS, buyer
from pilotzone.portal.bench.flood import CONNECTIONS, STREAMS, Order, Say, Senders, decided, hold_back, percentile
from pilotzone.portal.bench.mix import Load, order_number
from pilotzone.portal.bench.stream import ROW, prepared
from pilotzone.portal.bench.zone import Zone
from pilotzone.rooms.clearance import api as clearance

NORMAL, TIMES = 5, 100
CONSUMERS = 20
ASK = "GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Forwarded-For: 10.{a}.{b}.{c}\r\n{cookie}\r\n"


class Lookups:
    """A sender process that only asks the web process."""

    def __init__(self, zone: Zone, load: Load, folder: Path, asks: int) -> None:
        body, index = folder / "asks.http", folder / "asks.index"
        _write(body, index, load, _sessions(), asks)
        spec = {
            "body": str(body), "index": str(index), "port": zone.port, "connections": 64, "board": str(folder / "asked"),
            "place": 1, "acks": str(folder / "answered"), "once": True,
        }  # fmt: skip
        words = [sys.executable, "-m", "pilotzone.portal.bench.load", json.dumps(spec)]
        self._running = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603
        self._line()

    def begin(self, seconds: float, rate: float) -> None:
        """Ask for so long."""
        assert self._running.stdin is not None
        self._running.stdin.write(json.dumps({"seconds": seconds, "rate": rate}) + "\n")
        self._running.stdin.flush()

    def done(self) -> dict[str, Any]:
        """Answers by status, and how long the turn took."""
        told: dict[str, Any] = json.loads(self._line())
        return told

    def close(self) -> None:
        """End the process."""
        assert self._running.stdin is not None
        self._running.stdin.close()
        self._running.wait(60)

    def _line(self) -> str:
        assert self._running.stdout is not None
        return self._running.stdout.readline()


def run(order: Order, zone: Zone, say: Say, *, pairs: int = 5, asks: int = NORMAL * TIMES) -> dict[str, Any]:
    """The bench in a zone with web that is not started yet."""
    load = order.load_for(1 + pairs)
    made = prepared(order.cache, load, STREAMS)
    zone.start()
    zone.enter()
    from pilotzone.portal.bench.founding import found_all

    found_all(made.keys, order.algorithm, load.trades)
    with tempfile.TemporaryDirectory(prefix="pz-bench-acks-") as name:
        folder = Path(name)
        senders = Senders(made, zone.intake_port, folder, CONNECTIONS[order.batch])
        lookups = Lookups(zone, load, folder, int(asks * order.seconds * pairs * 2) + 1000)
        try:
            with psycopg.connect(zone.dsn("flood"), autocommit=True) as connection:
                return _pairs(order, connection.cursor(), senders, lookups, pairs, asks, say)
        finally:
            lookups.close()
            senders.close()


def _pairs(
    order: Order, cursor: Any, senders: Senders, lookups: Lookups, pairs: int, asks: int, say: Say
) -> dict[str, Any]:
    senders.begin(order.seconds, share=1 / (pairs + 1))
    took = hold_back(cursor, senders, senders.made.documents / senders.made.messages)
    turn = senders.done()
    decided(cursor)
    rate = turn.documents / (took() or 1)
    told: list[dict[str, float]] = []
    answers: dict[str, int] = {}
    for number in range(1, pairs + 1):
        pair: dict[str, float] = {}
        for name in ("quiet", "busy") if number % 2 else ("busy", "quiet"):
            *_, reached = senders.acknowledged()
            if name == "busy":
                lookups.begin(order.seconds, asks)
            done = number + 1 if len(pair) else number + 0.5
            senders.begin(order.seconds, rate / 2, share=done / (pairs + 1))
            senders.done()
            _, times, _ = senders.acknowledged(reached)
            if name == "busy":
                asked = lookups.done()
                for status, n in asked["refused"].items():
                    answers[status] = answers.get(status, 0) + n
                pair["asked_per_s"] = round(sum(asked["refused"].values()) / asked["seconds"], 1)
            decided(cursor)
            pair |= {f"{name}_p50_ms": percentile(times, 0.5), f"{name}_p99_ms": percentile(times, 0.99)}
        if not (pair["quiet_p99_ms"] and pair["busy_p99_ms"]):
            say("the load is used up: a pair is missing")
            break
        pair["moved"] = round(pair["busy_p99_ms"] / max(0.001, pair["quiet_p99_ms"]) - 1, 3)
        say(str(pair))
        told.append(pair)
    return {
        "moved": statistics.median(pair["moved"] for pair in told) if told else None, "half_docs_per_s": round(rate / 2, 1),
        "asks_per_s": asks, "answers": answers, "pairs": told, "batch": order.batch, "seconds": order.seconds,
    }  # fmt: skip


def _sessions() -> list[str]:
    """Sessions of buyers, by their cookies."""
    from django.conf import settings
    from django.test import Client

    cookies = []
    with scope(PLATFORM):
        for number in range(CONSUMERS):
            who = buyer(number * 7919 % BUYERS)
            person = Person.objects.create(
                username=f"bench-{number}", display_name=who.name, synthetic=True,
                buyer_key=clearance.buyer_key("1", who.document),
            )  # fmt: skip
            client = Client()
            client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[-1])
            cookies.append(f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}")
    return cookies


def _write(body: Path, index: Path, load: Load, cookies: list[str], count: int) -> None:
    """Requests of three kinds in turn: a timeline by number, a search, a buyer's own page."""
    chance = random.Random(f"asks {load.seed}")  # noqa: S311 (synthetic data, not a secret)
    offset = 0
    with body.open("wb") as out, index.open("wb") as rows:
        for number in range(count):
            order = order_number(load, chance.randrange(load.trades))
            path, cookie = (
                (f"/api/v1/track/{order}", ""), (f"/track/?q={order}", ""), ("/me/", f"Cookie: {chance.choice(cookies)}\r\n"),
            )[number % 3]  # fmt: skip
            a, b, c = (chance.randrange(1, 255) for _ in range(3))
            length = out.write(ASK.format(path=path, cookie=cookie, a=a, b=b, c=c).encode())
            rows.write(ROW.pack(offset, length, number, number, 1, 0, 0))
            offset += length
