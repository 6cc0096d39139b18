"""Tax bills and guarantees as the API tells them. Amounts are yuan with two decimals, as text where customs told them so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Moment


class KindOut(Schema):
    """One kind of tax of a bill: customs' amount, ours, and the difference."""

    customs: Decimal | None
    ours: Decimal | None = Field(description="本平台测算 / Computed here")
    difference: Decimal | None = Field(description="海关减测算 / Customs' less ours; null while one side is missing")


class BillOut(Schema):
    """A tax bill of a released list."""

    tax_no: str = Field(description="税单编号 / Number of the bill")
    invt_no: str = Field(description="清单编号 / Number of the list")
    status: str = Field(description="税单状态（816、818） / Status as customs told it")
    returned_at: Moment
    amounts: dict[str, KindOut] = Field(description="tariff consumption_tax vat")
    agrees: bool | None = Field(description="一致；空为一方未告知 / Agrees; null while one side is missing")
    due: Decimal | None = Field(description="应缴 / What customs charges in all")
    released_on: date | None
    pay_from: date | None = Field(description="缴税期起 / First day to pay")
    pay_to: date | None = Field(description="缴税期止 / Last day to pay")
    receipt_no: str = Field(description="缴款编号，未缴为空 / Number of the payment; empty while open")
    paid_on: date | None


class BillsOut(Schema):
    """A page of them, the newest word first."""

    rows: list[BillOut]
    total: int
    page: int
    pages: int
    differing: int = Field(description="有差额 / Bills that differ")
    overdue: int = Field(description="超期未缴 / Bills overdue")


class GuaranteeOut(Schema):
    """A firm's guarantee."""

    organisation: int
    name: str
    code: str = Field(description="海关编码 / Customs code")
    deposited: Decimal = Field(description="担保总额 / Lodged")
    held: Decimal = Field(description="已占用 / Held")
    free: Decimal = Field(description="可用 / Free")
    ends: date | None = Field(description="最近到期日 / Next paper to end")
    light: str = Field(description="green yellow red")


class GuaranteesOut(Schema):
    """A page of them, the least free first."""

    rows: list[GuaranteeOut]
    total: int
    page: int
    ending: int = Field(description="有凭证将到期或已到期的企业 / Firms with a paper that ends soon or has ended")


class EntryOut(Schema):
    """An entry of a guarantee's statement."""

    at: Moment
    event: str = Field(description="DEPOSIT WITHDRAW HOLD RELEASE")
    list_key: str
    reference: str
    deposited_change: Decimal
    held_change: Decimal


class StatementOut(Schema):
    """A page of a firm's statement, newest first."""

    rows: list[EntryOut]
    total: int
    page: int
    pages: int
