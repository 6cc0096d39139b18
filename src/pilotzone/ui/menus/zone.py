"""The workbenches of the pilot zone's office and of a county's 分平台."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from pilotzone.ui.menus.entries import Entry
from pilotzone.ui.menus.government import PLAN

ZONE_MENU = (
    Entry(
        _("综试区概况"),
        "/office/",
        (
            Entry(_("脱敏汇总"), "/office/figures/", action="aggregate.see"),
            Entry(_("票据查询"), "/officer/trades/", action="trade.see"),
        ),
    ),
    Entry(_("45项任务"), "/plan/", action="aggregate.see"),
    Entry(_("节点与亮灯"), "/plan/lights/", action="aggregate.see"),
    Entry(_("填报"), "/plan/reports/", action="aggregate.see"),
    Entry(_("月报"), "/plan/monthly/", action="aggregate.see"),
    Entry(_("例会与议定事项"), "/plan/meetings/", action="aggregate.see"),
    Entry(_("联络员"), "/plan/liaisons/", action="aggregate.see"),
    Entry(_("考核评分"), "/plan/assessment/", action="aggregate.see"),
    Entry(_("政府部门专项培训"), "/plan/trainings/", action="aggregate.see"),
    Entry(_("工作通报"), "/plan/notices/", action="aggregate.see"),
    Entry(_("促进中心"), "/plan/centre/", action="aggregate.see"),
    Entry(_("政策资金"), "/growth/funds/"),
    Entry(_("领导小组看板"), "/plan/board/", action="board.see|aggregate.see"),
    Entry(_("公开页"), "/plan/public/"),
    Entry(_("消费者争议"), "/office/disputes/", action="dispute.settle"),
    Entry(_("企业备案"), "/registry/filings/", action="filing.see"),
    Entry(_("单位登记"), "/accounts/firms/", action="access.manage"),
    Entry(_("人员与岗位"), "/accounts/people/", action="access.manage"),
    Entry(_("暂停企业"), "/office/suspensions/", action="firm.suspend"),
    Entry(_("证书挂失通报"), "/office/losses/", action="certificate.manage"),
    Entry(_("权限矩阵"), "/accounts/matrix/"),
    Entry(_("接口监测"), "/platform/letters/", action="letters.see"),
    Entry(_("日志与取证"), "/audit/", action="audit.read"),
    Entry(_("对方仿真"), "/platform/simulators/", action="platform.run"),
    Entry(_("日对账"), "/reconciliation/", action="recon.see"),
    Entry(_("查检合一覆盖"), "/risk/inspections/coverage/", action="trade.see"),
    Entry(_("口岸联系协调"), "/risk/liaison/", action="liaison.keep"),
    Entry(
        _("办件待办"),
        "/services/inbox/",
        (
            Entry(_("答复留言"), "/help/mine/", action="help.answer"),
            Entry(_("报文重放"), "/help/replays/", action="document.replay"),
        ),
        action="service.see",
    ),
    Entry(
        _("数据交换"),
        "/exchange/",
        (
            Entry(_("部门消息"), "/exchange/messages/"),
            Entry(_("对账"), "/exchange/reconciliation/"),
            Entry(_("校核"), "/exchange/corrections/"),
            Entry(_("质量"), "/exchange/quality/"),
            Entry(_("数据交换日志"), "/exchange/log/", action="audit.read"),
            Entry(_("联邦对端"), "/exchange/federation/", action="audit.read"),
            Entry(_("部门接入令牌"), "/exchange/tokens/", action="platform.run"),
        ),
        action="share.check",
    ),
    Entry(
        _("数据保护"),
        "/protection/",
        (Entry(_("权利申请"), "/protection/requests/"), Entry(_("到期处理"), "/protection/retention/")),
        action="platform.run",
    ),
)
DISTRICT_MENU = (
    Entry(_("综试区概况"), "/office/"),
    Entry(_("脱敏汇总"), "/office/figures/"),
    Entry(
        _("企业备案"),
        "/registry/filings/",
        (Entry(_("批量填报备案"), "/registry/bulk/", action="filing.bulk"),),
        action="filing.see",
    ),
    Entry(_("信用"), "/credit/"),
    Entry(_("统计"), "/statistics/"),
    Entry(_("办件待办"), "/services/inbox/", action="service.see"),
    Entry(_("对账脱敏汇总"), "/reconciliation/figures/", action="aggregate.see"),
    PLAN,
)
