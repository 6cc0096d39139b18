"""Retail export 9610: order, waybill and list; the receipt of payment may come whenever it likes."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from pilotzone.base.days import stamp
from pilotzone.exchange.formats import envelope
from pilotzone.exchange.formats.build import build
from pilotzone.pipeline.tests.papers import FIRMS, Bench, Head, Trade, firm_fields

MESSAGE = {"order": "CEB303Message", "receipts": "CEB403Message", "waybill": "CEB505Message", "list": "CEB603Message"}
SENDER = {"order": "ebc", "receipts": "ebc", "waybill": "logi", "list": "agent"}
BASE = Trade("E1")


def paper(bench: Bench, kind: str, *, later: timedelta = timedelta(), **changes: str) -> bytes:
    common: Head = {"guid": str(uuid4()).upper(), "appType": "1", "appTime": stamp(BASE.at + later), "appStatus": "2"}
    line = {
        "gnum": "1", "itemNo": "S1", "itemName": "测试商品", "barCode": "无", "unit": "011", "currency": "142", "qty": "2",
        "price": "50", "totalPrice": "100",
    }  # fmt: skip
    heads: dict[str, Head] = {
        "order": {"orderType": "E", "orderNo": "XO1", **firm_fields("ebp", "ebc"), "goodsValue": "100", "freight": "0", "currency": "142"},
        "receipts": {**firm_fields("ebp", "ebc"), "orderNo": "XO1", **firm_fields("pay"), "payNo": "P1", "charge": "100",
                     "currency": "142", "accountingDate": stamp(BASE.at)},
        "waybill": {**firm_fields("logi"), "logisticsNo": "XW1", "freight": "0", "insuredFee": "0", "currency": "142",
                    "grossWeight": "1", "packNo": "1", "goodsInfo": "测试商品"},
        "list": {
            "customsCode": "4006", **firm_fields("ebp"), "orderNo": "XO1", **firm_fields("logi"), "logisticsNo": "XW1",
            "copNo": "XC1", "ieFlag": "E", "portCode": "4006", "ieDate": stamp(BASE.at)[:8], "statisticsFlag": "B",
            **firm_fields("agent", "ebc"), "ownerCode": "NO", "ownerName": "测试生产", "tradeMode": "9610", "trafMode": "5",
            "country": "502", "POD": "3001", "freight": "0", "fCurrency": "142", "fFlag": "3", "insuredFee": "0",
            "iCurrency": "142", "iFlag": "3", "wrapType": "2", "packNo": "1", "grossWeight": "1.2", "netWeight": "1",
        },
    }  # fmt: skip
    lines = {
        "order": [line],
        "list": [{**line, "gcode": "3924100000", "gname": "测试商品", "gmodel": "无", "country": "502", "qty1": "1", "unit1": "035"}],
    }  # fmt: skip
    return bench.message(MESSAGE[kind], [(common | heads[kind] | changes, lines.get(kind, []))], SENDER[kind])


def stored(bench: Bench) -> tuple[str, list[str], list[str]]:
    ((state, missing, reasons),) = bench.rows("SELECT state, missing, reasons FROM clearance_trade")
    return state, missing, [reason["code"] for reason in reasons]


def test_order_waybill_and_list_go_to_customs_without_the_receipt_of_payment(bench: Bench) -> None:
    receipts = bench.send(paper(bench, "order"), paper(bench, "list"), paper(bench, "waybill"))
    assert [bench.results(one) for one in receipts] == [[("accepted", [])]] * 3
    assert stored(bench) == ("sent", [], ["rule.export.receipt_due"])
    letters = [envelope.unwrap(body) for body in bench.letters()]
    assert {letter.receivers[0] for letter in letters} == {envelope.CUSTOMS_EXPORT}
    (late,) = bench.send(paper(bench, "receipts"))
    assert bench.results(late)[0][0] == "accepted"
    assert stored(bench)[0] == "sent"
    assert bench.rows("SELECT count(*) FROM tax_quota") == [(0,)]


@pytest.mark.parametrize("invt_no", ["", "40062021E000000001"])
def test_customs_closes_an_export_list_with_or_without_a_number(bench: Bench, invt_no: str) -> None:
    bench.send(paper(bench, "order"), paper(bench, "list"), paper(bench, "waybill"))
    head = {
        "guid": str(uuid4()).upper(), "agentCode": FIRMS["agent"], "copNo": "XC1", "preNo": "B20210301000000001",
        "invtNo": "40062021E000000001", "ebcCode": FIRMS["ebc"], "ebpCode": FIRMS["ebp"], "orderNo": "XO1",
        "statisticsFlag": "B", "returnStatus": "800", "returnTime": "20210301130000000", "returnInfo": "放行",
    }  # fmt: skip
    raw = build("CEB604Message", [(head, [])], edition="2018", guid=head["guid"])
    if not invt_no:
        raw = raw.replace(b"<ceb:invtNo>40062021E000000001</ceb:invtNo>", b"")
    bench.send(raw, channel="customs")
    assert bench.rows("SELECT state, invt_no FROM clearance_trade") == [("released", invt_no)]


def test_a_wrong_carrier_is_the_declarants_error_and_a_new_list_mends_it(bench: Bench) -> None:
    bench.send(paper(bench, "order"), paper(bench, "waybill"), paper(bench, "list", logisticsNo="XW9"))
    assert stored(bench)[:2] == ("waiting", ["waybill"])
    bench.send(paper(bench, "list", later=timedelta(minutes=1), appType="2"))
    assert stored(bench)[0] == "sent"


def test_9710_is_not_open_in_nanchang_that_day(bench: Bench) -> None:
    receipts = bench.send(paper(bench, "order"), paper(bench, "waybill"), paper(bench, "list", tradeMode="9710"))
    ((state, faults),) = bench.results(receipts[2])
    assert state == "refused"
    assert "rule.mode.not_open" in [fault["code"] for fault in faults]
    assert stored(bench)[0] == "refused"
