"""Every sentence this room can say when it advises, refuses, warns or asks: one table, code by code.

An advice carries a `Reason`; bad input raises `Refused` with the same code and sentences. Where a sentence rests on a
dated parameter, its source is that parameter's document on that day, given by the caller.
"""

from __future__ import annotations

from pilotzone.base.sentences import Reason, Sentences, refused_as
from pilotzone.rooms.fx.errors.payments import PAYMENTS

__all__ = ["Reason", "reason", "refused", "refused_as"]

_GOODS = "汇发〔2012〕38号"
_PLATFORM = "PilotZone rooms/fx/README.md"
_PLAN = "三年行动方案 一、5"

# code: (zh, en, source, whose, mend_zh, mend_en)
SENTENCES = Sentences({
    "rule.fx.direct": (
        "A类外综服企业、数据信息完备（已匹配{share}，要求不低于{least}），可不经待核查账户直接结汇",
        "Class A trade service enterprise with complete data ({share} matched, {least} asked): "
        "settle directly, without the pending-verification account",
        "", "bank", "", "",
    ),
    "rule.fx.choice": (
        "A类企业自主决定不开立待核查账户，收汇可直接进入经常项目账户或结汇",
        "A class A firm that chose to keep no pending-verification account: "
        "the money goes to its current account or is settled",
        "", "bank", "", "",
    ),
    "rule.fx.pending": (
        "货物贸易收汇先进入待核查账户，银行审核后结汇或划转",
        "Receipts of goods trade come to the pending-verification account first; the bank checks, then settles or transfers",
        "", "bank", "", "",
    ),
    "rule.fx.strict": (
        "{klass}类企业收汇须进入待核查账户，不适用直接结汇",
        "Receipts of a class {klass} firm come to the pending-verification account; direct settlement is not open to it",
        "", "bank", "", "",
    ),
    "rule.fx.class_b_within": (
        "B类企业：本笔{usd}美元在可收汇额{room}美元之内，银行核查电子数据后办理",
        "Class B: {usd} USD is within the {room} USD that may be collected; the bank checks the electronic data",
        "", "bank", "", "",
    ),
    "rule.fx.class_b_over": (
        "B类企业：本笔{usd}美元超过可收汇额{room}美元，须先向外汇局登记",
        "Class B: {usd} USD is above the {room} USD that may be collected; register with SAFE first",
        "", "ebc", "向外汇局办理事前登记", "Register with SAFE beforehand",
    ),
    "rule.fx.class_c": (
        "C类企业须逐笔向外汇局事前登记", "A class C firm registers each item with SAFE beforehand",
        "", "ebc", "向外汇局办理事前登记", "Register with SAFE beforehand",
    ),
    "rule.fx.b_long": (
        "{klass}类企业{days}天以上延期收汇，须先向外汇局登记",
        "Class {klass}: collected more than {days} days after export; register with SAFE first",
        "", "ebc", "向外汇局办理事前登记", "Register with SAFE beforehand",
    ),
    "rule.fx.incomplete": (
        "数据信息不完备：已匹配{share}，要求不低于{least}",
        "The data are not complete: {share} matched, {least} asked",
        "", "ebc", "补充关联订单、清单或报关单、运单", "Link the missing orders, lists or declarations, waybills",
    ),
    "rule.fx.no_evidence": (
        "本笔收汇尚未关联任何交易单证", "No document of a trade is linked to this receipt yet",
        _GOODS, "ebc", "关联订单、清单、运单，或申明为预收货款", "Link orders, lists and waybills, or say that it is an advance",
    ),
    "rule.fx.client_unknown": (
        "客户尚未在平台登记备案", "The client is not registered on the platform", _PLAN, "service",
        "先为客户办理备案", "Register the client first",
    ),
    "rule.fx.advance": (
        "收汇大于已关联出口，差额{usd}美元属预收货款，依法可以办理",
        "The receipt is larger than the linked exports; the difference of {usd} USD is a lawful advance",
        _GOODS, "", "", "",
    ),
    "rule.fx.advance_report": (
        "预收货款预计超过{days}天才出口（或未说明），须在{due}前报告贸易信贷",
        "The advance is not exported within {days} days as far as known: report the trade credit by {due}",
        "", "ebc", "填报预收货款报告", "Report the advance",
    ),
    "rule.fx.deferred_report": (
        "出口后超过{days}天收汇，属延期收款，须在出口后{due}前报告贸易信贷",
        "Collected more than {days} days after export: a deferred receipt, to be reported by {due}",
        "", "ebc", "填报延期收款报告", "Report the deferred receipt",
    ),
    "rule.fx.not_listed": (
        "企业不在贸易外汇收支名录内，不得办理货物贸易收付汇",
        "The firm is not on the list of goods-trade foreign exchange; it may not collect or pay for goods",
        "", "ebc", "先办理名录登记", "Register on the list first",
    ),
    "rule.fx.micro": (
        "小微跨境电商企业：本年{what_zh}累计{usd}美元，未达{limit}美元，免名录登记",
        "Small cross-border trader: {usd} USD of {what_en} this year, below {limit} USD; no listing is needed",
        "", "", "", "",
    ),
    "rule.fx.micro_near": (
        "小微额度已用{share}：本年{what_zh}累计{usd}美元，上限{limit}美元（不含）",
        "{share} of the small trader's limit is used: {usd} USD of {what_en} this year, the limit is {limit} USD (not included)",
        "", "ebc", "提前准备名录登记", "Prepare for the listing",
    ),
    "rule.fx.micro_reached": (
        "本笔后本年{what_zh}累计{usd}美元，达到{limit}美元：办理下一笔前须完成名录登记",
        "With this one {what_en} of the year reach {usd} USD of {limit} USD: register on the list before the next",
        "", "ebc", "办理名录登记", "Register on the list",
    ),
    "rule.fx.micro_over": (
        "本年{what_zh}累计已达{usd}美元，超过小微免登记上限{limit}美元，须先办理名录登记",
        "{what_en} of this year are {usd} USD already, at or above {limit} USD: register on the list first",
        "", "ebc", "办理名录登记", "Register on the list",
    ),
    "rule.fx.individual_outside": (
        "个人跨境电商凭交易额证明或交易电子信息办理，不占用年度便利化额度",
        "A person with proof of the trade or its electronic information stays outside the yearly quota",
        "", "", "", "",
    ),
    "rule.fx.individual_within": (
        "个人年度便利化额度内办理：本年已用{used}美元，本笔{usd}美元，额度{limit}美元",
        "Within a person's yearly quota: {used} USD used, this one {usd} USD, the quota is {limit} USD",
        "", "", "", "",
    ),
    "rule.fx.individual_over": (
        "超过个人年度便利化额度：本年已用{used}美元，本笔{usd}美元，额度{limit}美元",
        "Above a person's yearly quota: {used} USD used, this one {usd} USD, the quota is {limit} USD",
        "", "ebc", "提供交易额证明或交易电子信息", "Bring proof of the trade or its electronic information",
    ),
    "rule.fx.opening_pack": (
        "开户资料不全，缺：{lacking_zh}", "The file for the account lacks: {lacking_en}", "", "ebc", "补齐资料", "Complete the file",
    ),
    "rule.fx.account_not_yet": (
        "该日尚无个人跨境电商外汇账户的规定", "On that day persons in cross-border e-commerce had no such account",
        "汇发〔2020〕11号", "", "", "",
    ),
    "rule.fx.institution.single": (
        "支付机构单笔{usd}美元超过{limit}美元", "A single transaction of {usd} USD is above the payment institution's {limit} USD",
        "", "pay", "拆分不改变性质；改由银行办理", "Splitting does not help; let the bank handle it",
    ),
    "rule.fx.institution.staff": (
        "支付机构外汇业务人员{have}名，少于{least}名（含负责人）",
        "The payment institution has {have} persons for foreign exchange, fewer than {least} (head included)",
        "", "pay", "配备人员", "Appoint staff",
    ),
    "rule.fx.institution.lacks": (
        "支付机构不具备：{lacking_zh}", "The payment institution lacks: {lacking_en}", "", "pay", "补齐条件", "Bring what is missing",
    ),
    "rule.fx.institution.netting": (
        "支付机构不得轧差办理收付汇", "A payment institution may not net receipts and payments", "", "pay",
        "分别办理并还原申报", "Handle both ways apart and report them in full",
    ),
    "rule.fx.institution.not_yet": (
        "该日尚无支付机构外汇业务的规定", "On that day payment institutions had no foreign exchange business",
        "汇发〔2015〕7号", "pay", "由银行办理", "Let the bank handle it",
    ),
    "rule.fx.net": (
        "境外仓储、物流、税收等费用可与出口货款轧差：实收{net}，须按全额还原申报收入{gross}、支出{costs}",
        "Overseas storage, logistics and taxes may be netted: {net} comes in, "
        "the gross receipt {gross} and the payment {costs} are still reported",
        "", "ebc", "", "",
    ),
    "rule.fx.net_not_yet": (
        "该日尚不允许轧差结算", "On that day netting was not allowed", "汇发〔2020〕11号", "ebc", "收付分别办理",
        "Handle receipt and payment apart",
    ),
    "rule.fx.net_kind": (
        "“{kind}”不在该日可轧差的费用之内", "“{kind}” is not among the costs that could be netted on that day", "", "ebc",
        "可轧差：仓储、物流、税收", "Storage, logistics and taxes may be netted",
    ),
    "rule.fx.net_class": (
        "{klass}类企业{how_zh}轧差", "Class {klass}: netting is {how_en}", "", "ebc", "收付分别办理", "Handle both apart",
    ),
    "rule.fx.net_exceeds": (
        "费用{costs}超过货款{gross}，不能以收汇轧差", "The costs {costs} exceed the proceeds {gross}; that is no receipt",
        "", "ebc", "作为付汇办理", "Handle it as a payment",
    ),
    "rule.fx.repay_overdue": (
        "代垫费用应于{due}前偿还", "The advanced costs were to be repaid by {due}", "", "ebc", "偿还代垫费用",
        "Repay what was advanced",
    ),
    "rule.fx.repay_over": (
        "偿还{amount}超过未偿还的{left}", "{amount} is more than the {left} still owed", _PLATFORM, "ebc", "核对金额",
        "Check the amount",
    ),
    "rule.fx.advance_not_yet": (
        "该日尚不允许代垫境外费用", "On that day overseas costs could not be advanced", "汇发〔2020〕11号", "ebp",
        "由企业自行支付", "Let the firm pay by itself",
    ),
    "rule.fx.collecting": (
        "外综服代客户收汇，条件齐备", "The trade service enterprise collects for its client; all conditions are met", "",
        "", "", "",
    ),
    "rule.fx.collecting_lacks": (
        "代客户收汇缺：{lacking_zh}", "To collect for a client it lacks: {lacking_en}", "", "service", "补齐条件",
        "Bring what is missing",
    ),
    "rule.fx.collecting_not_yet": (
        "该日尚无外综服代客户收汇的规定", "On that day a trade service enterprise could not collect for clients",
        "汇发〔2020〕11号", "service", "由出口企业收汇", "Let the exporter collect",
    ),
    "rule.fx.payee": (
        "收汇人与出口人不一致（谁出口谁收汇），且无代理、市场采购或外综服依据",
        "The payee is not the exporter (who exports collects), and no agency, market purchase or service is documented",
        _GOODS, "ebc", "由出口人收汇，或补充代理协议", "Let the exporter collect, or document the agency",
    ),
    "rule.fx.payee_documented": (
        "收汇人与出口人不一致，依据：{how_zh}", "The payee is not the exporter, documented by: {how_en}", _GOODS, "", "", "",
    ),
    "rule.fx.rmb": (
        "人民币收款，无需结汇，不占用外汇额度；仍核对单证与收款人",
        "Received in RMB: nothing to settle and no foreign quota used; documents and payee are checked all the same",
        "", "bank", "", "",
    ),
    "rule.fx.refund_route": (
        "收汇后{days}天内原路退汇，由银行办理", "Sent back the way it came within {days} days; the bank handles it", "", "bank",
        "", "",
    ),
    "rule.fx.refund_special_bank": (
        "A类企业特殊退汇{usd}美元不超过{limit}美元，由银行直接办理",
        "A special refund of {usd} USD by a class A firm, not above {limit} USD: the bank handles it", "", "bank", "", "",
    ),
    "rule.fx.refund_register": (
        "超过{days}天或非原路退汇，须先向外汇局登记",
        "After {days} days or by another way: register the refund with SAFE first", "", "ebc", "向外汇局登记",
        "Register with SAFE",
    ),
    "rule.fx.refund_over": (
        "退汇{amount}超过本笔可退{left}", "{amount} is more than the {left} of this receipt that can go back", _PLATFORM,
        "ebc", "核对金额", "Check the amount",
    ),
    "rule.fx.settle_over": (
        "结汇{amount}超过本笔尚未办理的{left}", "{amount} is more than the {left} of this receipt that is still open", _PLATFORM,
        "bank", "核对金额", "Check the amount",
    ),
    "rule.fx.used_up": (
        "单证{number}已用{used}美元，剩余{left}美元，不足本次{usd}美元：同一单证不得重复使用",
        "{used} USD of {number} are used, {left} USD left, not enough for {usd} USD: a document serves once",
        _GOODS, "ebc", "核对是否重复申报，或减少金额", "Check for a repetition, or use less",
    ),
    "rule.fx.link_over": (
        "关联金额合计超过收汇金额，最多还可关联{left}美元",
        "The links would exceed the receipt; at most {left} USD more", _PLATFORM, "ebc", "减少关联金额", "Link less",
    ),
    "rule.fx.linked_already": (
        "单证{number}已关联本笔收汇", "{number} is linked to this receipt already", _PLATFORM, "ebc", "", "",
    ),
    "rule.fx.trade_unknown": (
        "没有出口票{number}，或您无权查看", "There is no export trade {number}, or it is not yours to see", _PLATFORM, "ebc",
        "核对单号，或改用清单编号", "Check the number, or give that of the list",
    ),
    "rule.fx.trade_not_export": (
        "{number}不是出口票，不能作为收汇依据", "{number} is no export; it is no ground for a receipt", _GOODS, "ebc",
        "关联出口订单或清单", "Link an export order or list",
    ),
    "rule.fx.trade_value": (
        "{number}没有可用的金额", "{number} tells no amount that could be used", _PLATFORM, "ebc", "补正订单金额",
        "Correct the order",
    ),
    "rule.fx.amount": (
        "金额“{text}”须为大于0、不超过{most}的十进制数", "“{text}” must be a plain number above 0 and not above {most}",
        _PLATFORM, "ebc", "改正金额", "Correct the amount",
    ),
    "rule.fx.amount_decimals": (
        "{currency}金额最多{places}位小数", "An amount of {currency} has at most {places} decimals", "货币代码表", "ebc",
        "改正金额", "Correct the amount",
    ),
    "rule.fx.currency": (
        "币种“{text}”不在货币代码表内", "“{text}” is no currency of the code list", "货币代码表", "ebc", "使用三位币种代码",
        "Use the three-letter code",
    ),
    "rule.fx.rate_missing": (
        "缺少{month}{currency}对美元折算率", "There is no {currency} rate to US dollars for {month}",
        "国家外汇管理局 各种货币对美元折算率表", "platform", "等待外汇局月初折算率", "Wait for SAFE's table of the month",
    ),
    "rule.fx.day": (
        "日期“{text}”无效或在今天之后", "“{text}” is no day, or after today", _PLATFORM, "ebc", "按yyyy-mm-dd填写", "Write it yyyy-mm-dd",
    ),
    "rule.fx.closed": (
        "本笔收汇已{state_zh}，不能再办理", "This receipt is {state_en}; nothing more can be done with it", _PLATFORM, "bank",
        "", "",
    ),
    "rule.fx.not_applied": (
        "企业尚未就本笔收汇提出申请", "The firm has not applied for this receipt yet", _PLATFORM, "ebc", "等待企业申请",
        "Wait for the firm",
    ),
    "rule.fx.reason_wanted": (
        "与平台建议不一致或不予办理时须写明理由", "A decision against the advice, or a refusal, needs its reason", _PLATFORM,
        "bank", "写明理由", "Give the reason",
    ),
    "rule.fx.decision": (
        "没有“{text}”这一处理结果", "There is no decision “{text}”", _PLATFORM, "bank", "", "",
    ),
    "rule.fx.consent": (
        "企业尚未同意向该银行提供单证信息", "The firm has not agreed to show its documents to this bank", "个人信息保护法 数据安全法",
        "ebc", "先办理数据授权", "Give the consent first",
    ),
    "rule.fx.bank": (
        "没有这家银行", "There is no such bank", _PLATFORM, "ebc", "核对银行", "Check the bank",
    ),
    "rule.fx.receipt_taken": (
        "收汇编号{number}已登记为另一笔收汇", "The number {number} is recorded as another receipt", _PLATFORM, "bank",
        "核对编号", "Check the number",
    ),
    "rule.fx.receipt_unknown": (
        "没有这笔收汇，或您无权查看", "There is no such receipt, or it is not yours to see", _PLATFORM, "", "", "",
    ),
    "rule.fx.payee_unknown": (
        "没有编码为{firm}的企业", "There is no enterprise {firm}", _PLATFORM, "bank", "核对统一社会信用代码或海关编码",
        "Check the USCC or the customs code",
    ),
    "rule.fx.report_unknown": (
        "没有待报告的贸易信贷，或您无权办理", "There is no trade credit to report, or it is not yours", _PLATFORM, "ebc", "", "",
    ),
    "rule.fx.check.onsite": (
        "达到现场核查情形：{what_zh}", "A case for a check on the spot: {what_en}", "汇发〔2012〕38号实施细则", "ebc",
        "准备说明材料", "Prepare the explanation",
    ),
    "rule.fx.check.level": (
        "{name_zh}{value}，平台提示{level_zh}（本地阈值由外汇局掌握）",
        "{name_en} is {value}: level {level_en} on the platform (SAFE keeps its local thresholds)",
        "", "ebc", "核对报告与登记是否遗漏", "Check for missing reports and registrations",
    ),
    **PAYMENTS,
})  # fmt: skip

reason, refused = SENTENCES.reason, SENTENCES.refused
