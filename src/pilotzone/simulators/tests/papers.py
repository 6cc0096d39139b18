"""Synthetic papers of one import trade for the counterparts' tests."""

from __future__ import annotations

import uuid
from decimal import Decimal

PLATFORM = "DXPENT0003600001"
Paper = tuple[str, dict[str, str], list[dict[str, str]]]
BUYER = {
    "buyerIdType": "1",
    "buyerIdNumber": "360102189003071239",
    "buyerName": "演示",
    "buyerTelephone": "10000000001",
}
WHERE = {"consignee": "演示", "consigneeTelephone": "10000000001", "consigneeAddress": "（合成）演示大道1号"}
EBP = {"ebpCode": "3601900001", "ebpName": "演示平台"}
EBC = {"ebcCode": "3601900100", "ebcName": "演示店"}
PAY = {"payCode": "3601900011", "payName": "演示支付"}
LOGI = {"logisticsCode": "3601900021", "logisticsName": "演示速运"}


def import_trade(no: str, *, price: Decimal = Decimal(100), hs: str = "2106909090") -> dict[str, Paper]:
    """Order, payment, waybill and list that agree; keys order, payment, waybill, list."""
    paid = str(price + 10)

    def declared() -> dict[str, str]:
        return {"guid": str(uuid.uuid4()).upper(), "appType": "1", "appTime": "20210618090000", "appStatus": "2"}

    order = {
        **declared(), "orderType": "I", "orderNo": no, **EBP, **EBC, "goodsValue": str(price), "freight": "0",
        "discount": "0", "taxTotal": "10", "acturalPaid": paid, "currency": "142", "buyerRegNo": "u1", **BUYER, **PAY,
        "payTransactionId": f"P{no}", **WHERE,
    }  # fmt: skip
    payment = {
        **declared(), **PAY, "payTransactionId": f"P{no}", "orderNo": no, **EBP, "payerIdType": "1",
        "payerIdNumber": BUYER["buyerIdNumber"], "payerName": BUYER["buyerName"], "amountPaid": paid, "currency": "142",
        "payTime": "20210618090000",
    }  # fmt: skip
    waybill = {
        **declared(), **LOGI, "logisticsNo": f"W{no}", "orderNo": no, "freight": "0", "insuredFee": "0", "currency": "142",
        "weight": "1", "packNo": "1", "goodsInfo": "演示", **WHERE,
    }  # fmt: skip
    inventory = {
        **declared(), "orderNo": no, **EBP, **EBC, "logisticsNo": f"W{no}", **LOGI, "copNo": f"C{no}",
        "assureCode": "3601900100", "ieFlag": "I", "declTime": "20210618", "customsCode": "4006", "portCode": "4006",
        **BUYER, "consigneeAddress": WHERE["consigneeAddress"], "agentCode": "3601900031", "agentName": "演示报关",
        "tradeMode": "9610", "trafMode": "5", "trafNo": "RH301", "voyageNo": "RH301", "billNo": "999-1", "country": "502",
        "freight": "0", "insuredFee": "0", "currency": "142", "packNo": "1", "grossWeight": "1", "netWeight": "0.8",
    }  # fmt: skip
    # the list's sequence has logisticsNo before logisticsCode; the builder orders by definition
    goods = {
        "gnum": "1",
        "qty": "1",
        "unit": "142",
        "price": str(price),
        "totalPrice": str(price),
        "currency": "142",
        "country": "502",
    }
    ordered = {**goods, "itemName": "演示商品", "gmodel": "演示"}
    listed = {**goods, "gcode": hs, "gname": "演示商品", "gmodel": "演示", "qty1": "0.2", "unit1": "035"}
    return {
        "order": ("CEB311Message", order, [ordered]),
        "payment": ("CEB411Message", payment, []),
        "waybill": ("CEB511Message", waybill, []),
        "list": ("CEB621Message", inventory, [listed]),
    }


def export_trade(no: str) -> list[Paper]:
    """Order, receipt of payment, waybill and list of an export that agree."""

    def declared() -> dict[str, str]:
        return {"guid": str(uuid.uuid4()).upper(), "appType": "1", "appTime": "20210618090000", "appStatus": "2"}

    goods = {
        "gnum": "1",
        "itemNo": "E1",
        "itemName": "演示",
        "unit": "011",
        "currency": "142",
        "qty": "1",
        "price": "59",
        "totalPrice": "59",
    }
    order = {
        **declared(),
        "orderType": "E",
        "orderNo": no,
        **EBP,
        **EBC,
        "goodsValue": "59",
        "freight": "0",
        "currency": "142",
    }
    money = {
        **declared(), **EBP, **EBC, "orderNo": no, **PAY, "payNo": f"P{no}", "charge": "59", "currency": "142",
        "accountingDate": "20210618090000",
    }  # fmt: skip
    waybill = {
        **declared(), **LOGI, "logisticsNo": f"W{no}", "freight": "0", "insuredFee": "0", "currency": "142",
        "grossWeight": "1", "packNo": "1", "goodsInfo": "演示",
    }  # fmt: skip
    inventory = {
        **declared(), "customsCode": "4006", **EBP, "orderNo": no, **LOGI, "logisticsNo": f"W{no}", "copNo": f"C{no}",
        "ieFlag": "E", "portCode": "4006", "ieDate": "20210618", "statisticsFlag": "A", "agentCode": "3601900031",
        "agentName": "演示报关", **EBC, "ownerCode": EBC["ebcCode"], "ownerName": EBC["ebcName"], "tradeMode": "9610",
        "trafMode": "5", "country": "502", "POD": "502", "freight": "0", "fCurrency": "142", "fFlag": "3",
        "insuredFee": "0", "iCurrency": "142", "iFlag": "3", "wrapType": "2", "packNo": "1", "grossWeight": "1",
        "netWeight": "0.8",
    }  # fmt: skip
    line = {
        "gnum": "1", "itemNo": "E1", "gcode": "6109100000", "gname": "演示", "gmodel": "演示", "barCode": "无",
        "country": "502", "currency": "142", "qty": "1", "qty1": "1", "unit": "011", "unit1": "011", "price": "59",
        "totalPrice": "59",
    }  # fmt: skip
    return [
        ("CEB303Message", order, [goods]), ("CEB403Message", money, []), ("CEB505Message", waybill, []),
        ("CEB603Message", inventory, [line]),
    ]  # fmt: skip


def application(
    name: str, trade: dict[str, Paper], invt_no: str, lines: dict[str, str] | None = None, **head: str
) -> Paper:
    """A cancellation (CEB623) or return (CEB625) of a trade's list; `lines`: line number → quantity coming back."""
    listed, goods = trade["list"][1], {line["gnum"]: line for line in trade["list"][2]}
    shared = (
        "customsCode", "orderNo", "ebpCode", "ebpName", "ebcCode", "ebcName", "logisticsNo", "logisticsCode",
        "logisticsName", "buyerIdType", "buyerIdNumber", "buyerName", "buyerTelephone", "agentCode", "agentName",
    )  # fmt: skip
    told = {
        "guid": str(uuid.uuid4()).upper(), "appType": "1", "appTime": "20210618100000", "appStatus": "2",
        **{element: listed[element] for element in shared}, "copNo": f"R{listed['orderNo']}", "invtNo": invt_no,
        "reason": "演示", **head,
    }  # fmt: skip
    back = [
        {
            **{element: goods.get(n, goods["1"])[element] for element in ("gcode", "gname", "unit")},
            "gnum": n,
            "qty": qty,
        }
        for n, qty in (lines or {}).items()
    ]
    return name, told, back
