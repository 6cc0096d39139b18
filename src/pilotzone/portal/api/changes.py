"""/changes: what a firm may change, cancel or return, written from the record; the signing stays the firm's own."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path

from pilotzone.kernel.access.doors import require
from pilotzone.portal.api.callers import KNOWN, enterprise
from pilotzone.portal.api.problems import refusal
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.changes import (
    LARGEST_ID,
    ChangeMove,
    ChangeNew,
    ChangeOut,
    ChangeSave,
    ChangesOut,
    OffersOut,
)
from pilotzone.rooms.clearance import api as clearance

ACTION = "declare.mend"
TradeId = Annotated[int, Field(ge=1, le=LARGEST_ID, description="票号 / Number of the trade")]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID, description="草稿序号 / Number of the change")]
Verb = Annotated[Literal["", "change", "delete", "cancel", "return"], Field(description="只看此事项 / Only this verb")]
State = Annotated[Literal["", "open", "kept", "discarded"], Field(description="只看此进展 / Only in this state")]
Order = Annotated[Text, Field(description="订单编号 / Order number")]
Page = Annotated[int, Field(ge=1, le=1_000_000, description="第几页 / Page")]
Size = Annotated[int, Field(ge=1, le=500, description="每页几条 / Rows a page")]
router = Router(auth=KNOWN, tags=["enterprise"])


@router.get(
    "/trades/{trade_id}/changes", response=told(OffersOut, 401, 403, 404), summary="可办理的变更 / What may be changed"
)
def offers(request: HttpRequest, trade_id: Path[TradeId]) -> dict[str, Any]:
    """For each document of the trade: change, delete, cancel, return; where it is not lawful now, why."""
    _may(request)
    if clearance.trade(trade_id) is None:
        raise refusal("api.not_found")
    return {"offers": clearance.change_offers(trade_id)}


@router.post("/trades/{trade_id}/changes", response=told(ChangeOut, 401, 403, 404), summary="开始变更 / Begin a change")
def begin(request: HttpRequest, trade_id: Path[TradeId], asked: ChangeNew) -> dict[str, Any]:
    """A draft filled from the record. The one already being written is answered again."""
    _may(request)
    if clearance.trade(trade_id) is None:
        raise refusal("api.not_found")
    return _shown(clearance.begin_change(trade=trade_id, verb=asked.verb, kind=asked.kind))


@router.get("/changes", response=told(ChangesOut, 401, 403), summary="变更撤销退货列表 / List changes")
def changes(
    request: HttpRequest, verb: Verb = "", state: State = "", number: Order = "", page: Page = 1, size: Size = 50
) -> dict[str, Any]:
    """The changes your firm writes or wrote, with what became of each."""
    _may(request)
    return clearance.changes({"verb": verb, "state": state, "number": number.strip()}, page, size)


@router.get("/changes/{number}", response=told(ChangeOut, 401, 403, 404), summary="一份草稿 / One change")
def change(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """Head and lines as they stand, what may be edited, what is wrong with it."""
    _may(request)
    return _shown(number)


@router.post("/changes/{number}", response=told(ChangeOut, 401, 403, 404), summary="保存草稿 / Save a change")
def save(request: HttpRequest, number: Path[Number], asked: ChangeSave) -> dict[str, Any]:
    """Write what was typed. Fields that may not be edited stay as they are; somebody else's saving is not overwritten."""
    _may(request)
    before = {line["position"]: line["off"] for line in clearance.access_change(number)["lines"]}
    off = before | {line.position: line.off for line in asked.lines}
    clearance.save_change(
        number=number, revision=asked.revision, head=asked.head,
        lines={line.position: line.values for line in asked.lines}, off=[place for place, out in off.items() if out],
    )  # fmt: skip
    return _shown(number)


@router.post(
    "/changes/{number}/state", response=told(ChangeOut, 401, 403, 404), summary="转入暂存、再改或放弃 / Keep, reopen, discard"
)  # fmt: skip
def move(request: HttpRequest, number: Path[Number], asked: ChangeMove) -> dict[str, Any]:
    """kept: it lies among your drafts (appStatus 1), to be signed by card or sent by your own system; open: write on;
    discarded: its content is forgotten."""
    _may(request)
    if asked.to == "kept":
        clearance.keep_change(number=number, revision=asked.revision)
    elif asked.to == "open":
        clearance.reopen_change(number=number, revision=asked.revision)
    else:
        clearance.discard_change(number=number, revision=asked.revision)
    return _shown(number)


def _may(request: HttpRequest) -> None:
    enterprise(request)
    require(ACTION)


def _shown(number: int) -> dict[str, Any]:
    found = clearance.access_change(number)
    lines = [one | {"left": None if one["left"] is None else f"{one['left']:f}"} for one in found["lines"]]
    return found | {"lines": lines}
