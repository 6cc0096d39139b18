"""Receipts of foreign exchange as the API takes and tells them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Day, Moment, Text


class FxReasonOut(Schema):
    """One sentence of an advice."""

    code: str
    text_zh: str
    text_en: str
    source: str
    whose: str = ""
    mend_zh: str = ""
    mend_en: str = ""


class FxReportDueOut(Schema):
    """A trade credit to be reported."""

    kind: str
    usd: str
    due_on: str


class FxAdviceOut(Schema):
    """What the platform advises; the bank decides."""

    outcome: str = Field(description="direct settle review credit wait register refuse / the same words in English")
    account: str
    reasons: list[FxReasonOut]
    parameters: list[dict[str, str]] = Field(description="key value from document article tag / dated values used")
    whose: str
    missing: list[str]
    share: str
    reports: list[FxReportDueOut]
    counts_quota: bool
    algorithm: str


class FxReceiptIn(Schema):
    """One receipt as a bank tells it. What is wrong with a row is told in its answer and stops no other."""

    number: str = Field("", description="收汇编号 / The bank's number of the receipt")
    payee: str = Field("", description="收汇人统一社会信用代码或海关编码 / USCC or customs code of the payee")
    client: str = Field("", description="代收的客户，可空 / Client it is collected for, optional")
    payer: str = Field("", description="付款人 / Payer")
    country: str = Field("", description="付款国别 / Country of the payer")
    currency: str = Field("", description="币种，ISO 或海关代码 / Currency, ISO or customs code")
    amount: str = Field("", description="金额 / Amount")
    received_on: str = Field("", description="收汇日 yyyy-mm-dd / Day of receipt")
    via_institution: bool = Field(False, description="经支付机构 / Through a payment institution")


class FxReceiptsIn(Schema):
    """What came in."""

    receipts: list[FxReceiptIn] = Field(max_length=500)


class FxTakenOut(Schema):
    """The answer to one row: the id, or the code and sentence that refused it."""

    number: str
    id: int | None
    again: bool
    code: str = ""
    zh: str = ""
    en: str = ""


class FxTakenListOut(Schema):
    """One answer each."""

    rows: list[FxTakenOut]


class FxReceiptRowOut(Schema):
    """A receipt in a list; amounts in its own currency, `…usd` in US dollars."""

    id: int
    number: str
    organisation: int
    bank: int
    currency: str
    amount: str
    usd: str
    linked_usd: str
    settled: str
    credited: str
    returned: str
    refunded: str
    left: str
    received_on: Day
    state: str
    purpose: str
    outcome: str


class FxReceiptsOut(Schema):
    """A page of receipts."""

    rows: list[FxReceiptRowOut]
    total: int
    page: int
    waiting: int


class FxDocumentOut(Schema):
    """A trade behind a receipt, and the other receipts it serves."""

    id: int
    number: str
    usd: Decimal
    value_usd: Decimal
    used_usd: Decimal
    state: str
    facts: dict[str, Any]
    others: list[str]


class FxDecisionOut(Schema):
    """What was advised or decided, with the rule and the edition of the data."""

    maker: str
    outcome: str
    amount: Decimal | None
    note: str
    algorithm: str
    edition: str
    at: Moment


class FxReceiptOut(FxReceiptRowOut):
    """One receipt; `hidden`: the firm's consent does not stand and the documents are not shown."""

    advice: FxAdviceOut
    documents: list[FxDocumentOut]
    hidden: bool
    consent: Moment | None
    decisions: list[FxDecisionOut]


class FxLinkIn(Schema):
    """Which trade stands behind the receipt, and for how much."""

    number: Text = Field(description="出口订单编号或清单编号 / Number of the export order or list")
    usd: str = Field("", description="使用金额（美元），空为全部 / Amount used in USD; empty: all that can be used")


class FxLinkOut(Schema):
    """The link as made."""

    link: int
    usd: str
    number: str


class FxApplicationIn(Schema):
    """What the firm says of the receipt."""

    purpose: str = Field("goods", description="goods 货款，advance 预收货款 / goods or advance")
    expected_on: Day | None = Field(None, description="预计出口日 / Expected day of export")
    agency: Text = Field("", description="代理出口协议号 / Agency agreement")
    collecting: list[Text] = Field([], max_length=10, description="代收条件 / Conditions met to collect for a client")


