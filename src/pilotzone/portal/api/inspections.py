"""/release-times, /joint-inspection: public. /inspections: the joint inspection orders the caller sees."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field

from pilotzone.kernel import clock
from pilotzone.kernel.access import actor
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.portal.api.callers import EVERYBODY, KNOWN
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.inspections import InspectionsOut, JointOut, StudyOut
from pilotzone.rooms.clearance import api as clearance

Month = Annotated[
    str,
    Field(
        max_length=7, pattern=r"^(\d{4}-\d{2})?$", description="月份 yyyy-mm，空为最近一月 / Month; empty: the latest"
    ),
]
Way = Annotated[
    str,
    Field(
        max_length=6,
        pattern=r"^(\*|[IE]\d{0,4})$",
        description="方向与监管方式，如 I9610，* 为全部 / Flow and mode; * all",
    ),
]
Site = Annotated[
    str, Field(max_length=10, pattern=r"^[*0-9A-Za-z]+$", description="关区，* 为全部 / Customs code; * all")
]
State = Annotated[
    Literal["", "todo", "selected", "scheduled", "opened", "held", "done", "overtaken"],
    Field(description="状态 / State; todo: everything not concluded"),
]
Number = Annotated[Text, Field(description="清单、运单或订单编号 / Number of a list, waybill or order")]
Page = Annotated[int, Field(ge=1, le=1_000_000, description="第几页 / Page")]
Size = Annotated[int, Field(ge=1, le=500, description="每页几条 / Rows a page")]
RATE_DAYS = 365
public = Router(auth=EVERYBODY, tags=["public"])
router = Router(auth=KNOWN, tags=["enterprise"])


@public.get("/release-times", response=told(StudyOut, 404), summary="通关时间测定 / Time Release Study")
def release_times(request: HttpRequest, month: Month = "", way: Way = "*", site: Site = "*") -> dict[str, Any]:
    """How long each stage of clearance took in a month: median and 90th percentile, by way and customs code (WCO's method)."""
    months = clearance.inspections.study_months()
    chosen = next((one for one in months if f"{one:%Y-%m}" == month or not month), None)
    found = clearance.inspections.study(chosen, way=way, site=site) if chosen else None
    if found is None:
        raise refusal("api.not_found")
    return found | {"months": months}


@public.get("/joint-inspection", response=told(JointOut), summary="查检合一覆盖与命中率 / Coverage of joint inspection")
def joint_inspection(request: HttpRequest) -> dict[str, Any]:
    """Which supervised sites open goods once for all, second openings, and the hit-rate of each selection rule in a year."""
    today = clock.today()
    found = clearance.inspections.coverage(today)
    return found | {
        "share": f"{found['share']:f}",
        "rules": clearance.inspections.hit_rates(today - timedelta(days=RATE_DAYS), today),
    }


@router.get("/inspections", response=told(InspectionsOut, 401, 403), summary="查验安排与结果 / Joint inspection orders")
def inspections(
    request: HttpRequest, state: State = "", number: Number = "", page: Page = 1, size: Size = 50
) -> dict[str, Any]:
    """A firm's own consignments under inspection: slot, openings and result; officers see all, the newest first."""
    if current().kind != actor.AGENCY:
        require("trade.see")
    return clearance.inspections.listed({"state": state, "number": number}, page, size)
