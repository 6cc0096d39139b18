"""/messages and /receipts: what became of what an organisation sent, and the official receipts it is owed."""

from __future__ import annotations

from typing import Annotated, Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from ninja import Field, Path

from pilotzone.exchange import receipts as kept
from pilotzone.exchange import results
from pilotzone.portal.api.callers import KNOWN, enterprise
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.exchange import MessageOut, ReceiptsOut

LARGEST_ID = 2**63 - 1
XML = {"responses": {200: {"content": {"application/xml": {"schema": {"type": "string"}}}}}}
ReceiptId = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$", description="接收回执号 / Receipt id of the intake")]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID, description="回执序号 / Number of the receipt")]
After = Annotated[int, Field(ge=0, le=LARGEST_ID, description="上次读到的序号 / The last number you have")]
Limit = Annotated[int, Field(ge=1, le=500, description="至多几条 / At most so many")]
Kind = Annotated[Text, Field(description="只取此回执报文，如 CEB622Message / Only this receipt message")]
Key = Annotated[Text, Field(description="只取此业务键的单证 / Only of the document with this business key")]
router = Router(auth=KNOWN, tags=["enterprise"])


@router.get(
    "/messages/{receipt_id}", response=told(MessageOut, 401, 403, 404), summary="报文处理结果 / Result of a message"
)
def message(request: HttpRequest, receipt_id: Path[ReceiptId]) -> dict[str, Any]:
    """State and results of a message your organisation sent, by the receipt id the intake answered."""
    own = enterprise(request)
    with connection.cursor() as cursor:
        found = results.read(cursor, receipt_id, organisation_id=own)
    if found is None:
        raise refusal("api.not_found")
    return found


@router.get("/receipts", response=told(ReceiptsOut, 401, 403), summary="取官方回执 / Fetch official receipts")
def receipts(
    request: HttpRequest, after: After = 0, limit: Limit = 100, message: Kind = "", document: Key = ""
) -> dict[str, Any]:
    """Receipts of customs and the platform for your organisation, in the order in which they came.

    Keep `after` of the answer and pass it next time: nothing is skipped, nothing is removed, any page may be asked
    for again. The first time a receipt is handed out is noted. With a filter the cursor counts the same way.
    """
    found = _fetch(request, after=after, limit=limit, message=message, document=document)
    return {
        "receipts": [kept.told(number, receipt) for number, receipt in found],
        "after": found[-1][0] if found else after,
        "more": len(found) == limit,
    }


@router.get(
    "/receipts/{number}.xml",
    response=told(None, 401, 403, 404),
    summary="回执原文 / A receipt as XML",
    openapi_extra=XML,
)
def receipt_xml(request: HttpRequest, number: Path[Number]) -> HttpResponse:
    """One receipt as the customs message it is."""
    found = _fetch(request, after=number - 1, limit=1)
    if not found or found[0][0] != number:
        raise refusal("api.not_found")
    return HttpResponse(found[0][1].xml, content_type="application/xml; charset=utf-8")


@router.get(
    "/receipts/{number}/package",
    response=told(None, 401, 403, 404),
    summary="平台签名的回执包 / The receipts of one batch, signed",
    openapi_extra=XML,
)
def receipt_package(request: HttpRequest, number: Path[Number]) -> HttpResponse:
    """The message in which a receipt was handed to you: up to a hundred receipts, signed by the platform.

    The signature stands beyond the official schema, which gives receipts none; `.xml` is the official form.
    """
    with connection.cursor() as cursor:
        found = kept.package(cursor, enterprise(request), number)
    if found is None:
        raise refusal("api.not_found")
    return HttpResponse(found, content_type="application/xml; charset=utf-8")


def _fetch(request: HttpRequest, **asked: Any) -> list[tuple[int, kept.Receipt]]:
    own = enterprise(request)
    with connection.cursor() as cursor:
        return kept.after(cursor, own, mark=True, **asked)
