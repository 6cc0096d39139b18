"""/b2b, /channels: the lawful channel of a B2B export or of a consignment by mail or express, from the facts, with reasons."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path, Query, Schema

from pilotzone.kernel.access.doors import require
from pilotzone.portal.api.callers import KNOWN
from pilotzone.portal.api.changes import Page, Size, TradeId
from pilotzone.portal.api.shapes.basic import Day, Router, Text, told
from pilotzone.portal.api.shapes.exchange import Told
from pilotzone.portal.desks import channels as desk
from pilotzone.rooms.clearance import api as clearance

SEE = "trade.see"
router = Router(auth=KNOWN, tags=["enterprise"])


class B2bRow(Schema):
    """A B2B export with the channel it may take."""

    id: int
    order_no: str
    mode: str
    state: str
    state_zh: str
    state_en: str
    value: str
    currency: str
    customs_code: str
    channel: str = Field(description="list、declaration、refused")
    zh: str
    en: str


class B2bPage(Schema):
    """A page of B2B exports."""

    rows: list[B2bRow]
    total: int
    page: int


class DifferenceOut(Schema):
    """A line on which order and declaration differ."""

    gnum: str
    ordered: dict[str, str]
    declared: dict[str, str]
    fields: list[str]


class B2bAdvice(B2bRow):
    """The channel with its reasons, and the lines that differ."""

    reasons: list[Told]
    digits: int = Field(description="商品编码位数 / Digits of the goods code that suffice")
    both: bool = Field(description="也可用报关单 / A declaration is lawful as well")
    attached: str = Field(description="报关单随附单证代码 / Code of the attached document")
    declared: str = Field(description="list、draft 或空 / Which list was compared")
    differences: list[DifferenceOut]


class CompareIn(Schema):
    """Lines of an order and of a declaration made elsewhere, by the elements of the messages."""

    ordered: list[dict[str, str]] = Field(max_length=1000)
    declared: list[dict[str, str]] = Field(max_length=1000)


class CompareOut(Schema):
    """The lines that differ."""

    differences: list[DifferenceOut]


class ConsignmentIn(Schema):
    """The facts of a consignment."""

    flow: Literal["I", "E"] = "I"
    carrier: Literal["mail", "express"] = "mail"
    value: Text
    on: Day | None = None
    platform_sale: bool = False
    business_buyer: bool = False
    personal: bool = False
    documents: bool = False
    listed: bool | None = None
    data_sent: bool = True
    controlled: bool = False
    one_indivisible: bool = False
    from_hkmotw: bool = False
    group: Literal["", "1", "2", "3"] = Field("", description="行邮税税号类别 / Group of articles")


class ParcelOut(Schema):
    """Parcel tax where that channel is the lawful one."""

    statutory: Decimal
    total: Decimal
    exempt: bool
    allowed: bool


class ChannelOut(Schema):
    """The lawful channel and why."""

    channel: str
    zh: str
    en: str
    taxed_by: str
    complete: bool
    reasons: list[Told]
    parcel: ParcelOut | None = None


@router.get("/b2b", response=told(B2bPage, 401, 403), summary="B2B出口 / B2B exports")
def b2b(request: HttpRequest, page: Page = 1, size: Size = 50) -> dict[str, Any]:
    """B2B orders (B, W) with the channel each may take by what its documents tell."""
    require(SEE)
    return clearance.b2b_trades(page, size)


# before the address with a number, which would take this one for a number
@router.post("/b2b/compare", response=told(CompareOut, 401, 403), summary="逐项比对 / Compare line by line")
def compare(request: HttpRequest, asked: CompareIn) -> dict[str, Any]:
    """Order lines against the lines of a customs declaration made elsewhere, before it is sent."""
    require(SEE)
    return {"differences": clearance.b2b_compared(asked.ordered, asked.declared)}


@router.get("/b2b/{trade_id}", response=told(B2bAdvice, 401, 403, 404), summary="B2B渠道 / Channel of a B2B export")
def advised(
    request: HttpRequest, trade_id: Path[TradeId], refund: bool = False, inspection: bool = False, duty: bool = False,
    licence: bool = False, warehouse: Annotated[Text, Field(description="海外仓备案编号 / Filing number")] = "",
) -> dict[str, Any]:  # fmt: skip
    """The channel with its reasons; order against list, or against the draft of one, line by line."""
    require(SEE)
    facts = {
        "refund": refund,
        "inspection": inspection,
        "duty": duty,
        "licence": licence,
        "warehouse": warehouse.strip(),
    }
    return clearance.b2b_advised(trade_id, facts)


@router.get("/channels", response=told(ChannelOut, 401, 403), summary="渠道判断 / The lawful channel")
def channel(request: HttpRequest, asked: Query[ConsignmentIn]) -> dict[str, Any]:
    """The lawful channel of a consignment by mail or express from its facts; never chosen by tax."""
    require(SEE)
    given = {
        "flow": asked.flow, "carrier": asked.carrier, "value": asked.value, "on": asked.on.isoformat() if asked.on else "",
        "listed": {True: "1", False: "0", None: ""}[asked.listed],
    }  # fmt: skip
    facts = desk.consignment(given, {name: getattr(asked, name) for name in desk.FACTS}, data_sent=asked.data_sent)
    found = clearance.channel_advice(facts)
    return {
        "channel": found.code, "zh": found.words[0], "en": found.words[1], "taxed_by": found.taxed_by, "complete": found.complete,
        "reasons": [one.as_dict() for one in found.reasons], "parcel": desk.parcel_of(facts, found, asked.group),
    }  # fmt: skip
