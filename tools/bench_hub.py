"""Bench of the exchange between departments: signed messages from the sender's call to the receiver's acknowledgement."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

from figures import Figure, plain

PILOTZONE = (sys.executable, "-c", "from pilotzone.portal.cli import main; main()")
MESSAGES = int(os.environ.get("BENCH_MESSAGES", "20000"))
RELAY = max(2, MESSAGES // 40)


def hub(runs: int) -> Iterator[Figure]:
    """Throughput with both kinds of key, its cost by process, and the ordinary way in the same call."""
    for algorithm in ("rsa", "sm2"):
        told = [_bench(algorithm) for _ in range(runs)]
        name = f"hub, {algorithm.upper()}"
        how = "200 messages a call, each signed; sent, chained, sealed, fetched and acknowledged; senders on the same machine"
        yield plain(name, "messages/s", [one["messages_per_s"] for one in told], how)
        for kind in told[0]["cpu_us_per_message"]:
            values = [one["cpu_us_per_message"][kind] for one in told]
            yield plain(f"{name}: {kind}", "µs/message", values, "processor")
        how = "one call and one transaction to send a message, to fetch it, to acknowledge it; same zone, same checks"
        yield plain(f"{name}: plain relay", "messages/s", [one["relay_messages_per_s"] for one in told], how)
        yield plain(f"{name}: against it", "times", [one["ratio"] for one in told], "of the same call")


def _bench(algorithm: str) -> dict[str, Any]:
    words = ["bench", "hub", "--messages", str(MESSAGES), "--alg", algorithm, "--relay", str(RELAY), "--json"]
    done = subprocess.run([*PILOTZONE, *words], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise SystemExit(done.stdout + done.stderr[-3000:])
    told: dict[str, Any] = json.loads(done.stdout)
    return told
