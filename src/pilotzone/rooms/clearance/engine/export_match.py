"""Export: order, waybill and list against each other (spec §6.2), 9710/9810 (§6.6, §1.7).

The receipt of payment is no condition of the match; until 2024-12-14 it has to be sent (rate
`export.receipt_message_required`), afterwards it need not.
"""

from __future__ import annotations

from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.rooms.clearance.engine.b2b import OVERSEAS, UNJUDGED, Deal, needs_declaration, warehouse_faults
from pilotzone.rooms.clearance.engine.case import Case, Check, Head, compare, number, same
from pilotzone.rooms.clearance.engine.import_match import CNY
from pilotzone.rooms.clearance.errors import WARNS, Fault, Rule

SPEC = "海关跨境统一版规范 ceb §6.2"
B2B_ORDER = {"9710": "B", "9810": "W"}

ENTERPRISES = Rule(
    "rule.match.enterprise", whose="declarant", official="-603001",
    zh="清单与订单的{fields}不一致", en="list and order name different enterprises: {fields}",
    source=SPEC,
    mend_zh="请申报企业按订单更正清单", mend_en="Declarant: correct the list by the order.",
)  # fmt: skip
CARRIER = Rule(
    "rule.match.carrier", whose="declarant", official="-603001",
    zh="清单与运单的物流企业代码或运单编号不一致", en="list and waybill differ in carrier or waybill number",
    source=SPEC,
    mend_zh="请申报企业按运单更正", mend_en="Declarant: correct them by the waybill.",
)  # fmt: skip
LINES = Rule(
    "rule.match.lines", whose="declarant", official="-603001",
    zh="清单与订单的商品不一致：{lines}", en="goods of list and order differ: {lines}",
    source=f"{SPEC} (gnum)",
    mend_zh="请申报企业按订单更正所列商品", mend_en="Declarant: correct these lines by the order.",
)  # fmt: skip
ORDER_TYPE = Rule(
    "rule.match.order_type", whose="ebc",
    zh="监管方式{mode}的订单类型应为{wanted}，实为{given}", en="mode {mode} needs order type {wanted}, not {given}",
    source="海关跨境统一版规范 ceb §6.6 (202205 版)",
    mend_zh="请电商企业变更订单类型", mend_en="E-commerce enterprise: change the order type.",
)  # fmt: skip
B2B_LIST = Rule(
    "rule.match.b2b_list", whose="declarant", official="-603001",
    zh="监管方式{mode}不能以清单申报：{why}", en="mode {mode} may not be declared by list: {why_en}",
    source="海关总署公告2020年第75号；handbook §1.7",
    mend_zh="请改用报关单申报，随附单证代码10000004", mend_en="Use a customs declaration with attached document 10000004.",
)  # fmt: skip


WAREHOUSE = Rule(
    "rule.match.warehouse_filing", whose="ebc", official="-603001", weight=WARNS, tag="P",
    zh="9810出口海外仓未在备注中写明海外仓备案编号", en="the 9810 export names no filing of its overseas warehouse in its remark",
    source="海关总署公告2020年第75号；2024年第167号起取消备案",
    mend_zh="在订仓单或清单备注填写“海外仓备案编号:编号”", mend_en="Write 海外仓备案编号:NUMBER into the remark of the booking order or list.",
)  # fmt: skip
WAREHOUSE_FORM = Rule(
    "rule.match.warehouse_form", whose="ebc", official="-603001", tag="P",
    zh="{why}", en="{why_en}", source="海关总署公告2020年第75号",
    mend_zh="按海关备案回执更正备注中的海外仓备案编号", mend_en="Correct the number in the remark by customs' answer to the filing.",
)  # fmt: skip


def enterprises(case: Case) -> Fault | None:
    """The list's platform and e-commerce enterprise are the order's."""
    return compare(ENTERPRISES, case.list.head, case.order.head, (("ebpCode", "ebpCode"), ("ebcCode", "ebcCode")))


def carrier(case: Case) -> Fault | None:
    """The list's carrier and waybill number are the waybill's."""
    names = ("logisticsCode", "logisticsNo")
    return compare(CARRIER, case.list.head, case.waybill.head, [(name, name) for name in names])


def lines(case: Case) -> Fault | None:
    """gnum corresponds between order and list; quantity and currency agree line by line."""
    ordered = {line.get("gnum", "").strip(): line for line in case.order.lines}
    differing = []
    for line in case.list.lines:
        gnum = line.get("gnum", "").strip()
        other = ordered.get(gnum)
        what = ["gnum"] if other is None else _line_differs(line, other)
        if what:
            differing.append(f"#{gnum} {'、'.join(what)}")
    return LINES.fault(lines="; ".join(differing)) if differing else None


def _line_differs(line: Head, other: Head) -> list[str]:
    what = [name for name in ("qty", "price") if number(line.get(name, "")) != number(other.get(name, ""))]
    return what + [name for name in ("currency", "unit") if not same(line.get(name), other.get(name))]


def order_type(case: Case) -> Fault | None:
    """9710 takes B orders, 9810 booking orders W, retail E."""
    mode, given = case.list.head.get("tradeMode", ""), case.order.head.get("orderType", "")
    wanted = B2B_ORDER.get(mode, "E")
    return None if given == wanted else ORDER_TYPE.fault(mode=mode, wanted=wanted, given=given)


def b2b_channel(case: Case) -> Fault | None:
    """A 9710 or 9810 list is lawful only up to its value and without licence; what is not known here customs judges."""
    head = case.list.head
    mode = head.get("tradeMode", "")
    if mode not in B2B_ORDER:
        return None
    foreign = {line.get("currency", CNY) for line in case.list.lines} - {CNY}
    total = sum((number(line.get("totalPrice", "")) for line in case.list.lines), Decimal(0))
    deal = Deal(
        case.on, mode, head.get("customsCode", ""), None if foreign else total, licence=bool(head.get("licenseNo"))
    )
    try:
        told = [reason for reason in needs_declaration(deal) if reason.code != UNJUDGED]
    except Gap:
        return None  # the mode itself is not open that day: told by the rule of modes
    if not told:
        return None
    return B2B_LIST.fault(mode=mode, why="；".join(one.zh for one in told), why_en="; ".join(one.en for one in told))


def warehouse(case: Case) -> Fault | None:
    """A 9810 list names the filing of its warehouse until that was abolished; what cannot be one is refused."""
    if case.list.head.get("tradeMode") != OVERSEAS:
        return None
    notes = (case.order.head.get("note", ""), case.list.head.get("note", ""))
    told = warehouse_faults(case.on, *notes)
    if not told:
        return None
    if told[0].code == "rule.b2b.warehouse":
        return WAREHOUSE.fault()
    return WAREHOUSE_FORM.fault(why=told[0].zh, why_en=told[0].en)


CHECKS: tuple[Check, ...] = (enterprises, carrier, lines, order_type, b2b_channel, warehouse)
