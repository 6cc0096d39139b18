"""/export-tax/agencies: a service enterprise proposes 代办退税 agreements, the producer confirms, either ends; an officer reads."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Schema

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.portal.api.callers import KNOWN
from pilotzone.portal.api.messages import LARGEST_ID
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.agencies import AgenciesOut, AgencyConfirmationIn, AgencyIn, AgencyOut
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.rooms.tax import api as tax

Agreement = Annotated[int, Field(ge=1, le=LARGEST_ID, description="协议的编号 / Id of the agreement")]
router = Router(auth=KNOWN, tags=["export tax"])


class AgencyFilters(Schema):
    """What narrows the list; everything is optional."""

    state: Text = Field("", description="proposed confirmed filed ended / the same words in English")
    number: Text = Field("", description="协议编号或企业 / Number of the agreement, or a firm")
    page: int = Field(1, ge=1, le=1_000_000)
    size: int = Field(50, ge=1, le=500)


@router.get(
    "/export-tax/agencies", response=told(AgenciesOut, 401, 403), summary="代办退税协议 / List agency agreements"
)
def agencies(request: HttpRequest, filters: Query[AgencyFilters]) -> dict[str, Any]:
    """The agreements you are a side of (a tax officer: all), newest first."""
    require("refund.file" if may("refund.file") else "refund.decide")
    asked = {"state": filters.state, "number": filters.number}
    return tax.refund_agencies(asked, filters.page, filters.size, on=clock.today())


@router.post("/export-tax/agencies", response=told(AgencyOut, 400, 401, 403), summary="提出协议 / Propose an agreement")
def propose(request: HttpRequest, given: AgencyIn) -> dict[str, Any]:
    """For service enterprises: propose an agreement to a producer, who confirms it; the tax office then files it."""
    require("refund.file")
    return _one(tax.propose_agency(**given.model_dump(), at=clock.now()))


@router.get(
    "/export-tax/agencies/{agreement}", response=told(AgencyOut, 401, 403, 404), summary="一份协议 / One agreement"
)
def agency(request: HttpRequest, agreement: Path[Agreement]) -> dict[str, Any]:
    """One agreement you are a side of, with its state as of today."""
    require("refund.file" if may("refund.file") else "refund.decide")
    return _one(agreement)


@router.post(
    "/export-tax/agencies/{agreement}/confirmation", response=told(AgencyOut, 400, 401, 403, 404),
    summary="确认协议 / Confirm an agreement",
)  # fmt: skip
def confirm(request: HttpRequest, agreement: Path[Agreement], given: AgencyConfirmationIn) -> dict[str, Any]:
    """For the producer: what the agreement stands for and the account of the refund; it is to be filed anew after that."""
    require("refund.file")
    tax.confirm_agency(agreement, **given.model_dump(), at=clock.now())
    return _one(agreement)


@router.post(
    "/export-tax/agencies/{agreement}/end", response=told(AgencyOut, 401, 403, 404), summary="终止协议 / End an agreement",
    openapi_extra={"requestBody": {"content": {}}},
)  # fmt: skip
def end(request: HttpRequest, agreement: Path[Agreement]) -> dict[str, Any]:
    """Either side ends it from tomorrow on; what was exported until today may still be filed."""
    require("refund.file")
    tax.end_agency(agreement, at=clock.now())
    return _one(agreement)


def _one(agreement: int) -> dict[str, Any]:
    found = tax.refund_agency(agreement, on=clock.today())
    if found is None:
        raise refusal("api.not_found")
    return found
