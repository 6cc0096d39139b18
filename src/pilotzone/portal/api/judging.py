"""/check and /tax/import: the judgements of the command line for programs that are not on this machine."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field

from pilotzone.exchange.formats.definitions import edition_title
from pilotzone.exchange.formats.findings import limit
from pilotzone.kernel import clock
from pilotzone.portal.api import bodies
from pilotzone.portal.api.callers import KNOWN
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Day, Router, Text, told
from pilotzone.portal.api.shapes.exchange import CheckOut
from pilotzone.portal.commands.check import judge
from pilotzone.rooms.tax import api as tax

XML_MEDIA = ("application/xml", "text/xml", "application/octet-stream")
ONE, LINES = "application/json", "application/x-ndjson"
ORDERS_BYTES, ORDERS_LINES = 2 * 1024 * 1024, 2000
BODY_XML = {
    "requestBody": {"required": True, "content": {"application/xml": {"schema": {"type": "string"}}}},
}
_ORDER = {
    "type": "object",
    "required": ["on", "items"],
    "description": "同 pilotzone tax import / As pilotzone tax import reads it",
    "properties": {
        "id": {}, "on": {"type": "string", "format": "date"}, "used_this_year": {"type": "string"},
        "freight": {"type": "string"}, "insurance": {"type": "string"},
        "items": {"type": "array", "items": {"type": "object", "required": ["qty", "unit_price"], "properties": {
            name: {"type": "string"}
            for name in ("hs", "kind", "qty", "unit_price", "content", "pieces", "litres", "weight", "mfn_tariff")
        }}},
    },
}  # fmt: skip
_ANSWER = {
    "type": "object",
    "required": ["id", "channel", "items", "total", "reasons", "parameters"],
    "properties": {
        "id": {}, "channel": {"enum": ["cbec", "full", "refused"]}, "items": {"type": "array"},
        "total": {"type": ["string", "null"]}, "reasons": {"type": "array"}, "parameters": {"type": "array"},
    },
}  # fmt: skip
ORDERS = {
    "requestBody": {"required": True, "content": {ONE: {"schema": _ORDER}, LINES: {"schema": {"type": "string"}}}},
    "responses": {200: {"content": {ONE: {"schema": _ANSWER}, LINES: {"schema": {"type": "string"}}}}},
}
Edition = Annotated[Text, Field(description="按此版本判断：2018 或 2022 / Judge by this edition: 2018 or 2022")]
On = Annotated[Day | None, Field(description="按此日判断，默认今日 / As on this day; default: today")]
router = Router(auth=KNOWN, tags=["judgement"])


@router.post(
    "/check", response=told(CheckOut, 401, 403, 413, 415), summary="检查报文 / Check a message", openapi_extra=BODY_XML
)
def check(request: HttpRequest, edition: Edition = "", on: On = None) -> dict[str, Any]:
    """Format, code lists, business rules and signature of one customs message (or DxpMsg). Nothing is kept."""
    if edition:
        edition_title(edition)
    raw = bodies.read(request, media=XML_MEDIA, largest=2 * limit("bytes"))  # an envelope is a third larger
    return judge(raw, edition or None, on or clock.today(), True).as_dict("")


@router.post(
    "/tax/import",
    response=told(None, 400, 401, 403, 413, 415),
    summary="零售进口税试算 / Tax of retail import",
    openapi_extra=ORDERS,
)
def tax_import(request: HttpRequest) -> HttpResponse:
    """The tax of one order (application/json), or of one order a line (application/x-ndjson). Nothing is kept.

    An order that cannot be computed is answered with the channel `refused` and its reasons, like the others.
    """
    raw = bodies.read(request, media=(ONE, LINES), largest=ORDERS_BYTES)
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise refusal("api.bad_request", {"body": "UTF-8"}) from None
    if bodies.media_of(request) == ONE:
        return HttpResponse(tax.as_line(tax.answer(text)), content_type=ONE)
    lines = [line for line in text.split("\n") if line.strip()]
    if len(lines) > ORDERS_LINES:
        raise refusal("api.too_large", {"lines": f"≤ {ORDERS_LINES}"})
    answered = "".join(f"{tax.as_line(tax.answer(line))}\n" for line in lines)
    return HttpResponse(answered, content_type=f"{LINES}; charset=utf-8")
