"""Every sentence this room can say when it refuses, warns or asks: one table, code by code.

A decision carries a `Reason`; bad input raises `Refused` with the same code and sentences. Where the sentence
rests on a dated parameter, its source is that parameter's document on that day, given by the caller.
"""

from __future__ import annotations

from pilotzone.base.sentences import Reason, Sentences, refused_as
from pilotzone.rooms.tax.errors.agency import AGENCY
from pilotzone.rooms.tax.errors.export import EXPORT

__all__ = ["Reason", "reason", "refused", "refused_as"]

_ALGORITHM = "docs/algorithms/retail_import_tax.md"

# code: (zh, en, source, whose, mend_zh, mend_en, official)
SENTENCES = Sentences({
    "rule.limit.single": (
        "订单完税价格{price}元超过单次交易限值{limit}元，且不止一件商品",
        "The order's dutiable price {price} is above the single-transaction limit {limit} and it holds more than one piece",
        "",
        "ebc",
        "请拆成各不超过{limit}元的订单重新下单，或按一般贸易申报",
        "Order again in parts of at most {limit} each, or declare as general trade",
        "-621005",
    ),
    "rule.limit.annual": (
        "本年已用{used}元加本单{price}元超过年度交易限值{limit}元",
        "{used} used this year plus this order's {price} is above the annual limit {limit}",
        "",
        "buyer",
        "按一般贸易申报，或等到下一公历年",
        "Declare as general trade, or wait for the next calendar year",
        "-621018",
    ),
    "rule.limit.single_piece": (
        "单件商品完税价格{price}元超过单次限值{single}元但低于年度限值{annual}元：按货物税率全额征税，计入年度额度",
        "One piece of {price}, above the single limit {single} and below the annual limit {annual}: "
        "taxed in full at the rates for goods, counted to the year",
        "",
        "",
        "",
        "",
        "",
    ),
    "rule.limit.single_piece_over_annual": (
        "订单完税价格{price}元不低于年度交易限值{limit}元，不能自跨境电商零售渠道进口",
        "The order's dutiable price {price} is not below the annual limit {limit}: it cannot come by the retail channel",
        "",
        "ebc",
        "按一般贸易申报",
        "Declare as general trade",
        "-621005",
    ),
    "rule.tax.no_items": (
        "订单没有商品行", "The order has no goods line", _ALGORITHM, "ebc", "补充商品行", "Add the goods lines", "",
    ),
    "rule.tax.quantity": (
        "第{line}行数量必须大于0", "Line {line}: the quantity must be above zero", _ALGORITHM, "declarant",
        "改正数量", "Correct the quantity", "",
    ),
    "rule.tax.price": (
        "第{line}行单价必须大于0(赠品也须按实际价格申报)",
        "Line {line}: the price must be above zero (gifts too are declared at their price)",
        "税管函〔2016〕73号", "ebc", "按实际成交价格填写", "Give the actual price", "",
    ),
    "rule.tax.measure": (
        "第{line}行{name_zh}必须大于0", "Line {line}: {name_en} must be above zero", _ALGORITHM, "declarant",
        "改正或留空", "Correct it or leave it out", "",
    ),
    "rule.tax.too_large": (
        "{name_zh}超出报文可表示的范围(整数14位、小数5位)",
        "{name_en} does not fit the message field (14 digits before, 5 after the point)",
        "CEB N19,5", "declarant", "改正数值", "Correct the number", "",
    ),
    "rule.tax.negative": (
        "{name_zh}不能为负数", "{name_en} must not be negative", _ALGORITHM, "declarant", "改正数值", "Correct the number",
        "",
    ),
    "rule.tax.discount_exceeds": (
        "优惠金额不小于商品价格：计税价格不能为零",
        "The discount reaches the price of the goods: the price to be taxed cannot be zero",
        "税管函〔2016〕73号", "ebp", "按实际成交价格填写", "Give the actual price", "",
    ),
    "rule.tax.no_goods": (
        "第{line}行既没有商品编码也没有税目类别", "Line {line} names neither an HS code nor a kind", _ALGORITHM, "declarant",
        "填写10位商品编码", "Give the 10-digit HS code", "",
    ),
    "rule.tax.kind": (
        "第{line}行类别“{kind}”不存在", "Line {line}: there is no kind “{kind}”", _ALGORITHM, "declarant",
        "可用：{kinds}", "Known: {kinds}", "",
    ),
    "rule.tax.content": (
        "第{line}行化妆品缺少含量(毫升或克)或片(张)数，无法判断是否达到消费税起征价格",
        "Line {line}: cosmetics need their content (ml or g) or their number of sheets to tell whether consumption tax is due",
        "财税〔2016〕103号", "declarant", "按法定计量单位填写第二数量", "Give the quantity in the legal unit", "",
    ),
    "rule.tax.litres": (
        "第{line}行{name_zh}缺少升数，无法计算从量消费税",
        "Line {line}: {name_en} needs its litres for the consumption tax by volume",
        "消费税暂行条例 税目税率表", "declarant", "填写升数", "Give the litres", "",
    ),
    "rule.tax.weight": (
        "按重量分摊运保费需要每行的重量", "Spreading freight by weight needs the weight of every line", _ALGORITHM, "declarant",
        "填写重量或改按价格分摊", "Give the weights or spread by price", "",
    ),
    "rule.return.line": (
        "退货行{line}不在原清单内", "Returned line {line} is not on the original list", "海关总署公告2018年第194号", "declarant",
        "核对商品序号", "Check the line number", "",
    ),
    "rule.return.quantity": (
        "第{line}行累计退货数量超过原数量{quantity}",
        "Line {line}: more would be returned than the {quantity} that were released",
        "海关总署公告2018年第194号", "declarant", "核对退货数量", "Check the quantity", "",
    ),
    "rule.quota.customs_over": (
        "海关已反馈该订购人{year}年额度不足：可用不超过{room}元，本单{price}元",
        "Customs has told that this buyer's {year} quota does not suffice: at most {room} left, this order {price}",
        "海关回执1313 / -621018", "buyer", "按一般贸易申报，或等到下一公历年",
        "Declare as general trade, or wait for the next calendar year", "-621018",
    ),
    "rule.quota.unknown_list": (
        "额度台账中没有清单{list_key}", "The quota ledger does not know the list {list_key}", _ALGORITHM, "platform",
        "先登记占用", "Reserve first", "",
    ),
    "rule.quota.not_released": (
        "清单{list_key}尚未放行，应撤销占用而不是恢复额度",
        "The list {list_key} is not released yet: void the reservation, do not restore", _ALGORITHM, "platform", "", "", "",
    ),
    "rule.quota.already_released": (
        "清单{list_key}已放行计入额度，不能更改占用",
        "The list {list_key} is released and counted; its reservation cannot change", _ALGORITHM, "platform", "", "", "",
    ),
    "rule.quota.voided": (
        "清单{list_key}的占用已撤销", "The reservation of the list {list_key} is void", _ALGORITHM, "platform", "", "", "",
    ),
    "rule.quota.over_restore": (
        "恢复金额{amount}元超过清单{list_key}剩余计入额{left}元",
        "{amount} is more than the {left} still counted for the list {list_key}", _ALGORITHM, "platform",
        "核对退货金额", "Check the returned amount", "",
    ),
    "rule.quota.amount": (
        "额度金额必须大于0且为整分", "A quota amount must be above zero and whole cents", _ALGORITHM, "platform", "", "", "",
    ),
    "rule.guarantee.insufficient": (
        "税款担保余额{free}元小于本单税款{amount}元",
        "The free tax guarantee {free} is below this list's tax {amount}",
        "海关总署公告2018年第194号", "ebp", "向海关追加税款担保", "Lodge more guarantee with customs", "",
    ),
    "rule.guarantee.unknown_list": (
        "担保台账中没有清单{list_key}", "The guarantee ledger does not know the list {list_key}", _ALGORITHM, "platform",
        "", "", "",
    ),
    "rule.guarantee.over_release": (
        "解除金额{amount}元超过清单{list_key}占用的{left}元",
        "{amount} is more than the {left} held for the list {list_key}", _ALGORITHM, "platform", "", "", "",
    ),
    "rule.guarantee.amount": (
        "担保金额必须大于0且为整分", "A guarantee amount must be above zero and whole cents", _ALGORITHM, "platform", "", "",
        "",
    ),
    "rule.payment.bills": (
        "缴款须写明所缴的税单，且每份只写一次", "A payment names the bills it pays, each once", _ALGORITHM, "ebp",
        "填写税单编号", "Give the numbers of the bills", "",
    ),
    "rule.payment.amount": (
        "缴款金额必须大于0且为整分", "The amount paid must be above zero and whole cents", _ALGORITHM, "ebp",
        "按缴款书填写", "Give it as the receipt has it", "",
    ),
    "rule.payment.unknown_bill": (
        "没有税单{number}，或海关尚未告知其税额", "There is no bill {number}, or customs has not told its amount yet",
        _ALGORITHM, "ebp", "核对税单编号", "Check the number of the bill", "",
    ),
    "rule.payment.paid_already": (
        "税单{number}已由缴款{receipt}缴清", "The bill {number} is paid by the receipt {receipt}", _ALGORITHM, "ebp",
        "核对税单编号", "Check the number of the bill", "",
    ),
    "rule.payment.cancelled": (
        "税单{number}已被海关作废，无需缴款", "The bill {number} is cancelled by customs; nothing is due", _ALGORITHM, "ebp",
        "去掉该税单", "Leave it out", "",
    ),
    "rule.payment.partial": (
        "缴款{amount}元与所列税单应缴合计{due}元不符，不接受部分缴款",
        "{amount} is not the {due} due on the named bills; a part is not accepted", _ALGORITHM, "ebp",
        "核对金额和税单；滞纳金不计入", "Check amount and bills; a late fee does not count", "",
    ),
    "rule.payment.receipt_taken": (
        "缴款编号{receipt}已登记为另一笔缴款", "The receipt {receipt} is recorded as another payment", _ALGORITHM, "ebp",
        "核对缴款编号", "Check the number of the receipt", "",
    ),
    "rule.payment.future": (
        "缴款日{day}晚于今天", "The day of payment {day} is after today", _ALGORITHM, "ebp", "核对日期", "Check the day", "",
    ),
    "rule.payment.day": (
        "缴款日不是有效日期", "The day of payment is no day", _ALGORITHM, "ebp", "按yyyy-mm-dd填写", "Write it yyyy-mm-dd", "",
    ),
    "rule.payment.not_guarantor": (
        "税单{number}不由贵单位担保，或您无权查看", "The bill {number} is not guaranteed by your body, or not yours to see",
        "海关总署公告2018年第194号", "ebp", "由担保企业或海关登记", "The guarantor or customs records it", "",
    ),
    "rule.guarantee.paper": (
        "担保凭证须有编号、种类、金额和有效期，且失效不早于生效",
        "A paper of guarantee has a number, a kind, an amount and days of validity in their order",
        "海关总署公告2018年第194号", "zone", "补全后再登记", "Complete it and record it again", "",
    ),
    "rule.guarantee.paper_known": (
        "担保凭证{number}已登记，请用更正", "The paper {number} is recorded; correct it instead",
        "海关总署公告2018年第194号", "zone", "在该凭证上更正", "Correct that paper", "",
    ),
    "rule.guarantee.paper_unknown": (
        "没有担保凭证{number}，或已退还", "There is no paper {number}, or it was given back",
        "海关总署公告2018年第194号", "zone", "核对凭证编号", "Check the number of the paper", "",
    ),
    "rule.guarantee.firm_unknown": (
        "没有编码为{firm}的企业", "There is no enterprise {firm}", "海关总署公告2018年第194号", "zone",
        "核对海关编码或统一社会信用代码", "Check the customs code or the USCC", "",
    ),
    "rule.parcel.over_cap": (
        "包裹价值{value}元超过限值{cap}元，应退运或按货物办理",
        "The parcel's value {value} is above the cap {cap}: send it back or declare it as goods",
        "", "buyer", "办理退运或按货物报关", "Return it or declare it as goods", "",
    ),
    "rule.parcel.group": (
        "进境物品税目{group}不存在", "There is no article group {group}", "进境物品进口税税率表", "declarant", "可用：1、2、3",
        "Known: 1, 2, 3", "",
    ),
    **AGENCY,
    **EXPORT,
})  # fmt: skip

reason, refused = SENTENCES.reason, SENTENCES.refused
