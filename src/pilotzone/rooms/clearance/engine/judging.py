"""The whole judgement of a complete set: match, mode, goods, by flow; and of a set that stayed incomplete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from pilotzone.base.errors import Gap
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance.engine import case as cases
from pilotzone.rooms.clearance.engine import export_match, import_match, kinds, simplified
from pilotzone.rooms.clearance.engine.case import Case
from pilotzone.rooms.clearance.engine.goods_rules import judge_goods
from pilotzone.rooms.clearance.engine.modes import judge_mode
from pilotzone.rooms.clearance.errors import WAITS, WARNS, Fault, Rule

MISSING = {
    kinds.ORDER: ("ebp", "-301003", "订单", "order"),
    kinds.PAYMENT: ("pay", "-401001", "支付单", "payment"),
    kinds.WAYBILL: ("logi", "-504014", "运单", "waybill"),
}
EXPIRED = Rule(
    "rule.match.missing", whose="platform", tag="P",
    zh="等待{hours}小时后仍未收到{what}", en="no {what_en} after {hours} hours",
    source="海关跨境统一版规范 ceb §6.1 #1 #2 #6; handbook §1.3 M2",
    mend_zh="请补发{what}，再重新申报清单", mend_en="Send the {what_en}, then declare the list again.",
)  # fmt: skip
GAP_EXPIRED = Rule(
    "gap.expired", whose="zone", tag="P",
    zh="等待商品资料超时", en="waited too long for goods data",
    source="PilotZone matching", mend_zh="补充商品资料后重新申报清单", mend_en="Load the goods data and declare again.",
)  # fmt: skip
RECEIPT_DUE = Rule(
    "rule.export.receipt_due", whose="ebc", weight=WARNS, tag="A",
    zh="当日出口清单须有收款单，尚未收到", en="an export list of that day needs the receipt of payment; not received yet",
    source="海关总署公告2018年第194号；2024年第167号起不再要求",
    mend_zh="请补发收款单(CEB403)", mend_en="Send the receipt of payment (CEB403).",
)  # fmt: skip
PARAMETER = Rule(
    "gap.parameter", whose="zone", weight=WAITS, tag="P",
    zh="缺少规则参数：{why}", en="a parameter of the rules is missing: {why_en}",
    source="PilotZone reference.rates", mend_zh="请综试区补充参数", mend_en="The zone loads the parameter.",
)  # fmt: skip


def judge(flow: str, case: Case) -> list[Fault]:
    """Every fault, warning and gap of a complete set."""
    declared = case.list
    found = cases.judge(case, import_match.CHECKS if flow == kinds.IMPORT else export_match.CHECKS)
    found += judge_mode(flow, declared.head, list(declared.lines), on=case.on)
    if flow == kinds.IMPORT:
        mode = declared.head.get("tradeMode", "")
        return found + judge_goods(declared.lines, mode=mode, on=case.on, used_kg=case.used_kg)
    return found + _export_only(case)


def _export_only(case: Case) -> list[Fault]:
    found: list[Fault] = []
    try:
        found += simplified.judge(case)
        if case.receipts is None and rate("export.receipt_message_required", on=case.on).number:
            found.append(RECEIPT_DUE.fault())
    except Gap as gap:
        found.append(PARAMETER.fault(why=gap.zh, why_en=gap.en))
    return found


def expired(missing: Sequence[str], flow: str, wait: timedelta) -> list[Fault]:
    """One fault per part that did not come, at the party that owes it."""
    found = []
    for name in missing:
        whose, official, what, what_en = MISSING[name]
        code = official if flow == kinds.IMPORT else "-603001"
        hours = int(wait.total_seconds() // 3600)
        found.append(EXPIRED.fault(whose=whose, official=code, hours=hours, what=what, what_en=what_en))
    return found


def gap_expired() -> Fault:
    """The goods data did not come in time."""
    return GAP_EXPIRED.fault()
