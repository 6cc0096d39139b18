"""What customs compares before it takes a list, with the texts it answers (spec §4, §6). Customs' own reading, not the platform's.

Pure: documents in, the first refusal out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

Head = dict[str, str]


@dataclass(frozen=True)
class Papers:
    """A list and what customs has of its other documents; None where it did not arrive."""

    head: Head
    lines: list[Head]
    order: dict[str, Any] | None
    payment: dict[str, Any] | None
    waybill: dict[str, Any] | None


@dataclass(frozen=True)
class Answer:
    """A return status and its text."""

    status: str
    info: str


def coded(code: str, text: str, tail: str = "") -> str:
    """The form customs writes: [Code:nnnn;Desc:text], and a tail with the values compared."""
    return f"[Code:{code};Desc:{text}]" + (f",[{tail}]" if tail else "")


def missing(papers: Papers, *, flow: str) -> list[str]:
    """Which of the other documents customs does not have."""
    wanted = ("order", "payment", "waybill") if flow == "I" else ("order", "waybill")
    return [name for name in wanted if getattr(papers, name) is None]


def import_refusal(papers: Papers) -> Answer | None:
    """The first reason to return an import list, or None."""
    order, payment, waybill = papers.order or {}, papers.payment or {}, papers.waybill or {}
    head, buyer = papers.head, order.get("buyer")
    if order.get("paid") != payment.get("amount"):
        tail = f"OrderHead.acturalPaid:{order.get('paid')},PaymentHead.amountPaid:{payment.get('amount')}"
        return Answer("100", coded("1332", "支付单金额与订单实际支付金额不一致", tail))
    if order.get("pay_code") and order["pay_code"] != payment.get("pay_code"):
        return Answer("100", coded("13035", "支付企业不一致"))
    if buyer != payment.get("payer"):
        return Answer("100", coded("1327", "订购人与支付人姓名或证件号码不一致"))
    if [head.get("buyerName"), head.get("buyerIdNumber", "").upper()] != buyer:
        return Answer("100", coded("13127", "清单订购人与订单订购人不一致"))
    if head.get("buyerTelephone") != order.get("phone"):
        return Answer("100", coded("130126", "清单订购人电话与订单不一致"))
    if waybill.get("order") != head.get("orderNo"):
        return Answer("100", coded("1321", "运单订单编号与清单不一致"))
    if order.get("lines") != len(papers.lines):
        tail = f"清单订单编号:{head.get('orderNo')},订单编号:{order.get('no')}"
        return Answer("100", coded("1320", "清单与订单商品项数不一致", tail))
    return None


def limit_refusal(
    price: Decimal, pieces: Decimal, total: Decimal, *, single: Decimal, annual: Decimal
) -> Answer | None:
    """The personal limits: a single transaction, unless it is one indivisible piece, and the year."""
    if price > single and pieces != 1:
        return Answer("-621005", "超过单次交易限值")
    if total + price > annual:
        tail = f"totalPrice：{total + price:,.2f} > limitPrice: {annual:,.0f};"
        return Answer("100", coded("1313", "订购人年度累计金额超过限值", tail))
    return None


def price_of(head: Head, lines: list[Head]) -> tuple[Decimal, Decimal]:
    """The dutiable price of an import list (goods, freight, insurance) and the number of pieces in it."""
    goods = sum((Decimal(line["totalPrice"]) for line in lines), Decimal())
    pieces = sum((Decimal(line["qty"]) for line in lines), Decimal())
    return goods + Decimal(head.get("freight") or 0) + Decimal(head.get("insuredFee") or 0), pieces
