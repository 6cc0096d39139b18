"""A carrier as the firm's own connector meets it: stateful, once each, the errors of a live one, misbehaving as told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pilotzone.base.errors import Problem, Refused
from pilotzone.exchange.channels import marketplace
from pilotzone.exchange.connectors.contract import load
from pilotzone.exchange.connectors.store import Store
from pilotzone.exchange.connectors.sync import Sync
from pilotzone.simulators.carrier import door
from pilotzone.simulators.control import Switchboard
from pilotzone.simulators.tests.test_door import served

__all__ = ["served"]  # a fixture
CODE = "36019600LG"
NAME = f"carrier:{CODE}"
PARCEL = {
    "order_no": "O-1", "freight": "12.00", "insurance": "2.30", "surcharge": "1.50", "weight_kg": "1.25",
    "goods": "陶瓷杯", "consignee": {"name": "合成人", "address": "南昌市", "telephone": "13800000000"},
}  # fmt: skip
WAY = ("accepted", "in_transit", "out_for_delivery")


@dataclass
class World:
    """The operator's board, and the firm's agent at its connector: what it knows is `store`."""

    url: str
    folder: Path
    store: Store = field(init=False)

    def __post_init__(self) -> None:
        self.board, self.store = Switchboard(self.url, self.folder), Store(self.folder / "state")

    def sync(self, refresh: str = door.REFRESH, size: int = 200) -> Sync:
        given = {"url": f"{self.url}/carrier/{CODE}", "refresh_token": refresh, "page_size": str(size)}
        return Sync(
            load("carrier_feed"), given, self.store, marketplace.ask, now=lambda: datetime.now(UTC), wait=lambda _: None
        )

    def book(self, many: int = 1) -> list[str]:
        return [self.board.book(CODE, PARCEL) for _ in range(many)]

    def known(self) -> dict[str, str]:
        """Outcome or why of every waybill the agent knows."""
        return {one.number: one.why or one.outcome for one in self.store}


@pytest.fixture
def world(served: Callable[..., str], tmp_path: Path) -> World:
    return World(served(), tmp_path)


def test_a_parcel_goes_its_way_and_the_firm_hears_of_each_step(world: World) -> None:
    (number,) = world.book()
    sync = world.sync()
    sync.round()
    assert world.known() == {number: "wait"}
    for state in WAY:
        assert world.board.move(CODE, [number], state, "南昌") == ([number], {})
        sync.round()
        assert world.known() == {number: "ready"}
    world.board.move(CODE, [number], "signed", "南昌")
    sync.round()
    entry = world.store.get(number)
    assert entry is not None and entry.sale is not None and entry.sale["signed"] and str(entry.total) == "15.80"
    today = datetime.fromisoformat(entry.sale["created"]).date()
    assert sync.reconcile(today).agree and sync.reconcile(today - timedelta(days=1)).ours[0] == 0


def test_it_goes_only_where_it_can_go_and_the_rest_is_told(world: World) -> None:
    one, other = world.book(2)
    assert world.board.move(CODE, [one], "cancelled", "") == ([one], {})
    assert world.board.move(CODE, [one, other, "none"], "accepted", "") == ([other], {one: "cancelled", "none": ""})
    assert world.board.move(CODE, [other], "returned", "") == ([other], {})
    world.sync().round()
    assert world.known() == {one: "void", other: "void"}
    for state in ("created", "lost"):
        with pytest.raises(Refused, match=r"simulate\.parcel"):
            world.board.move(CODE, [one], state, "")


def test_the_same_number_is_booked_once(world: World) -> None:
    for freight in ("12.00", "99.00"):
        assert world.board.book(CODE, PARCEL | {"waybill_no": "L-1", "freight": freight}) == "L-1"
    (told,), total = world.board.parcels(CODE)
    assert (told["waybill_no"], told["freight"], told["charged"], total) == ("L-1", "12.00", "15.80", 1)
    assert world.board.parcels("OTHER")[1] == 0, "each carrier its own"


@pytest.mark.parametrize(
    "wrong",
    [{"freight": "-1"}, {"freight": "1.005"}, {"freight": "lots"}, {"weight_kg": "NaN"}, {"pieces": "0"},
     {"direction": "up"}, {"currency": "元"}, {"freight": "1e99"}],
)  # fmt: skip
def test_a_parcel_not_in_order_is_refused_with_what_is_wrong(world: World, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refused) as refused:
        world.board.book(CODE, PARCEL | wrong)
    assert (
        refused.value.code == "simulate.parcel"
        and next(iter(wrong)) in refused.value.en
        and next(iter(wrong)) not in refused.value.zh
    )
    with pytest.raises(Refused, match=r"simulate\.carrier"):
        world.board.book("../x", PARCEL)
    assert world.board.parcels(CODE)[1] == 0


def test_it_is_on_the_board_and_misbehaves_as_told(world: World) -> None:
    assert NAME not in {one["name"] for one in world.board.listed()}
    numbers = world.book(5)
    world.board.move(CODE, numbers, "accepted", "")
    assert world.board.one(NAME)["state"] == world.board.one(NAME)["usual"] and world.board.carriers() == [CODE]
    world.board.change(NAME, {"down": "yes"})
    with pytest.raises(Problem):
        world.sync().round()
    world.board.change(NAME, {"down": "no", "repeat": "yes", "reorder": "yes", "wrong": "yes"})
    world.sync(size=2).round()
    known = world.known()
    assert sorted(known) == sorted(numbers)
    assert sorted(known.values()).count("ready") == 2, "the first of each page of two does not add up"
    world.board.reset(NAME)
    world.sync().round()
    assert set(world.known().values()) == {"ready"} and world.store.held() == []


def test_who_shows_no_good_token_is_turned_away(world: World) -> None:
    world.book()
    with pytest.raises(Problem):
        world.sync(refresh="stolen").round()
    assert world.known() == {}
