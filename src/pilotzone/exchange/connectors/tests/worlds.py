"""Connectors against their synthetic marketplaces, for the tests."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

from pilotzone.exchange.connectors import contract
from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.simulated import BEGAN, World
from pilotzone.exchange.connectors.store import Store
from pilotzone.exchange.connectors.sync import Sync

# every setting any shipped connector asks for; the access token is out of date where one can be renewed
GIVEN = {
    "url": "https://market.example/api", "file": "orders.csv", "token": "good", "access_token": "old", "session": "s",
    "refresh_token": "r", "client_id": "c", "client_secret": "s", "consumer_key": "k", "consumer_secret": "s",
    "page_size": "7", "source": "sqlite:erp.db", "query": "SELECT * FROM orders",
}  # fmt: skip
DAYS = 3


def world_of(name: str, count: int = 40, *, seed: int = 1) -> World:
    """A synthetic marketplace of paid orders in pages of seven."""
    simulator = contract.load(name).simulator
    assert simulator is not None
    return World.of(count, seed=seed, status=simulator.PAID, days=DAYS, size=7)


def sync_of(name: str, folder: Path, world: World, transport: Callable[[Request], Answer] | None = None) -> Sync:
    """A sync of a shipped connector; its clock is the world's and waiting moves it."""
    connector = contract.load(name)
    assert connector.simulator is not None
    answer = connector.simulator.answer

    def wait(seconds: float) -> None:
        world.now += timedelta(seconds=seconds)

    asking = transport or (lambda request: answer(request, world))
    return Sync(connector, GIVEN, Store(folder), asking, now=lambda: world.now, wait=wait)


def days() -> list[date]:
    """The days of such a world."""
    return [(BEGAN + timedelta(days=number)).date() for number in range(DAYS)]


def same(store: Store, world: World) -> list[str]:
    """Numbers that differ between what the firm knows and what the marketplace has."""
    known = {entry.number: entry for entry in store}
    wrong = [number for number in known if number not in world.orders]
    for number, sale in world.orders.items():
        entry = known.get(number)
        if entry is None or entry.total != sale.total or not entry.sale or entry.sale["status"] != sale.status:
            wrong.append(number)
    return wrong
