"""The synthetic marketplace in chaos: after two rounds the firm knows what the marketplace has; 100,000 orders in `make proof`."""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date, timedelta
from pathlib import Path

from pilotzone.exchange.connectors import contract
from pilotzone.exchange.connectors.simulated import BEGAN, Chaos, World
from pilotzone.exchange.connectors.store import Store
from pilotzone.exchange.connectors.sync import Sync


def ends_equal(
    folder: Path, *, orders: int, days: int, size: int, seed: int
) -> tuple[dict[str, int], list[str], list[date]]:
    """What was met, the numbers that differ and the days that do not agree after two rounds; edits end before the second."""
    connector = contract.load("json_feed")
    assert connector.simulator is not None
    world = World.of(orders, seed=seed, status=connector.simulator.PAID, days=days, size=size)
    chaos = Chaos(world, connector.simulator.answer, seed=seed)

    def wait(seconds: float) -> None:
        world.now += timedelta(seconds=seconds)

    given = {"url": "https://market.example", "page_size": str(size)}
    sync = Sync(connector, given, Store(folder), chaos, now=lambda: world.now, wait=wait)
    apart = []
    for calm in (False, True):
        chaos.calm = calm
        sync.round()
        told = [sync.reconcile((BEGAN + timedelta(days=number)).date()) for number in range(days)]
        apart = [one.day for one in told if not one.agree]
    known = {entry.number: entry.total for entry in Store(folder)}
    real = {number: sale.total for number, sale in world.orders.items()}
    differing = sorted(number for number in known.keys() | real.keys() if known.get(number) != real.get(number))
    return chaos.met, differing, apart


def test_chaos_ends_equal_after_two_rounds(tmp_path: Path) -> None:
    met, differing, apart = ends_equal(tmp_path, orders=1200, days=6, size=20, seed=20261126)
    assert (differing, apart) == ([], [])
    assert all(met.values()), f"every trouble was met: {met}"


def main() -> int:
    """Print what was met and what differs; exit 1 where anything does."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--orders", type=int, default=100_000)
    wanted.add_argument("--seed", type=int, default=1)
    asked = wanted.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        met, differing, apart = ends_equal(Path(folder), orders=asked.orders, days=30, size=250, seed=asked.seed)
    troubles = ", ".join(f"{name} {count}" for name, count in met.items())
    print(f"{asked.orders:,} orders; troubles met: {troubles}; differing {len(differing)}, days apart {len(apart)}")
    return int(bool(differing or apart))


if __name__ == "__main__":
    sys.exit(main())
