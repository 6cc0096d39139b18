"""Pre-refunds of 9810 and their settlement as the API takes and tells them. Amounts are yuan with two decimals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Moment

Plain = Annotated[str, Field(max_length=20, pattern=r"^[0-9]{1,14}(\.[0-9]{1,5})?$")]


class PrerefundOut(Schema):
    """A pre-refunded line with its window and what was settled."""

    id: int
    list_no: str
    line_no: int
    filing: str = Field(description="申报编号 / Number of the filing")
    base: Decimal = Field(description="计退税金额 / Base of the refund")
    refund_rate: Decimal
    refunded: Decimal = Field(description="预退税额 / Pre-refund")
    handled_on: date
    first_on: date = Field(description="核算期起 / First day of settling")
    last_on: date = Field(description="核算期止 / Last day of settling")
    state: str = Field(description="open settled recovered")
    overdue: bool
    may_settle: bool = Field(description="今天可以核算 / May be settled today")
    actual_base: Decimal | None
    difference: Decimal | None = Field(
        description="累计核算差额，负数为补缴 / Difference in all; below zero it is paid back"
    )
    stands: Decimal = Field(description="现存退税额 / What stands of the refund")
    settled_at: Moment | None
    assessment: dict[str, Any] = Field(
        description="步骤与参数；earlier为不再计入的核算 / Steps and parameters; earlier: settlements that count no more"
    )


class PrerefundsOut(Schema):
    """A page of them, the next to end first."""

    rows: list[PrerefundOut]
    total: int
    page: int
    pages: int
    open: int
    overdue: int


class PromotionOut(Schema):
    """A year of promotion cost."""

    id: int
    firm_name: str
    year: int
    trade: str = Field(description="行业 / Trade")
    revenue: Decimal = Field(description="营业收入 / Revenue")
    spend: Decimal = Field(description="本年发生 / Spent in the year")
    commission: Decimal
    contracts: Decimal
    related: bool
    evidence: list[str]
    carry_in: Decimal = Field(description="上年结转 / Carried in")
    deducted: Decimal = Field(description="本年扣除 / Deducted")
    carry_out: Decimal = Field(description="结转以后年度 / Carried on")
    assessment: dict[str, Any] = Field(description="步骤、提示与参数 / Steps, warnings and parameters")


class PromotionsOut(Schema):
    """A page of them, the newest first."""

    rows: list[PromotionOut]
    total: int
    page: int
    pages: int


class SettlementIn(Schema):
    """What the sale really gave."""

    actual: Plain = Field(description="实际销售计退税金额（元） / Base of the refund by the real sale, yuan")
    sold: Plain | None = Field(
        None, description="已销售数量，空为未退运的全部 / Quantity sold; empty: all that did not come back"
    )
