"""The main job: four parties send, the set is matched, taxed, booked, sent to customs, released."""

from __future__ import annotations

import itertools
from decimal import Decimal

import pytest

from pilotzone.exchange.formats import envelope
from pilotzone.pipeline.tests.papers import Bench, Trade


def test_four_papers_go_to_customs_and_on_its_receipts_to_release(bench: Bench) -> None:
    trade = Trade()
    receipts = bench.send(*bench.all_four(trade))
    assert [bench.results(one) for one in receipts] == [[("accepted", [])]] * 4
    stored = bench.trade(trade)
    assert (stored["state"], stored["holder"], stored["missing"]) == ("sent", "customs", [])
    assert (stored["value"], stored["tax"]) == (Decimal("100.00"), Decimal("9.10"))
    assert bench.rows("SELECT reserved, used FROM tax_quota") == [(Decimal("100.00"), Decimal(0))]
    bench.send(bench.receipt(trade, "2", "20210301120001000"), channel="customs")
    bench.send(bench.receipt(trade, "120", "20210301120002000", "[Code:1800;Desc:逻辑校验通过]"), channel="customs")
    bench.send(
        bench.receipt(trade, "800", "20210301120003000", "[Code:2600;Desc:放行]", invt_no="40062021I000000001"),
        channel="customs",
    )
    stored = bench.trade(trade)
    assert (stored["state"], stored["invt_no"], stored["holder"]) == ("released", "40062021I000000001", "logi")
    assert bench.rows("SELECT reserved, used FROM tax_quota") == [(Decimal(0), Decimal("100.00"))]


def test_the_original_bytes_go_on_unchanged(bench: Bench) -> None:
    trade = Trade()
    sent = bench.all_four(trade)
    bench.send(*sent)
    letters = [envelope.unwrap(body) for body in bench.letters()]
    assert sorted(letter.data for letter in letters) == sorted(sent)
    assert {letter.receivers[0] for letter in letters} == {envelope.CUSTOMS_IMPORT}


@pytest.mark.parametrize("order", list(itertools.permutations(["order", "payment", "waybill", "list"]))[::5])
def test_the_papers_may_come_in_any_order(bench: Bench, order: tuple[str, ...]) -> None:
    trade = Trade()
    for paper in bench.all_four(trade, order):
        assert bench.trade(trade).get("state") in (None, "waiting")
        bench.send(paper)
    assert bench.trade(trade)["state"] == "sent"


def test_what_is_missing_and_from_whom_is_told(bench: Bench) -> None:
    trade = Trade()
    bench.send(bench.paper(trade, "order"), bench.paper(trade, "list"))
    stored = bench.trade(trade)
    assert (stored["state"], stored["missing"], stored["holder"]) == ("waiting", ["payment", "waybill"], "pay,logi")
