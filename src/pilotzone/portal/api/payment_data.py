"""/payment-data: a platform enterprise lays down payment raw data, sees customs' requests and answers them with its signature."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path

from pilotzone.kernel.access.doors import require
from pilotzone.portal.api import bodies
from pilotzone.portal.api.callers import KNOWN, enterprise
from pilotzone.portal.api.messages import LARGEST_ID
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, told
from pilotzone.portal.api.shapes.payment_data import (
    DepositedOut,
    RequestOut,
    RequestsOut,
    SignedIn,
    ToSignOut,
)
from pilotzone.rooms.clearance import api as clearance

JSON = "application/json"
LARGEST = 10 * 1024 * 1024
DEPOSIT = {
    "requestBody": {
        "required": True,
        "content": {
            JSON: {
                "schema": {
                    "type": "object",
                    "description": "{payments: [{payExchangeInfoHead, payExchangeInfoLists}]} 公告179附件字段 / Fields of the annex",
                    "properties": {"payments": {"type": "array", "items": {"type": "object"}}},
                }
            }
        },
    }
}
Number = Annotated[int, Field(ge=1, le=LARGEST_ID, description="请求序号 / Number of the request")]
State = Annotated[
    Literal["", "waiting", "open", "queued", "accepted", "refused"],
    Field(description="状态，waiting 为待贵单位办理 / State; waiting: for you to answer"),
]
Page = Annotated[int, Field(ge=1, le=1_000_000, description="页 / Page")]
router = Router(auth=KNOWN, tags=["payment data"])


@router.post(
    "/payment-data", response=told(DepositedOut, 401, 403, 413, 415), summary="存入支付原始数据 / Lay payment data down",
    openapi_extra=DEPOSIT,
)  # fmt: skip
def deposit(request: HttpRequest) -> dict[str, int]:
    """Keep the raw data of your platform's payments, sealed, for the years of the law; all of them or none."""
    enterprise(request)
    require("declare.submit")
    text = bodies.read(request, media=(JSON,), largest=LARGEST)
    return clearance.deposit_payment_data(text, channel="http")


@router.get("/payment-data/requests", response=told(RequestsOut, 401, 403), summary="海关的请求 / Customs' requests")
def requests(request: HttpRequest, state: State = "", page: Page = 1) -> dict[str, Any]:
    """What customs asked your platform for, those that wait for you first, with their age and customs' answers."""
    enterprise(request)
    require("declare.submit")
    return clearance.payment_requests(page, state=state)


@router.get(
    "/payment-data/requests/{number}", response=told(RequestOut, 401, 403, 404), summary="一项请求 / One request"
)
def one(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """One request with its state and customs' last answer."""
    enterprise(request)
    require("declare.submit")
    found = clearance.payment_request(number)
    if found is None:
        raise refusal("api.not_found")
    return found


@router.post(
    "/payment-data/requests/{number}/string", response=told(ToSignOut, 401, 403, 404),
    summary="取待签名字符串 / Fetch the string to sign", openapi_extra={"requestBody": {"content": {}}},
)  # fmt: skip
def string(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """The string your system signs (UTF-8 bytes). It carries its own serviceTime: a later call makes a new one."""
    enterprise(request)
    require("declare.submit")
    (found,) = clearance.compose_payment_data(requests=[number])["messages"]
    return {"session": found["session"], "service_time": found["service_time"], "string": found["signed_info"]}


@router.post(
    "/payment-data/requests/{number}/signature", response=told(RequestOut, 401, 403, 404),
    summary="提交签名并上传海关 / Hand the signature in",
)  # fmt: skip
def signature(request: HttpRequest, number: Path[Number], signed: SignedIn) -> dict[str, Any]:
    """The signature over the last string fetched. Verified here, then uploaded to customs; see the request for its answer."""
    enterprise(request)
    require("declare.submit")
    clearance.hand_in_payment_data(
        batch=str(number), certificate=signed.certificate, signatures=[signed.signValue], number=signed.certNo
    )
    found = clearance.payment_request(number)
    if found is None:
        raise refusal("api.not_found")
    return found
