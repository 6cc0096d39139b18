"""The proof of the daily reconciliation: a million generated lists with planted differences, time and memory measured.

    python tools/proof_reconcile.py [--lists N] [--planted N] [--seed N]

The ledgers (rooms/tracking/tests/ledgers.py, 合成数据) come as streams; exit 1 where anything planted was missed, anything
else was found, or money stays unexplained.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import time
from collections import Counter
from typing import NamedTuple

LIMIT_S = 60


class Told(NamedTuple):
    """What one pass found: planted differences by kind, whether exactly they were found, seconds and peak memory."""

    lists: int
    planted: Counter[str]
    exact: bool
    unexplained: int
    seconds: float
    work: float
    drawing: float
    memory_mb: int


def reconcile_proof(*, lists: int, planted: int, seed: int) -> Told:
    """Join and judge the generated ledgers in this process."""
    from pilotzone.rooms.tracking.engine.reconcile.finding import Desk
    from pilotzone.rooms.tracking.engine.reconcile.merging import bundles
    from pilotzone.rooms.tracking.engine.reconcile.run import reconcile
    from pilotzone.rooms.tracking.engine.reconcile.totals import Totals
    from pilotzone.rooms.tracking.tests.ledgers import ON, Ledgers

    ledgers, totals, found = Ledgers(lists, seed=seed, differing=planted), Totals(), {}
    n = 0
    began, worked = time.monotonic(), time.process_time()
    sides = ("lists", "bills", "held", "registered", "linked")
    for one in reconcile(Desk(ON, totals), bundles(*map(ledgers.side, sides)), ledgers.side("received")):
        number = one.subject.removeprefix("R") if one.key.startswith("receipt:") else one.key
        found[int(number)] = one.kind
        n += 1
    seconds, work = time.monotonic() - began, time.process_time() - worked
    began = time.monotonic()
    for side in (*sides, "received"):
        for _ in ledgers.side(side):
            pass
    drawing = time.monotonic() - began
    exact = found == ledgers.planted and n == len(found)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Told(lists, Counter(ledgers.planted.values()), exact, len(totals.violated()), seconds, work, drawing, memory)


def section(told: Told) -> str:
    """The proof as a part of docs/proofs.md."""
    kinds = "\n".join(f"| `{kind}` | {n:,} |" for kind, n in sorted(told.planted.items()))
    return (
        f"## Daily reconciliation\n\n{told.lists:,} generated lists (合成数据) with every ledger beside them, drawn as ordered"
        f" streams while they were joined, {sum(told.planted.values()):,} of them planted with a difference of"
        f" {len(told.planted)} kinds. Found: {'exactly these' if told.exact else 'SOMETHING ELSE'}; pairs and currencies"
        f" with unexplained money: {told.unexplained}. One process, {told.work:.0f} s of one processor (asked:"
        f" {LIMIT_S} s), {told.seconds:.0f} s by the clock of a machine with other work, of which drawing the ledgers takes {told.drawing:.0f} s; {told.memory_mb} MB at the most.\n\n| planted | |\n|---|---:|\n{kinds}\n"
    )


def held(told: Told) -> bool:
    """Whether everything asked for holds."""
    return told.exact and not told.unexplained and told.work < LIMIT_S


def proof(*, lists: int, planted: int, seed: int) -> tuple[bool, str]:
    """The same in a process of its own, so that its memory is its own; whether it holds, and the section."""
    words = [sys.executable, __file__, "--lists", str(lists), "--planted", str(planted), "--seed", str(seed)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode == 0, done.stdout or done.stderr


def main() -> int:
    """One proof; prints its section."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--lists", type=int, default=1_000_000)
    wanted.add_argument("--planted", type=int, default=1600)
    wanted.add_argument("--seed", type=int, default=20210301)
    asked = wanted.parse_args()
    told = reconcile_proof(lists=asked.lists, planted=asked.planted, seed=asked.seed)
    print(section(told))
    return 0 if held(told) else 1


if __name__ == "__main__":
    sys.exit(main())
