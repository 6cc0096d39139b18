"""The words of the room's codes in the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _

from pilotzone.reference.rates import Rate


def states() -> dict[str, str]:
    """States of a receipt."""
    return {
        "received": _("待企业申请"),
        "applied": _("待银行办理"),
        "asked": _("待补充材料"),
        "done": _("已办结"),
        "refused": _("不予办理"),
    }


STATE_LIGHTS = {"received": "yellow", "applied": "yellow", "asked": "yellow", "done": "green", "refused": "red"}


def outcomes() -> dict[str, str]:
    """What the platform advises."""
    return {
        "direct": _("建议直接结汇"),
        "settle": _("建议审核后办理"),
        "review": _("建议重点审核"),
        "credit": _("人民币入账"),
        "wait": _("等待补充"),
        "register": _("须先向外汇局登记"),
        "refuse": _("建议不予办理"),
    }


OUTCOME_LIGHTS = {
    "direct": "green", "settle": "green", "credit": "green", "review": "yellow", "wait": "yellow", "register": "yellow",
    "refuse": "red",
}  # fmt: skip


def decisions() -> dict[str, str]:
    """What a bank decides."""
    return {
        "settle": _("结汇"),
        "credit": _("划转经常项目账户"),
        "ask": _("要求补充材料"),
        "refuse": _("不予办理"),
        "return": _("退汇"),
    }


def entries() -> dict[str, str]:
    """Events of the ledger."""
    return {
        "SETTLE": _("结汇"),
        "CREDIT": _("划转经常项目账户"),
        "RETURN": _("退汇（未结汇）"),
        "REFUND": _("退汇（已结汇）"),
    }


def accounts() -> dict[str, str]:
    """Where the money comes to."""
    return {
        "pending": _("待核查账户"),
        "current": _("经常项目外汇账户"),
        "settlement": _("外汇结算账户"),
        "personal": _("个人外汇账户"),
        "rmb": _("人民币账户"),
    }


def missing() -> dict[str, str]:
    """What evidence is missing."""
    return {
        "order": _("订单"),
        "list": _("已放行的出口清单或报关单"),
        "waybill": _("运单"),
        "client": _("客户备案"),
        "proof": _("交易额证明或交易电子信息"),
        "voucher": _("付汇凭证"),
        "declaration": _("进口报关单"),
        "tax_filing": _("对外支付税务备案"),
        "receipt": _("原收汇"),
        **conditions(),
    }


def conditions() -> dict[str, str]:
    """What a service enterprise shows when it collects for a client."""
    return {
        "system": _("具备系统能力"),
        "trade_info": _("掌握交易电子信息"),
        "reports": _("为客户办理收汇申报"),
        "rights": _("收汇权责清晰"),
    }


def kinds() -> dict[str, str]:
    """Kinds of a party on SAFE's list."""
    return {
        "enterprise": _("企业"),
        "service": _("外贸综合服务企业"),
        "trader": _("小微跨境电商"),
        "individual": _("个人"),
        "institution": _("支付机构"),
    }


def costs() -> dict[str, str]:
    """Overseas costs."""
    return {"storage": _("境外仓储"), "logistics": _("境外物流"), "tax": _("境外税收")}


def credits() -> dict[str, str]:
    """Kinds of trade credit."""
    return {"advance": _("预收货款"), "deferred": _("延期收款"), "breach": _("大额违规")}


def legs() -> dict[str, str]:
    """Reported legs of a netted receipt."""
    return {"net": _("实际收款"), "gross_receipt": _("还原收入"), "gross_payment": _("还原支出")}


def levels() -> dict[str, str]:
    """Levels of the total check."""
    return {"green": _("正常"), "yellow": _("黄色"), "orange": _("橙色"), "red": _("红色")}


LEVEL_LIGHTS = {"green": "green", "yellow": "yellow", "orange": "yellow", "red": "red"}


def indicators() -> dict[str, str]:
    """The four indicators."""
    return {
        "difference": _("总量差额"),
        "difference_ratio": _("总量差额比率"),
        "fund_goods": _("资金货物比率"),
        "credit_ratio": _("贸易信贷余额比率"),
    }


def units() -> dict[str, str]:
    """Units of the dated parameters."""
    return {
        "USD": _("美元"),
        "day": _("日（期限）"),
        "month": _("个月"),
        "year": _("年（期限）"),
        "ratio": _("比例"),
        "switch": _("1为有效，0为无效"),
        "text": "",  # a code or a word has no unit
        "person": _("人（人数）"),
        "period": _("期"),
        "time": _("次"),
    }


def basis(rate: Rate) -> str:
    """The document and article of a dated parameter; the platform's own are said in the reader's language."""
    own = {"平台默认": _("平台默认"), "平台默认值": _("平台默认")}
    return f"{own.get(rate.document, rate.document)} {rate.article}".strip()


def payment_states() -> dict[str, str]:
    """States of a payment."""
    return {
        "applied": _("待银行办理"), "asked": _("待补充材料"), "paid": _("已付汇"), "refused": _("不予办理"),
    }  # fmt: skip


def purposes() -> dict[str, str]:
    """What a payment is for."""
    return {
        "goods": _("进口货款"), "advance": _("预付货款"), "refund": _("退给境外买家"), **costs(), "advertising": _("境外广告推广"),
    }  # fmt: skip


def vouchers() -> dict[str, str]:
    """Kinds of vouchers."""
    return {
        "contract": _("合同"), "invoice": _("发票"), "declaration": _("进口报关单"), "statement": _("平台结算单"),
        "return": _("退货退款协议"),
    }  # fmt: skip


def payment_decisions() -> dict[str, str]:
    """What a bank decides on a payment."""
    return {"pay": _("付汇"), "ask": _("要求补充材料"), "refuse": _("不予办理")}


def duties() -> dict[str, str]:
    """What a payment institution has to do."""
    return {
        "breach": _("报告大额违规"), "advance": _("报告预收货款"), "deferred": _("报告延期收款"), "asked": _("按银行要求补充材料"),
        "apply": _("核对交易并申请"),
    }  # fmt: skip


def duty_lights() -> dict[str, str]:
    """How near the last day of something to be done is."""
    return {"red": _("已逾期"), "yellow": _("两日内到期"), "green": _("未到期")}


def payment_credits() -> dict[str, str]:
    """Kinds of trade credit of payments."""
    return {"advance": _("预付货款"), "deferred": _("延期付款")}
