"""What is wrong with a document or a trade: the sentence, its source, whose error it is, how to mend it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from pilotzone.base.sentences import Reason, Sentences

__all__ = ["REFUSES", "SENTENCES", "WAITS", "WARNS", "Fault", "Reason", "Rule"]
REFUSES, WARNS, WAITS = "refuses", "warns", "waits"


@dataclass(frozen=True, slots=True)
class Fault:
    """One judgement as it is shown, stored and answered.

    `code` is ours and stable; `official` the customs code where the specification names one (1332, -301011).
    `whose` is the party that alone may correct it: ebp, ebc, pay, logi, declarant, buyer, area, platform,
    customs, zone. `weight` says what follows: refuses, warns, or waits (a named gap of reference data).
    """

    code: str
    zh: str
    en: str
    source: str
    whose: str
    official: str = ""
    mend_zh: str = ""
    mend_en: str = ""
    weight: str = REFUSES
    tag: str = "B"

    def as_dict(self) -> dict[str, Any]:
        """Plain data for a page, a result or the database; empty parts are left out."""
        return {name: value for name in _SHOWN if (value := getattr(self, name))}


_SHOWN = ("code", "zh", "en", "source", "whose", "official", "mend_zh", "mend_en", "weight", "tag")


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule wearing the regulator's name: the template of its fault; `{field}`s are filled in from the case."""

    code: str
    zh: str
    en: str
    source: str
    whose: str
    official: str = ""
    mend_zh: str = ""
    mend_en: str = ""
    weight: str = REFUSES
    tag: str = "B"

    def fault(self, *, whose: str = "", official: str = "", **values: object) -> Fault:
        """This rule, broken, with the values of the case in its sentences."""
        shown = {name: _shown(value) for name, value in values.items()}
        # a word that differs by language comes twice: `fields` and `fields_en`
        english = shown | {name[:-3]: word for name, word in shown.items() if name.endswith("_en")}
        return Fault(
            code=self.code,
            zh=self.zh.format_map(shown),
            en=self.en.format_map(english),
            source=self.source,
            whose=whose or self.whose,
            official=official or self.official,
            mend_zh=self.mend_zh.format_map(shown),
            mend_en=self.mend_en.format_map(english),
            weight=self.weight,
            tag=self.tag,
        )

    def warning(self) -> Rule:
        """The same rule where it only warns."""
        return replace(self, weight=WARNS)


def _shown(value: object) -> str:
    # what a sender wrote is shown cut: a sentence is not a place for a megabyte
    text = str(value)
    return text if len(text) <= 120 else text[:117] + "…"


