"""The intake alone: processor time of its process and of PostgreSQL for each message, and how long an answer takes."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import pickle
import random
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import psycopg
from figures import Figure, Run, each, plain, rate
from synthetic import messages, papers, signers
from throwaway import Zone, zone

from pilotzone.portal.bench.place import until

TRADES, SENDERS, SECONDS = 500, 500, 6.0
CONNECTIONS = {1: 64, 100: 16}


@dataclass(frozen=True)
class Taken:
    """One run of the sender: what it saw, and who used how much processor."""

    sent: int
    wall_s: float
    intake_s: float
    database_s: float
    p50_ms: float
    p99_ms: float


def intake(runs: int) -> Iterator[Figure]:
    """Messages of one and of a hundred documents, first as fast as they are taken, then at half of that."""
    with zone() as one:
        one.start_database()
        keys = signers(one.state)
        made = papers(TRADES, seed=9)
        tokens = _tokens(one)
        for size in (1, 100):
            bodies = [_of_another(m.body, n) for n, m in enumerate(messages(made, keys, size=size))]
            with _served(one) as process:
                _send(one, process, bodies, tokens, size, seconds=1.0)
                before = _stored(one)
                full = [_send(one, process, bodies, tokens, size) for _ in range(runs)]
                kept, stored = (b - a for a, b in zip(before, _stored(one), strict=True))
                pace = sorted(t.sent / t.wall_s for t in full)[len(full) // 2] / 2
                half = [_send(one, process, bodies, tokens, size, pace=pace) for _ in range(runs)]
            yield from _figures(size, bodies, full, half, stored / kept)


def _figures(size: int, bodies: list[bytes], full: list[Taken], half: list[Taken], stored: float) -> Iterator[Figure]:
    name = f"intake, {size} {'documents' if size > 1 else 'document'} a message"
    mean = sum(map(len, bodies)) // len(bodies)
    how = f"{CONNECTIONS[size]} connections, {SENDERS} senders, {mean:,} bytes a message, acknowledged after the commit"
    # every run of its own length: scaled to the messages of the first, as the table divides by one number
    pieces = full[0].sent
    scaled = [(t, pieces / t.sent) for t in full]
    yield rate(name, "messages", [Run(t.wall_s * f, (t.intake_s + t.database_s) * f) for t, f in scaled], pieces, how)
    for who, spent in (("intake", "intake_s"), ("PostgreSQL, all its processes", "database_s")):
        for load, runs in (("", full), (" at half load", half)):
            told = [Run(getattr(t, spent) / t.sent, getattr(t, spent) / t.sent) for t in runs]
            yield each(f"— of that the {who}{load}", "message", told, 1, "processor time")
    pace = f"{half[0].sent / half[0].wall_s:,.0f} messages/s"
    yield plain("— answer, p50 at half load", "ms", [t.p50_ms for t in half], pace)
    yield plain("— answer, p99 at half load", "ms", [t.p99_ms for t in half], pace)
    yield plain("— kept, indexes included", "bytes/message", [stored], f"of {mean:,}")


def _of_another(body: bytes, number: int) -> bytes:
    """The body with the certificate of one of many senders: nothing the intake reads, but it does not compress away."""
    begin = body.index(b"X509Certificate>") + len(b"X509Certificate>")
    end = body.index(b"<", begin)
    made = base64.b64encode(random.Random(number % SENDERS).randbytes(end - begin))
    return body[:begin] + made[: end - begin] + body[end:]


def _tokens(one: Zone) -> list[str]:
    from pilotzone.exchange import clients

    with psycopg.connect(one.dsn("flood")) as connection, connection.cursor() as cursor:
        return [clients.issue(cursor, number, "bench") for number in range(1, SENDERS + 1)]


def _stored(one: Zone) -> tuple[int, int]:
    """Messages kept, and bytes of the tables and indexes they lie in."""
    with psycopg.connect(one.dsn("owner")) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM exchange_inbox),"
            " (SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relname ~ '^exchange_inbox(_group)?$')::bigint"
        ).fetchone()
    assert row is not None
    return row


@contextlib.contextmanager
def _served(one: Zone) -> Iterator[psutil.Process]:
    words = [sys.executable, "-m", "pilotzone.portal.processes.child", "pilotzone.pipeline.intake"]
    environment = {**one.environment, "PILOTZONE_DSN": one.dsn("flood"), **_extra()}
    child = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        if not until(lambda: _answers(one), limit_s=20):
            raise RuntimeError("the intake did not start")
        yield psutil.Process(child.pid)
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(20)


def _extra() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name.startswith("PILOTZONE_VAULT")}


def _answers(one: Zone) -> bool:
    with contextlib.suppress(OSError):
        return bool(urllib.request.urlopen(f"http://127.0.0.1:{one.intake_port}/healthz", timeout=1).status == 200)
    return False


def _send(
    one: Zone, process: psutil.Process, bodies: list[bytes], tokens: list[str], size: int,
    *, seconds: float = SECONDS, pace: float = 0,
) -> Taken:  # fmt: skip
    path = one.state / "bodies"
    path.write_bytes(pickle.dumps(bodies))
    order: dict[str, Any] = {
        "port": one.intake_port, "bodies": str(path), "tokens": tokens, "connections": CONNECTIONS[size],
        "seconds": seconds, "per_second": pace,
    }  # fmt: skip
    database = psutil.Process(one.server.pid())
    began = _busy(process), sum(_busy(p) for p in [database, *database.children()])
    words = [sys.executable, str(Path(__file__).with_name("sender.py"))]
    done = subprocess.run(words, input=json.dumps(order), capture_output=True, text=True, check=True)
    spent = _busy(process) - began[0], sum(_busy(p) for p in [database, *database.children()]) - began[1]
    told = json.loads(done.stdout)
    assert told["refused"] == 0, told
    return Taken(told["sent"], told["seconds"], *spent, told["p50_ms"], told["p99_ms"])


def _busy(process: psutil.Process) -> float:
    used = process.cpu_times()
    return used.user + used.system
