"""What everybody finds: the portal's own menu, and 个人中心, a part of it."""

from __future__ import annotations

from django.utils.translation import gettext_noop as _

from pilotzone.ui.menus.entries import Entry

PUBLIC_MENU = (
    Entry(_("首页"), "/"),
    Entry(
        _("数据服务"),
        "/#data",
        (
            Entry(_("月度统计发布"), "/statistics/"),
            Entry(_("指标与口径"), "/statistics/indicators/"),
            Entry(_("季节调整"), "/statistics/series/"),
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
CONSUMER_MENU = PUBLIC_MENU[6].below
