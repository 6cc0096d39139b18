"""/export-tax: a firm registers export lines, matches a month, drafts and signs refunds; a tax officer reads the same."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path

from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.portal.api.callers import KNOWN
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.export_tax import (
    DraftedOut,
    DraftIn,
    ExportReturnsOut,
    FilingOut,
    FilingsOut,
    LinesOut,
    MatchedOut,
    RefundSignatureIn,
    RefundToSignOut,
    RegisteredOut,
    RegisterIn,
)
from pilotzone.rooms.tax import api as tax

Number = Annotated[str, Field(max_length=30, pattern=r"^[A-Za-z0-9-]+$", description="申报编号 / Number of the filing")]
Month = Annotated[str, Field(max_length=7, description="所属期 yyyy-mm / Month of export")]
Page = Annotated[int, Field(ge=1, le=1_000_000, description="页 / Page")]
router = Router(auth=KNOWN, tags=["export tax"])


def _either() -> None:
    require("refund.file" if may("refund.file") else "refund.decide")


@router.post(
    "/export-tax/registrations", response=told(RegisteredOut, 401, 403), summary="六项登记 / Register export lines"
)
def register(request: HttpRequest, given: RegisterIn) -> dict[str, int]:
    """Register the six fields and proofs of up to 500 lines; all of them or none."""
    require("refund.file")
    return {"registered": tax.register_exports([row.record() for row in given.rows], at=clock.now())}


@router.post(
    "/export-tax/months/{month}/match", response=told(MatchedOut, 401, 403), summary="当月匹配 / Match a month",
    openapi_extra={"requestBody": {"content": {}}},
)  # fmt: skip
def match(request: HttpRequest, month: Path[Month]) -> dict[str, Any]:
    """Match your registered lines with customs' released lists of a month and decide every line's treatment."""
    require("refund.file")
    return tax.match_exports(month, at=clock.now())


@router.get("/export-tax/lines", response=told(LinesOut, 401, 403), summary="出口货物与税务处理 / Export lines")
def lines(
    request: HttpRequest,
    month: Text = "",
    treatment: Text = "",
    match: Text = "",
    page: Page = 1,
) -> dict[str, Any]:
    """Registered lines with their treatment, its reasons, conditions and the parameters behind it."""
    _either()
    return tax.export_lines({"month": month, "treatment": treatment, "match": match}, page)


@router.get(
    "/export-tax/lines/{list_no}/{line_no}/returns", response=told(ExportReturnsOut, 401, 403),
    summary="一项货物的退运 / What came back of a line",
)  # fmt: skip
def returns(request: HttpRequest, list_no: Path[Text], line_no: Path[int]) -> dict[str, Any]:
    """What came back of a line (CEB213) and what that did to its tax: repaid, taken off, filed less or nothing, with why and the article."""
    _either()
    return {"rows": tax.export_returns(list_no, line_no) if 0 < line_no <= 100 else []}


@router.post("/export-tax/refunds", response=told(DraftedOut, 401, 403), summary="起草退税申报 / Draft a refund")
def draft(request: HttpRequest, given: DraftIn) -> dict[str, Any]:
    """Draft a filing of matched, refundable lines of one month."""
    require("refund.file")
    keys = [(row.list_no, row.line_no) for row in given.lines]
    return tax.draft_refund(
        kind=given.kind, month=given.month, lines=keys, at=clock.now(), producer=given.producer_month(),
        fx_proof=given.fx_proof,
    )  # fmt: skip


@router.get("/export-tax/refunds", response=told(FilingsOut, 401, 403), summary="退税申报 / Refund filings")
def refunds(request: HttpRequest, state: Text = "", month: Text = "", page: Page = 1) -> dict[str, Any]:
    """Filings, newest first, with receipt, day due and light; `state=queue`: what the office has in hand."""
    _either()
    return tax.refund_filings({"state": state, "month": month}, page, on=clock.today())


@router.get("/export-tax/refunds/{number}", response=told(FilingOut, 401, 403, 404), summary="一份申报 / One filing")
def refund(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """One filing with its amount unfolded step by step."""
    _either()
    return _one(number)


@router.post(
    "/export-tax/refunds/{number}/string", response=told(RefundToSignOut, 401, 403, 404),
    summary="取待签名字符串 / Fetch the string to sign", openapi_extra={"requestBody": {"content": {}}},
)  # fmt: skip
def string(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """The string your system signs (UTF-8 bytes)."""
    require("refund.file")
    (found,) = tax.compose_refunds(filings=[_one(number)["id"]])["messages"]
    return {"number": found["number"], "string": found["signed_info"]}


@router.post(
    "/export-tax/refunds/{number}/signature",
    response=told(FilingOut, 401, 403, 404),
    summary="提交签名并申报 / Sign and file",
)
def signature(request: HttpRequest, number: Path[Number], signed: RefundSignatureIn) -> dict[str, Any]:
    """The signature over the last string fetched; verified here, then sent to the tax authority."""
    require("refund.file")
    tax.hand_in_refunds(
        batch=str(_one(number)["id"]), certificate=signed.certificate, signatures=[signed.signature], at=clock.now()
    )
    return _one(number)


def _one(number: str) -> dict[str, Any]:
    found = tax.refund_filing(number, on=clock.today())
    if found is None:
        raise refusal("api.not_found")
    return found
