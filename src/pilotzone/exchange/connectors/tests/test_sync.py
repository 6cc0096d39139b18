"""Rounds and reconciliations end with what the marketplace has, whatever happens on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.connectors import contract
from pilotzone.exchange.connectors.asking import Answer, Request
from pilotzone.exchange.connectors.simulated import BEGAN, Chaos, Trouble
from pilotzone.exchange.connectors.store import Store
from pilotzone.exchange.connectors.sync import Sync
from pilotzone.exchange.connectors.tests.worlds import GIVEN, days, same, sync_of, world_of

SHIPPED = contract.shipped()


@pytest.mark.parametrize("name", SHIPPED)
def test_a_round_takes_in_everything_and_the_next_nothing(name: str, tmp_path: Path) -> None:
    world = world_of(name)
    sync = sync_of(name, tmp_path, world)
    told = sync.round()
    assert (told.news, told.held) == (40, 0)
    assert same(sync.store, world) == []
    assert all(sync.reconcile(day).agree for day in days())
    assert sync.round().news == 0
    assert same(Store(tmp_path), world) == []


@pytest.mark.parametrize("name", SHIPPED)
def test_an_edit_is_news_once(name: str, tmp_path: Path) -> None:
    world = world_of(name)
    sync = sync_of(name, tmp_path, world)
    sync.round()
    world.now += timedelta(hours=1)
    world.edit("S000000003", at=world.now, fees=Decimal("1.23"))
    assert sync.round().news == 1
    assert sync.round().news == 0
    assert same(sync.store, world) == []


@pytest.mark.parametrize("name", [one for one in SHIPPED if hasattr(contract.load(one).do, "created_on")])
def test_the_days_reconciliation_finds_what_rounds_overlooked(name: str, tmp_path: Path) -> None:
    """A change under an old stamp and an order the list of changes never told."""
    world = world_of(name)
    missing = world.orders.pop("S000000007")
    sync = sync_of(name, tmp_path, world)
    sync.round()
    world.orders["S000000007"] = missing
    assert world.orders["S000000001"].created < BEGAN + timedelta(hours=2) < world.now - sync.overlap
    world.edit("S000000001", at=BEGAN + timedelta(hours=2), fees=Decimal("0.01"))
    world.now += timedelta(days=1)
    assert sync.round().news == 0
    assert len(same(sync.store, world)) == 2
    assert all(sync.reconcile(day).agree for day in days())
    assert same(sync.store, world) == []


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), name=st.sampled_from([one for one in SHIPPED if one != "csv_feed"]))
def test_chaos_ends_equal_after_two_rounds(seed: int, name: str) -> None:
    world = world_of(name, 60, seed=seed)
    answer = contract.load(name).simulator.answer
    chaos = Chaos(world, answer, seed=seed, trouble=Trouble(edits=0.5, empty=0.1, repeats=0.2))
    with TemporaryDirectory() as folder:
        sync = sync_of(name, Path(folder), world, chaos)
        for calm in (False, True):
            chaos.calm = calm
            chaos.trouble = replace(chaos.trouble, empty=0.0) if calm else chaos.trouble
            sync.round()
            told = [sync.reconcile(day) for day in days()]
        assert all(one.agree for one in told)
        assert same(sync.store, world) == []


@settings(max_examples=10)
@given(stops=st.lists(st.integers(0, 12), min_size=1, max_size=4), name=st.sampled_from(SHIPPED))
def test_a_round_cut_off_anywhere_goes_on_from_there(stops: list[int], name: str) -> None:
    """The process dies at the n-th request; another one opens the same folder."""

    class Died(BaseException):
        pass

    world = world_of(name)
    answer = contract.load(name).simulator.answer
    asked: list[str] = []
    with TemporaryDirectory() as folder:
        for stop in [*stops, 10**9]:
            left = stop

            def transport(request: Request) -> Answer:
                nonlocal left
                left -= 1
                if left < 0:
                    raise Died
                asked.append(request.url + request.body)
                return answer(request, world)

            try:
                sync = sync_of(name, Path(folder), world, transport)
                sync.round()
            except Died:
                continue
        assert same(Store(Path(folder)), world) == []


def test_an_interrupted_round_does_not_begin_again(tmp_path: Path) -> None:
    world = world_of("json_feed")
    asked: list[str] = []

    def transport(request: Request) -> Answer:
        asked.append(request.query.get("page", ""))
        if len(asked) == 4:
            return Answer(500)
        return contract.load("json_feed").simulator.answer(request, world)

    sync = sync_of("json_feed", tmp_path, world, transport)
    sync.transport = lambda request: Answer(500) if len(asked) == 3 else transport(request)
    with pytest.raises(Unavailable) as told:
        sync.round()
    assert told.value.code == "connector.unreachable"
    asked.append("x")
    again = sync_of("json_feed", tmp_path, world, transport)
    again.round()
    assert asked == ["1", "2", "3", "x", "4", "5", "6"]
    assert same(again.store, world) == []


@pytest.mark.parametrize(
    ("headers", "waited"),
    [({"retry-after": "17"}, 17.0), ({"retry-after": "99999"}, 300.0), ({}, 1.0), ({"retry-after": "soon"}, 1.0)],
)
@pytest.mark.parametrize("name", ["json_feed", "carrier_feed", "payment_feed"])
def test_429_waits_as_long_as_it_is_told(name: str, headers: dict[str, str], waited: float, tmp_path: Path) -> None:
    world = world_of(name, 1)
    answers = [Answer(429, b"", headers)]
    waits: list[float] = []
    answer = contract.load(name).simulator.answer

    def transport(request: Request) -> Answer:
        return answers.pop() if answers else answer(request, world)

    sync = sync_of(name, tmp_path, world, transport)
    sync.wait = waits.append
    assert sync.round().news == 1
    assert waits == [waited]


def test_a_retry_after_that_is_a_moment_is_counted_by_the_marketplaces_clock(tmp_path: Path) -> None:
    busy = {"retry-after": "Sun, 01 Mar 2026 00:00:40 GMT", "date": "Sun, 01 Mar 2026 00:00:10 GMT"}
    world, answers, waits = world_of("json_feed", 1), [Answer(429, b"", busy)], list[float]()
    answer = contract.load("json_feed").simulator.answer
    sync = sync_of("json_feed", tmp_path, world, lambda asked: answers.pop() if answers else answer(asked, world))
    sync.wait = waits.append
    sync.round()
    assert waits == [30.0]


@pytest.mark.parametrize("name", ["amazon", "carrier_feed", "ebay", "payment_feed"])
def test_a_token_is_renewed_and_kept_for_its_owner_alone(name: str, tmp_path: Path) -> None:
    world = world_of(name, 3)
    world.token = "fresh-1"
    sync_of(name, tmp_path, world).round()
    kept = tmp_path / "token.json"
    assert "fresh-1" in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    others = [path.read_text() for path in tmp_path.rglob("*") if path.is_file() and path != kept]
    assert others and not any("fresh-1" in text for text in others)
    asked: list[str] = []
    answer = contract.load(name).simulator.answer
    sync = sync_of(name, tmp_path, world, lambda request: asked.append(request.method) or answer(request, world))
    sync.round()
    assert "POST" not in asked


def test_a_token_that_stays_refused_ends_the_round(tmp_path: Path) -> None:
    world = world_of("amazon", 3)
    tried: list[str] = []

    def transport(request: Request) -> Answer:
        tried.append(request.method)
        return Answer.of({"access_token": "x"}) if request.method == "POST" else Answer(403)

    with pytest.raises(Refused) as told:
        sync_of("amazon", tmp_path, world, transport).round()
    assert told.value.code == "connector.refused"
    assert tried == ["GET", "POST", "GET"]


def test_an_unknown_status_is_held_and_released_by_a_person_or_by_the_map(tmp_path: Path) -> None:
    world = world_of("shopify", 4)
    for number in ("S000000000", "S000000001"):
        world.edit(number, at=world.now, status="on_the_moon")
    sync = sync_of("shopify", tmp_path, world)
    assert sync.round().held == 2
    held = sync.store.held()
    assert [(one["number"], one["code"]) for one in held] == [
        ("S000000000", "connector.status"), ("S000000001", "connector.status"),
    ]  # fmt: skip
    assert held[0]["order"]["financial_status"] == "on_the_moon"
    sync.store.release("S000000000", "void", by="王五", reason="测试")
    assert [one["number"] for one in Store(tmp_path).held()] == ["S000000001"]
    sync.round()
    assert sync.store.get("S000000000").outcome == "void", "the same state again does not undo a person's decision"
    mapped = Sync(sync.connector, GIVEN, Store(tmp_path), sync.transport, sync.now, sync.wait, {"on_the_moon": "ready"})
    mapped.round()
    assert mapped.store.get("S000000001").outcome == "ready"
    assert (tmp_path / "released.jsonl").read_text("utf-8").count("\n") == 2
    with pytest.raises(KeyError):
        mapped.store.release("S000000001", "ready", by="王五", reason="")


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"total": "999.99"}, "connector.money"), ({"total": "1e3"}, "connector.unreadable"),
        ({"lines": []}, "connector.money"), ({"created": "gestern"}, "connector.unreadable"),
        ({"lines": None}, "connector.unreadable"), ({"lines": [], "total": "0", "freight": "0", "discount": "0", "tax": "0"}, "connector.no_lines"),
    ],
)  # fmt: skip
def test_what_does_not_add_up_or_cannot_be_read_is_held(broken: dict[str, object], code: str, tmp_path: Path) -> None:
    world = world_of("json_feed", 1)
    raw = next(iter(world.orders.values())).as_dict() | broken
    sync = sync_of("json_feed", tmp_path, world, lambda request: Answer.of({"orders": [raw], "more": False}))
    told = sync.round()
    assert told.held == 1
    assert [one["code"] for one in sync.store.held()] == [code]
    assert sync.store.get("S000000000").why == code


def test_a_line_cut_off_by_a_crash_is_passed_over(tmp_path: Path) -> None:
    world = world_of("json_feed", 5)
    sync_of("json_feed", tmp_path, world).round()
    (file,) = [path for path in (tmp_path / "orders").glob("*.jsonl") if "S000000000" in path.read_text()]
    file.write_bytes(file.read_bytes()[:-40])
    assert len(Store(tmp_path)) == 4
    (tmp_path / "cursor.json").unlink()
    sync_of("json_feed", tmp_path, world).round()
    assert same(Store(tmp_path), world) == []
