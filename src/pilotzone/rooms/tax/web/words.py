"""The words and lights of the export side: treatments, matches, kinds and states of filings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop

from pilotzone.ui.wording import said

TREATMENTS = {
    "refund": noop("退税"), "no_invoice": noop("无票免税"), "exempt": noop("免税"), "taxed": noop("征税"), "waits": noop("待定"),
    "agency": noop("代办退税"),
}  # fmt: skip
TREATMENT_LIGHTS = {
    "refund": "green",
    "no_invoice": "green",
    "exempt": "green",
    "taxed": "red",
    "waits": "yellow",
    "agency": "green",
}
MATCHES = {
    "waiting": noop("未匹配"), "matched": noop("一致"), "differs": noop("有差异"), "only_registered": noop("海关无放行"),
}  # fmt: skip
KINDS = {
    "trade": noop("免退税"),
    "production": noop("免抵退税"),
    "prerefund": noop("离境即退（预退税）"),
    "agency": noop("代办退税"),
}
STATES = {
    "draft": noop("待签名"), "signed": noop("已签名，待受理"), "returned": noop("不予受理"), "accepted": noop("已受理，待初审"),
    "question": noop("疑点待答复"), "answered": noop("已答复"), "reviewed": noop("待复核"), "approved": noop("已核准，待退库"),
    "refused": noop("不予退税"), "paid": noop("已退税"), "withdrawn": noop("已撤回"),
}  # fmt: skip
VOUCHERS = {
    "none": noop("无有效进货凭证"),
    "ordinary": noop("普通发票等合法凭证"),
    "special": noop("增值税专用发票"),
    "agency": noop("代办退税专用发票"),
}
FIRM_KINDS = {"trader": noop("外贸企业"), "producer": noop("生产企业"), "service": noop("外综服企业")}
TRADES = {
    "general": noop("一般企业"), "cosmetics_pharma_beverage": noop("化妆品、医药、饮料（酒类除外）"), "tobacco": noop("烟草企业"),
}  # fmt: skip
EVIDENCE = {
    "contract": noop("合同"), "invoice": noop("境外发票或账单"), "payment": noop("付汇凭证"), "report": noop("平台投放报告"),
    "service_tax": noop("服务进口扣缴税款凭证"),
}  # fmt: skip
CLASSES = {1: noop("一类"), 2: noop("二类"), 3: noop("三类"), 4: noop("四类")}
PRE_STATES = {
    "open": noop("待核算"),
    "overdue": noop("逾期未核算"),
    "settled": noop("已核算"),
    "recovered": noop("已追回"),
}
AGENCY_STATES = {
    "proposed": noop("待生产企业确认"), "confirmed": noop("待税务备案"), "filed": noop("已备案"), "ended": noop("已终止"),
}  # fmt: skip
AGENCY_LIGHTS = {"proposed": "yellow", "confirmed": "yellow", "filed": "green", "ended": "red"}
FIELDS = {
    "exported_on": noop("出口日期"), "goods_name": noop("货物名称"), "unit": noop("计量单位"), "quantity": noop("数量"),
    "price": noop("单价"), "amount": noop("金额"),
}  # fmt: skip
EVENTS = {
    "APPLY": noop("申报占用"), "WITHDRAW": noop("释放"), "REFUND": noop("退税到账"), "TOP_UP": noop("核算补退"), "CLAW": noop("追回"),
    "UNCLAW": noop("撤回追回"),
}  # fmt: skip
RETURN_EFFECTS = {
    "repay": noop("补缴已退税款"), "reduce": noop("冲减申报税额"), "less": noop("按剩余数量申报"), "nothing": noop("不补税"), "offset": noop("冲减销项税额"),
    "undone": noop("重新放行，已撤回"),
}  # fmt: skip
PROPOSALS = {"approve": noop("同意退税"), "refuse": noop("不予退税"), "back": noop("退回初审")}


def choices(words: Mapping[Any, str], *only: str) -> list[tuple[Any, str]]:
    """Values with their words in the reader's language."""
    return [(value, _(word)) for value, word in words.items() if not only or value in only]


def word(words: Mapping[Any, str], value: Any) -> str:
    """One word; the value itself where nobody knows it."""
    return _(words[value]) if value in words else str(value)


def first_reason(assessment: Mapping[str, Any]) -> str:
    """The sentence of a decision's first reason in the reader's language."""
    reasons: Sequence[Mapping[str, Any]] = assessment.get("reasons") or ()
    return said(reasons[0], "", get_language() or "zh-hans") if reasons else ""


def tree(assessment: Mapping[str, Any], zh: str, en: str, amount: Any) -> dict[str, Any]:
    """An assessment as the tree a page unfolds: the amount, below it the steps with their parameters."""
    return {"zh": zh, "en": en, "amount": amount, "unit": "CNY", "parts": list(assessment.get("steps") or ())}
