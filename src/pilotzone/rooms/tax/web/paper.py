"""The room's papers: 电子税单, 退（免）税申报表 and 退税通知, as the caller's pages show them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.web import bills, words
from pilotzone.rooms.tax.web.export_lines import either
from pilotzone.ui.numbers import money
from pilotzone.ui.paper.kinds import Kind, too_early, unknown
from pilotzone.ui.paper.sheet import RIGHT, Column, Sheet, Table, documents, fact
from pilotzone.ui.wording import said

DECIDED = ("approved", "refused", "paid")
KINDS_OF_TAX = ("tariff", "consumption_tax", "vat")


def bill(key: str) -> Sheet:
    """The tax bill of a number: customs' figures beside ours, its payment, its lines."""
    require("tax.see")
    found = [row for row in api.bills({"number": key}, 1, 500)["rows"] if row["tax_no"] == key]
    if not found:
        raise unknown()
    one = found[0]
    names = dict(zip(KINDS_OF_TAX, (_("关税"), _("消费税"), _("增值税")), strict=True))
    rows = [
        [names[kind], *(money(one["amounts"][kind][side]) for side in ("customs", "ours", "difference"))]
        for kind in KINDS_OF_TAX
    ]
    total = _("合计")
    return Sheet(
        title=_("电子税单"),
        lead=_("海关电子税单（CEB816、CEB818）的内容，按收到的报文打印。税额以海关为准，本平台测算供核对。"),
        facts=[
            fact(_("税单编号"), one["tax_no"]), fact(_("清单编号"), one["invt_no"]),
            fact(_("税单状态"), bills.status_word(one["status"])), fact(_("生成时间"), one["returned_at"]),
            fact(_("放行日"), one["released_on"]), fact(_("缴税期"), _days(one["pay_from"], one["pay_to"])),
            fact(_("担保企业代码"), one["assure_code"]), fact(_("缴款书编号"), one["duty_no"]),
            fact(_("缴款编号"), one["receipt_no"]), fact(_("缴款日"), one["paid_on"]),
        ],
        tables=[
            Table(
                _("税额（元）"),
                [Column(_("税种")), *(Column(name, RIGHT) for name in (_("海关税额"), _("本平台测算"), _("差额")))],
                rows,
                [] if one["due"] is None else [[total, money(one["due"]), "", ""]],
            ),
            *_bill_lines(one["lines"]),
        ],
        notes=[_("合计为海关税额之和，以分为单位。"), _("缴款、担保和滞纳金以海关记录为准。")],
        stamp={
            "status": one["status"], "receipt": one["receipt_no"],
            "customs": " ".join(str(one["amounts"][kind]["customs"]) for kind in KINDS_OF_TAX),
        },
    )  # fmt: skip


def bills_found(query: QueryDict, most: int) -> list[str]:
    """The bills of the list with these filters."""
    require("tax.see")
    return [row["tax_no"] for row in api.bills(bills.asked(query, clock.today())[1], 1, most + 1)["rows"]]


