"""The room's papers: 收结汇资料包 and 付汇资料包, one receipt or payment with everything about it, for the bank's file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilotzone.base.errors import Denied
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.web import payments, words
from pilotzone.rooms.fx.web.receipt import facts_of
from pilotzone.ui.numbers import money
from pilotzone.ui.paper.kinds import Kind, number_of, unknown
from pilotzone.ui.paper.sheet import RIGHT, Column, Sheet, Table, documents, fact, shown
from pilotzone.ui.states import state_of
from pilotzone.ui.wording import said

AMOUNTS = ("settled", "credited", "returned", "refunded", "linked_usd")


def pack(key: str) -> Sheet:
    """Everything the caller sees of one receipt; without the firm's consent a bank's copy has sums only."""
    require("fx.see")
    try:
        one = api.receipt(number_of(key))
    except Denied:
        raise unknown() from None
    language, advice = get_language() or "zh-hans", one["advice"]
    notes = [_("是否结汇由银行决定；平台提供单证信息和建议。")]
    if one["hidden"]:
        notes.append(_("企业未授权本银行查看单证；只显示合计。"))
    tables = [
        Table(_("关联单证"), *_documents(one)),
        Table(_("轧差与还原申报"), *_legs(one)),
        Table(_("理由与依据"), *_reasons(advice, language)),
        Table(_("银行决定"), *_decisions(one)),
        Table(_("台账"), *_entries(one)),
    ]
    return Sheet(
        title=_("收结汇资料包"),
        lead=_("本资料包汇集一笔收汇的单证、建议、银行决定和台账，供银行存档和外汇局核查。"),
        facts=[
            fact(_("收汇编号"), one["number"]), *(fact(name, value) for name, value in facts_of(one, language)),
            fact(_("平台建议"), words.outcomes()[advice["outcome"]]), fact(_("算法"), advice["algorithm"]),
        ],
        tables=[table for table in tables if table.rows],
        notes=notes,
        basis=documents(advice["parameters"]),
        stamp={"state": one["state"], **{name: str(one[name]) for name in AMOUNTS}},
    )  # fmt: skip


def payment_pack(key: str) -> Sheet:
    """Everything the caller sees of one payment abroad: its words, vouchers, the advice and what the bank decided."""
    require("fx.see")
    try:
        one = api.payment(number_of(key))
    except Denied:
        raise unknown() from None
    language, advice = get_language() or "zh-hans", one["advice"]
    tables = [
        Table(_("凭证"), *_vouchers(one)),
        Table(_("理由与依据"), *_reasons(advice, language)),
        Table(_("银行决定"), *_payment_decisions(one)),
    ]
    return Sheet(
        title=_("付汇资料包"),
        lead=_("本资料包汇集一笔付汇的凭证、建议和银行决定，供银行存档和外汇局核查。"),
        facts=[
            fact(_("付汇申请号"), one["number"]),
            *(fact(name, value) for name, value in payments.facts_of(one, language)),
            fact(_("原收汇"), one["receipt_number"]), fact(_("银行业务编号"), one["reference"]),
            fact(_("平台建议"), words.outcomes()[advice["outcome"]]), fact(_("算法"), advice["algorithm"]),
        ],
        tables=[table for table in tables if table.rows],
        notes=[_("是否付汇由银行决定；平台提供凭证核对和建议。")],
        basis=documents(advice["parameters"]),
        stamp={name: str(one[name]) for name in ("state", "amount", "usd", "pay_on", "decided_at")},
    )  # fmt: skip


KINDS = (
    Kind("fx-pack", "SJ", "收结汇资料包", "Foreign exchange pack", pack),
    Kind("fx-payment", "FH", "付汇资料包", "Pack of a payment abroad", payment_pack),
)


def _vouchers(one: Mapping[str, Any]) -> tuple[list[Column], list[list[str]]]:
    columns = [
        Column(_("凭证种类")), Column(_("凭证编号"), share=1.3), Column(_("出具人"), share=1.6), Column(_("凭证日期"), share=1.1),
        Column(_("单证金额（美元）"), RIGHT), Column(_("本笔使用"), RIGHT), Column(_("重复使用核对")),
    ]  # fmt: skip
    kinds = words.vouchers()
    return columns, [
        [
            kinds[paper["kind"]], paper["number"], paper["issuer"], shown(paper["dated_on"]), money(paper["value_usd"]),
            money(paper["usd"]), _("已释放") if paper["undone_at"] else "、".join(paper["others"]) or _("未重复"),
        ]
        for paper in one["vouchers"]
    ]  # fmt: skip


def _payment_decisions(one: Mapping[str, Any]) -> tuple[list[Column], list[list[str]]]:
    columns = [Column(_("时间"), share=1.4), Column(_("决定"), share=1.2), Column(_("说明"), share=2.4)]
    decisions = words.payment_decisions()
    return columns, [
        [shown(row["at"]), decisions[row["outcome"]], shown(row["note"])]
        for row in one["decisions"]
        if row["maker"] == "bank"
    ]


def _documents(one: Mapping[str, Any]) -> tuple[list[Column], list[list[str]]]:
    columns = [
        Column(_("订单编号"), share=1.5), Column(_("清单编号"), share=1.6), Column(_("运单编号"), share=1.3), Column(_("通关状态")),
        Column(_("单证金额（美元）"), RIGHT), Column(_("本笔使用"), RIGHT), Column(_("累计使用"), RIGHT),
    ]  # fmt: skip
    return columns, [
        [
            doc["number"], shown(doc["facts"].get("invt_no")), shown(doc["facts"].get("logistics_no")), _state(doc),
            money(doc["value_usd"]), money(doc["usd"]), money(doc["used_usd"]),
        ]
        for doc in one["documents"]
    ]  # fmt: skip


def _legs(one: Mapping[str, Any]) -> tuple[list[Column], list[list[str]]]:
    columns = [
        Column(_("申报项")),
        Column(_("费用")),
        Column(f"{_('金额')} ({one['currency']})", RIGHT),
        Column(_("交易编码")),
    ]
    legs, costs = words.legs(), words.costs()
    return columns, [
        [legs[leg["leg"]], shown(costs.get(leg["kind"], "")), money(leg["amount"]), shown(leg.get("bop"))]
        for leg in one["legs"]
    ]


def _reasons(advice: Mapping[str, Any], language: str) -> tuple[list[Column], list[list[str]]]:
    columns = [Column(_("代码"), share=1.2), Column(_("理由"), share=3.2), Column(_("依据"), share=1.8)]
    return columns, [[told["code"], said(told, "", language), shown(told.get("source"))] for told in advice["reasons"]]


def _decisions(one: Mapping[str, Any]) -> tuple[list[Column], list[list[str]]]:
    columns = [
        Column(_("时间"), share=1.4), Column(_("决定"), share=1.2), Column(f"{_('金额')} ({one['currency']})", RIGHT),
        Column(_("说明"), share=2.0),
    ]  # fmt: skip
    decisions, outcomes = words.decisions(), words.outcomes()
    return columns, [
        [
            shown(row["at"]), decisions.get(row["outcome"]) or outcomes.get(row["outcome"], row["outcome"]),
            money(row["amount"]), shown(row["note"]),
        ]
        for row in one["decisions"]
    ]  # fmt: skip


def _entries(one: Mapping[str, Any]) -> tuple[list[Column], list[list[str]]]:
    columns = [
        Column(_("时间"), share=1.4), Column(_("事项"), share=1.4), Column(f"{_('金额')} ({one['currency']})", RIGHT),
        Column(_("折美元"), RIGHT), Column(_("银行业务编号"), share=1.4),
    ]  # fmt: skip
    events = words.entries()
    return columns, [
        [shown(row["at"]), events[row["event"]], money(row["amount"]), money(row["usd"]), row["reference"]]
        for row in one["entries"]
    ]


def _state(doc: Mapping[str, Any]) -> str:
    told = said(doc, "state", get_language() or "zh-hans")
    if told and told != doc["state"]:
        return told
    word = state_of(doc["state"]).word
    return _(word) if word else shown(doc["state"])
