"""Benches of the flood: what the intake and the workers take, beside the ordinary way; the bulkhead; profiles.

Each is a verb of the command line in a process of its own. The unit costs go to data/capacity/unit_costs.json, from
which `pilotzone capacity` reckons.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from figures import ROOT, Figure, machine, plain

PILOTZONE = (sys.executable, "-c", "from pilotzone.portal.cli import main; main()")
COSTS = ROOT / "src" / "pilotzone" / "data" / "capacity" / "unit_costs.json"
SECONDS = int(os.environ.get("BENCH_SECONDS", "60"))
ROWS = int(os.environ.get("BENCH_ROWS", "5000000"))
KINDS = ("worker", "postgres", "intake", "projections")
CASES = (
    ("100 documents a message", 100, ("--batch", "100")),
    ("one document a message", 1, ("--batch", "1")),
    ("one document a message, SM2", 1, ("--batch", "1", "--alg", "sm2")),
)


def intake(runs: int) -> Iterator[Figure]:
    """Throughput, acknowledgement, cost and memory in three kinds of load."""
    units = {}
    for name, batch, words in CASES:
        told = [_bench("intake", "--seconds", str(SECONDS), *words) for _ in range(runs)]
        yield from _figures(name, told)
        if "--alg" not in words:
            units[str(batch)] = _unit(told)
    _keep(units)


def baseline(runs: int) -> Iterator[Figure]:
    """The ordinary way on the same load, single documents."""
    told = [_bench("intake", "--seconds", str(SECONDS), "--batch", "1", "--baseline") for _ in range(runs)]
    how = "the same engines and checks in a view, one request and one transaction a document; same load, same machine"
    yield plain(
        "ordinary view, one document a message", "trades/s", [one["baseline_trades_per_s"] for one in told], how
    )
    yield plain("— intake and workers against it", "times", [one["ratio"] for one in told], "of the same call")


def rows(runs: int) -> Iterator[Figure]:
    """The cost of a document with many lists in the tables, against none; searches over them. They are written once."""
    costs = []
    for count, times in ((0, runs), (ROWS, 1)):
        told = [_bench("intake", "--seconds", str(SECONDS), "--rows", str(count)) for _ in range(times)]
        costs.append([sum(one["cpu_us_per_doc"][kind] for kind in KINDS) for one in told])
        how = f"processor of {', '.join(KINDS)}; 100 documents a message"
        yield plain(f"a document with {count:,} lists before", "µs/document", costs[-1], how)
    yield plain("— against none", "times", [statistics.median(costs[1]) / statistics.median(costs[0])], "medians")
    for name, one in told[-1]["searches"].items():
        goes_on = ", says to go on from a day" if one["goes_on"] else ""
        how = f"role web under row-level security, over {ROWS:,} lists; {one['found']} rows{goes_on}"
        yield plain(f"a page of lists: {name}", "ms", one["ms"], how)


def bulkhead(runs: int) -> Iterator[Figure]:
    """What look-ups at the portal do to the intake's acknowledgement."""
    turn = max(10, SECONDS // 2)  # a percentile of a short turn hangs on two or three stalls
    told = _bench("bulkhead", "--pairs", "5", "--seconds", str(turn))
    pairs = told["pairs"]
    asked = statistics.median(pair["asked_per_s"] for pair in pairs)
    how = f"half load, one document a message, turns of {turn} s; of {told['asks_per_s']} look-ups a second asked, {asked:.0f} were answered"
    yield plain("ack p99, portal quiet", "ms", [pair["quiet_p99_ms"] for pair in pairs], how)
    yield plain("ack p99, portal at 100 times its normal", "ms", [pair["busy_p99_ms"] for pair in pairs], how)
    yield plain("— moved by", "%", [pair["moved"] * 100 for pair in pairs], "pair by pair; the median counts")


def profiles() -> Iterator[str]:
    """Markdown: the functions that cost most in worker and intake, threads that wait left out. Needs py-spy (`profiler`)."""
    from pilotzone.portal.bench.profile import flat

    with tempfile.TemporaryDirectory() as folder:
        for name, batch in (("100 documents a message", "100"), ("one document a message", "1")):
            place = Path(folder) / batch
            _bench("intake", "--seconds", str(SECONDS), "--batch", batch, "--profile", str(place))
            for path in sorted(place.glob("*.raw")):
                yield f"### {path.stem}, {name}\n\n| own | with callees | function |\n|---:|---:|---|"
                for function, own, within in flat(path.read_text(encoding="utf-8").splitlines()):
                    where = function.replace(str(ROOT / "src"), "").replace("|", "\\|")
                    yield f"| {own:.1%} | {within:.1%} | `{where}` |"
                yield ""


def profiler() -> str | None:
    """Where py-spy is, a development tool that is none of the dependencies."""
    return shutil.which("py-spy")


def _figures(name: str, told: Sequence[dict[str, Any]]) -> Iterator[Figure]:
    last = told[-1]
    how = (
        f"{last['seconds']:.0f} s until the last list is decided, {last['trades']:,} trades of four signed documents,"
        f" {last['refused']:,} refused, {last['pending']:,} waiting; senders, PostgreSQL and projections on this machine"
    )
    yield plain(f"intake, {name}", "trades/s", [one["trades_per_s"] for one in told], how)
    yield plain("— documents", "documents/s", [one["docs_per_s"] for one in told], "the same runs")
    yield plain("— ack p50 at half load", "ms", [one["ack_p50_ms"] for one in told], "from sending to 202")
    yield plain("— ack p99 at half load", "ms", [one["ack_p99_ms"] for one in told], "from sending to 202")
    for kind in (*KINDS, "load"):
        yield plain(
            f"— {kind}", "µs/document", [one["cpu_us_per_doc"].get(kind, 0.0) for one in told], "processor time"
        )
    yield plain("— projections behind", "s", [one["drain_s"] for one in told], "after the last acknowledgement")
    yield plain("— memory of intake and workers", "MB", [one["pss_mb"] for one in told], "PSS at the peak")
    yield plain(
        "— disk", "bytes/list", [one["disk_bytes_per_list"] for one in told], "the whole database, indexes included"
    )
    yield plain(
        "— of a list", "documents", [one["documents_per_list"] for one in told], "acknowledged, repeated ones included"
    )
    yield plain("— lost or doubled", "documents", [one["lost"] + one["duplicated"] for one in told], "recounted")


def _unit(told: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Medians, as `pilotzone capacity` wants them."""
    middle = statistics.median
    return {
        "cpu_us_per_doc": {kind: middle(one["cpu_us_per_doc"][kind] for one in told) for kind in KINDS},
        "documents_per_list": middle(one["documents_per_list"] for one in told),
        "disk_bytes_per_list": middle(one["disk_bytes_per_list"] for one in told),
        "pss_mb": middle(one["pss_mb"] for one in told),
        "workers": told[-1]["workers"],
        "trades_per_s": middle(one["trades_per_s"] for one in told),
    }


def _keep(units: dict[str, Any]) -> None:
    """Write the unit costs with their day, commit and machine."""
    about, taken = (line.removeprefix("- ").partition(": ")[2] for line in machine())
    measured = {
        "date": f"{datetime.now(UTC):%Y-%m-%d}", "commit": taken.rpartition("commit ")[2], "machine": about,
        "seconds": SECONDS, "load_average": round(os.getloadavg()[0], 1),
    }  # fmt: skip
    text = json.dumps({"measured": measured, "batch": units}, indent=1, ensure_ascii=False)
    COSTS.write_text(text + "\n", encoding="utf-8")


def _bench(*words: str) -> dict[str, Any]:
    done = subprocess.run([*PILOTZONE, "bench", *words, "--json"], stdout=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, f"bench {' '.join(words)} ended with {done.returncode}"
    told: dict[str, Any] = json.loads(done.stdout)
    return told
