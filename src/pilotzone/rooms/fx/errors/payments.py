"""The sentences about payments abroad 付汇; a part of the room's one table."""

from __future__ import annotations

from pilotzone.base.sentences import Row

_GOODS = "汇发〔2012〕38号"
_PLATFORM = "PilotZone rooms/fx/README.md"

# code: (zh, en, source, whose, mend_zh, mend_en)
PAYMENTS: dict[str, Row] = {
    "rule.fx.pay.in_order": (
        "凭证齐全（{share}），收款人与凭证一致，银行审核后付汇", "Vouchers cover {share} and name the payee; the bank checks, then pays",
        _GOODS, "bank", "", "",
    ),
    "rule.fx.pay.purpose": (
        "没有“{text}”这一付汇项目", "There is no kind of payment “{text}”", _PLATFORM, "ebc", "改选款项性质", "Choose the kind of payment",
    ),
    "rule.fx.pay.voucher_kind": (
        "没有“{text}”这一凭证种类", "There is no kind of voucher “{text}”", _PLATFORM, "ebc", "改选凭证种类", "Choose the kind of voucher",
    ),
    "rule.fx.pay.field": (
        "{name_zh}须按要求填写，不超过{most}个字符", "{name_en} has to be filled in as asked, with at most {most} signs", _PLATFORM, "ebc",
        "补填或缩短", "Fill it in or shorten it",
    ),
    "rule.fx.pay.vouchers_many": (
        "一笔付汇附了{count}份凭证，最多{most}份", "{count} vouchers stand behind one payment; {most} are the most", _PLATFORM, "ebc",
        "分笔申请", "Ask in several payments",
    ),
    "rule.fx.pay.day": (
        "付款日{day}早于今天", "The day of payment {day} is before today", _PLATFORM, "ebc", "改为今天或以后的工作日",
        "Choose today or a later working day",
    ),
    "rule.fx.pay.holiday": (
        "{day}（{name_zh}）银行不办理付汇，下一工作日为{next}", "Banks do not pay on {day} ({name_en}); the next working day is {next}",
        "国务院办公厅节假日安排", "ebc", "改为工作日", "Choose a working day",
    ),
    "rule.fx.pay.no_calendar": (
        "{year}年节假日安排尚未公布，不能确定付款日", "The holidays of {year} are not published yet; the day of payment cannot be fixed",
        "国务院办公厅节假日安排", "ebc", "选择已公布年度的工作日", "Choose a working day of a published year",
    ),
    "rule.fx.pay.licence": (
        "备案证照已到期：{names}，不予付汇", "A licence of the filing has ended ({names}); nothing is paid", "rooms/registry/README.md", "ebc",
        "更新证照后再申请", "Renew the licence, then ask again",
    ),
    "rule.fx.pay.payee": (
        "收款人“{payee}”与凭证出具人“{issuer}”不一致", "The payee “{payee}” did not issue the voucher; “{issuer}” did", _GOODS, "ebc",
        "向凭证出具人付款，或更换凭证", "Pay the issuer, or bring another voucher",
    ),
    "rule.fx.pay.no_voucher": (
        "没有合同、发票、报关单等付汇凭证", "There is no contract, invoice, declaration or other voucher", _GOODS, "ebc", "补充凭证",
        "Bring the vouchers",
    ),
    "rule.fx.pay.uncovered": (
        "凭证金额{covered}美元不足本次付汇{usd}美元", "The vouchers stand for {covered} USD, the payment is {usd} USD", _GOODS, "ebc",
        "补充凭证或减少金额", "Bring more vouchers, or pay less",
    ),
    "rule.fx.pay.voucher_differs": (
        "凭证{number}已按其他金额、币种或日期登记", "The voucher {number} is recorded with another amount, currency or day", _GOODS, "ebc",
        "核对是否重复使用", "Check whether it served before",
    ),
    "rule.fx.pay.declaration": (
        "单笔{usd}美元超过{limit}美元，须核验进口报关单电子信息", "{usd} USD is above {limit} USD: the bank checks the import declaration", "",
        "ebc", "补充进口报关单", "Bring the import declaration",
    ),
    "rule.fx.pay.tax_filing": (
        "服务费用单笔{usd}美元超过{limit}美元，须先办理对外支付税务备案",
        "A payment of {usd} USD for services is above {limit} USD: file it with the tax office first",
        "", "ebc", "办理税务备案并填写编号", "File it with the tax office and give the number",
    ),
    "rule.fx.pay.refund_receipt": (
        "退款须注明原收汇", "A refund names the receipt it sends back", _GOODS, "ebc", "选择原收汇", "Choose the receipt",
    ),
    "rule.fx.pay.refund_payee": (
        "退款只能退给原付款人“{payer}”", "A refund goes back to who paid: “{payer}”", _GOODS, "ebc", "改为原付款人",
        "Pay the one who paid",
    ),
    "rule.fx.pay.refund_currency": (
        "退款币种须与原收汇{currency}一致", "A refund is made in the currency of the receipt, {currency}", _GOODS, "ebc", "改为原币种",
        "Use the currency of the receipt",
    ),
    "rule.fx.pay.for_client": (
        "为客户代垫境外费用，客户须在{due}前偿还", "Overseas costs are advanced for a client, who repays by {due}", "", "", "", "",
    ),
    "rule.fx.pay.rmb": (
        "人民币对外付款，无需购汇；仍核对凭证与收款人", "Paid in RMB: nothing to buy; vouchers and payee are checked all the same",
        "人民币跨境收付信息管理系统（C级依据）", "", "", "",
    ),
    "rule.fx.pay.class_b": (
        "B类企业付汇须经银行电子数据核查", "Class B: the bank checks the electronic data before it pays", "", "bank", "", "",
    ),
    "rule.fx.pay.registered": (
        "已向外汇局登记，编号{number}，银行核对后办理", "Registered with SAFE as {number}; the bank checks that, then pays", _GOODS, "bank", "", "",
    ),
    "rule.fx.pay.advance_report": (
        "预付货款预计超过{days}天才到货（或未说明），须在{due}前报告贸易信贷",
        "The goods are not here within {days} days of the advance as far as known: report the trade credit by {due}",
        "", "ebc", "填报预付货款报告", "Report the advance",
    ),
    "rule.fx.pay.deferred_report": (
        "进口后超过{days}天付汇，属延期付款，须在{due}前报告贸易信贷",
        "Paid more than {days} days after import: a deferred payment, to be reported by {due}",
        "", "ebc", "填报延期付款报告", "Report the deferred payment",
    ),
    "rule.fx.pay.closed": (
        "本笔付汇已{state_zh}，不能再办理", "This payment is {state_en}; nothing more can be done with it", _PLATFORM, "bank", "", "",
    ),
    "rule.fx.pay.taken": (
        "付汇申请号{number}已用于另一笔付汇", "The number {number} is another payment", _PLATFORM, "ebc", "核对编号", "Check the number",
    ),
    "rule.fx.pay.unknown": (
        "没有这笔付汇，或您无权查看", "There is no such payment, or it is not yours to see", _PLATFORM, "", "", "",
    ),
    "rule.fx.pay.quota": (
        "超过个人年度购汇额度：本年已用{used}美元，本笔{usd}美元，额度{limit}美元",
        "Above a person's yearly quota to buy: {used} USD used, this one {usd} USD, the quota is {limit} USD",
        "汇发〔2007〕1号", "ebc", "提供交易凭证", "Bring vouchers of the trade",
    ),
}  # fmt: skip