SENTENCES = Sentences({
    "kernel.access.unknown": (
        "没有这一对象，或您无权查看。", "There is no such thing, or it is not yours to see.", "", "", "", "",
    ),
    "clearance.summary.early": (
        "{month}尚未结束，该月结关的清单从{first}起汇总", "{month} is not over: its lists are summed up from {first} on",
        "海关总署公告2018年第194号", "declarant", "请于次月15日前汇总（遇节假日顺延）", "Sum up by the 15th of the next month.",
    ),
    "clearance.summary.nothing": (
        "{month}没有未汇总的清单", "No list of {month} stands open for summary", "海关总署公告2018年第194号", "",
        "请核对月份、收发货人和申报地海关", "Check month, consignor and declaring customs.",
    ),
    "clearance.summary.not_yours": (
        "汇总申请由清单的收发货人或申报企业提出", "The consignor or the declarant of the lists applies for their summary",
        "海关跨境统一版规范 ceb §1 CEB701", "declarant", "请由清单上的企业办理", "Let a firm named in the lists do it.",
    ),
    "rule.channel.input": (
        "渠道判断的事实不完整或不成立", "The facts for the channel are incomplete or impossible", "PilotZone 渠道判断", "", "请核对进出口、运输方式和价值",
        "Check direction, carrier and value.",
    ),
    "rule.channel.sale_or_gift": (
        "平台成交的商品不是个人之间寄递的物品，两者只能居其一", "What was sold on a platform is no article sent between persons: it is one or the other",
        "财关税〔2016〕18号第一条；海关总署公告2018年第194号", "ebp", "平台成交的按跨境电商零售进口申报", "Declare a platform sale as retail import.",
    ),
    "rule.channel.documents": (
        "无商业价值的文件、单证、资料按A类快件或信件办理", "Documents without commercial value go as class A express or letters",
        "海关总署公告2016年第19号", "", "", "",
    ),
    "rule.channel.retail_import": (
        "消费者在电商平台购买，是零售进口商品，不是个人寄递物品；不得改走邮件或B类快件避税",
        "A consumer bought it on a platform: it is a retail import, no personal parcel, and may not go by post or class B to save tax",
        "财关税〔2016〕18号第一条；商财发〔2018〕486号", "ebp", "", "",
    ),
    "rule.channel.not_listed": (
        "商品不在跨境电商零售进口商品清单内，按一般进口货物办理", "The goods are not on the positive list: they enter as ordinary imports",
        "跨境电子商务零售进口商品清单", "ebc", "", "",
    ),
    "rule.channel.list_unknown": (
        "商品是否在零售进口清单内尚未核对", "Whether the goods are on the positive list is not known yet", "跨境电子商务零售进口商品清单", "ebc",
        "请填写商品编码核对", "Check the goods code.",
    ),
    "rule.channel.over_limit": (
        "订单价值{value}元超过单次限值{limit}元且可分割，按一般贸易办理", "The order of {value} yuan is over the single limit of {limit} and divisible: ordinary trade",
        "财关税〔2018〕49号", "ebc", "", "",
    ),
    "rule.channel.data_missing": (
        "平台、支付、物流企业须向海关传输交易、支付、物流电子信息", "Platform, payment and carrier have to send customs the data of trade, payment and transport",
        "海关总署公告2018年第194号", "ebp", "补传三单后申报", "Send the three documents, then declare.",
    ),
    "rule.channel.firm_buys": (
        "购买人是企业，不是零售；按货物办理", "A firm buys: it is no retail, but goods", "财关税〔2016〕18号", "", "", "",
    ),
    "rule.channel.retail_export": (
        "向境外消费者销售，按9610零售出口申报清单", "Sold to a consumer abroad: declared as retail export 9610", "海关总署公告2018年第194号", "ebc", "", "",
    ),
    "rule.channel.b2b_export": (
        "向境外企业销售或发往海外仓，按9710或9810办理，渠道见B2B页", "Sold to a firm abroad or sent to an overseas warehouse: 9710 or 9810, see the B2B page",
        "海关总署公告2020年第75号", "ebc", "", "",
    ),
    "rule.channel.personal_mail": (
        "个人之间寄递、自用合理数量，按个人邮递物品办理", "Sent between persons for own use in reasonable quantity: personal articles by post",
        "海关总署公告2010年第43号", "", "", "",
    ),
    "rule.channel.personal_express": (
        "个人之间寄递、自用合理数量，经快件按B类快件办理", "Sent between persons for own use in reasonable quantity, by express: class B",
        "海关总署公告2016年第19号", "", "", "",
    ),
    "rule.channel.over_cap": (
        "价值{value}元超过每次{cap}元且可分割，不是个人物品：退运或按货物办理", "{value} yuan is over {cap} and divisible: no personal article; it goes back or enters as goods",
        "海关总署公告2010年第43号第二条", "", "", "",
    ),
    "rule.channel.indivisible": (
        "只有一件且不可分割，虽超过{cap}元，经海关审核为自用的仍按个人物品", "One article that cannot be divided: over {cap} yuan, yet personal where customs finds it for own use",
        "海关总署公告2010年第43号第二条", "", "", "",
    ),
    "rule.channel.low_value": (
        "货物价值不超过{cap}元且不涉证、不涉检，可按C类快件办理", "Goods up to {cap} yuan without licence or inspection may go as class C express",
        "海关总署公告2016年第19号", "", "", "",
    ),
    "rule.channel.controlled": (
        "涉及许可证件、配额或法定检验，须按货物报关", "Licence, quota or statutory inspection: a customs declaration is needed", "海关总署公告2016年第19号", "", "", "",
    ),
    "rule.channel.goods": (
        "属于货物，且不经快件或超过C类快件{cap}元上限，按货物报关", "They are goods, not by express or over class C's {cap} yuan: a customs declaration is needed",
        "海关法第二十四条；海关总署公告2016年第19号", "", "", "",
    ),
    "rule.b2b.mode": (
        "监管方式{mode}不是9710或9810", "Mode {mode} is neither 9710 nor 9810", "海关总署公告2020年第75号", "declarant", "请选择9710或9810", "Choose 9710 or 9810.",
    ),
    "rule.b2b.closed": (
        "{on}申报地海关{customs}尚未开展{mode}：{why}", "{mode} is not open at {customs} on {on}: {why_en}",
        "海关总署公告2020年第75号、第92号，2021年第47号", "declarant", "在开通的海关申报，或按一般贸易办理", "Declare where it is open, or as ordinary trade.",
    ),
    "rule.b2b.elsewhere": (
        "在申报地海关{customs}申报；企业属南昌，平台按属地留存并统计", "Declared at {customs}; the firm is Nanchang's, and the platform keeps and counts it there",
        "海关总署公告2020年第75号", "", "", "",
    ),
    "rule.b2b.warehouse": (
        "出口海外仓须有海关出口海外仓业务模式备案编号", "Exports to an overseas warehouse need the number of its filing with customs",
        "海关总署公告2020年第75号", "ebc", "填写备案编号；2024年12月15日起取消备案", "Give the number; the filing was abolished on 2024-12-15.",
    ),
    "rule.b2b.warehouse_form": (
        "海外仓备案编号“{number}”不合格式（4至30位大写字母、数字和连字符）", "“{number}” is no number of an overseas-warehouse filing (4 to 30 capitals, digits, hyphens)",
        "海关总署公告2020年第75号", "ebc", "按海关备案回执填写，写在订仓单或清单备注：海外仓备案编号:编号", "Copy it from customs' answer into the remark of the booking order or list.",
    ),
    "rule.b2b.value_unjudged": (
        "成交币制无当日折算率，不能确认单票不超过{limit}元，按报关单办理", "No rate for the currency that day: whether it is within {limit} yuan is not known, so by declaration",
        "海关总署公告2020年第75号", "", "", "",
    ),
    "rule.b2b.over": (
        "单票{value}元超过{limit}元，须报关单", "{value} yuan is over {limit}: by declaration", "海关总署公告2020年第75号", "", "", "",
    ),
    "rule.b2b.licence": ("涉及许可证件，须报关单", "A licence is involved: by declaration", "海关总署公告2020年第75号", "", "", ""),
    "rule.b2b.inspection": ("涉及法定检验检疫，须报关单", "Statutory inspection is involved: by declaration", "海关总署公告2020年第75号", "", "", ""),
    "rule.b2b.refund": ("申请出口退税，须报关单", "A refund is asked for: by declaration", "海关总署公告2020年第75号", "", "", ""),
    "rule.b2b.duty": ("涉及出口关税，须报关单", "Export duty is involved: by declaration", "海关总署公告2020年第75号", "", "", ""),
    "rule.b2b.by_list": (
        "单票不超过{limit}元且不涉证、不涉检、不涉税，可用申报清单；也可用报关单", "Up to {limit} yuan without licence, inspection or tax: by list; a declaration is lawful as well",
        "海关总署公告2020年第75号", "", "", "",
    ),
    "rule.b2b.digits": (
        "综试区内不涉及出口退税的，商品编码可填{digits}位", "In the pilot zone without refund {digits} digits of the code suffice", "海关总署公告2020年第75号", "", "", "",
    ),
})  # fmt: skip
