"""The workbenches of those who trade: 企业工作台, and the bank's, which pays and settles for them."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from pilotzone.ui.menus.entries import Entry

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
