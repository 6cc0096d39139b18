"""Trades, timelines and the day's board as the API tells them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Moment
from pilotzone.portal.api.shapes.exchange import Told

HOLDER = "现在在谁手里（代码） / Who holds it now (code)"


class TradeRow(Schema):
    """One trade of a list."""

    id: int
    flow: str = Field(description="I 进口，E 出口 / I import, E export")
    mode: str = Field(description="监管方式 / Trade mode, e.g. 9610")
    state: str
    state_zh: str
    state_en: str
    customs_status: str = Field("", description="海关回执状态码 / Customs' return status")
    holder: str = Field("", description=HOLDER)
    missing: list[str] = Field([], description="尚缺的单证 / Documents still missing")
    reasons: list[Told] = Field([], description="退单或等待的原因 / Why it is refused or waits")
    value: Decimal | None = Field(None, description="完税价格或货值（元） / Value in CNY")
    tax: Decimal | None = Field(None, description="应纳税额（元） / Tax in CNY")
    customs_code: str = ""
    unit: str = ""
    order_no: str = ""
    pay_no: str = ""
    logistics_no: str = ""
    cop_no: str = ""
    pre_no: str = ""
    invt_no: str = ""
    bill_no: str = ""
    first_at: Moment
    changed_at: Moment
    accepted_on: date | None = None
    history: bool = False


class TradesOut(Schema):
    """A page of trades, newest first."""

    rows: list[TradeRow]
    total: int
    page: int
    pages: int
    more: bool = False
    back: date | None = Field(
        None, description="已查到这一天为止，以 back 续查 / Looked back to this day; ask again with it as `back`"
    )


class Part(Schema):
    """A document that is there."""

    kind: str
    zh: str
    en: str
    document: int | None = Field(
        None, description="单证号；空为无权查看 / Its number, null where the caller may not see it"
    )
    at: str | None = None
    status: str = ""
    status_zh: str = ""
    status_en: str = ""


class Missing(Schema):
    """A document that is not there, and whose turn it is."""

    kind: str
    zh: str
    en: str
    whose: str
    organisation: int | None = None
    since: str


class TradeReceipt(Schema):
    """A receipt of customs or the E-port about the trade."""

    message: str
    status: str
    zh: str
    en: str
    time: str
    info: str = ""
    applied: bool
    why: str = ""
    why_zh: str = Field("", description="未采用或意外的原因 / Why it was not followed, or was a surprise")
    why_en: str = ""
    received_at: Moment


class TradeOut(TradeRow):
    """Everything about one trade the caller may see."""

    parts: list[Part] = []
    missing_parts: list[Missing] = []
    receipts: list[TradeReceipt] = []
    stages: list[tuple[str, str]] = Field([], description="（何事，何时） / (what, when)")
    firms: dict[str, Any] = Field({}, description="角色 → 单位 / Role → organisation")
    names: dict[int, str] = Field({}, description="单位 → 名称 / Organisation → name")
    roles: list[str] = Field([], description="本方角色 / The caller's own roles in it")
    may_correct: list[str] = Field([], description="须由本方更正的原因 / Reasons the caller must mend")
    assessment: dict[str, Any] | None = Field(None, description="计税明细 / How the tax was computed")
    wait_until: Moment | None = None


class EventOut(Schema):
    """One line of a timeline; without words for who is no party of the trade."""

    at: Moment
    code: str
    zh: str
    en: str
    source: str
    state: str
    state_zh: str
    state_en: str
    holder: str


class TimelineOut(Schema):
    """The life of one trade."""

    trade: int | None = Field(description="票号，仅当事方可见 / Its number, for parties only")
    full: bool = Field(description="是否当事方视图 / Whether the caller sees details or only stages")
    flow: str
    mode: str
    state: str
    state_zh: str
    state_en: str
    holder: str = Field(description=HOLDER)
    holder_zh: str
    holder_en: str
    since: Moment
    numbers: dict[str, str]
    events: list[EventOut]


class PaidEventOut(Schema):
    """What happened to a payment abroad."""

    at: Moment
    state: str
    zh: str
    en: str
    holder: str


class PaidOut(Schema):
    """The life of a payment abroad the caller sees."""

    id: int
    number: str
    state: str = Field(description="applied、asked、paid、refused")
    zh: str
    en: str
    holder: str = Field(description="bank、ebc（企业），办结为空 / bank, ebc (the firm), empty when done")
    holder_zh: str
    holder_en: str
    since: Moment
    events: list[PaidEventOut]


class TrackOut(Schema):
    """The trades that know a number, newest first, at most twenty; and the payments abroad of that number."""

    number: str
    found: list[TimelineOut]
    payments: list[PaidOut] = []


class Counter(Schema):
    """Trades that reached a state."""

    key: str
    zh: str
    en: str
    value: int


class Hours(Schema):
    """Trades that reached a state, hour by hour."""

    state: str
    points: list[tuple[Moment, int]]


class BoardOut(Schema):
    """The figures of the zone's day."""

    day: date
    counters: list[Counter]
    series: list[Hours]
