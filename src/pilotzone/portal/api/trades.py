"""/trades: the trades the caller sees. Row-level security decides which; a role must include seeing them at all."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Schema

from pilotzone.kernel.access.doors import require
from pilotzone.portal.api.callers import KNOWN
from pilotzone.portal.api.messages import LARGEST_ID
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Day, Router, Text, told
from pilotzone.portal.api.shapes.trade import TradeOut, TradesOut
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tracking import api as tracking

TradeId = Annotated[int, Field(ge=1, le=LARGEST_ID, description="票号 / Number of the trade")]
router = Router(auth=KNOWN, tags=["enterprise"])


class Filters(Schema):
    """What narrows the list; everything is optional."""

    state: list[Text] = Field([], max_length=30, description="状态，可多个 / States")
    flow: Text = Field("", description="I 进口，E 出口 / I import, E export")
    mode: Text = Field("", description="监管方式 / Trade mode")
    customs: Text = Field("", description="关区代码 / Customs district")
    holder: Text = Field("", description="在谁手里 / Who holds it")
    number: Text = Field("", description="任一单号，须完整 / Any of its numbers, exact")
    unit: Text = Field("", description="所属单位路径 / Path of the unit")
    since: Day | None = Field(None, description="首单到达日起 / First document on or after")
    until: Day | None = Field(None, description="首单到达日止 / First document on or before")
    back: Day | None = Field(None, description="续查：此日之前编号的票据 / Go on: trades numbered before this day")
    history: bool = Field(False, description="补录的历史数据 / Imported past messages instead")
    page: int = Field(1, ge=1, le=10_000_000)
    size: int = Field(50, ge=1, le=500)


@router.get("/trades", response=told(TradesOut, 401, 403), summary="票据列表 / List trades")
def trades(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """The trades you are a party of (an officer: of your department), newest first."""
    require("trade.see")
    asked = filters.model_dump(exclude={"page", "size"})
    asked["found"] = tracking.numbered(filters.number.strip()) if filters.number.strip() else []
    return clearance.trades(asked, page=filters.page, size=filters.size)


@router.get("/trades/{trade_id}", response=told(TradeOut, 401, 403, 404), summary="一票详情 / One trade")
def trade(request: HttpRequest, trade_id: Path[TradeId]) -> dict[str, Any]:
    """Parts, missing parts and from whom, reasons, receipts, stages, and how the tax was computed."""
    require("trade.see")
    found = clearance.trade(trade_id)
    if found is None:
        raise refusal("api.not_found")
    return found