class FxDecisionIn(Schema):
    """The bank's decision; `reference` makes it idempotent."""

    decision: str = Field(
        description="settle 结汇，credit 划转，ask 补充材料，refuse 不予办理 / settle credit ask refuse"
    )
    reference: str = Field(min_length=1, max_length=40, description="银行业务号 / The bank's reference")
    amount: str = Field("", description="金额，空为全部 / Amount; empty: all that is open")
    note: Text = Field("", description="理由 / Reason")


class FxDecidedOut(Schema):
    """The state after it, and whether it was known already."""

    state: str
    again: bool


class FxVoucherIn(Schema):
    """A voucher behind a payment, in the payment's currency."""

    kind: str = Field(description="contract invoice declaration statement return / the same words in English")
    number: str = Field(description="凭证编号 / Number of the voucher")
    issuer: str = Field(description="出具人 / Issuer")
    dated_on: str = Field(description="凭证日期 yyyy-mm-dd / Day of the voucher")
    amount: str = Field(description="凭证金额 / Amount of the voucher")
    used: str = Field("", description="本笔使用，空为可用的全部 / Used here; empty: all that can be used")


class FxPaymentIn(Schema):
    """A payment abroad as a firm asks for it."""

    bank: int = Field(ge=1, description="银行的单位编号 / Id of the bank")
    number: str = Field(description="付汇申请号，本企业内唯一 / Your number, once for your firm")
    purpose: str = Field(
        description="goods advance refund storage logistics tax advertising / the same words in English"
    )
    payee: str = Field(description="境外收款人 / Payee abroad")
    country: str = Field("", description="收款国别 / Country of the payee")
    currency: str = Field(description="币种，ISO 或海关代码 / Currency, ISO or customs code")
    amount: str = Field(description="金额 / Amount")
    pay_on: Day = Field(description="付款日 / Day of payment")
    vouchers: list[FxVoucherIn] = Field([], max_length=20)
    client: str = Field("", description="代垫客户，可空 / Client the cost is advanced for, optional")
    receipt: int | None = Field(None, description="退款的原收汇 / Receipt that is sent back")
    same_route: bool = Field(True, description="原路退回 / Back the way it came")
    expected_on: Day | None = Field(None, description="预计到货日 / Goods expected on")
    registration: str = Field("", description="外汇局登记编号 / SAFE's registration")
    tax_filing: str = Field("", description="税务备案编号 / Number of the tax filing")


class FxAskedOut(Schema):
    """The payment's id and the advice; none where it was known already (`again`)."""

    id: int
    again: bool
    advice: FxAdviceOut | None


class FxPaymentRowOut(Schema):
    """A payment in a list."""

    id: int
    number: str
    organisation: int
    bank: int
    client: int | None
    purpose: str
    payee: str
    currency: str
    amount: str
    usd: str
    pay_on: Day
    state: str
    outcome: str
    receipt: int | None
    report_due_on: Day | None
    reported_at: Moment | None


class FxPaymentsOut(Schema):
    """A page of payments."""

    rows: list[FxPaymentRowOut]
    total: int
    page: int
    waiting: int


class FxVoucherOut(Schema):
    """A voucher behind a payment and the other payments it serves."""

    kind: str
    number: str
    issuer: str
    usd: Decimal
    value_usd: Decimal
    used_usd: Decimal
    others: list[str]


class FxPaymentDecisionOut(Schema):
    """What was advised or decided, with the rule and the edition of the data."""

    maker: str
    outcome: str
    note: str
    algorithm: str
    edition: str
    at: Moment


class FxPaymentOut(FxPaymentRowOut):
    """One payment."""

    advice: FxAdviceOut
    vouchers: list[FxVoucherOut]
    decisions: list[FxPaymentDecisionOut]


class FxPaymentReportIn(Schema):
    """The trade credit that is reported."""

    kind: str = Field("", description="advance 预付货款，deferred 延期付款，可空 / advance or deferred, optional")


class FxPaidIn(Schema):
    """The bank's decision on a payment."""

    decision: str = Field(description="pay ask refuse / the same words in English")
    reference: str = Field(
        min_length=1, max_length=60, description="银行业务编号 / Your number; the same again changes nothing"
    )
    note: str = Field("", description="理由 / Reason")


class FxPaidOut(Schema):
    """The payment's state."""

    state: str
    again: bool
    advice: FxAdviceOut | None = None
