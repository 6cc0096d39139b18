"""The sentences of the export side: code: (zh, en, source, whose, mend_zh, mend_en, official)."""

from __future__ import annotations

_103 = "财税〔2018〕103号"
_39 = "财税〔2012〕39号"
_46 = "税务总局公告2016年第46号"
_9 = "税务总局公告2022年第9号"
_9810 = "税务总局公告2025年第3号"
_RETURNED = "国家税务总局公告2012年第24号 第十条第（三）项"
_OWN = "docs/algorithms/export_tax.md"
Sentence = tuple[str, str, str, str, str, str, str]


def _told(zh: str, en: str, source: str, whose: str = "ebc", mend_zh: str = "", mend_en: str = "") -> Sentence:
    return zh, en, source, whose, mend_zh, mend_en, ""


EXPORT: dict[str, Sentence] = {
    "rule.export.no_declaration": _told(
        "没有出口报关单或申报清单的电子信息，视同内销征税", "Without electronic information of the declaration the goods are taxed as sold inside",
        _39, "ebc", "补齐报关单信息后重新判定", "Bring the declaration, then decide again",
    ),
    "rule.export.cancelled": _told(
        "商品{hs}已明确取消出口退（免）税，视同内销征税", "Refund and exemption of {hs} were cancelled: taxed as sold inside", _103, "ebc",
        "按内销申报缴纳增值税", "Declare VAT as for a sale inside",
    ),
    "rule.export.refundable": _told(
        "符合退（免）税条件，应在{last}前申报", "Meets the conditions of a refund; file by {last}", "财税〔2013〕96号", "",
    ),
    "rule.export.ordinary_voucher": _told(
        "仅取得普通发票等合法进货凭证，适用免税", "Only an ordinary legal purchase voucher: exempt, no refund", "财税〔2013〕96号 第二条", "",
    ),
    "rule.export.small_scale": _told(
        "小规模纳税人出口适用免税，不退税", "A small-scale taxpayer's exports are exempt, without refund", _39, "",
    ),
    "rule.export.no_refund_filing": _told(
        "尚未办理出口退（免）税备案", "The firm has not filed for export refund", "财税〔2013〕96号", "ebc",
        "向税务机关备案", "File with the tax authority",
    ),
    "rule.export.voucher_differs": _told(
        "增值税专用发票与出口货物不匹配", "The special invoice does not match the exported goods", "财税〔2013〕96号", "ebc",
        "核对品名、计量单位和数量", "Check goods, unit and quantity",
    ),
    "rule.export.not_received": _told(
        "尚未收汇，应在申报期截止日{last}前收汇", "Foreign exchange is not received yet; it must be by {last}", "财税〔2013〕96号", "ebc",
        "登记收汇日期", "Record the day of receipt",
    ),
    "rule.export.expired": _told(
        "已过申报期限{last}，视同内销征税", "The period ended on {last}: taxed as sold inside", _39, "ebc",
        "按内销申报缴纳增值税", "Declare VAT as for a sale inside",
    ),
    "rule.export.no_invoice": _told(
        "同时符合无票免税四项条件：免征增值税、消费税，不退税", "All four conditions hold: exempt from VAT and consumption tax, no refund", _103, "",
    ),
    "rule.export.not_in_force": _told(
        "{day}尚未实行无票免税，未取得进货凭证的视同内销征税",
        "On {day} the exemption without invoices was not in force: taxed as sold inside", _103, "",
    ),
    "rule.export.not_registered": _told(
        "未在综试区注册或未登记六项信息（条件一）", "Not of the zone, or the six fields are not registered (first condition)", _103, "ebc",
        "在平台登记出口日期、货物名称、计量单位、数量、单价、金额", "Register the six fields on the platform",
    ),
    "rule.export.elsewhere": _told(
        "不是在综试区所在地海关办理电子商务出口手续（关区{customs}，监管方式{mode}，条件二）",
        "Not exported at the customs of the zone's location (district {customs}, mode {mode}; second condition)", _103, "ebc",
    ),
    "rule.export.has_voucher": _told(
        "已取得有效进货凭证，不适用无票免税（条件四）", "A valid purchase voucher was obtained (fourth condition)", _103, "ebc",
        "按退税或普通免税办理", "Use refund or ordinary exemption",
    ),
    "rule.export.six_fields": _told(
        "六项登记信息不全或无效：{fields}", "Of the six registered fields these are missing or void: {fields}", _103, "ebc",
        "补齐后再登记", "Complete them and register again",
    ),
    "rule.export.line": _told(
        "清单编号{list_no}或商品序号{line_no}无效", "The list number {list_no} or line {line_no} is not valid", _OWN, "ebc",
        "填写海关清单编号和商品序号", "Give customs' list number and the line",
    ),
    "rule.export.taken": _told(
        "清单{list_no}第{line_no}项已由其他企业登记", "Line {line_no} of {list_no} is registered by another firm", _OWN, "ebc",
        "核对清单编号", "Check the number",
    ),
    "rule.export.frozen": _told(
        "清单{list_no}第{line_no}项已申报退税，不能再改登记", "Line {line_no} of {list_no} is filed for refund; its registration is closed",
        _OWN, "ebc", "先撤回退税申报", "Take the filing back first",
    ),
    "rule.export.money": _told(
        "{name}“{value}”不是有效金额：元、最多两位小数、不为负", "{name} “{value}” is not an amount in yuan with at most two decimals, not below zero",
        _OWN, "ebc", "按整分填写", "Write whole cents",
    ),
    "rule.export.month": _told(
        "所属期“{month}”无效，应为yyyy-mm且不晚于本月", "The period “{month}” is not a month yyyy-mm up to the present one", _OWN, "ebc",
        "按出口月份填写", "Give the month of export",
    ),
    "rule.export.wrong_period": _told(
        "清单{list_no}第{line_no}项出口于{day}，不属于所属期{month}", "Line {line_no} of {list_no} was exported on {day}, not in {month}",
        _39, "ebc", "改到该月申报", "File it in its own month",
    ),
    "rule.export.not_refundable": _told(
        "清单{list_no}第{line_no}项适用{treatment}，不能申请退税", "Line {line_no} of {list_no} is {treatment_en}: no refund can be filed", _103, "ebc",
        "从申报中去掉该行；理由见该行的处理判定", "Leave the line out; its treatment says why",
    ),
    "rule.export.unmatched": _told(
        "清单{list_no}第{line_no}项尚未与海关放行数据匹配", "Line {line_no} of {list_no} is not matched with a released list yet", _103, "ebc",
        "先做当月匹配并处理差异", "Run the month's match and clear its residuals",
    ),
    "rule.export.refunded_already": _told(
        "清单{list_no}第{line_no}项已在退税申报中或已退税，同一行只退一次", "Line {line_no} of {list_no} is applied for or refunded; a line is refunded once",
        _OWN, "ebc", "去掉该行", "Leave it out",
    ),
    "rule.export.not_standing": _told(
        "清单{list_no}第{line_no}项不在可办理的状态", "Line {line_no} of {list_no} does not stand where this can be done", _OWN, "platform",
    ),
    "rule.export.claw_exceeds": _told(
        "追回金额超过清单{list_no}第{line_no}项已退税额", "More would be recovered than line {line_no} of {list_no} was refunded", _OWN, "tax",
    ),
    "rule.export.rate": _told(
        "退税率{refund}须在0与征税率{vat}之间", "The refund rate {refund} lies between zero and the VAT rate {vat}", "出口退税率文库", "ebc",
        "按出口日期的退税率文库填写", "Use the rate of the day of export",
    ),
    "rule.export.fx_method": _told(
        "折算方法“{method}”不存在：当月第一个工作日或当日", "There is no conversion method “{method}”: month_first or same_day", _39, "ebc",
    ),
    "rule.export.no_lines": _told("没有选择可退税的出口货物", "No refundable line was chosen", _OWN, "ebc", "勾选至少一行", "Choose a line"),
    "rule.export.line_unread": _told(
        "无法识别的清单编号－项：{text}", "This is no list number and line that can be read: {text}", _OWN, "ebc",
        "写作“清单编号-项号”，每行一个", "Write list number, hyphen, line; one in a row",
    ),
    "rule.export.too_many_lines": _told(
        "一份申报最多{most}项，选了{n}项", "A filing has at most {most} lines; {n} were chosen", _OWN, "ebc", "分几份申报", "File in parts",
    ),
    "rule.export.profile": _told(
        "税务机关尚未登记贵单位的退税资料（纳税人身份、备案、分类）", "The tax authority has not recorded the firm's refund profile", _46, "tax",
        "请联系主管税务机关", "Ask the tax office",
    ),
    "rule.export.filing_kind": _told(
        "申报种类{kind}与企业类型不符", "A filing of kind {kind} does not fit this firm", _39, "ebc", "外贸企业用免退税，生产企业用免抵退",
        "Traders use refund, producers exempt-credit-refund",
    ),
    "rule.export.fx_proof": _told(
        "四类企业、逾期申报或曾提供虚假收汇材料的须提供收汇凭证", "Class four, a late filing or earlier false proof needs proof of foreign exchange", _46,
        "ebc", "填写收汇凭证编号", "Give the number of the proof",
    ),
    "rule.export.filing_state": _told(
        "申报{number}现为“{state}”，不能这样办理", "The filing {number} is “{state}”; this cannot be done now", _OWN, "ebc",
        "刷新页面查看现状", "Load the page again",
    ),
    "rule.export.filing_unknown": _told(
        "没有这份退税申报，或您无权查看", "There is no such refund filing, or it is not yours to see", _OWN, "ebc", "核对编号", "Check its number",
    ),
    "rule.export.four_eyes": _told(
        "初审与复核不能是同一人", "Review and decision are made by two persons", "税务机关内控制度（平台建议值）", "tax", "由另一位税务人员复核",
        "Let a colleague decide",
    ),
    "rule.export.reason": _told("请写明理由", "Give the reason", _OWN, "tax", "填写理由", "Write the reason"),
    "rule.export.signature": _told(
        "签名与申报内容不符，或证书不属于贵单位、已失效", "The signature does not fit the filing, or its certificate is not this firm's or has ended",
        "税务总局无纸化申报规定（平台理解）", "ebc", "换用本单位有效证书重新签名", "Sign again with a valid card of the firm",
    ),
    "rule.export.class.one": _told("符合一类企业全部条件", "Meets every condition of class one", _46, ""),
    "rule.export.class.four_credit": _told("纳税信用D级", "Tax credit D", _46, ""),
    "rule.export.class.four_fraud": _told("拒绝提供资料，或有虚开、骗税行为", "Refused records, or false invoices or refund fraud", _46, ""),
    "rule.export.class.four_customs": _told("海关失信企业", "Discredited with customs", _46, ""),
    "rule.export.class.four_fx": _told("外汇管理C类企业", "Class C of foreign exchange", _46, ""),
    "rule.export.class.four_locked": _told(
        "四类企业锁定至{until}，其间不调整类别；所列事实在锁定期后判定", "Class four is locked until {until}; the new facts count after it", f"{_46}（2022-05-01起另按{_9}）", "",
    ),
    "rule.export.class.three_new": _told("首次申报退税未满{months}个月", "Less than {months} months since the first refund", _46, ""),
    "rule.export.class.three_credit": _told("纳税信用C级", "Tax credit C", _46, ""),
    "rule.export.class.three_unpaid": _told("有欠税等未处理事项", "Unpaid tax or other open matters", _46, ""),
    "rule.export.class.not_one_credit": _told("纳税信用{credit}级，一类须A或B", "Tax credit {credit}; class one needs A or B", _46, ""),
    "rule.export.class.not_one_control": _told("未建立退税风险内控体系", "No risk control system", _46, ""),
    "rule.export.class.not_one_scale": _told("净资产比例或生产能力不符合一类", "Net assets or capacity do not fit class one", _46, ""),
    "rule.export.class.not_one_service": _told(
        "外综服企业须海关认证且外汇A类", "A service firm needs customs certification and class A of foreign exchange", _46, "",
    ),
    "rule.export.prerefund_early": _told("{day}尚未实行离境即退税", "On {day} there was no pre-refund yet", _9810, "ebc"),
    "rule.export.prerefund_mode": _told("监管方式{mode}不适用离境即退税，只适用9810", "Mode {mode} has no pre-refund, only 9810 has", _9810, "ebc"),
    "rule.export.prerefund_sold": _told(
        "申报时已销售的按一般退税办理", "What is sold when filing takes the ordinary refund", _9810, "ebc", "按免退税申报", "File the ordinary refund",
    ),
    "rule.export.prerefund_overdue": _told(
        "有{n}笔预退税逾期未核算，追回前不得再申报预退税", "{n} pre-refunds are overdue for settlement: no new ones until recovered", _9810, "ebc",
        "先核算或缴回", "Settle or repay first",
    ),
    "rule.export.settle_early": _told("核算期自{first}起", "Settlement begins on {first}", _9810, "ebc"),
    "rule.export.settle_late": _told("核算期已于{last}截止，应追回预退税款", "Settlement ended on {last}: the pre-refund is recovered", _9810, "ebc"),
    "rule.export.settle_sold": _told(
        "已销售数量{sold}不合：未退运的还有{left}；没有销售的，实际销售金额为0", "{sold} cannot have been sold: {left} did not come back; where nothing was sold the amount is zero",
        _9810, "ebc", "核对数量", "Check the quantity",
    ),
    "rule.export.settle_open": _told("核算期至{last}，尚不能追回", "Settlement runs to {last}; nothing is recovered yet", _9810, "tax"),
    "rule.export.prerefund_unknown": _told("没有这笔可核算的预退税", "There is no such pre-refund to be settled", _9810, "ebc"),
    "rule.export.promotion_deemed": _told(
        "核定征收企业按收入的4%计算所得，推广费扣除没有意义", "A firm of deemed profit pays on its revenue; a deduction changes nothing",
        "税务总局公告2019年第36号", "ebc",
    ),
    "rule.export.promotion_trade": _told("行业类别{trade}不存在", "There is no trade {trade}", _OWN, "ebc"),
    "rule.export.promotion_year": _told(
        "{year}年度须先登记上一年度，且以后年度未登记", "Record the year before {year} first, and no later one", "企业所得税法实施条例 第四十四条", "ebc",
    ),
    "rule.export.promotion_share": _told("推广费占收入比重偏高", "A high share of revenue is spent on promotion", "平台建议值", ""),
    "rule.export.promotion_related": _told("收款方为关联方", "The payee is related", "平台建议值", ""),
    "rule.export.promotion_evidence": _told("缺少凭据：{lacking}", "Evidence is lacking: {lacking}", "平台建议值", "ebc"),
    "rule.export.promotion_ended": _told(
        "{year}年度30%扣除政策已期满，按一般比例", "The 30 % notice has run out for {year}: the general share counts", "企业所得税法实施条例 第四十四条", "",
    ),
    "rule.export.answer": _told("请写明对疑点的答复", "Answer the question", _OWN, "ebc", "填写答复", "Write the answer"),
    "rule.export.returned_repay": _told(
        "货物已退税后退运：补缴已退税款{amount}元，凭《出口货物已补税/未退税证明》办理退运", "Refunded goods came back: {amount} yuan are repaid; the certificate of tax repaid lets the goods in",
        _RETURNED, "ebc", "向主管税务机关补缴", "Repay it to the tax authority",
    ),
    "rule.export.returned_reduce": _told(
        "货物已申报退税、尚未退付时退运：冲减申报税额{amount}元，退付时即扣回", "Goods applied for came back before the refund was paid: {amount} yuan are taken off as soon as it is paid",
        _RETURNED, "ebc", "也可撤回申报，按剩余数量重新申报", "Or withdraw the filing and file what is left",
    ),
    "rule.export.returned_less": _told(
        "货物未申报退税即退运：以后按剩余数量{left}申报", "Goods not filed yet came back: from now on what is left ({left}) is filed",
        _RETURNED, "",
    ),
    "rule.export.returned_nothing": _told(
        "货物适用免税（免征不退），没有退税款，退运不补税", "The goods were exempt without refund: nothing was refunded, nothing is repaid", _RETURNED, "",
    ),
    "rule.export.returned_offset": _told(
        "货物已视同内销征税，退运冲减当期销项税额，由企业在增值税申报中办理", "The goods were taxed as sold inside: the firm takes the output tax off in its VAT return",
        _RETURNED, "ebc",
    ),
    "rule.export.returned_undone": _told(
        "海关撤销清单后又重新放行：按退运处理的结果撤回，已补缴的{amount}元恢复为已退税款", "Customs released the list again after cancelling it: what was booked as come back is undone, the {amount} yuan repaid count as refunded again",
        _RETURNED, "ebc",
    ),
    "rule.export.returned_unsold": _told(
        "退运的{quantity}是核算时未销售的货物，其预退税已在核算时补回，不再补税", "The {quantity} that came back were unsold when the pre-refund was settled: it was repaid for them then", _9810, "",
    ),
    "rule.export.returned_settled": _told(
        "退运货物核算后的退税额已全部补回，无须再补税", "What the settled pre-refund gave for the goods that came back was repaid already", _9810, "",
    ),
    "rule.export.returned_quantity": _told(
        "退运数量{now}不合：申报{declared}，此前已退运{before}", "{now} cannot come back: {declared} declared, {before} came back before", _OWN, "ebc",
    ),
    "rule.export.simplified": _told(
        "清单{list_no}第{line_no}项以简化申报（清单核放、汇总统计）出口，没有报关单，不能退税", "Line {line_no} of {list_no} was declared simplified (for statistics only): there is no customs declaration, so no refund",
        "海关总署公告2018年第194号；财税〔2012〕39号", "ebc", "符合条件的适用无票免税；需退税的以后按汇总申报", "Exempt without invoice where it qualifies; declare for summary where refunds are wanted",
    ),
    "rule.export.returned_whole": _told(
        "清单{list_no}第{line_no}项已全部退运，没有可申报退税的货物", "All of line {line_no} of {list_no} came back; nothing is left to be refunded", _RETURNED, "ebc",
    ),
}  # fmt: skip
