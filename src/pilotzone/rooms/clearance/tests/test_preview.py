"""核对预览: the match's checks on papers that are not all here."""

from __future__ import annotations

import datetime

import pytest

from pilotzone.rooms.clearance.engine import import_match, kinds
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE
from pilotzone.rooms.clearance.engine.preview import preview
from pilotzone.rooms.clearance.engine.writing import copied, numbered, patterned

BUYER = {"buyerName": "测试订购人", "buyerIdNumber": "1", "buyerIdType": "1", "buyerTelephone": "13"}
CONSIGNEE = {"consignee": "测试收货人", "consigneeTelephone": "13", "consigneeAddress": "测试路1号"}
LINE = {
    "gnum": "1",
    "qty": "1",
    "price": "100",
    "totalPrice": "100",
    "unit": "011",
    "country": "502",
    "currency": "142",
}
FIRMS = {"ebpCode": "P", "ebcCode": "C"}
HEADS = {
    "order": {
        **FIRMS, **BUYER, **CONSIGNEE, "orderNo": "O", "payCode": "Y", "payTransactionId": "T", "goodsValue": "100", "freight": "0",
        "discount": "0", "taxTotal": "0", "acturalPaid": "100", "currency": "142",
    },
    "payment": {
        "payCode": "Y", "payTransactionId": "T", "orderNo": "O", "ebpCode": "P", "payerIdNumber": "1", "payerName": "测试订购人",
        "amountPaid": "100", "currency": "142",
    },
    "waybill": {"logisticsCode": "L", "logisticsNo": "W", "orderNo": "O", **CONSIGNEE, "freight": "0", "insuredFee": "0"},
    "list": {
        **FIRMS, **BUYER, "consigneeAddress": "测试路1号", "orderNo": "O", "copNo": "N", "logisticsCode": "L", "logisticsNo": "W",
        "guid": "G", "freight": "0", "insuredFee": "0", "tradeMode": "9610", "trafMode": "5", "trafNo": "CA1", "voyageNo": "CA1",
        "billNo": "B", "ieFlag": "I", "netWeight": "1", "grossWeight": "1", "currency": "142", "packNo": "1", "customsCode": "4006",
        "country": "502",
    },
}  # fmt: skip
LINES = {
    "order": [{**LINE, "itemName": "测试商品"}],
    "list": [{**LINE, "gcode": "3924100000", "gname": "测试商品", "qty1": "1", "unit1": "035"}],
}
ON = datetime.date(2021, 3, 1)
ALL = (kinds.ORDER, kinds.PAYMENT, kinds.WAYBILL, kinds.LIST)


def papers(*names: str, hs: str = "", **changed: str) -> dict[str, Part]:
    """Papers that fit each other; `changed` are fields of the list."""
    told = {name: Part(dict(HEADS[name]), [dict(line) for line in LINES.get(name, ())]) for name in names}
    if kinds.LIST in told:
        lines = [{**line, **({"gcode": hs} if hs else {})} for line in told[kinds.LIST].lines]
        told[kinds.LIST] = Part({**told[kinds.LIST].head, **changed}, lines)
    return told


@pytest.mark.parametrize("name", ALL)
def test_every_check_runs_or_waits_for_a_named_paper(name: str) -> None:
    found = preview(kinds.IMPORT, papers(*(one for one in ALL if one != name)), on=ON)
    assert found.ran + sum(found.waiting.values()) == len(import_match.CHECKS)
    assert found.missing == [(name, {"order": "ebp", "payment": "pay", "waybill": "logi", "list": "declarant"}[name])]
    assert found.waiting and set(found.waiting) == {name} and not found.faults


def test_the_whole_set_is_judged_as_the_match_judges_it() -> None:
    found = preview(kinds.IMPORT, papers(*ALL), on=ON)
    assert (found.ran, found.waiting, found.missing) == (len(import_match.CHECKS), {}, [])
    assert [fault.code for fault in found.faults] == []


def test_what_can_be_told_is_told_although_papers_lack() -> None:
    broken = papers(kinds.ORDER, kinds.LIST, buyerTelephone="1")
    assert [fault.code for fault in preview(kinds.IMPORT, broken, on=ON).faults] == ["rule.match.buyer_phone"]
    goods = preview(kinds.IMPORT, papers(kinds.LIST, hs="9999999999"), on=ON)
    assert "gap.goods.unknown" in [fault.code for fault in goods.faults]


def test_a_copy_takes_no_number_and_a_template_no_person() -> None:
    source = Part(HEADS["list"], [*LINES["list"], {"gnum": "7", "gcode": "1", "odd": "x"}])
    copy = copied(source, fields=source.head, line_fields=("gcode", "gnum"))
    assert not {"guid", "orderNo", "copNo", "logisticsNo"} & set(copy.head) and copy.head["buyerName"]
    assert [line["gnum"] for line in copy.lines] == ["1", "2"] and "odd" not in copy.lines[1]
    pattern = patterned(BY_MESSAGE["CEB621Message"], copy)
    assert not [name for name in pattern.head if name.startswith(("buyer", "consignee"))]
    assert numbered([{}, {}]) == [{"gnum": "1"}, {"gnum": "2"}]
