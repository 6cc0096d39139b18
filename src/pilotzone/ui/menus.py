"""The menus of the portal and of each workbench, in the words officials and firms know (information architecture).

An entry whose page is not built has no address that resolves: it is shown as plain text with 规划中, never as a link.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from django.urls import Resolver404, resolve
from django.utils.translation import gettext_noop as _

from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, ZONE


@dataclass(frozen=True)
class Entry:
    """One entry: its words (a Chinese msgid), its address where there may be one, the entries below it.

    `action`: who may do none of these ("a|b") is not shown the entry, or is led to `otherwise` where there is such a page.
    """

    word: str
    path: str = ""
    below: tuple[Entry, ...] = ()
    action: str = ""
    otherwise: str = ""

    @property
    def built(self) -> bool:
        """Whether the address leads to a page of this installation."""
        return bool(self.path) and stands(self.path.split("?")[0].split("#")[0])

    @property
    def any_built(self) -> bool:
        """Whether this entry or one below it leads somewhere."""
        return self.built or any(entry.any_built for entry in self.below)


@lru_cache(maxsize=512)
def stands(path: str) -> bool:
    """Whether some page of this installation answers this path."""
    try:
        resolve(path.partition("?")[0])
    except Resolver404:
        return False
    return True


def shown(entries: tuple[Entry, ...], may: Callable[[str], bool]) -> tuple[Entry, ...]:
    """The entries without those whose action the caller may not do."""
    told = []
    for entry in entries:
        allowed = not entry.action or any(map(may, entry.action.split("|")))
        if allowed or entry.otherwise:
            path = entry.path if allowed else entry.otherwise
            told.append(replace(entry, path=path, below=shown(entry.below, may)))
    return tuple(told)


PUBLIC_MENU = (
    Entry(_("首页"), "/"),
    Entry(
        _("数据服务"),
        "/#data",
        (
            Entry(_("月度统计发布"), "/statistics/"),
            Entry(_("指标与口径"), "/statistics/indicators/"),
            Entry(_("开放目录"), "/catalogue/"),
            Entry(_("通道时效榜"), "/corridors/"),
            Entry(_("通关时间测定"), "/release-times/"),
            Entry(_("综试区指数"), "/index/"),
            Entry(_("数据管理制度与应用规范"), "/protection/rules/"),
        ),
    ),
    Entry(
        _("政务服务"),
        "/#affairs",
        (
            Entry(_("办事指南"), "/services/"),
            Entry(_("企业备案"), "/registry/"),
            Entry(_("跨境申报"), "/clearance/"),
            Entry(_("税费与退（免）税"), "/tax/", action="tax.see"),
            Entry(_("外汇"), "/fx/"),
            Entry(_("园区认定"), "/parks/"),
            Entry(_("信用查询/异议/修复"), "/credit/"),
        ),
    ),
    Entry(
        _("特色服务"),
        "/#special",
        (
            Entry(_("物流跟踪"), "/track/"),
            Entry(_("金融超市"), "/finance/"),
            Entry(_("海外仓"), "/overseas/"),
            Entry(_("培训与孵化"), "/growth/training/"),
            Entry(_("招商项目"), "/growth/projects/"),
            Entry(_("交流合作"), "/growth/exchange/"),
            Entry(_("仿真实训"), "/simulation/"),
        ),
    ),
    Entry(_("政策法规与办事指南"), "/policies/"),
    Entry(_("分平台"), "/sites/"),
    Entry(
        _("个人中心"),
        "/me/",
        (
            Entry(_("消费额度"), "/me/#quota"),
            Entry(_("交易确认"), "/me/#purchases"),
            Entry(_("通关数据"), "/me/#clearance"),
            Entry(_("税款"), "/me/#tax"),
            Entry(_("我的数据与权利"), "/protection/mine/"),
            Entry(_("我的办件"), "/services/mine/", action="service.apply"),
        ),
        action="quota.see",
    ),
    Entry(_("帮助与留言"), "/help/"),
)

ENTERPRISE_MENU = (
    Entry(_("待办"), "/enterprise/"),
    Entry(
        _("我的备案/授权"),
        "/registry/mine/",
        (
            Entry(_("批量填报备案"), "/registry/bulk/", action="filing.bulk"),
            Entry(_("签名证书"), "/accounts/certificates/"),
            Entry(_("代理授权"), "/clearance/mandates/"),
            Entry(_("人员与岗位"), "/accounts/people/", action="access.own"),
        ),
    ),
    Entry(_("商品档案"), "/registry/goods/"),
    Entry(
        _("申报"),
        "/enterprise/submit/",
        (
            Entry(_("进口9610/1210"), "/enterprise/trades/?flow=I"),
            Entry(_("出口9610"), "/enterprise/trades/?flow=E"),
            Entry(_("B2B 9710/9810"), "/clearance/b2b/"),
            Entry(_("变更撤销退货"), "/clearance/changes/", action="declare.mend"),
            Entry(_("汇总申报"), "/clearance/summary/"),
            Entry(_("来文"), "/enterprise/messages/"),
            Entry(_("购买人核验"), "/enterprise/buyers/", action="buyer.verify"),
            Entry(_("支付原始数据"), "/enterprise/payment-data/", action="declare.submit"),
            Entry(_("单证填写"), "/enterprise/writing/", action="declare.submit"),
        ),
        action="declare.submit",
        otherwise="/enterprise/trades/",
    ),
    Entry(_("回执与退单修复"), "/enterprise/trades/?mine=1"),
    Entry(_("全程跟踪"), "/track/"),
    Entry(
        _("税费账单"),
        "/tax/bills/",
        (Entry(_("缴款记录"), "/tax/payments/"), Entry(_("税款担保"), "/tax/guarantee/", action="guarantee.see")),
        action="tax.see",
    ),
    Entry(
        _("退（免）税"),
        "/tax/export/",
        (
            Entry(_("当月匹配"), "/tax/export/match/"),
            Entry(_("退税申报"), "/tax/export/refunds/"),
            Entry(_("代办退税"), "/tax/export/agencies/"),
            Entry(_("离境即退"), "/tax/export/prerefunds/"),
            Entry(_("核定征收"), "/tax/export/deemed/"),
            Entry(_("推广费扣除"), "/tax/export/promotion/"),
        ),
        action="refund.file",
    ),
    Entry(_("收结汇"), "/fx/mine/", (Entry(_("付汇"), "/fx/payments/"),), action="fx.apply"),
    Entry(_("支付机构外汇业务"), "/fx/institution/", action="fx.institution"),
    Entry(_("查验安排"), "/risk/inspections/", action="trade.see"),
    Entry(_("融资保险"), "/finance/mine/"),
    Entry(_("我的信用"), "/credit/mine/"),
    Entry(_("数据授权"), "/finance/consents/"),
    Entry(
        _("接口与仿真"),
        "/interfaces/",
        (
            Entry(_("报文与字段"), "/messages/"),
            Entry(_("开放接口"), "/api/v1/"),
            Entry(_("接入令牌"), "/enterprise/tokens/", action="token.own"),
            Entry(_("回执推送"), "/enterprise/webhooks/", action="hook.manage"),
        ),
    ),
    Entry(_("统计月报"), "/statistics/mine/", action="statistics.report"),
    Entry(_("日对账"), "/reconciliation/", action="recon.see"),
    Entry(
        _("一站办理"),
        "/services/mine/",
        (
            Entry(_("办事指南"), "/services/"),
            Entry(_("代办授权"), "/services/mandates/", action="mandate.own"),
            Entry(_("我的留言"), "/help/mine/", action="help.ask"),
        ),
        action="service.apply",
    ),
    Entry(_("我的数据被谁使用"), "/exchange/mine/", action="share.mine"),
    Entry(_("我的数据与权利"), "/protection/mine/"),
)
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
            Entry(_("指标测算"), "/statistics/desk/measured/", action="statistics.work"),
            Entry(_("线上出口识别"), "/statistics/desk/online/", action="statistics.work"),
            Entry(_("海关同意"), "/statistics/desk/", action="statistics.consent"),
        ),
    ),
    Entry(_("日志与取证"), "/audit/", action="audit.read"),
    Entry(_("消费者争议"), "/office/disputes/", action="dispute.settle"),
    Entry(_("暂停企业"), "/office/suspensions/", action="firm.suspend"),
    Entry(_("证书挂失通报"), "/office/losses/", action="firm.suspend"),
    Entry(_("日对账"), "/reconciliation/", action="recon.see"),
    Entry(_("办件待办"), "/services/inbox/", action="service.see"),
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
BANK_MENU = (
    Entry(
        _("收汇审核"),
        "/fx/queue/",
        (Entry(_("付汇"), "/fx/payments/"), Entry(_("贸易信贷报告"), "/fx/reports/")),
        action="fx.decide",
    ),
    Entry(_("外汇"), "/fx/"),
    Entry(_("税款担保"), "/tax/guarantee/", action="guarantee.see"),
    Entry(_("接入令牌"), "/enterprise/tokens/", action="token.own"),
    Entry(_("签名证书"), "/accounts/certificates/", action="certificate.own"),
    Entry(_("日对账"), "/reconciliation/", action="recon.see"),
    Entry(_("一站办理"), "/services/mine/", (Entry(_("办事指南"), "/services/"),), action="service.apply"),
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
)
CONSUMER_MENU = PUBLIC_MENU[6].below

# workbench by kind of actor: its name and menu; anonymous visitors have none
WORKBENCHES: dict[str, tuple[str, tuple[Entry, ...]]] = {
    ENTERPRISE: (_("企业工作台"), ENTERPRISE_MENU),
    AGENCY: (_("监管/部门工作台"), AGENCY_MENU),
    DISTRICT: (_("分平台"), DISTRICT_MENU),
    ZONE: (_("综试办（指挥）工作台"), ZONE_MENU),
    CONSUMER: (_("个人中心"), CONSUMER_MENU),
}
# departments whose desk is their own, by the unit's place in the tree
_DEPARTMENTS = {
    "zone.customs": (_("海关工作台"), CUSTOMS_MENU),
    "zone.tax": (_("税务工作台"), TAX_MENU),
    "zone.safe": (_("外汇工作台"), SAFE_MENU),
}


def workbench(kind: str, unit: str, role: str = "") -> tuple[str, tuple[Entry, ...]]:
    """The workbench of a kind of actor at a unit: its name (a Chinese msgid, empty for none) and its menu."""
    if kind == ENTERPRISE and role == "bank":
        return _("银行工作台"), BANK_MENU
    if kind == AGENCY:
        for path, found in _DEPARTMENTS.items():
            if unit == path or unit.startswith(path + "."):
                return found
    return WORKBENCHES.get(kind, ("", ()))
