"""/messages and /receipts: what became of what an organisation sent, and the official receipts it is owed."""

from __future__ import annotations

import base64
from typing import Annotated, Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from ninja import Field, Path, Router

from pilotzone.exchange import receipts as kept
from pilotzone.exchange import results
from pilotzone.portal.api.callers import KNOWN, enterprise
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import told
from pilotzone.portal.api.shapes.exchange import MessageOut, ReceiptsOut

LARGEST_ID = 2**63 - 1
XML = {"responses": {200: {"content": {"application/xml": {"schema": {"type": "string"}}}}}}
ReceiptId = Annotated[str, Field(pattern=r"^[0-9A-Za-z-]{1,64}$", description="接收回执号 / Receipt id of the intake")]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID, description="回执序号 / Number of the receipt")]
After = Annotated[int, Field(ge=0, le=LARGEST_ID, description="上次读到的序号 / The last number you have")]
Limit = Annotated[int, Field(ge=1, le=500, description="至多几条 / At most so many")]
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
def receipts(request: HttpRequest, after: After = 0, limit: Limit = 100) -> dict[str, Any]:
    """Receipts of customs and the platform for your organisation, in the order in which they came.

    Keep `after` of the answer and pass it next time: nothing is skipped, nothing is removed, any page may be asked
    for again. The first time a receipt is handed out is noted.
    """
    found = _fetch(request, after=after, limit=limit)
    return {
        "receipts": [_told(number, receipt) for number, receipt in found],
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


def _fetch(request: HttpRequest, *, after: int, limit: int) -> list[tuple[int, kept.Receipt]]:
    # numbers become visible in their order: the clearance's batch lock is held until the commit (docs/api.md)
    own = enterprise(request)
    with connection.cursor() as cursor:
        return kept.fetch(cursor, own, after=after, limit=limit, mark=True)


def _told(number: int, receipt: kept.Receipt) -> dict[str, Any]:
    return {
        "id": number,
        "message": receipt.message,
        "document": receipt.document_key,
        "return_status": receipt.return_status,
        "return_time": receipt.return_time,
        "info": receipt.info,
        "xml": base64.b64encode(receipt.xml).decode(),
    }
