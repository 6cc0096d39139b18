"""The workbenches of the departments: customs, tax, foreign exchange, and the one all others have."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from pilotzone.ui.menus.entries import Entry
from pilotzone.ui.menus.government import PLAN

_SELECTION = "control.order|rule.write|rule.approve|inspection.check"
_SHARED = (
    Entry(
        _("数据交换"),
        "/exchange/",
        (
            Entry(_("目录"), "/catalogue/"),
            Entry(_("申请"), "/exchange/requests/"),
            Entry(_("对账"), "/exchange/reconciliation/"),
            Entry(_("质量"), "/exchange/quality/"),
            Entry(_("校核"), "/exchange/corrections/"),
            Entry(_("部门消息"), "/exchange/messages/"),
        ),
    ),
    Entry(_("风险"), "/risk/"),
    Entry(_("信用"), "/credit/"),
    Entry(
        _("统计"),
        "/statistics/",
        (
            Entry(_("脱敏汇总"), "/office/figures/", action="aggregate.see"),
            Entry(_("编制与公布"), "/statistics/desk/", action="statistics.work"),
            Entry(_("报表收集"), "/statistics/desk/collection/", action="statistics.work"),
            Entry(_("数据校验"), "/statistics/desk/mirror/", action="statistics.work"),
            Entry(_("数据核实"), "/statistics/desk/doubts/", action="statistics.work"),
            Entry(_("指标测算"), "/statistics/desk/measured/", action="statistics.work"),
            Entry(_("线上出口识别"), "/statistics/desk/online/", action="statistics.work"),
            Entry(_("单位价值指数"), "/statistics/desk/prices/", action="statistics.work"),
            Entry(_("更正记录"), "/statistics/desk/revised/", action="statistics.work"),
            Entry(_("海关同意"), "/statistics/desk/", action="statistics.consent"),
            Entry(_("季节调整"), "/statistics/series/"),
        ),
    ),
    Entry(_("日志与取证"), "/audit/", action="audit.read"),
    Entry(_("消费者争议"), "/office/disputes/", action="dispute.settle"),
    Entry(_("暂停企业"), "/office/suspensions/", action="firm.suspend"),
    Entry(_("证书挂失通报"), "/office/losses/", action="firm.suspend"),
    Entry(_("日对账"), "/reconciliation/", action="recon.see"),
    Entry(_("办件待办"), "/services/inbox/", action="service.see"),
    PLAN,
)
CUSTOMS_MENU = (
    Entry(_("待办"), "/officer/"),
    Entry(
        _("审核"),
        "/officer/trades/?state=review",
        (
            Entry(_("进口9610/1210"), "/officer/trades/?flow=I"),
            Entry(_("出口9610"), "/officer/trades/?flow=E"),
            Entry(_("代理授权"), "/clearance/mandates/"),
            Entry(_("汇总申报"), "/clearance/summary/"),
            Entry(_("税费账单"), "/tax/bills/", action="tax.see"),
            Entry(_("缴款记录"), "/tax/payments/", action="tax.see"),
            Entry(_("税款担保"), "/tax/guarantee/", action="guarantee.see"),
        ),
    ),
    Entry(
        _("布控与查验（一次查验排程）"),
        "/risk/inspections/",
        (
            Entry(_("查验"), "/officer/trades/?state=inspection"),
            Entry(_("布控建议与规则"), "/risk/inspections/selection/", action=_SELECTION),
            Entry(_("查检合一覆盖"), "/risk/inspections/coverage/"),
            Entry(_("口岸联系协调"), "/risk/liaison/", action="liaison.keep"),
        ),
    ),
    Entry(_("企业备案"), "/registry/filings/", action="filing.see"),
    *_SHARED,
)
TAX_MENU = (
    Entry(_("待办"), "/officer/"),
    Entry(
        _("税费账单"),
        "/tax/bills/",
        (
            Entry(_("与测算不一致"), "/tax/bills/?differs=1"),
            Entry(_("缴款记录"), "/tax/payments/"),
            Entry(_("税款担保"), "/tax/guarantee/"),
        ),
    ),
    Entry(_("清单"), "/officer/trades/"),
    Entry(
        _("退税申报"),
        "/tax/export/refunds/",
        (
            Entry(_("出口货物"), "/tax/export/"),
            Entry(_("离境即退"), "/tax/export/prerefunds/"),
            Entry(_("推广费扣除"), "/tax/export/promotion/"),
            Entry(_("企业退税资料"), "/tax/export/firms/"),
        ),
        action="refund.decide",
    ),
    Entry(_("无票免税"), "/tax/exemption/"),
    Entry(_("企业备案"), "/registry/filings/", action="filing.see"),
    *_SHARED,
)
SAFE_MENU = (
    Entry(_("待办"), "/officer/"),
    Entry(_("收汇核对"), "/fx/queue/"),
    Entry(_("付汇"), "/fx/payments/"),
    Entry(_("总量核查"), "/fx/checks/"),
    Entry(_("贸易信贷报告"), "/fx/reports/"),
    Entry(_("外汇"), "/fx/"),
    *_SHARED,
)
AGENCY_MENU = (
    Entry(_("待办"), "/officer/"),
    Entry(_("企业备案"), "/registry/filings/", action="filing.see"),
    Entry(_("布控建议与规则"), "/risk/inspections/selection/", action=_SELECTION),
    Entry(_("口岸联系协调"), "/risk/liaison/", action="liaison.keep"),
    *_SHARED,
)
