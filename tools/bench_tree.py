"""Benches of the whole tree of processes: installation, first page, memory, the demonstration."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from figures import ROOT, Figure, plain, processor_s
from throwaway import Zone, zone

from pilotzone.portal.bench.gauge import spent
from pilotzone.portal.bench.place import until

TRADES = 2000
YEAR = 20_000  # what a demonstration loads unless told otherwise
REST_S = 10
AHEAD = "what was generated and signed until then is not in it, so figures of another way to count do not compare"


def tree(runs: int) -> Iterator[Figure]:
    """A fresh state folder each run: `up`, first page, everything ready, ten quiet seconds, `demo`."""
    pages, readies, idle, loads = [], [], [], []
    for _ in range(runs):
        with zone() as one:
            page, ready = _start(one)
            pages.append(page)
            readies.append(ready)
            time.sleep(REST_S)
            idle.append(one.status()["pss_mb"])
            loads.append(_load(one))
    fresh = "fresh state folder: database created, migrated, zone founded"
    yield plain("first page after `pilotzone up`", "s", pages, f"to the first 200 of `/`; {fresh}")
    yield plain("everything ready after `pilotzone up`", "s", readies, f"every process ready; {fresh}")
    yield plain("idle memory", "MB", idle, f"sum of PSS of the whole tree, {REST_S} s after it was ready")
    how = f"`pilotzone demo --trades {TRADES}` into the running tree, to the last receipt of the simulated customs"
    yield plain("demonstration", "trades/s", loads, f"{how}, from when the year might be sent; {AHEAD}")


def _start(one: Zone, *, workers: int = 1) -> tuple[float, float]:
    began = time.perf_counter()
    one.up(workers=workers)
    assert until(lambda: _answers(one.url), pause_s=0.02), "no page came"
    page = time.perf_counter() - began
    assert until(one.ready, pause_s=0.05), one.members()
    return page, time.perf_counter() - began


def _answers(url: str) -> bool:
    import httpx

    try:
        return httpx.get(f"{url}/", timeout=5, follow_redirects=True).status_code == 200
    except httpx.HTTPError:
        return False


def _load(one: Zone) -> float:
    return float(_loaded(one, TRADES)["trades_per_s"])


def _loaded(one: Zone, trades: int) -> dict[str, Any]:
    """What `pilotzone demo` says of its work."""
    done = one.run("demo", "--trades", str(trades), "--json")
    assert done.returncode == 0, done.stderr[-2000:]
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    assert told["settled"] and told["documents"] > 3.9 * trades, told
    return told


def demonstration(runs: int) -> Iterator[Figure]:
    """A fresh state folder each run: everything ready, then the whole demonstration as a new zone loads it."""
    walls, cpus, told = [], [], []
    for _ in range(runs):
        with zone() as one:
            _start(one, workers=os.cpu_count() or 1)  # as `pilotzone up` does
            spent, began = _processor(one), time.perf_counter()
            told.append(_loaded(one, YEAR))
            walls.append(time.perf_counter() - began)
            cpus.append(_processor(one) - spent)
    how = f"`pilotzone demo --trades {YEAR}` into a running tree that was founded just before, until it says it is finished"
    yield Figure("whole demonstration", "s", tuple(walls), tuple(cpus), f"{how}; processor: of all processes together")
    founding = [float(one["founding_s"]) for one in told]
    yield plain("— before the year is written", "s", founding, "firms, keys and what customs inspects")
    waited = [float(one["waited_s"]) for one in told]
    yield plain("— until the year might be sent", "s", waited, "accounts, districts, first filings, a year of the plan")
    rates = [float(one["trades_per_s"]) for one in told]
    how = f"from when the year might be sent to the last receipt of the simulated customs; {AHEAD}"
    yield plain("— trades", "trades/s", rates, how)


def _processor(one: Zone) -> float:
    """Seconds of processor of the tree, of its members that ended, and of the commands that were run."""
    return processor_s() + spent(one.supervisor() or 0)


def install(runs: int) -> Iterator[Figure]:
    """A new virtual environment from the lock, as `make run` makes it."""
    seconds = []
    for _ in range(runs):
        with tempfile.TemporaryDirectory() as folder:
            pip = [str(Path(folder) / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
            began = time.perf_counter()
            for words in (
                [sys.executable, "-m", "venv", folder],
                [*pip, "--require-hashes", "-r", str(ROOT / "requirements.lock")],
            ):
                subprocess.run(words, check=True, stdin=subprocess.DEVNULL)
            seconds.append(time.perf_counter() - began)
    yield plain(
        "installation", "s", seconds, "new virtual environment, `requirements.lock` with hashes, as pip's cache stood"
    )
