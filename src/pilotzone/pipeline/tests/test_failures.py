"""What goes wrong inside the platform stops one message at most, and loses none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import psycopg
import pytest

from pilotzone.exchange.formats.findings import Finding
from pilotzone.pipeline import unpacking
from pilotzone.pipeline.batch import Pipeline
from pilotzone.pipeline.tests.papers import Bench, Trade
from pilotzone.pipeline.worker import Worker


@pytest.fixture
def poisoned(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A pipeline that breaks on any batch with a payment in it."""
    whole = Pipeline.work

    def work(self: Pipeline, cursor: Any, rows: Sequence[Any], made: Any = None) -> Any:
        if any(b"CEB411Message" in row.raw() for row in rows):
            raise RuntimeError("a bug of ours")
        return whole(self, cursor, rows, made)

    monkeypatch.setattr(Pipeline, "work", work)
    return bench


def test_one_message_that_breaks_us_is_answered_and_its_neighbours_go_on(poisoned: Bench) -> None:
    trade = Trade()
    order, payment, waybill = poisoned.send(*poisoned.all_four(trade, ("order", "payment", "waybill")))
    assert poisoned.results(order)[0][0] == poisoned.results(waybill)[0][0] == "accepted"
    ((state, (fault,)),) = poisoned.results(payment)
    assert (state, fault["whose"]) == ("failed", "platform")
    assert "bug" not in str(fault)
    assert poisoned.trade(trade)["missing"] == ["payment", "list"]


def test_a_message_that_breaks_unpacking_is_answered_too(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Pipeline._work

    def unpacking(self: Pipeline, cursor: Any, rows: Sequence[Any]) -> Any:
        if any(b"CEB411Message" in row.raw() for row in rows):
            raise RuntimeError("a bug of ours")
        return whole(self, cursor, rows)

    monkeypatch.setattr(Pipeline, "_work", unpacking)
    order, payment = bench.send(*bench.all_four(Trade(), ("order", "payment")))
    assert bench.results(order)[0][0] == "accepted"
    assert bench.results(payment)[0][0] == "failed"


def test_a_database_that_is_away_is_no_fault_of_a_message(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(self: Pipeline, cursor: Any, rows: Sequence[Any], made: Any = None) -> Any:
        raise psycopg.OperationalError("away")

    with monkeypatch.context() as patch:
        patch.setattr(Pipeline, "work", away)
        (receipt,) = bench.keep(bench.paper(Trade(), "order"))
        with pytest.raises(psycopg.OperationalError):
            bench.work()
    assert bench.results(receipt) == []
    bench.work()
    assert bench.results(receipt) == [("accepted", [])]


def test_a_worker_outlives_a_lost_database(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = 0
    monkeypatch.setattr("pilotzone.pipeline.worker.FIRST_PAUSE", 0.0)

    def connect() -> Any:
        nonlocal tries
        tries += 1
        if tries == 3:
            worker.stop(15, None)
        raise psycopg.OperationalError("away")

    worker = Worker(connect, "DXPENT0036000000")
    worker.run()
    assert tries == 3


def test_a_finding_without_a_place_ends_with_its_sentence() -> None:
    whole = Finding("format.empty", "", 0, "报文为空。", "The message is empty.", "XML 1.0")
    assert unpacking.fault_from(whole).zh == "报文为空。"
    placed = replace(whole, path="/CEB311Message/Order[1]")
    assert unpacking.fault_from(placed).en == "The message is empty. (/CEB311Message/Order[1])"
