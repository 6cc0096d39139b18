"""/registry: filings. Everybody may look one up; a firm reads and drafts its own; offices read those they see."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Field, Path, Query, Schema

from pilotzone.kernel.access.doors import require
from pilotzone.portal.api.callers import EVERYBODY, KNOWN
from pilotzone.portal.api.messages import LARGEST_ID
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.registry import FilingIn, FilingOut, FilingsOut, PublicFilingOut
from pilotzone.rooms.registry import api as registry

FilingId = Annotated[int, Field(ge=1, le=LARGEST_ID, description="备案号 / Number of the filing")]
router = Router(auth=KNOWN, tags=["enterprise"])
public = Router(auth=EVERYBODY, tags=["public"])


class Asked(Schema):
    """What narrows the list; everything is optional."""

    query: Text = Field("", description="名称或编码 / Name or code")
    state: Text = Field("", description="状态 / State")
    role: Text = Field("", description="企业类型 / Kind of firm")
    unit: Text = Field("", description="县区或园区代码，含下级 / Code of a county or park, with what lies below")
    page: int = Field(1, ge=1, le=1_000_000)
    size: int = Field(50, ge=1, le=500)


@public.get(
    "/registry/firms/{code}", response=told(PublicFilingOut, 404), summary="企业备案查询 / Look up a filed firm"
)
def firm(request: HttpRequest, code: Path[Text]) -> dict[str, Any]:
    """The public fields of a filing in force or suspended, by credit or customs code."""
    return registry.public(code)


@router.get("/registry/filings", response=told(FilingsOut, 401, 403), summary="备案列表 / List filings")
def filings(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The filings an office sees (a county's: those of its unit), the last moved first."""
    wanted = registry.Wanted(**asked.model_dump(exclude={"page", "size"}))
    return registry.filings(wanted, page=asked.page, size=asked.size)


@router.get("/registry/filings/{filing_id}", response=told(FilingOut, 401, 403, 404), summary="一份备案 / One filing")
def filing(request: HttpRequest, filing_id: Path[FilingId]) -> dict[str, Any]:
    """Fields with their sources, licences, what the registers say, findings, history."""
    return registry.filing(filing_id)


@router.get("/registry/mine", response=told(FilingOut, 401, 403, 404), summary="我的备案 / My filing")
def mine(request: HttpRequest) -> dict[str, Any]:
    """Your own firm's filing, a draft your county made for you included."""
    require("filing.fill")
    found = registry.mine()
    if found is None:
        raise refusal("api.not_found")
    return found


@router.post(
    "/registry/mine", response=told(FilingOut, 401, 403, 404), summary="保存备案草稿 / Keep the draft of my filing"
)
def fill(request: HttpRequest, draft: Body[FilingIn]) -> dict[str, Any]:
    """Keeps a draft, complete or not; `findings` says what is still wrong. Verifying and confirming is done by persons."""
    require("filing.fill")
    number = registry.claim()
    if number is None:
        raise refusal("api.not_found")
    registry.fill(
        number, version=draft.version, roles=draft.roles, values=draft.values,
        licences=[one.model_dump() for one in draft.licences], evidence=draft.evidence,
    )  # fmt: skip
    found = registry.mine()
    assert found is not None
    return found
