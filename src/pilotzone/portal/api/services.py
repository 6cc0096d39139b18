"""/services: items for everybody; a firm applies and follows its cases, an office reads what came to its desk."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Body, Field, Path, Query, Schema

from pilotzone.portal.api.callers import EVERYBODY, KNOWN
from pilotzone.portal.api.messages import LARGEST_ID
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.services import ApplyIn, CaseOut, CasesOut, ItemOut, ItemsOut
from pilotzone.rooms.services import api as services

CaseId = Annotated[int, Field(ge=1, le=LARGEST_ID, description="办件 / Id of the case")]
router = Router(auth=KNOWN, tags=["enterprise"])
public = Router(auth=EVERYBODY, tags=["public"])


class Asked(Schema):
    """What narrows the list; everything is optional."""

    state: Text = Field("", description="状态 / State")
    query: Text = Field("", description="编号或企业 / Number or firm")
    page: int = Field(1, ge=1, le=1_000_000)
    size: int = Field(50, ge=1, le=200)


class Narrowed(Schema):
    """What narrows the items; everything is optional."""

    who: Text = Field("", description="企业类型代码 / Code of a kind of firm")
    query: Text = Field("", description="事项名称 / Name of the item")


@public.get("/services/items", response=told(ItemsOut), summary="办事事项 / List service items")
def items(request: HttpRequest, asked: Query[Narrowed]) -> dict[str, Any]:
    """Every item in use with its form, steps, days and legal basis."""
    return {"rows": services.list_items(who=asked.who, query=asked.query)}


@public.get("/services/items/{key}", response=told(ItemOut, 404), summary="一项办事事项 / One service item")
def item(request: HttpRequest, key: Path[Text]) -> dict[str, Any]:
    """One item with its form as JSON Schema."""
    return services.item(key)


@router.get("/services/cases", response=told(CasesOut, 401, 403), summary="我的办件 / List my cases")
def cases(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """Your firm's cases with the desk that holds each now."""
    return services.mine(state=asked.state, query=asked.query, page=asked.page, size=asked.size)


@router.post(
    "/services/cases", response=told(CaseOut, 401, 403, 404), summary="申请办事事项 / Apply for a service item"
)
def apply(request: HttpRequest, asked: Body[ApplyIn]) -> dict[str, Any]:
    """Hands an application in, all or nothing; with `draft` it is kept and `findings` says what is still wrong."""
    if asked.draft:
        number = services.begin(key=asked.item, values=asked.values, principal=asked.principal)
        for paper in asked.papers:
            services.attach(number, version=None, key=paper.key, name=paper.name, body=_bytes(paper.content))
    else:
        papers = {one.key: (one.name, _bytes(one.content)) for one in asked.papers}
        number = services.apply(key=asked.item, values=asked.values, principal=asked.principal, papers=papers)
    return services.case(number)


@router.get("/services/cases/{case_id}", response=told(CaseOut, 401, 403, 404), summary="一件办件 / One case")
def case(request: HttpRequest, case_id: Path[CaseId]) -> dict[str, Any]:
    """Form, remarks, desks with since when and until when, history, notice."""
    return services.case(case_id)


def _bytes(content: str) -> bytes:
    try:
        return base64.b64decode(content, validate=True)
    except (binascii.Error, ValueError):
        raise refusal("api.input", {"papers.content": "Base64"}) from None
