"""Export lines, matches and refund filings as the API takes and tells them. Amounts are yuan with two decimals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Day, Moment, Text
from pilotzone.rooms.tax import api as tax

ListNo = Annotated[str, Field(max_length=20, pattern=r"^[A-Za-z0-9]+$", description="清单编号 / Number of the list")]
LineNo = Annotated[int, Field(ge=1, le=100, description="商品序号 / Line")]
# text, as everywhere in this interface: a binary fraction would change cents
Plain = Annotated[str, Field(max_length=30, pattern=r"^-?[0-9]{1,14}(\.[0-9]{1,5})?$")]
Rate = Annotated[str, Field(max_length=6, pattern=r"^0(\.[0-9]{1,4})?$")]


class LineIn(Schema):
    """A line by its key."""

    list_no: ListNo
    line_no: LineNo


class RegistrationIn(LineIn):
    """The six fields of a line and its proofs."""

    exported_on: Day = Field(description="出口日期 / Export date")
    goods_name: Text = Field(description="货物名称 / Goods")
    unit: Text = Field(description="计量单位代码 / Unit")
    quantity: Plain
    price: Plain = Field(description="单价 / Price")
    amount: Plain = Field(description="金额 / Amount")
    voucher: Literal["none", "ordinary", "special", "agency"] = "none"
    invoice_no: Text = ""
    invoice_amount: Plain | None = Field(None, description="不含税金额 / Net amount of the special invoice")
    invoice_matches: bool = True
    vat_rate: Rate | None = None
    refund_rate: Rate | None = None
    received_on: Day | None = Field(None, description="收汇日期 / Day of receipt")
    sold: bool = Field(True, description="9810海外仓是否已销售 / Sold when filing")

    def record(self) -> tax.Registration:
        """The room's own record; money of three decimals is refused."""
        six = tax.SixFields(
            self.exported_on, self.goods_name, self.unit, Decimal(self.quantity), Decimal(self.price),
            tax.money(self.amount, "amount"),
        )  # fmt: skip
        return tax.Registration(
            self.list_no, self.line_no, six, self.voucher, self.invoice_no,
            None if self.invoice_amount is None else tax.money(self.invoice_amount, "invoice_amount"),
            self.invoice_matches, _number(self.vat_rate), _number(self.refund_rate), self.received_on, self.sold,
        )  # fmt: skip


def _number(value: str | None) -> Decimal | None:
    return None if value is None else Decimal(value)


class RegisterIn(Schema):
    """Lines to register."""

    rows: list[RegistrationIn] = Field(min_length=1, max_length=500)


class RegisteredOut(Schema):
    """How many lines were registered."""

    registered: int


class MatchedOut(Schema):
    """A month's report; both sides add up."""

    registered: int
    released: int
    matched: int
    differing: int
    only_registered: int
    only_released: int
    share: str | None = Field(description="一致项占放行项 / Matched by released")


class LineOut(Schema):
    """A registered line with its treatment."""

    list_no: str
    line_no: int
    month: str
    exported_on: date
    goods_name: str
    unit: str
    quantity: Decimal
    price: Decimal
    amount: Decimal
    match: str = Field(description="waiting, matched, differs, only_registered")
    differs: list[str]
    treatment: str = Field(
        description="征税、退税、免税、无票免税、代办退税、待定 / taxed, refund, exempt, no_invoice, agency, waits"
    )
    assessment: dict[str, Any] = Field(description="理由、条件与参数 / Reasons, conditions, parameters")
    filing: str


class LinesOut(Schema):
    """A page of lines."""

    rows: list[LineOut]
    total: int
    page: int
    pages: int


class ExportReturnOut(Schema):
    """One return of a line and its effect."""

    quantity: Decimal = Field(description="退运数量 / Quantity that came back")
    declared: Decimal = Field(description="申报数量 / Quantity declared")
    returned_on: date
    effect: str = Field(
        description="补税、冲减、少申报、不补、冲减销项、重新放行已撤回 / repay, reduce, less, nothing, offset, undone"
    )
    amount: Decimal = Field(description="元 / Yuan")
    state: str = Field(description="booked；waiting：退付时扣回 / taken back when the refund is paid")
    assessment: dict[str, Any] = Field(description="理由、步骤与参数 / Reasons, steps, parameters")


class ExportReturnsOut(Schema):
    """What came back of a line, oldest first."""

    rows: list[ExportReturnOut]


class DraftIn(Schema):
    """A filing to draft; a producer adds its month."""

    kind: Literal["trade", "production", "prerefund", "agency"] = Field(
        description="免退税、免抵退税、离境即退、代办退税 / Of a trader, of a producer, pre-refund, for a producer"
    )
    month: Annotated[str, Field(max_length=7)]
    lines: list[LineIn] = Field(min_length=1, max_length=2000)
    output: Plain = "0"
    input: Plain = "0"
    opening: Plain = "0"
    rates: dict[str, Plain] = Field({}, max_length=20, description="币制代码→中间价 / Currency → middle rate")
    fx_proof: Text = ""

    def producer_month(self) -> tax.Month:
        """What a producer's month needs."""
        output, input_, opening = (tax.money(getattr(self, name), name) for name in ("output", "input", "opening"))
        return tax.Month(output, input_, opening, {code: Decimal(rate) for code, rate in self.rates.items()})


class DraftedOut(Schema):
    """The new filing."""

    id: int
    number: str
    amount: Decimal


class FilingRowOut(Schema):
    """A filing in a list."""

    number: str
    kind: str
    month: str
    class_number: int = Field(description="企业类别 / Class of the firm")
    amount: Decimal
    state: str
    receipt_no: str = Field(description="受理回执 / Receipt of the authority")
    due_on: date | None = Field(description="办理期限 / Day due by the class clock")
    light: str
    refund_no: str


class FilingsOut(Schema):
    """A page of filings."""

    rows: list[FilingRowOut]
    total: int
    page: int
    pages: int
    waiting: int
    late: int


class FilingOut(FilingRowOut):
    """One filing with everything about it."""

    assessment: dict[str, Any] = Field(description="逐级展开的金额 / The amount, step by step")
    marker: str
    question: str
    answer: str
    decision_reason: str
    signed_at: Moment | None
    accepted_at: Moment | None
    decided_at: Moment | None
    paid_at: Moment | None


class RefundToSignOut(Schema):
    """What the firm signs."""

    number: str
    string: str


class RefundSignatureIn(Schema):
    """The signature (Base64) and the certificate (PEM or Base64)."""

    certificate: Annotated[str, Field(max_length=8000)]
    signature: Annotated[str, Field(max_length=4096)]
