"""每人每年限重: two trades of one buyer in a year, through the door; a return or a refusal gives back, a new year begins anew."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import uuid4

import pytest

from pilotzone.exchange.formats.build import build
from pilotzone.pipeline.tests.papers import BUYER, FIRMS, Bench, Trade, firm_fields

SUGAR = "1701999020"  # 2 kg a person and year, whatever the mode
OVER = "rule.goods.weight_quota"


def sugar(number: str, kg: str, **more: object) -> Trade:
    return Trade(number, hs=SUGAR, kg=kg, **more)  # type: ignore[arg-type]


def state(bench: Bench, trade: Trade) -> tuple[str, list[str]]:
    found = bench.trade(trade)
    return found["state"], [one["code"] for one in found["reasons"] if one["code"] == OVER]


def release(bench: Bench, trade: Trade, invt_no: str) -> None:
    bench.send(bench.receipt(trade, "800", "20210301120003000", "放行", invt_no=invt_no), channel="customs")


def send_back(bench: Bench, trade: Trade, invt_no: str, qty: str) -> None:
    """A return of so many pieces, closed by customs."""
    head = {
        "guid": str(uuid4()).upper(), "appType": "1", "appTime": "20210305100000", "appStatus": "2", "customsCode": "4006",
        "orderNo": f"ORDER-{trade.number}", **firm_fields("ebp", "ebc", "logi"), "logisticsNo": f"WB-{trade.number}",
        "copNo": f"RETURN-{trade.number}", "invtNo": invt_no, **BUYER, **firm_fields("agent"), "reason": "退货",
    }  # fmt: skip
    lines = [{"gnum": "1", "gcode": SUGAR, "gname": "测试商品", "qty": qty, "unit": "011"}]
    answer = {
        "guid": str(uuid4()).upper(), "customsCode": "4006", "agentCode": FIRMS["agent"], "ebpCode": FIRMS["ebp"],
        "ebcCode": FIRMS["ebc"], "copNo": head["copNo"], "preNo": "T20210305000000001", "invtNo": invt_no,
        "returnStatus": "399", "returnTime": "20210305110000000", "returnInfo": "审结",
    }  # fmt: skip
    bench.send(bench.message("CEB625Message", [(head, lines)], "agent"))
    bench.send(build("CEB626Message", [(answer, [])], edition="2018", guid=answer["guid"]), channel="customs")


def test_the_second_trade_over_the_years_limit_is_refused(bench: Bench) -> None:
    first, exact, over = sugar("T1", "1.5"), sugar("T2", "0.5"), sugar("T3", "0.001")
    for trade in (first, exact, over):
        bench.send(*bench.all_four(trade))
    assert state(bench, first) == ("sent", [])
    assert state(bench, exact) == ("sent", [])
    assert state(bench, over) == ("refused", [OVER])
    told = next(one for one in bench.trade(over)["reasons"] if one["code"] == OVER)
    assert "2.001" in told["zh"]
    assert told["whose"] == "buyer"


@pytest.mark.parametrize("together", [True, False], ids=["one batch", "batches of one"])
def test_a_batch_of_any_size_decides_alike(bench: Bench, together: bool) -> None:
    trades = [sugar(f"T{n}", "1.5") for n in (1, 2)]
    papers = [paper for trade in trades for paper in bench.all_four(trade)]
    if together:
        bench.send(*papers)
    else:
        for paper in papers:
            bench.send(paper)
    assert [state(bench, trade) for trade in trades] == [("sent", []), ("refused", [OVER])]


def test_a_return_gives_its_kilograms_back(bench: Bench) -> None:
    first, second, third = sugar("T1", "2", qty="4"), sugar("T2", "1"), sugar("T3", "0.1")
    bench.send(*bench.all_four(first))
    release(bench, first, "40062021I000000001")
    bench.send(*bench.all_four(sugar("T9", "1")))
    assert state(bench, sugar("T9", "1")) == ("refused", [OVER])
    bench.set_clock(datetime(2021, 3, 10, tzinfo=UTC))
    send_back(bench, first, "40062021I000000001", "2")
    bench.send(*bench.all_four(second))
    bench.send(*bench.all_four(third))
    assert (state(bench, second), state(bench, third)) == (("sent", []), ("refused", [OVER]))


@pytest.mark.parametrize("word", ["100", "-620001"])
def test_what_customs_gives_back_counts_no_more(bench: Bench, word: str) -> None:
    first, second = sugar("T1", "2"), sugar("T2", "2")
    bench.send(*bench.all_four(first))
    bench.send(bench.receipt(first, word, "20210301120003000"), channel="customs")
    bench.send(*bench.all_four(second))
    assert state(bench, second) == ("sent", [])


def test_another_buyer_and_a_new_year_begin_at_nothing(bench: Bench) -> None:
    bench.send(*bench.all_four(sugar("T1", "2")))
    other = {"buyerIdNumber": "440308199901101512", "buyerName": "测试他人"}
    payer = {"payerIdNumber": other["buyerIdNumber"], "payerName": other["buyerName"]}
    stranger = sugar("T2", "2", changes={"order": other, "list": other, "payment": payer})
    bench.send(*bench.all_four(stranger))
    assert state(bench, stranger) == ("sent", [])
    # Shanghai's new year
    bench.set_clock(datetime(2021, 12, 31, 15, 59, tzinfo=UTC))
    still = sugar("T3", "1", at=datetime(2021, 12, 31, 15, tzinfo=UTC))
    bench.send(*bench.all_four(still))
    assert state(bench, still) == ("refused", [OVER])
    bench.set_clock(datetime(2021, 12, 31, 16, 1, tzinfo=UTC))
    fresh = sugar("T4", "2", at=datetime(2021, 12, 31, 15, tzinfo=UTC))
    bench.send(*bench.all_four(fresh))
    assert state(bench, fresh) == ("sent", [])
