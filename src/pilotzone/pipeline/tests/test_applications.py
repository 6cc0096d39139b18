"""Cancellations and returns by file: only what the list's state, the days and the quantities allow; one of two wins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from pilotzone.exchange.formats.build import build
from pilotzone.pipeline.tests.papers import BUYER, FIRMS, Bench, Head, Trade, firm_fields

INVT = "400620211000000001"
HS = "3924100000"


def released(bench: Bench, trade: Trade) -> None:
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "800", "20210301120003000", "放行", invt_no=INVT), channel="customs")


def application(bench: Bench, name: str, number: str, *lines: Head, at: str = "20210301190000") -> bytes:
    head = {
        "guid": str(uuid4()).upper(), "appType": "1", "appTime": at, "appStatus": "2", "customsCode": "4006",
        "orderNo": "ORDER-T1", **firm_fields("ebp", "ebc", "logi"), "logisticsNo": "WB-T1", "copNo": number,
        "invtNo": INVT, **BUYER, **firm_fields("agent"), "reason": "买家不要",
    }  # fmt: skip
    return bench.message(name, [(head, lines)], "agent")


def refund(bench: Bench, number: str, qty: str, **changes: str) -> bytes:
    line = {"gnum": "1", "gcode": HS, "gname": "测试商品", "qty": qty, "unit": "011"} | changes
    return application(bench, "CEB625Message", number, line)


def answer(bench: Bench, name: str, number: str, status: str, time: str = "20210301193000000") -> None:
    head = {
        "guid": str(uuid4()).upper(), "customsCode": "4006", "agentCode": FIRMS["agent"], "ebpCode": FIRMS["ebp"],
        "ebcCode": FIRMS["ebc"], "copNo": number, "preNo": "T20210305000000001", "invtNo": INVT,
        "returnStatus": status, "returnTime": time, "returnInfo": "审结",
    }  # fmt: skip
    bench.send(build(name, [(head, [])], edition="2018", guid=head["guid"]), channel="customs")


def told(bench: Bench, receipt: str) -> tuple[str, list[str]]:
    ((state, findings),) = bench.results(receipt)
    return state, [one["code"] for one in findings]


def quota(bench: Bench) -> Decimal:
    ((used,),) = bench.rows("SELECT used FROM tax_quota")
    return Decimal(used)


def test_before_release_nothing_is_returned_and_after_it_nothing_is_cancelled(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    (early,) = bench.send(refund(bench, "R1", "1"))
    assert told(bench, early) == ("refused", ["rule.refund.state"])
    bench.send(bench.receipt(trade, "800", "20210301120003000", "放行", invt_no=INVT), channel="customs")
    (late,) = bench.send(application(bench, "CEB623Message", "C1"))
    assert told(bench, late) == ("refused", ["rule.cancel.released"])
    assert bench.trade(trade)["state"] == "released"


def test_a_list_is_cancelled_once_until_customs_refuses(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    (first,) = bench.send(application(bench, "CEB623Message", "C1"))
    (second,) = bench.send(application(bench, "CEB623Message", "C2"))
    assert (told(bench, first)[0], told(bench, second)) == ("accepted", ("refused", ["rule.cancel.underway"]))
    answer(bench, "CEB624Message", "C1", "100")
    (third,) = bench.send(application(bench, "CEB623Message", "C3"))
    assert told(bench, third) == ("accepted", [])
    answer(bench, "CEB624Message", "C3", "399")
    assert bench.trade(trade)["state"] == "cancelled"
    (again,) = bench.send(application(bench, "CEB623Message", "C4"))
    assert told(bench, again) == ("refused", ["rule.cancel.state"])


def test_a_list_declared_anew_after_its_cancellation_is_cancelled_or_returned_anew(bench: Bench) -> None:
    trade = Trade(qty="2")
    bench.send(*bench.all_four(trade))
    bench.send(application(bench, "CEB623Message", "C1"))
    answer(bench, "CEB624Message", "C1", "399", "20210301100000000")
    assert bench.trade(trade)["state"] == "cancelled"
    again = Trade(qty="2", at=trade.at + timedelta(minutes=20))
    bench.set_clock(datetime(2021, 3, 1, 12, 30, tzinfo=UTC))
    bench.send(bench.paper(again, "list", appType="2"))
    (second,) = bench.send(application(bench, "CEB623Message", "C2"))
    (third,) = bench.send(application(bench, "CEB623Message", "C3"))
    assert (told(bench, second), told(bench, third)) == (("accepted", []), ("refused", ["rule.cancel.underway"]))
    answer(bench, "CEB624Message", "C2", "399", "20210301110000000")
    bench.set_clock(datetime(2021, 3, 1, 13, tzinfo=UTC))
    bench.send(bench.paper(Trade(qty="2", at=trade.at + timedelta(minutes=40)), "list", appType="2"))
    bench.send(bench.receipt(again, "800", "20210301120003000", "放行", invt_no=INVT), channel="customs")
    (back,) = bench.send(refund(bench, "R1", "1"))
    assert told(bench, back) == ("accepted", [])


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "one after the other"])
def test_of_two_returns_of_the_same_goods_one_wins(bench: Bench, together: bool) -> None:
    released(bench, Trade(qty="2"))
    papers = [refund(bench, "R1", "2"), refund(bench, "R2", "1")]
    if together:
        receipts = bench.send(*papers)
    else:
        receipts = [receipt for paper in papers for receipt in bench.send(paper)]
    found = sorted(told(bench, receipt) for receipt in receipts)
    assert found == [("accepted", []), ("refused", ["rule.refund.quantity"])]
    assert len(bench.rows("SELECT 1 FROM clearance_document WHERE kind = 7 AND state = 'accepted'")) == 1


def test_what_customs_refused_may_come_back_again(bench: Bench) -> None:
    released(bench, Trade(qty="2"))
    bench.send(refund(bench, "R1", "2"))
    answer(bench, "CEB626Message", "R1", "100")
    assert quota(bench) == Decimal("200.00")
    (again,) = bench.send(refund(bench, "R2", "2"))
    assert told(bench, again) == ("accepted", [])


def test_part_returns_give_the_whole_back_to_the_cent(bench: Bench) -> None:
    """A third of 100.00 three times: rounded by themselves they would leave a cent."""
    released(bench, Trade(qty="3", price="33.33"))
    assert quota(bench) == Decimal("99.99")
    for number in ("R1", "R2", "R3"):
        (receipt,) = bench.send(refund(bench, number, "1"))
        assert told(bench, receipt) == ("accepted", [])
        answer(bench, "CEB626Message", number, "399")
    assert quota(bench) == Decimal("0.00")
    (more,) = bench.send(refund(bench, "R4", "1"))
    assert told(bench, more) == ("refused", ["rule.refund.quantity"])


@pytest.mark.parametrize("change", [{"gnum": "2"}, {"gcode": "3924900000"}, {"unit": "035"}])
def test_a_line_that_is_not_of_the_list_is_refused(bench: Bench, change: dict[str, str]) -> None:
    released(bench, Trade(qty="2"))
    (receipt,) = bench.send(refund(bench, "R1", "1", **change))
    assert told(bench, receipt) == ("refused", ["rule.refund.line"])


@pytest.mark.parametrize(("day", "expected"), [(31, "accepted"), (32, "refused")])
def test_the_thirtieth_day_is_the_last(bench: Bench, day: int, expected: str) -> None:
    released(bench, Trade())
    month, of = divmod(day - 1, 31)
    bench.set_clock(datetime(2021, 3 + month, of + 1, 1, tzinfo=UTC))
    (receipt,) = bench.send(refund(bench, "R1", "1"))
    assert told(bench, receipt) == (expected, [] if expected == "accepted" else ["rule.refund.days"])
