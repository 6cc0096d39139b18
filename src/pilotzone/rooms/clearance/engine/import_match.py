"""Import: order, payment, waybill and list against each other (spec §6.1 checks 1–13, handbook M2–M7).

Check 1, 2 and 6 begin where the documents are found (operations); what is judged here is what they say.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance.engine.case import Case, Check, Head, compare, number, same
from pilotzone.rooms.clearance.errors import WARNS, Fault, Rule

SPEC = "海关跨境统一版规范 ceb §6.1"

ENTERPRISES = Rule(
    "rule.match.enterprise", whose="declarant", tag="A",
    zh="清单与订单的{fields}不一致", en="list and order name different enterprises: {fields}",
    source=f"{SPEC} #1 #11", official="-301003",
    mend_zh="请申报企业按订单更正清单的电商平台、电商企业代码", mend_en="Declarant: correct the list's codes by the order.",
)  # fmt: skip
PAYER_FIRM = Rule(
    "rule.match.pay_enterprise", whose="pay", official="13035",
    zh="支付单的{fields}与订单所填不一致", en="the payment's {fields} differ from those the order names",
    source=f"{SPEC} #3, Code 13035",
    mend_zh="请核对支付企业代码和支付交易编号：由出错一方变更报文(appType 2)",
    mend_en="Compare payment enterprise and transaction number; the party in error sends a change (appType 2).",
)  # fmt: skip
AMOUNT = Rule(
    "rule.match.amount", whose="pay", official="1332", tag="A",
    zh="支付金额{paid}元与订单实际支付金额{order}元不相等",
    en="amount paid {paid} is not the order's actual payment {order}",
    source=f"{SPEC} #4, Code 1332; 处理依据 handbook M4",
    mend_zh="请支付企业或电商平台更正金额后重新申报", mend_en="Payment firm or platform: correct the amount and send again.",
)  # fmt: skip
PAYER = Rule(
    "rule.match.payer", whose="buyer", official="1327",
    zh="订购人未经国家主管部门授权机构核验身份，且支付人与订购人的{fields}不一致",
    en="the buyer's identity was not verified by an authorised body, and payer and buyer differ in {fields}",
    source=f"{SPEC} #5, Code 1327; 海关总署公告2018年第194号",
    mend_zh="请订购人本人支付，或由平台先行核验订购人身份",
    mend_en="The buyer pays himself, or the platform has the buyer's identity verified first.",
)  # fmt: skip
WAYBILL_ORDER = Rule(
    "rule.match.waybill_order", whose="logi", tag="A",
    zh="运单所填订单编号{waybill}与清单的{list}不一致",
    en="the waybill names order {waybill}, the list {list}",
    source=f"{SPEC} #6", official="",
    mend_zh="请物流企业变更运单的订单编号", mend_en="Carrier: change the order number of the waybill.",
)  # fmt: skip
CONSIGNEE = Rule(
    "rule.match.consignee", whose="logi", tag="A",
    zh="运单与订单的{fields}不一致", en="waybill and order differ in {fields}",
    source=f"{SPEC} #7",
    mend_zh="请物流企业按订单更正收货人信息", mend_en="Carrier: correct the consignee by the order.",
)  # fmt: skip
BUYER = Rule(
    "rule.match.buyer", whose="declarant", official="13127",
    zh="清单与订单的订购人{fields}不一致", en="list and order name different buyers: {fields}",
    source=f"{SPEC} #8, Code 13127",
    mend_zh="请申报企业按订单更正订购人信息", mend_en="Declarant: correct the buyer by the order.",
)  # fmt: skip
BUYER_PHONE = Rule(
    "rule.match.buyer_phone", whose="declarant", official="130126",
    zh="清单与订单的订购人电话不一致", en="list and order give different phone numbers of the buyer",
    source=f"{SPEC} #8, Code 130126",
    mend_zh="请申报企业按订单更正订购人电话", mend_en="Declarant: correct the phone number by the order.",
)  # fmt: skip
ADDRESS = Rule(
    "rule.match.address", whose="declarant", tag="C",
    zh="清单的收货地址与订单不一致", en="the list's delivery address differs from the order's",
    source=f"{SPEC} #9 (推断)",
    mend_zh="请申报企业按订单更正收货地址", mend_en="Declarant: correct the delivery address by the order.",
)  # fmt: skip
LINE_COUNT = Rule(
    "rule.match.line_count", whose="declarant", official="1320",
    zh="清单商品{list}项，订单商品{order}项，项数不一致", en="the list has {list} lines, the order {order}",
    source=f"{SPEC} #10, Code 1320",
    mend_zh="请申报企业按订单逐项申报", mend_en="Declarant: declare line by line as in the order.",
)  # fmt: skip
LINES = Rule(
    "rule.match.lines", whose="declarant", official="1322",
    zh="清单与订单的商品不一致：{lines}", en="goods of list and order differ: {lines}",
    source=f"{SPEC} #10, Code 1322; handbook M6",
    mend_zh="请申报企业按订单更正所列商品的序号、品名、数量或价格",
    mend_en="Declarant: correct number, name, quantity or price of these lines by the order.",
)  # fmt: skip
CARRIER = Rule(
    "rule.match.carrier", whose="declarant",
    zh="清单与运单的物流企业代码或运单编号不一致", en="list and waybill differ in carrier or waybill number",
    source=f"{SPEC} #11",
    mend_zh="请申报企业按运单更正", mend_en="Declarant: correct them by the waybill.",
)  # fmt: skip
IDENTITY = Rule(
    "rule.match.identity", whose="buyer",
    zh="订购人姓名与身份证件号码经{authority}核验不匹配", en="name and document of the buyer do not match ({authority})",
    source=f"{SPEC} #12",
    mend_zh="请订购人在平台更正实名信息后重新下单", mend_en="The buyer corrects the real-name data and orders again.",
)  # fmt: skip
ORDER_SUM = Rule(
    "rule.match.order_sum", whose="ebp", tag="A",
    zh="订单实际支付金额{paid}元不等于商品金额+运杂费+代扣税款−非现金抵扣={sum}元",
    en="actual payment {paid} is not goods + freight + tax − discount = {sum}",
    source=f"{SPEC} #13; CEB311 acturalPaid",
    mend_zh="请电商平台变更订单金额", mend_en="Platform: change the amounts of the order.",
)  # fmt: skip
LINE_SUM = Rule(
    "rule.match.line_sum", whose="declarant", tag="A",
    zh="清单第{gnum}项总价{total}不等于数量×单价={product}", en="list line {gnum}: total {total} is not {product}",
    source=f"{SPEC} #13; CEB621 totalPrice",
    mend_zh="请申报企业更正总价", mend_en="Declarant: correct the total price.",
)  # fmt: skip
FREIGHT = Rule(
    "rule.match.freight", whose="logi", weight=WARNS,
    zh="清单与运单的{fields}不一致", en="list and waybill differ in {fields}",
    source="handbook §1.3 M7",
    mend_zh="请核对运杂费、保价费", mend_en="Compare freight and insurance.",
)  # fmt: skip
CNY = "142"


def _alike(*names: str) -> tuple[tuple[str, str], ...]:
    """Fields that bear one name on both papers."""
    return tuple((name, name) for name in names)


_PAYER_FIRM = _alike("payCode", "payTransactionId")
_PAYER_IS_BUYER = (("payerIdNumber", "buyerIdNumber"), ("payerName", "buyerName"))
_CONSIGNEE = _alike("consignee", "consigneeTelephone", "consigneeAddress")
_BUYER = _alike("buyerName", "buyerIdNumber", "buyerIdType")
_CARRIER = _alike("logisticsCode", "logisticsNo")
_NUMBERS, _CODES = ("qty", "price"), ("unit", "country")


def enterprises(case: Case) -> Fault | None:
    """Check 1, 11: platform and e-commerce enterprise of the list are the order's."""
    return compare(ENTERPRISES, case.list.head, case.order.head, (("ebpCode", "ebpCode"), ("ebcCode", "ebcCode")))


