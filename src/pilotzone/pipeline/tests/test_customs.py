"""Customs' word: over the platform's, repeated, out of order, about money and about the past."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest

from pilotzone.exchange import receipts
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.signing import verify
from pilotzone.pipeline.tests.papers import BUYER, FIRMS, MESSAGE, Bench, Trade, firm_fields

INVT = "40062021I000000001"
NOTHING, TURN, STATE = range(3)  # what a line of an event moved (docs/algorithms/matching.md)
RELEASED = ("800", "20210301120003000", "[Code:2600;Desc:放行]")


def released(bench: Bench, trade: Trade) -> None:
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, *RELEASED, invt_no=INVT), channel="customs")


def quota(bench: Bench) -> list[tuple[Decimal, Decimal]]:
    return bench.rows("SELECT reserved, used FROM tax_quota")


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::4])
def test_receipts_in_any_order_end_in_the_latest(bench: Bench, order: tuple[int, ...]) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    codes = ("2", "120", "500", "800")
    messages = [bench.receipt(trade, code, f"2021030112000{n}000", invt_no=INVT) for n, code in enumerate(codes)]
    for place in order:
        bench.send(messages[place], messages[place], channel="customs")
    assert bench.trade(trade)["state"] == "released"
    assert quota(bench) == [(0, Decimal("100.00"))]
    applied = bench.rows("SELECT count(*) FROM clearance_receipt WHERE applied")[0][0]
    assert bench.rows("SELECT count(*) FROM clearance_receipt") == [(8,)]
    assert 1 <= applied <= 4


def test_a_receipt_that_nobody_waits_for_is_kept_and_changes_nothing(bench: Bench) -> None:
    bench.send(bench.receipt(Trade("T9"), "800", "20210301120003000"), channel="customs")
    assert bench.rows("SELECT applied, why FROM clearance_receipt") == [(False, "unknown document")]


def test_a_receipt_by_another_channel_than_customs_is_refused(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    (receipt,) = bench.send(bench.receipt(trade, *RELEASED), channel="http", client="ebp")
    assert bench.results(receipt)[0][0] == "refused"
    assert bench.trade(trade)["state"] == "sent"


def test_customs_overrides_the_platforms_refusal(bench: Bench) -> None:
    """Two lists in one message: one passes, so the message goes on and customs takes the other too."""
    good, bad = Trade("T1"), Trade("T2", changes={"waybill": {"consignee": "别人"}})
    lists = bench.message(MESSAGE["list"], [(t.head("list"), t.lines("list")) for t in (good, bad)], "agent")
    bench.send(*[bench.paper(t, kind) for t in (good, bad) for kind in ("order", "payment", "waybill")], lists)
    assert (bench.trade(good)["state"], bench.trade(bad)["state"]) == ("sent", "refused")
    stored = bench.trade(bad)
    assert stored["stages"]["forwarded"] >= stored["stages"]["list"], "it goes along, and its page says so"
    told = [(row["trade"], line) for row in bench.events("clearance.trade_changed") for line in row["lines"]]
    ((whose, line),) = [(trade, line) for trade, line in told if line[1] == "clearance.forwarded"]
    assert (whose, line[5], line[7]) == (stored["id"], "refused", NOTHING)
    bench.send(bench.receipt(bad, *RELEASED, invt_no=INVT), channel="customs")
    stored = bench.trade(bad)
    assert (stored["state"], stored["value"]) == ("released", Decimal("100.00"))
    assert quota(bench) == [(Decimal("100.00"), Decimal("100.00"))]


@pytest.mark.parametrize(
    ("status", "info"),
    [
        ("100", "[Code:1313;Desc:超出个人年度限额],[totalPrice：26,114.44 > limitPrice: 26,000;]"),
        ("-621018", "清单中购买人本次购买将超过年度限额"),
    ],
)
def test_customs_says_the_year_is_full(bench: Bench, status: str, info: str) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, status, "20210301120002000", info), channel="customs")
    assert quota(bench) == [(0, 0)]
    assert bench.rows("SELECT customs_told_at IS NOT NULL FROM tax_quota") == [(True,)]
    stored = bench.trade(trade)
    assert (stored["reasons"][-1]["whose"], stored["holder"]) == ("buyer", "buyer")


@pytest.mark.parametrize(
    ("status", "info", "whose", "holder"),
    [
        ("100", "[Code:1332;Desc:支付金额与订单金额不一致]", "pay", "pay"),
        ("100", "[Code:13035;Desc:支付企业不一致]", "ebp", "ebp"),
        ("100", "[Code:1320;Desc:清单与订单商品项数不一致]", "declarant", "declarant"),
        ("-621017", "系统发生异常", "customs", "declarant"),
        ("100", "[Code:9876;Desc:新的原因]", "declarant", "declarant"),
        ("100", "人工审核不通过", "declarant", "declarant"),
    ],
)
def test_customs_refusal_is_with_the_party_whose_error_it_is(
    bench: Bench, status: str, info: str, whose: str, holder: str
) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, status, "20210301120002000", info), channel="customs")
    stored = bench.trade(trade)
    (told,) = [one for one in stored["reasons"] if one["code"] == "customs.returned"]
    assert (told["zh"], told["whose"], stored["holder"]) == (info, whose, holder)
    assert bench.events("clearance.trade_changed")[-1]["holder"] == holder
    assert told["explanation_zh"] and told["explanation_en"]
    assert ("不明" in told["explanation_zh"]) is ("9876" in info or "人工" in info)


def test_who_mended_what_customs_refused_hands_on_to_the_declarant(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, "100", "20210301120002000", "[Code:1332;Desc:金额]"), channel="customs")
    assert bench.trade(trade)["holder"] == "pay"
    mended = Trade(at=trade.at + timedelta(minutes=5))
    bench.send(bench.paper(mended, "payment", appType="2"))
    stored, last = bench.trade(trade), bench.events("clearance.trade_changed")[-1]
    assert (stored["state"], stored["holder"], last["holder"]) == ("returned", "declarant", "declarant")
    assert last["lines"][-1][5:] == ["returned", "declarant", TURN]


def test_a_cancelled_list_gives_the_amount_back(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    head = {
        "guid": str(uuid4()).upper(), "appType": "1", "appTime": "20210301190000", "appStatus": "2", "customsCode": "4006",
        "orderNo": "ORDER-T1", **firm_fields("ebp", "ebc", "logi"), "logisticsNo": "WB-T1", "copNo": "CANCEL-1",
        "invtNo": INVT, **BUYER, **firm_fields("agent"), "reason": "买家取消",
    }  # fmt: skip
    (receipt,) = bench.send(bench.message("CEB623Message", [(head, [])], "agent"))
    assert bench.results(receipt) == [("accepted", [])]
    assert "cancel" in bench.trade(trade)["stages"]
    assert quota(bench) == [(Decimal("100.00"), 0)]
    answer = {
        "guid": str(uuid4()).upper(), "customsCode": "4006", "agentCode": FIRMS["agent"], "ebpCode": FIRMS["ebp"],
        "ebcCode": FIRMS["ebc"], "copNo": "CANCEL-1", "preNo": "B20210301000000001", "invtNo": INVT,
        "returnStatus": "399", "returnTime": "20210301194000000", "returnInfo": "[Code:2300;Desc:撤单成功]",
    }  # fmt: skip
    bench.send(build("CEB624Message", [(answer, [])], edition="2018", guid=answer["guid"]), channel="customs")
    assert bench.trade(trade)["state"] == "cancelled"
    assert quota(bench) == [(0, 0)]


def test_a_part_return_gives_its_part_back(bench: Bench) -> None:
    trade = Trade(qty="2")
    released(bench, trade)
    assert quota(bench) == [(0, Decimal("200.00"))]
    bench.set_clock(datetime(2021, 3, 10, tzinfo=UTC))
    head = {
        "guid": str(uuid4()).upper(), "appType": "1", "appTime": "20210305100000", "appStatus": "2", "customsCode": "4006",
        "orderNo": "ORDER-T1", **firm_fields("ebp", "ebc", "logi"), "logisticsNo": "WB-T1", "copNo": "RETURN-1",
        "invtNo": INVT, **BUYER, **firm_fields("agent"), "reason": "退货",
    }  # fmt: skip
    lines = [{"gnum": "1", "gcode": "3924100000", "gname": "测试商品", "qty": "1", "unit": "011"}]
    (receipt,) = bench.send(bench.message("CEB625Message", [(head, lines)], "agent"))
    assert bench.results(receipt) == [("accepted", [])]
    answer = {
        "guid": str(uuid4()).upper(), "customsCode": "4006", "agentCode": FIRMS["agent"], "ebpCode": FIRMS["ebp"],
        "ebcCode": FIRMS["ebc"], "copNo": "RETURN-1", "preNo": "T20210305000000001", "invtNo": INVT,
        "returnStatus": "399", "returnTime": "20210305110000000", "returnInfo": "审结",
    }  # fmt: skip
    message = build("CEB626Message", [(answer, [])], edition="2018", guid=answer["guid"])
    bench.send(message, message, channel="customs")
    assert quota(bench) == [(0, Decimal("100.00"))]
    assert (bench.trade(trade)["state"], "refunded" in bench.trade(trade)["stages"]) == ("released", True)


def test_a_tax_bill_lies_beside_our_own_amount(bench: Bench) -> None:
    trade = Trade()
    released(bench, trade)
    head = {
        "guid": str(uuid4()).upper(), "returnTime": "20210401120000000", "invtNo": INVT, "taxNo": "TAX1", "customsTax": "0",
        "valueAddedTax": "9.10", "consumptionTax": "0", "status": "1",
    }  # fmt: skip
    line = {
        "gnum": "1",
        "gcode": "3924100000",
        "taxPrice": "100",
        "customsTax": "0",
        "valueAddedTax": "9.10",
        "consumptionTax": "0",
    }
    bill = build("CEB816Message", [(head, [line])], edition="2018", guid=head["guid"], default_namespace=True)
    bench.send(bill, channel="customs")
    assert bench.rows("SELECT customs_vat, our_vat FROM tax_bill") == [(Decimal("9.10"), Decimal("9.10"))]
    told = bench.events("clearance.trade_changed")[-1]["numbers"]
    assert (told["invtNo"], told["taxNo"]) == (INVT, "TAX1")  # by which the timeline is found


def test_a_format_error_of_eport_brings_the_list_back(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    number = bench.trade(trade)["list_message"]
    head = {
        "guid": str(uuid4()).upper(), "returnStatus": "-999999", "returnInfo": "schema", "returnTime": "20210301130000000",
        "oriCopMsgId": f"PZ{number}", "oriMessageType": "CEB621Message", "oriBizMessage": "<x/>",
    }  # fmt: skip
    bench.send(build("CEB900Message", [(head, [])], edition="2018", guid=head["guid"]), channel="customs")
    assert (bench.trade(trade)["state"], quota(bench)) == ("error", [(0, 0)])


def test_the_firm_fetches_official_receipts(bench: Bench) -> None:
    trade = Trade()
    released(bench, trade)
    with bench.connection.cursor() as cursor:
        told = receipts.after(cursor, bench.firms["agent"])
        signed = [receipts.package(cursor, bench.firms["agent"], number) for number, _ in told]
    assert [(one.message, one.return_status) for _, one in told] == [("CEB622Message", "2"), ("CEB622Message", "800")]
    # ours leaves out the pre-entry number, which customs has not given yet (ceb spec §2.3)
    missing = [
        [found.path.rpartition("/")[2] for found in parse(one.xml, on=trade.at.date()).findings] for _, one in told
    ]
    assert missing == [["preNo"], []]
    verdicts = [verify(one, at=datetime.now(UTC)) for one in signed if one is not None]
    assert [(verdict.ok, verdict.enterprise) for verdict in verdicts] == [(True, "PILOTZONE")] * 2


def test_the_past_is_kept_but_never_sent_nor_counted(bench: Bench) -> None:
    trade = Trade()
    papers = [bench.paper(trade, kind) for kind in ("order", "list")]
    receipts = bench.send(papers[0], channel="history", client="ebp")
    receipts += bench.send(papers[1], channel="history", client="agent")
    assert [bench.results(one)[0][0] for one in receipts] == ["history", "history"]
    bench.send(bench.receipt(trade, *RELEASED, invt_no=INVT), channel="history", client="agent")
    stored = bench.trade(trade)
    assert (stored["state"], stored["history"]) == ("released", True)
    assert bench.rows("SELECT count(*) FROM exchange_outbox") == [(0,)]
    assert quota(bench) == []
    (again,) = bench.send(bench.paper(trade, "order"))
    assert bench.results(again)[0][0] == "duplicate"
    assert bench.rows("SELECT count(*) FROM exchange_outbox") == [(0,)]


def test_a_firm_cannot_bring_receipts_of_the_past_for_a_live_trade(bench: Bench) -> None:
    trade = Trade()
    bench.send(*bench.all_four(trade))
    bench.send(bench.receipt(trade, *RELEASED), channel="history", client="ebp")
    assert bench.trade(trade)["state"] == "sent"


def test_events_alone_tell_the_whole_life(bench: Bench) -> None:
    trade = Trade()
    released(bench, trade)
    rows = bench.events("clearance.trade_changed")
    assert [row["state"] for row in rows] == ["sent", "released"]
    lines = [line for row in rows for line in row["lines"]]
    assert [line[5] for line in lines] == ["waiting", "passed", "sent", "released"]
    assert [line[7] for line in lines] == [STATE] * 4
    assert rows[-1]["numbers"] == {
        "orderNo": "ORDER-T1", "payTransactionId": "PAY-T1", "logisticsNo": "WB-T1", "copNo": "COP-T1",
        "preNo": "B20210301000000001", "invtNo": INVT, "billNo": "BL-T1",
    }  # fmt: skip
    assert all(row["parties"] and row["at"] == row["lines"][-1][0] for row in rows)
    assert all(at and code and zh and en and source for at, code, zh, en, source, *_ in lines)
    assert {datetime.fromisoformat(line[0]).tzinfo is not None for line in lines} == {True}


def test_a_batch_tells_a_trade_once_and_only_what_the_timeline_needs(bench: Bench) -> None:
    """A line that only says it still waits gives way to the next and hands it what came; alone in its batch it stays."""
    trade = Trade()
    bench.send(bench.paper(trade, "order"))
    bench.send(bench.paper(trade, "payment"), bench.paper(trade, "waybill"))
    bench.send(bench.paper(trade, "list"))
    rows = bench.events("clearance.trade_changed")
    assert [[(line[5], line[7]) for line in row["lines"]] for row in rows] == [
        [("waiting", STATE)],
        [("waiting", TURN)],
        [("passed", STATE), ("sent", STATE)],
    ]
    (both,) = rows[1]["lines"]
    assert (both[2], both[3]) == (
        "收到支付单，收到进口运单：等待清单",
        "payment received, import waybill received: waiting for list",
    )
    assert [row["missing"] for row in rows] == [["payment", "waybill", "list"], ["list"], []]


def test_one_batch_or_many_give_the_same(bench: Bench) -> None:
    """Trades with every kind of trouble, sent at once and one by one, end alike."""
    later = timedelta(minutes=5)

    def story(prefix: str) -> list[bytes]:
        fine = Trade(f"{prefix}1", price="4000.00")
        wrong = Trade(f"{prefix}2", changes={"payment": {"amountPaid": "1.00"}})
        big = [Trade(f"{prefix}{n}", price="4900.00") for n in range(3, 9)]
        moved = Trade(f"{prefix}2", at=wrong.at + later)
        return [
            *bench.all_four(fine), *bench.all_four(wrong), bench.paper(fine, "payment", note="x"),
            bench.paper(moved, "payment", appType="2"), bench.paper(Trade(f"{prefix}1", at=fine.at + later), "order", appType="2"),
            *[paper for trade in big for paper in bench.all_four(trade, ("list", "waybill", "payment", "order"))],
        ]  # fmt: skip

    def outcome(prefix: str) -> list[tuple[str, str]]:
        return [
            (row[0][len(prefix) :], row[1])
            for row in bench.rows(
                "SELECT order_no, state FROM clearance_trade WHERE order_no LIKE %s ORDER BY order_no",
                f"ORDER-{prefix}%",
            )
        ]

    at_once = bench.send(*story("A"))
    together, quotas = [bench.results(one)[0][0] for one in at_once], quota(bench)
    bench.rows("UPDATE tax_quota SET reserved = 0 RETURNING 1")
    bench.rows("DELETE FROM tax_quota_hold RETURNING 1")
    one_by_one = [bench.send(paper)[0] for paper in story("B")]
    single = [bench.results(one)[0][0] for one in one_by_one]
    assert [row[1] for row in outcome("A")] == [row[1] for row in outcome("B")]
    assert quotas == quota(bench)
    assert together == single
