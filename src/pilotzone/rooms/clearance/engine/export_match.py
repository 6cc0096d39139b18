"""Export: order, waybill and list against each other (spec §6.2), 简化归类 (handbook §1.6), 9710/9810 (§6.6, §1.7).

The receipt of payment is no condition of the match; until 2024-12-14 it has to be sent (rate
`export.receipt_message_required`), afterwards it need not.
"""

from __future__ import annotations

from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.rooms.clearance.engine.b2b import UNJUDGED, Deal, needs_declaration
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
SIMPLIFIED = Rule(
    "rule.simplified.conditions", whose="declarant",
    zh="简化申报(statisticsFlag A)不符合条件：{why}", en="simplified declaration (statisticsFlag A) not allowed: {why_en}",
    source="handbook §1.6 简化归类",
    mend_zh="请改为汇总申报(statisticsFlag B)并填报10位商品编码",
    mend_en="Declare for summary (statisticsFlag B) with 10-digit codes.", tag="C",
)  # fmt: skip
NEEDS_FULL_CODE = Rule(
    "rule.summary.full_code", whose="declarant", official="-603001",
    zh="汇总申报的第{gnum}项商品编码{gcode}不是完整的10位编码", en="line {gnum}: {gcode} is not a full 10-digit code",
    source="handbook §1.1 (9610: 10位)",
    mend_zh="请填报10位商品编码", mend_en="Give the 10-digit code.",
)  # fmt: skip
VALUE_UNJUDGED = Rule(
    "rule.simplified.value_unjudged", whose="zone", weight=WARNS, tag="C",
    zh="币制{currency}无当日折算率，5000元限额未判断", en="no rate for currency {currency} that day: value limit not judged",
    source="handbook §1.6",
)  # fmt: skip
B2B_LIST = Rule(
    "rule.match.b2b_list", whose="declarant", official="-603001",
    zh="监管方式{mode}不能以清单申报：{why}", en="mode {mode} may not be declared by list: {why_en}",
    source="海关总署公告2020年第75号；handbook §1.7",
    mend_zh="请改用报关单申报，随附单证代码10000004", mend_en="Use a customs declaration with attached document 10000004.",
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


def simplified(limit: Decimal) -> Check:
    """Statistics flag A: no licence, at most `limit` yuan a list; without it the code has ten digits."""

    def check(case: Case) -> Fault | None:
        if case.list.head.get("statisticsFlag") != "A":
            return _full_codes(case)
        if case.list.head.get("licenseNo"):
            return SIMPLIFIED.fault(why="涉及许可证件", why_en="a licence is named")
        total = sum((number(line.get("totalPrice", "")) for line in case.list.lines), Decimal(0))
        foreign = {line.get("currency", CNY) for line in case.list.lines} - {CNY}
        if foreign:
            return VALUE_UNJUDGED.fault(currency="、".join(sorted(foreign)))
        if total > limit:
            return SIMPLIFIED.fault(why=f"货值{total}元超过{limit}元", why_en=f"value {total} is over {limit} yuan")
        return None

    return check


def _full_codes(case: Case) -> Fault | None:
    for line in case.list.lines:
        code = line.get("gcode", "").strip()
        if len(code) != 10 or not code.isdigit() or code.endswith("000000"):
            return NEEDS_FULL_CODE.fault(gnum=line.get("gnum", ""), gcode=code)
    return None


CHECKS: tuple[Check, ...] = (enterprises, carrier, lines, order_type, b2b_channel)