def pay_enterprise(case: Case) -> Fault | None:
    """Check 3: where the order names payment firm or transaction, the payment is that one."""
    assert case.payment is not None
    named = [pair for pair in _PAYER_FIRM if case.order.head.get(pair[0])]
    return compare(PAYER_FIRM, case.payment.head, case.order.head, named)


def amount(case: Case) -> Fault | None:
    """Check 4: exactly equal, both in CNY."""
    assert case.payment is not None
    paid, due = case.payment.amount("amountPaid"), case.order.amount("acturalPaid")
    in_yuan = case.payment.head.get("currency", CNY) == CNY == case.order.head.get("currency", CNY)
    return None if paid == due and in_yuan else AMOUNT.fault(paid=paid, order=due)


def payer(case: Case) -> Fault | None:
    """Check 5: payer = buyer, but only where no authorised body verified the buyer (from 2019-01-01)."""
    assert case.payment is not None
    if case.identity.says(True, case.on) and _verified_is_enough(case.on):
        return None
    return compare(PAYER, case.payment.head, case.order.head, _PAYER_IS_BUYER)


def _verified_is_enough(on: date) -> bool:
    """Whether a buyer verified by an authorised body need not be the payer on that day."""
    try:
        return bool(rate("import.payer.verified_buyer_is_enough", on=on).number)
    except Gap:  # before 2019 no day said so
        return False


