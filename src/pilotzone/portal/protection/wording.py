"""Rules and requests in the reader's language, as rows of lists."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as later

from pilotzone.base.errors import Gap
from pilotzone.exchange.catalogue.shapes import CLASS_WORDS
from pilotzone.kernel.access.roles import role
from pilotzone.portal.protection.rights import Asked
from pilotzone.reference.protection import Right, Term, rules
from pilotzone.reference.rates import rate
from pilotzone.ui import listing as lists

ACTIONS = {"delete": later("到期删除"), "detach": later("到期移出"), "keep": later("长期保存")}
STATES = {"open": later("办理中"), "done": later("已办结"), "refused": later("不予办理")}
KINDS = {"correct": later("更正"), "delete": later("删除")}
TREATED = {
    "public": later("原样显示"), "internal": later("仅限工作人员与本单位"), "personal": later("脱敏显示，授权后显示原值"),
    "sensitive": later("加密存放，脱敏显示；打开须写明理由并留痕"), "important": later("不对外提供"),
}  # fmt: skip


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def named(one: Any) -> str:
    """What a row with zh and en is called."""
    return str(one.en if english() else one.zh)


def period(term: Term, on: date) -> str:
    """A term in words; where the law has none for the day, that."""
    if term.days is not None:
        return _("%(n)s 天") % {"n": term.days} if term.days else _("随即")
    try:
        months = term.months if term.months is not None else 12 * int(rate(term.rate, on=on).number)
    except Gap:
        return _("当日尚无规定")
    return _("%(n)s 年") % {"n": months // 12} if months % 12 == 0 else _("%(n)s 个月") % {"n": months}


def term_row(term: Term, on: date) -> dict[str, Any]:
    """A rule of keeping as a row."""
    return {
        "key": term.key, "what": named(term), "class": CLASS_WORDS[term.klass][english()], "period": period(term, on),
        "starts": term.starts_en if english() else term.starts_zh, "action": _(ACTIONS[term.action]), "basis": str(term.basis),
    }  # fmt: skip


def term_columns() -> list[lists.Column]:
    """The columns of rules of keeping."""
    return [
        lists.Column("what", _("数据")), lists.Column("class", _("分级")), lists.Column("period", _("保存期限")), lists.Column("starts", _("起算")),
        lists.Column("action", _("到期处理")), lists.Column("basis", _("规则依据")),
    ]  # fmt: skip


def class_rows() -> list[dict[str, Any]]:
    """The classes of data and what each means on pages, in files and in logs."""
    return [
        {"class": words[english()], "code": code, "treated": _(TREATED[code])} for code, words in CLASS_WORDS.items()
    ]


def right_row(right: Right, on: date) -> dict[str, Any]:
    """A right, or a ground of refusal, as a row."""
    return {"what": named(right), "days": right.days, "basis": str(right.basis(on))}


def step_rows() -> list[dict[str, Any]]:
    """What is done after an incident."""
    return [
        {
            "step": one.number, "what": named(one), "hours": one.hours, "basis": str(one.basis),
            "who": role(one.who).en if english() else role(one.who).zh,
        }
        for one in rules().incident
    ]  # fmt: skip


def assessment_rows(on: date) -> list[dict[str, Any]]:
    """Impact assessments, and until when each is kept at least."""
    term, found = rules().term("assessment"), []
    for one in sorted(rules().assessments, key=lambda each: each.made_on, reverse=True):
        try:
            until: date | str = term.until(one.made_on, max(on, one.made_on))
        except Gap:
            until = _("当日尚无规定")
        found.append({
            "made_on": one.made_on, "what": named(one), "purpose": one.purpose[english()], "risk": one.risk[english()],
            "outcome": one.outcome[english()], "until": str(until),
        })  # fmt: skip
    return found


def request_rows(found: Sequence[Asked]) -> list[dict[str, Any]]:
    """Requests as rows."""
    known = rules()
    return [
        {
            "number": one.number, "kind": _(KINDS[one.kind]), "words": one.words, "state": _(STATES[one.state]), "basis": one.basis,
            "refusal": named(right) if (right := known.right(one.refusal)) else "", "answer": one.answer, "asked_at": one.asked_at,
            "due_on": one.due_on, "person": one.person,
        }
        for one in found
    ]  # fmt: skip


def request_columns() -> list[lists.Column]:
    """The columns of requests."""
    return [
        lists.Column("number", _("编号"), lists.NUMBER), lists.Column("kind", _("申请事项")), lists.Column("words", _("内容")),
        lists.Column("state", _("状态")), lists.Column("refusal", _("不予办理的理由")), lists.Column("basis", _("规则依据")), lists.Column("answer", _("答复")),
        lists.Column("asked_at", _("时间"), lists.TIME), lists.Column("due_on", _("办理期限"), lists.DAY),
    ]  # fmt: skip


def plain(
    columns: Sequence[tuple[str, str]], rows: Sequence[dict[str, Any]], kinds: dict[str, str] | None = None
) -> lists.Listing:
    """A short list without filter and pages."""
    made = [lists.Column(key, title, (kinds or {}).get(key, lists.TEXT)) for key, title in columns]
    return lists.Listing(columns=made, rows=rows, total=len(rows), page_size=max(1, len(rows)), empty=_("暂无内容"))