def refund(key: str) -> Sheet:
    """The filing of a number as it was filed: its amount, its lines, how it was reckoned."""
    one = _filing(key)
    columns = [
        Column(_("清单编号"), share=2.4), Column(_("项号"), RIGHT, 0.7), Column(_("计税金额"), RIGHT, 1.3),
        Column(_("退税率"), RIGHT), Column(_("退税额"), RIGHT, 1.3),
    ]  # fmt: skip
    rows = [
        [row["list_no"], str(row["line_no"]), money(row["base"]), str(row["refund_rate"]), money(row["amount"])]
        for row in one["lines"]
    ]
    steps = [
        [said(step, "", _language()), str(step["formula"]), str(step["result"])]
        for step in one["assessment"].get("steps") or ()
    ]
    reckoned = [Column(_("步骤"), share=2.4), Column(_("公式"), share=1.6), Column(_("结果"), RIGHT)]
    return Sheet(
        title=_("出口退（免）税申报表"),
        lead=_("申报内容按企业签名提交的数据打印。"),
        facts=[
            *_head(one), fact(_("签名时间"), one["signed_at"]), fact(_("受理回执"), one["receipt_no"]),
            fact(_("受理时间"), one["accepted_at"]), fact(_("办理期限"), one["due_on"]),
        ],
        tables=[
            Table(_("申报明细（元）"), columns, rows, [[_("应退税额"), "", "", "", money(one["amount"])]]),
            *([Table(_("计算过程"), reckoned, steps)] if steps else []),
        ],
        notes=[_("是否准予退税以税务机关的决定为准。")],
        basis=_documents(one["assessment"]),
        stamp={"state": one["state"], "amount": str(one["amount"]), "receipt": one["receipt_no"]},
    )  # fmt: skip


def refund_notice(key: str) -> Sheet:
    """What the tax office decided of a filing, once it has."""
    one = _filing(key)
    if one["state"] not in DECIDED:
        raise too_early("税务机关尚未作出决定。", "The tax office has not decided yet.")
    granted = one["state"] != "refused"
    lead = _("你单位的退（免）税申报经审核，准予退税。") if granted else _("你单位的退（免）税申报经审核，不予退税。")
    return Sheet(
        title=_("退税通知书") if granted else _("不予退税通知书"),
        addressee=one["firm_name"],
        lead=lead,
        facts=[
            *_head(one), fact(_("决定"), words.word(words.STATES, one["state"])), fact(_("决定时间"), one["decided_at"]),
            fact(_("决定理由"), one["decision_reason"]), fact(_("受理回执"), one["receipt_no"]),
            fact(_("退还书号"), one["refund_no"]), fact(_("到账时间"), one["paid_at"]),
        ],
        notes=[_("对决定有异议的，可依法申请行政复议或提起行政诉讼。")],
        basis=_documents(one["assessment"]),
        stamp={"state": one["state"], "amount": str(one["amount"]), "refund": one["refund_no"]},
    )  # fmt: skip


KINDS = (
    Kind("bill", "SD", "电子税单", "Electronic tax bill", bill, bills_found),
    Kind("refund", "TS", "出口退（免）税申报表", "Filing for export refund", refund),
    Kind("refund-notice", "TT", "退税通知书", "Notice of refund", refund_notice),
)


def _filing(key: str) -> dict[str, Any]:
    either()
    found = api.refund_filing(key, on=clock.today())
    if found is None:
        raise unknown()
    return found


def _head(one: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [
        fact(_("申报编号"), one["number"]), fact(_("企业名称"), one["firm_name"]),
        fact(_("申报种类"), words.word(words.KINDS, one["kind"])), fact(_("所属期"), one["month"]),
        fact(_("类别"), words.word(words.CLASSES, one["class_number"])), fact(_("退税额（元）"), money(one["amount"])),
        fact(_("业务类型"), one["marker"]), fact(_("收汇凭证编号"), one["fx_proof"]),
    ]  # fmt: skip


def _bill_lines(lines: Iterable[Mapping[str, str]]) -> list[Table]:
    """The lines as the message names them, one field a row: a line has more fields than a page has columns."""
    columns = [Column(_("项目"), share=1.2), Column(_("内容"), share=3.0)]
    return [
        Table(_("税单表体 %(number)s") % {"number": number}, columns, [list(row) for row in bills.line_of(line)])
        for number, line in enumerate(lines, start=1)
    ]


def _documents(assessment: Mapping[str, Any]) -> list[str]:
    """The documents a reckoning rests on."""
    return documents(used for step in assessment.get("steps") or () for used in step.get("parameters") or ())


def _days(first: object, last: object) -> str:
    return f"{first} — {last}" if first else ""


def _language() -> str:
    return get_language() or "zh-hans"
