"""What can go wrong when somebody asks for a timeline."""

from __future__ import annotations

from pilotzone.base.errors import Refused
from pilotzone.base.sentences import Sentences


def not_found(number: str) -> Refused:
    """No trade knows this number (or none the caller may see)."""
    return Refused(
        code="tracking.not_found",
        zh=f"没有找到单号“{number}”。请核对单号；刚提交的单证通常几秒后可查，未签名申报的暂存单证查不到。",
        en=f"No trade with the number “{number}”. Check the number; documents just sent appear within seconds, drafts once they are signed and declared.",
        source="docs/glossary.md 一键跟踪",
    )


def bad_number() -> Refused:
    """What was typed cannot be a number of a trade."""
    return Refused(
        code="tracking.bad_number",
        zh="请输入 4 至 80 个字符的单号（字母、数字及 - _ . / |）。",
        en="Enter a number of 4 to 80 characters (letters, digits and - _ . / |).",
        source="CEB spec §3: the longest number, logisticsNo, has 80 characters",
    )


_PLATFORM = "PilotZone docs/algorithms/reconciliation.md"

# what is said of a residual of each kind, and what may go wrong at the desk of the reconciliation
SENTENCES = Sentences({
    "rule.reconcile.released_untaxed": (
        "清单{number}已放行，测算税款{left}，至{due}海关未下达电子税单",
        "List {number} was released; the tax computed is {left}, and customs gave no bill by {due}",
        "财关税〔2016〕18号; 海关总署公告2018年第194号", "customs", "海关补发税单或说明免征依据",
        "Customs gives the bill or says why none is due",
    ),
    "rule.reconcile.tax_unreleased": (
        "清单{number}有税单{subject}（{right}），但清单未放行", "There is a bill {subject} ({right}) for list {number}, which is not released",
        "财关税〔2016〕18号", "customs", "核实清单状态，未放行的作废税单", "Check the list; cancel the bill where it stays unreleased",
    ),
    "rule.reconcile.tax_differs": (
        "清单{number}测算税款{left}与海关税单{subject}的{right}不一致",
        "List {number}: the tax computed, {left}, differs from bill {subject}, {right}",
        "财关税〔2016〕18号; 财关税〔2018〕49号", "customs", "核对归类、完税价格与税率", "Check classification, dutiable price and rate",
    ),
    "rule.reconcile.unregistered": (
        "清单{number}第{subject}项（{left}）已放行，至{due}未作出口税收登记",
        "Line {subject} of list {number} ({left}) was released and not registered for its export treatment by {due}",
        "财税〔2018〕103号", "ebc", "登记六项信息，或说明按退税、征税处理", "Register the six fields, or say that it is refunded or taxed",
    ),
    "rule.reconcile.register_unreleased": (
        "登记的清单{number}第{subject}项（{right}）海关无放行记录",
        "Line {subject} of list {number} ({right}) is registered, but customs released no such line",
        "财税〔2018〕103号", "ebc", "核对清单编号与项号，或撤回登记", "Check list number and line, or withdraw the registration",
    ),
    "rule.reconcile.amount_differs": (
        "清单{number}货值{left}与对方记录{right}不一致（{subject}）",
        "List {number}: the value {left} differs from the other record, {right} ({subject})",
        _PLATFORM, "ebc", "核对金额与币制后更正登记或单证", "Check amount and currency; correct the registration or the document",
    ),
    "rule.reconcile.receipt_unlisted": (
        "收汇{subject}（{left}）中有款项至{due}无已放行清单对应：预收货款合法，但须办理贸易信贷报告",
        "Money of receipt {subject} ({left}) has no released list by {due}: an advance is lawful and is to be reported as trade credit",
        "汇发〔2012〕38号(F10)", "ebc", "关联清单，或办理预收货款报告", "Link the lists, or make the report of advances",
    ),
    "rule.reconcile.list_unreceived": (
        "清单{number}应收{left}，已关联收汇{right}，至{due}仍有未收",
        "List {number} is worth {left}; receipts linked are {right}, and the rest was not received by {due}",
        "汇发〔2012〕38号(F10)", "ebc", "关联收汇，或办理延期收款报告", "Link the receipt, or make the report of deferred receipts",
    ),
    "rule.reconcile.receipt_twice": (
        "收汇或单证重复使用：应有{left}，已用{right}", "A receipt or document was used twice: {left} there is, {right} was used",
        _PLATFORM, "bank", "核对并取消重复的关联", "Check and undo the second use",
    ),
    "rule.reconcile.payee_other": (
        "清单{number}的收汇{subject}，收款人不是出口人，也无代理或市场采购依据",
        "Receipt {subject} of list {number} was collected by another than the exporter, with no agency or market purchase behind it",
        "汇发〔2012〕38号(F9)", "bank", "补充代理协议或退回重新申报", "Add the agency agreement, or send back and declare anew",
    ),
    "rule.reconcile.signed_unreleased": (
        "清单{number}货物{right}已签收，但海关未放行", "The goods of list {number} were signed for on {right}, but customs did not release them",
        "海关总署公告2018年第194号", "customs", "立即核查货物去向与监管场所放行记录", "Find the goods and check the site's release records at once",
    ),
    "rule.reconcile.released_unsigned": (
        "清单{number}于{left}放行，至{due}无签收记录", "List {number} was released on {left} and nobody signed for the goods by {due}",
        _PLATFORM, "logi", "报送运单签收状态或说明滞留原因", "Send the waybill status or say why the goods wait",
    ),
    "rule.reconcile.returned_kept": (
        "清单{number}退货已办结，应恢复{left}，至{due}只恢复{right}",
        "The return of list {number} is closed; of {left} to give back, {right} was by {due}",
        "海关总署公告2020年第45号; 财关税〔2016〕18号", "customs", "恢复税款、担保与个人额度", "Restore tax, guarantee and the buyer's amount",
    ),
    "rule.reconcile.cancelled_kept": (
        "清单{number}已撤销，应退{left}，至{due}只退{right}",
        "List {number} is cancelled; of {left} to give back, {right} was by {due}",
        "海关总署公告2018年第194号", "customs", "释放担保、作废税单（已缴的申请退还）或取消收汇关联", "Release the guarantee, cancel the bill (claim back what was paid) or undo the link",
    ),
    "rule.reconcile.number_twice": (
        "清单{number}的号码重复：{right}", "A number is used twice at list {number}: {right}",
        _PLATFORM, "customs", "核实并保留其一", "Check and keep one of them",
    ),
    "rule.reconcile.rate_missing": (
        "清单{number}的币制{left}在当月折算率表中没有，无法折美元",
        "The month's table has no rate for {left}, the currency of list {number}: its value in dollars is unknown",
        "汇发〔2012〕38号(F13)", "safe", "载入当月折算率表", "Load the month's table",
    ),
    "rule.reconcile.running": (
        "另一次对账正在进行（{what}），请等它结束", "Another reconciliation is running ({what}); wait until it has ended",
        _PLATFORM, "", "", "",
    ),
    "rule.reconcile.days": (
        "起止日期不正确：须为已结束的日期，起日不晚于止日，一次不超过{most}天",
        "The days are not in order: they must be over, the first not after the last, at most {most} at once",
        _PLATFORM, "", "", "",
    ),
    "rule.reconcile.reason": (
        "请写明原因（不超过300字）", "Say why (300 characters at most)", _PLATFORM, "", "", "",
    ),
    "rule.reconcile.evidence": (
        "核销须附证据：单证编号、链接或说明文件", "To close it, name the evidence: a record's number, an address or a file",
        _PLATFORM, "", "", "",
    ),
    "rule.reconcile.step": (
        "该差异现为“{state_zh}”，不能这样办理", "The residual is {state_en} now; that cannot be done with it",
        _PLATFORM, "", "", "",
    ),
    "rule.reconcile.unknown": (
        "没有这条差异，或您无权查看", "There is no such residual, or it is not yours to see", _PLATFORM, "", "", "",
    ),
    "rule.reconcile.four_eyes": (
        "不能由说明差异的人自己核销", "Who explained a residual may not close it", _PLATFORM, "", "", "",
    ),
    "rule.reconcile.two_people": (
        "差异涉及款项：须先由一人说明，再由另一人核销", "Money differs: one person explains it first, another closes it", _PLATFORM, "", "", "",
    ),
    "rule.reconcile.file": (
        "证据文件须为PDF、JPEG或PNG，每个不超过{most}MB，一条差异最多{files}个",
        "A file of evidence is a PDF, JPEG or PNG of at most {most} MB; a residual has at most {files}", _PLATFORM, "", "", "",
    ),
})  # fmt: skip
