"""查验通知单: when and where the goods of an order are opened, who comes, and what was found; the same for firm and officer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from pilotzone.base.days import SHANGHAI
from pilotzone.portal.desks.inspections import entered, said
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui.paper.kinds import Kind, number_of, too_early
from pilotzone.ui.paper.sheet import RIGHT, Column, Sheet, Table, fact, shown

desk = clearance.inspections


def notice(key: str) -> Sheet:
    """The notice of an order whose slot is fixed; which rule proposed it stands on no paper."""
    entered()
    one = desk.told(number_of(key))
    if one["slot_from"] is None:
        raise too_early("查验时段尚未排定，没有查验通知单。", "No slot is fixed yet: there is no notice of inspection.")
    slot = f"{shown(one['slot_from'])[:16]}–{one['slot_to'].astimezone(SHANGHAI):%H:%M}"
    return Sheet(
        title=_("查验通知单"),
        lead=_("请在查验时段派员到场，负责搬移货物、开拆和重封包装。监管查验和检验检疫一次开箱完成。"),
        facts=[
            fact(_("编号"), one["id"]), fact(_("状态"), said(one)), fact(_("监管场所"), said(one, "site")), fact(_("查验时段"), slot),
            fact(_("查验位"), one["bay"]), fact(_("运单编号"), one["waybill"]), fact(_("关区"), one["customs_code"]),
            fact(_("监管方式"), one["mode"]), fact(_("查验队伍（一次到场）"), "、".join(said(row) for row in one["team"])),
            fact(_("通知时间"), one["notified_at"]),
        ],
        tables=[_lists(one), *_results(one)],
        notes=[_("对查验结果有异议的，可在平台提出，由未录入该结果的关员答复；海关决定以海关回执为准。")],
        stamp={
            "site": one["site"], "bay": str(one["bay"]), "from": one["slot_from"].isoformat(), "to": one["slot_to"].isoformat(),
            "overtaken": str(one["state"] == "overtaken"), "opened": str(one["openings"]),
        },
    )  # fmt: skip


KINDS = (Kind("inspection", "CY", "查验通知单", "Notice of inspection", notice),)


def _lists(one: dict[str, Any]) -> Table:
    return Table(
        _("清单"),
        [Column(_("序号"), RIGHT, 0.4), Column(_("清单编号"), share=1.4), Column(_("订单编号"), share=1.6)],
        [
            [str(at), shown(row["invt_no"]), shown(row["order_no"])] for at, row in enumerate(one["lists"], 1)
        ],
    )  # fmt: skip


def _results(one: dict[str, Any]) -> list[Table]:
    rows = [
        [
            str(opening["ordinal"]), shown(opening["opened_at"]), said(result, "supervision"), said(result, "quarantine"),
            said(result, "outcome"), shown(result["findings"]),
        ]
        for opening in one["openings_told"]
        if (result := opening["result"])
    ]  # fmt: skip
    columns = [
        Column(_("开箱次数"), RIGHT, 0.6), Column(_("开箱时间"), share=1.2), Column(_("监管查验")), Column(_("检验检疫")),
        Column(_("处理"), share=0.7), Column(_("发现情况"), share=1.8),
    ]  # fmt: skip
    return [Table(_("查验结果"), columns, rows)] if rows else []
