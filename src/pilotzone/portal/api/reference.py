"""/reference and /schema: dated public data of the law, each value with its source."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Path

from pilotzone.exchange.formats import document_page
from pilotzone.exchange.formats.definitions import editions_of, full_name
from pilotzone.exchange.formats.xsd import SIGNATURE_SCHEMA, schema_text
from pilotzone.kernel import clock
from pilotzone.portal.api.callers import EVERYBODY
from pilotzone.portal.api.shapes.basic import Day, Router, Text, told
from pilotzone.portal.api.shapes.reference import CodesOut, FieldsOut, GoodsOut, MessageOut, RateOut
from pilotzone.reference import codes as code_lists
from pilotzone.reference import goods as goods_table
from pilotzone.reference import rates

On = Annotated[Day | None, Field(description="查询日，默认今日 / The day asked for; default: today")]
Edition = Annotated[
    Text, Field(description="规范版本 2018 或 2022，默认最早含此报文者 / Edition; default: the oldest that has it")
]
XSD = {"responses": {200: {"content": {"application/xml": {"schema": {"type": "string"}}}}}}
router = Router(auth=EVERYBODY, tags=["reference"])


@router.get("/reference/codes/{name}", response=told(CodesOut, 404), summary="代码表 / A code list")
def codes(request: HttpRequest, name: Path[Text], on: On = None) -> dict[str, Any]:
    """A code list on a day: customs_district, country, currency, unit, transport_mode, trade_mode, wrap_type …"""
    day = on or clock.today()
    described = asdict(code_lists.manifest(name))
    return {**described, "on": day, "entries": [asdict(one) for one in code_lists.entries(name, on=day)]}


@router.get("/reference/rates/{key}", response=told(RateOut, 404), summary="参数取值 / A rate or limit")
def rate(request: HttpRequest, key: Path[Text], on: On = None) -> dict[str, Any]:
    """A value that a document can change (`vat.standard`) on a day. Unknown, not yet and ended are three answers."""
    day = on or clock.today()
    found = asdict(rates.rate(key, on=day))
    named = rates.names(key)
    return {**found, "on": day, "zh": named.zh, "en": named.en}


@router.get("/reference/goods/{hs}", response=told(GoodsOut, 404), summary="商品 / Goods of a tariff number")
def goods(request: HttpRequest, hs: Path[Text], on: On = None) -> dict[str, Any]:
    """Units, tax classes, tariff, refund and positive list of a ten-digit number on a day."""
    day = on or clock.today()
    return {**asdict(goods_table.goods(hs, on=day)), "on": day}


@router.get("/schema", response=told(list[MessageOut]), summary="报文目录 / The messages")
def catalogue(request: HttpRequest) -> list[dict[str, Any]]:
    """Every message of the unified version: names, sender, receipt, editions, number of fields."""
    return document_page.catalogue()


@router.get("/schema/{message}/fields", response=told(FieldsOut, 404), summary="报文字段 / The fields of a message")
def fields(request: HttpRequest, message: Path[Text]) -> dict[str, Any]:
    """Every field of a message with type, need, values and rule, its editions side by side."""
    return document_page.fields(message)


@router.get("/schema/{message}", response=told(None, 404), summary="报文 XSD / XSD of a message", openapi_extra=XSD)
def schema(request: HttpRequest, message: Path[Text], edition: Edition = "") -> HttpResponse:
    """The XSD generated from our definitions; it imports `xmldsig.xsd`, which lies beside it."""
    if message == SIGNATURE_SCHEMA.name:
        text = SIGNATURE_SCHEMA.read_text(encoding="utf-8")
    else:
        name = full_name(message)
        text = schema_text(name, edition or editions_of(name)[0], signature_location=SIGNATURE_SCHEMA.name)
    return HttpResponse(text, content_type="application/xml; charset=utf-8")