def waybill_order(case: Case) -> Fault | None:
    """Check 6: the waybill was made for this order."""
    waybill, wanted = case.waybill.head.get("orderNo"), case.list.head.get("orderNo")
    return None if same(waybill, wanted) else WAYBILL_ORDER.fault(waybill=waybill, list=wanted)


def consignee(case: Case) -> Fault | None:
    """Check 7: the parcel goes where the order says."""
    return compare(CONSIGNEE, case.waybill.head, case.order.head, _CONSIGNEE)


def buyer(case: Case) -> Fault | None:
    """Check 8: name and document of the buyer."""
    return compare(BUYER, case.list.head, case.order.head, _BUYER)


def buyer_phone(case: Case) -> Fault | None:
    """Check 8: telephone of the buyer."""
    return compare(BUYER_PHONE, case.list.head, case.order.head, (("buyerTelephone", "buyerTelephone"),))


def address(case: Case) -> Fault | None:
    """Check 9, inferred."""
    return compare(ADDRESS, case.list.head, case.order.head, (("consigneeAddress", "consigneeAddress"),))


def line_count(case: Case) -> Fault | None:
    """Check 10: as many lines."""
    listed, ordered = len(case.list.lines), len(case.order.lines)
    return None if listed == ordered else LINE_COUNT.fault(list=listed, order=ordered)


def lines(case: Case) -> Fault | None:
    """Check 10: number by number the same goods, quantity and price."""
    ordered = {line.get("gnum", "").strip(): line for line in case.order.lines}
    differing = []
    for line in case.list.lines:
        gnum = line.get("gnum", "").strip()
        other = ordered.get(gnum)
        what = ["序号 gnum"] if other is None else _line_differs(line, other, case.tolerance.amount)
        if what:
            differing.append(f"#{gnum} {'、'.join(what)}")
    return LINES.fault(lines="; ".join(differing)) if differing else None


def _line_differs(line: Head, other: Head, tolerance: Decimal) -> list[str]:
    what = []
    if not (same(line.get("gname"), other.get("itemName")) or same(line.get("itemName"), other.get("itemName"))):
        what.append("gname")
    if line.get("itemNo") and other.get("itemNo") and not same(line["itemNo"], other["itemNo"]):
        what.append("itemNo")
    for name in _NUMBERS:
        one, two = line.get(name, ""), other.get(name, "")
        if one != two and number(one) != number(two):
            what.append(name)
    one, two = line.get("totalPrice", ""), other.get("totalPrice", "")
    if one != two and abs(number(one) - number(two)) > tolerance:
        what.append("totalPrice")
    for name in _CODES:
        if not same(line.get(name), other.get(name)):
            what.append(name)
    return what


def carrier(case: Case) -> Fault | None:
    """Check 11: carrier and number of the list are the waybill's."""
    return compare(CARRIER, case.list.head, case.waybill.head, _CARRIER)


def identity(case: Case) -> Fault | None:
    """Check 12: only a body that was asked can say no."""
    return IDENTITY.fault(authority=case.identity.authority) if case.identity.says(False, case.on) else None


def order_sum(case: Case) -> Fault | None:
    """Check 13: the order's own amounts add up within the named tolerance."""
    order = case.order
    total = order.amount("goodsValue") + order.amount("freight") + order.amount("taxTotal") - order.amount("discount")
    paid = order.amount("acturalPaid")
    return ORDER_SUM.fault(paid=paid, sum=total) if abs(total - paid) > case.tolerance.amount else None


def line_sum(case: Case) -> Fault | None:
    """Check 13: total = quantity × price on every line of the list."""
    for line in case.list.lines:
        total = number(line.get("totalPrice", ""))
        product = number(line.get("qty", "")) * number(line.get("price", ""))
        if abs(total - product) > case.tolerance.amount:
            return LINE_SUM.fault(gnum=line.get("gnum", ""), total=total, product=product)
    return None


def freight(case: Case) -> Fault | None:
    """M7: freight and insurance of list and waybill; only warns."""
    differing = [
        name
        for name in ("freight", "insuredFee")
        if name in case.waybill.head and case.waybill.amount(name) != case.list.amount(name)
    ]
    return FREIGHT.fault(fields="、".join(differing)) if differing else None


CHECKS: tuple[Check, ...] = (
    enterprises, pay_enterprise, amount, payer, waybill_order, consignee, buyer, buyer_phone, address, line_count,
    lines, carrier, identity, order_sum, line_sum, freight,
)  # fmt: skip
