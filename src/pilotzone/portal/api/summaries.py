"""/summaries, /declarations: export lists by month, the draft of their summary application, the declarations customs made."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.portal.api.callers import KNOWN, enterprise
from pilotzone.portal.api.changes import Page, Size
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.changes import LARGEST_ID
from pilotzone.portal.api.shapes.summaries import (
    DeclarationsOut,
    DeclarationWhole,
    MonthsOut,
    SummaryDraftIn,
    SummaryDraftOut,
    SummaryListsOut,
)
from pilotzone.rooms.clearance import api as clearance

SEE, DRAFT = "trade.see", "declare.submit"
Month = Annotated[str, Field(pattern=r"^[0-9]{4}-[0-9]{2}$", description="结关月份 yyyy-mm / Month of closing")]
Until = Annotated[str, Field(pattern=r"^([0-9]{4}-[0-9]{2})?$", description="截至月份 yyyy-mm / Last month")]
Count = Annotated[int, Field(ge=1, le=24, description="几个月 / How many months")]
Standing = Annotated[
    Literal["", "open", "asked", "summed", "exempt"], Field(description="只看此汇总情况 / Only with this standing")
]
Number = Annotated[Text, Field(description="编号 / A number")]
Declaration = Annotated[int, Field(ge=1, le=LARGEST_ID, description="报关单序号 / Number of the declaration")]
router = Router(auth=KNOWN, tags=["enterprise"])


@router.get("/summaries", response=told(MonthsOut, 401, 403), summary="各月汇总 / Summaries by month")
def months(request: HttpRequest, until: Until = "", count: Count = 4) -> dict[str, Any]:
    """Released export lists by month, with the last day of their summary and its light."""
    require(SEE)
    found = clearance.summary_months(today=clock.today(), until=_month(until) if until else None, count=count)
    return {"months": [one | {"month": f"{one['month']:%Y-%m}"} for one in found]}


@router.get("/summaries/{month}/lists", response=told(SummaryListsOut, 401, 403), summary="一月清单 / Lists of a month")
def lists(
    request: HttpRequest,
    month: Path[Month],
    standing: Standing = "",
    number: Number = "",
    page: Page = 1,
    size: Size = 50,
) -> dict[str, Any]:
    """The lists closed in a month and where each stands."""
    require(SEE)
    return clearance.summary_lists(_month(month), {"standing": standing, "number": number.strip()}, page, size)


@router.post("/summaries/{month}", response=told(SummaryDraftOut, 401, 403), summary="起草汇总申请 / Draft a summary")
def draft(request: HttpRequest, month: Path[Month], asked: SummaryDraftIn) -> dict[str, Any]:
    """Draft the application (CEB701) for what stands open in a month that is over; it is signed like every other draft."""
    enterprise(request)
    require(DRAFT)
    return clearance.draft_summary(
        month=_month(month),
        seller=asked.seller,
        customs=asked.customs,
        by_producer=asked.by_producer,
        by_name=asked.by_name,
    )


@router.get("/declarations", response=told(DeclarationsOut, 401, 403), summary="报关单 / Declarations")
def declarations(request: HttpRequest, number: Number = "", page: Page = 1, size: Size = 50) -> dict[str, Any]:
    """Declarations customs made of lists, the newest first; `number`: declaration, sequence or summary number."""
    require(SEE)
    return clearance.declarations({"number": number.strip()}, page, size)


@router.get(
    "/declarations/{number}", response=told(DeclarationWhole, 401, 403, 404), summary="一份报关单 / One declaration"
)
def declaration(request: HttpRequest, number: Path[Declaration]) -> dict[str, Any]:
    """One declaration with every list line in it."""
    require(SEE)
    return clearance.access_declaration(number)


def _month(text: str) -> date:
    try:
        return date(int(text[:4]), int(text[5:]), 1)
    except ValueError as wrong:
        raise refusal("api.input", {"month": "yyyy-mm"}) from wrong
