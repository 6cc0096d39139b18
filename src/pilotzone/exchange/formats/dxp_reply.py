"""DxpRep, the answer of the exchange platform to messages it could or could not deliver (spec §2.2)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from pilotzone.exchange.formats import dxp
from pilotzone.exchange.formats.envelope import Head, add_head, read_head

LARGEST = 1024 * 1024


@dataclass(frozen=True)
class Result:
    """What became of one receiver's copy."""

    receiver: str
    code: str
    info: str = ""
    note: str = ""


@dataclass(frozen=True)
class Response:
    """What is said about one message; `head` is its TransInfo."""

    code: str
    day: date
    head: Head
    info: str = ""
    node: str = ""
    note: str = ""
    results: list[Result] = field(default_factory=list)


@dataclass(frozen=True)
class DxpRep:
    """What a transport node answers: to whom, one response a message, and through which node."""

    receiver: str
    responses: list[Response]
    node: str = ""


def wrap(reply: DxpRep) -> bytes:
    """Write a DxpRep (the schema's own spelling `RecevierId`); Refused without a response."""
    root = dxp.root("DxpRep", ver=dxp.VERSION)
    dxp.add(root, "RecevierId", dxp.fitting(reply.receiver, "ReceiverId"))
    dxp.add_if(root, "AdNodeId", reply.node)
    if not reply.responses:
        raise _no_response()
    for told in reply.responses:
        item = dxp.add(root, "Response")
        dxp.add_if(item, "NodeId", told.node)
        dxp.add(item, "ResponseCode", dxp.fitting(told.code, "ResponseCode"))
        dxp.add_if(item, "ResponseInfo", told.info)
        if told.results:
            _add_results(dxp.add(item, "Results"), told.results)
        dxp.add(item, "NoticeTime", told.day.isoformat())
        dxp.add_if(item, "Note", told.note)
        add_head(item, "OriHead", told.head)
    return dxp.written(root)


def unwrap(raw: bytes) -> DxpRep:
    """Read a DxpRep; Refused where it is none, too large, or without a response."""
    root = dxp.read(raw, largest=LARGEST)
    if not dxp.is_a(root, "DxpRep"):
        raise dxp.refusal("root", "根节点不是 DxpRep。", "The root element is not DxpRep.")
    responses = [_read_response(item) for item in dxp.each(root, "Response")]
    if not responses:
        raise _no_response()
    return DxpRep(
        receiver=dxp.text(dxp.child(root, "RecevierId"), "ReceiverId"),
        responses=responses,
        node=dxp.text(dxp.maybe(root, "AdNodeId"), "AdNodeId", needed=False),
    )


def _add_results(parent: dxp.Element, results: list[Result]) -> None:
    for one in results:
        item = dxp.add(parent, "Result")
        dxp.add(item, "RecId", dxp.fitting(one.receiver, "ReceiverId"))
        dxp.add(item, "Code", dxp.fitting(one.code, "Code"))
        dxp.add_if(item, "Info", one.info)
        dxp.add_if(item, "Note", one.note)


def _read_response(item: dxp.Element) -> Response:
    def told(name: str, parent: dxp.Element = item) -> str:
        return dxp.text(dxp.maybe(parent, name), name, needed=False)

    results = dxp.maybe(item, "Results")
    return Response(
        code=dxp.text(dxp.child(item, "ResponseCode"), "ResponseCode"),
        day=_day(dxp.text(dxp.child(item, "NoticeTime"), "NoticeTime")),
        head=read_head(dxp.child(item, "OriHead")),
        info=told("ResponseInfo"),
        node=told("NodeId"),
        note=told("Note"),
        results=[
            Result(
                dxp.text(dxp.child(one, "RecId"), "ReceiverId"),
                dxp.text(dxp.child(one, "Code"), "Code"),
                told("Info", one),
                told("Note", one),
            )
            for one in (() if results is None else dxp.each(results, "Result"))
        ],
    )


def _day(text: str) -> date:
    """An xs:date; a zone behind it says nothing about a day and is dropped."""
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise dxp.refusal(
            "time", f"NoticeTime 不是日期：{text[:40]}", f"NoticeTime is not a date: {text[:40]}", NoticeTime="date"
        ) from None


def _no_response() -> Exception:
    return dxp.refusal("field", "缺少 Response。", "Response is missing.", Response="1")
