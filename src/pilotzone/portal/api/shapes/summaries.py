"""Summaries of export lists and the declarations made of them, as the API tells them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Moment


class MonthOut(Schema):
    """Released export lists of a month, consignor, declarant and customs office, by where they stand with their summary."""

    month: str = Field(description="结关月份 yyyy-mm / Month in which they were closed")
    seller: int | None = Field(None, description="收发货人 / The consignor's number, for drafting")
    seller_name: str
    customs_code: str
    open: int = Field(description="未汇总 / Not summed up")
    asked: int = Field(description="已申请汇总 / Applied for")
    summed: int = Field(description="已汇总 / Summed up")
    exempt: int = Field(description="免于汇总（汇总统计） / For statistics only")
    total: int
    late: int = Field(description="逾期申请汇总的清单 / Applied for after the last day")
    late_on: date | None = Field(None, description="其中最迟的申请日 / Day of the latest such application")
    due: date | None = Field(None, description="汇总截止 / Last day")
    provisional: bool = Field(description="当年节假日未公布 / The year's holidays are not published")
    light: str = Field(description="done、green、yellow、red")
    source: str
    tag: str


class MonthsOut(Schema):
    """Months, the newest first."""

    months: list[MonthOut]


class DeclarationShort(Schema):
    """A declaration a list went into."""

    id: int
    number: str


class SummaryListOut(Schema):
    """A released export list and where it stands."""

    id: int = Field(description="票号 / Number of the trade")
    list_no: str
    order_no: str
    closed: date
    customs_code: str
    mode: str
    standing: str = Field(description="open、asked、summed、exempt")
    zh: str
    en: str
    seller_name: str
    declarations: list[DeclarationShort]


class SummaryListsOut(Schema):
    """A page of lists."""

    rows: list[SummaryListOut]
    total: int
    page: int


class SummaryDraftIn(Schema):
    """What to sum up: the open lists of a consignor at a customs office."""

    seller: int = Field(ge=1, le=2**63 - 1, description="收发货人 / The consignor's number, as the months tell it")
    customs: str = Field(max_length=4, pattern=r"^[0-9]{4}$", description="申报地海关 / Declaring customs")
    by_producer: bool = Field(True, description="按生产销售单位汇总 / Group by producer as well")
    by_name: bool = Field(False, description="按商品名汇总 / Merge by goods name as well")


class SummaryDraftOut(Schema):
    """The drafted application, kept among the firm's drafts to be signed."""

    cop_no: str
    lists: int
    parts: int
    receipts: list[str]
    more: bool = Field(description="仍有未列入的清单 / More lists stand open")


class DeclarationOut(Schema):
    """A customs declaration made of lists."""

    id: int
    seq_no: str
    sum_no: str
    entry_id: str
    state: str
    customs_code: str
    seller_code: str
    agent_code: str
    gross: Decimal
    net: Decimal
    op_time: str
    received_at: Moment
    lists: int
    count: int


class DeclarationsOut(Schema):
    """A page of declarations."""

    rows: list[DeclarationOut]
    total: int
    page: int


class DeclarationLineOut(Schema):
    """A list's line inside a declaration."""

    list_no: str
    line_no: int
    goods_code: str
    place: int | None = None
    trade: int | None = None


class DeclarationWhole(DeclarationOut):
    """A declaration with its lines."""

    lines: list[DeclarationLineOut]
