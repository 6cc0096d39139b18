"""/mandates: whom a firm lets send which documents for it, and for whom it may."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path

from pilotzone.kernel.access.doors import require
from pilotzone.portal.api.callers import KNOWN, enterprise
from pilotzone.portal.api.changes import Page, Size
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.changes import LARGEST_ID, MandateEnd, MandateNew, MandateOut, MandatesOut
from pilotzone.rooms.clearance import api as clearance

SEE, OWN = "trade.see", "mandate.own"
Number = Annotated[int, Field(ge=1, le=LARGEST_ID, description="授权序号 / Number of the mandate")]
Side = Annotated[Literal["", "given", "held"], Field(description="授予或受托 / Given or held")]
State = Annotated[
    Literal["", "running", "coming", "ended", "revoked"], Field(description="只看此状态 / Only in this state")
]
Query = Annotated[Text, Field(description="企业名称或编码 / Name or code of either firm")]
router = Router(auth=KNOWN, tags=["enterprise"])


@router.get("/mandates", response=told(MandatesOut, 401, 403), summary="代理授权 / List mandates")
def mandates(
    request: HttpRequest, side: Side = "", state: State = "", query: Query = "", page: Page = 1, size: Size = 50
) -> dict[str, Any]:
    """The mandates your firm gave and holds, newest first."""
    require(SEE)
    return clearance.listed_mandates({"side": side, "state": state, "query": query}, page, size)


@router.post("/mandates", response=told(MandateOut, 401, 403), summary="授予代理授权 / Give a mandate")
def give(request: HttpRequest, asked: MandateNew) -> dict[str, Any]:
    """Let another firm send these kinds of documents for yours, from a day and until a day or without end."""
    own = enterprise(request)
    require(OWN)
    agent = clearance.firm_of_code(asked.agent)
    if agent is None:
        raise refusal("api.input", {"agent": "unknown"})
    number = clearance.give_mandate(
        principal=own,
        agent=agent,
        kinds=asked.kinds,
        undertaking=asked.undertaking,
        since=asked.since,
        until=asked.until,
    )
    return clearance.access_mandate(number)


@router.get("/mandates/{number}", response=told(MandateOut, 401, 403, 404), summary="一项代理授权 / One mandate")
def mandate(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """Who, for whom, which documents, from when to when, how it ended."""
    require(SEE)
    return clearance.access_mandate(number)


@router.post(
    "/mandates/{number}/revoke", response=told(MandateOut, 401, 403, 404), summary="撤销代理授权 / Revoke a mandate"
)
def revoke(request: HttpRequest, number: Path[Number], asked: MandateEnd) -> dict[str, Any]:
    """End it at once: what the agent sends from now on is not accepted."""
    enterprise(request)
    require(OWN)
    clearance.revoke_mandate(number=number, reason=asked.reason)
    return clearance.access_mandate(number)
