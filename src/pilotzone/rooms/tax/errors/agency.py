"""The sentences of 代办退税; a part of the room's one table."""

from __future__ import annotations

from pilotzone.rooms.tax.errors.export import Sentence, _told

_35 = "税务总局公告2017年第35号"
_OWN = "docs/algorithms/export_tax.md"

AGENCY: dict[str, Sentence] = {
    "rule.export.agency.fits": _told(
        "生产企业委托外综服企业代办退税，条件齐备，应在{last}前由外综服企业申报；生产企业不再自行申报",
        "The producer's refund is filed by the service enterprise: all conditions hold, file by {last}; the producer files no more itself",
        _35, "service",
    ),
    "rule.export.agency.not_yet": _told(
        "{day}出口的货物尚无代办退税规定", "For goods exported on {day} nobody could file for a producer", _35, "ebc", "由生产企业自行申报",
        "Let the producer file",
    ),
    "rule.export.agency.none": _told(
        "没有与外综服企业的代办退税协议", "There is no agreement with a service enterprise", _35, "ebc", "签订协议并备案",
        "Make the agreement and file it",
    ),
    "rule.export.agency.service": _told(
        "代办退税只能由外综服企业申报", "Only a trade service enterprise files for a producer", _35, "service",
    ),
    "rule.export.agency.producer": _told(
        "委托人须为增值税一般纳税人的生产企业", "The principal has to be a producer and general taxpayer", _35, "ebc",
    ),
    "rule.export.agency.producer_filing": _told(
        "生产企业尚未办理出口退（免）税备案", "The producer has not filed for export refund", _35, "ebc", "向税务机关备案",
        "File with the tax authority",
    ),
    "rule.export.agency.agreement": _told(
        "协议{number}有效期{first}至{last}，不含出口日", "The agreement {number} is valid from {first} to {last}, not on the day of export", _35,
        "ebc", "续签协议", "Renew the agreement",
    ),
    "rule.export.agency.unconfirmed": _told(
        "协议{number}尚未经生产企业确认", "The producer has not confirmed the agreement {number}", _35, "ebc", "确认协议", "Confirm it",
    ),
    "rule.export.agency.not_filed": _told(
        "协议{number}尚未在税务机关备案", "The agreement {number} is not filed with the tax authority", _35, "tax", "税务机关备案",
        "The tax authority files it",
    ),
    "rule.export.agency.own_goods": _told(
        "出口货物须为生产企业自产（或视同自产）", "The goods have to be the producer's own products", _35, "ebc",
    ),
    "rule.export.agency.contract": _told(
        "出口合同须由生产企业与境外单位或个人签订", "The contract with the buyer abroad has to be the producer's own", _35, "ebc",
    ),
    "rule.export.agency.account": _told(
        "生产企业尚未提供代办退税的银行账号", "The producer has not told the account the refund goes to", _35, "ebc",
    ),
    "rule.export.agency.controls": _told(
        "外综服企业尚未备案代办退税内部风险管控制度", "The service enterprise's risk control is not filed", _35, "service",
    ),
    "rule.export.agency.liability": _told(
        "退税款属于生产企业；需要追回时先向生产企业追缴，外综服企业承担连带责任",
        "The refund is the producer's; what has to be repaid is asked of the producer first, the service enterprise answers beside it",
        _35, "",
    ),
    "rule.export.agency.several": _told(
        "一份代办退税申报只能含一家生产企业的出口", "One filing holds the exports of one producer", _35, "service", "分企业申报",
        "File each producer apart",
    ),
    "rule.export.agency.unknown": _told(
        "没有这份协议，或您无权办理", "There is no such agreement, or it is not yours", _OWN, "",
    ),
    "rule.export.agency.days": _told(
        "协议编号、起止日不完整，或止日早于起日", "Number and days of the agreement are not complete, or it ends before it begins", _OWN, "service",
        "核对协议", "Check the agreement",
    ),
    "rule.export.agency.long": _told(
        "{name_zh}不超过{most}个字符", "{name_en} has at most {most} signs", _OWN, "service", "核对后重新填写", "Check it and write it again",
    ),
    "rule.export.agency.client": _told(
        "没有编码为{firm}的生产企业", "There is no producer {firm}", _OWN, "service", "核对统一社会信用代码或海关编码",
        "Check the USCC or the customs code",
    ),
    "rule.export.agency.taken": _told(
        "该生产企业这一期间已有其他代办退税协议", "The producer has another agreement in this time", _35, "service", "先终止原协议",
        "End the other first",
    ),
}  # fmt: skip
