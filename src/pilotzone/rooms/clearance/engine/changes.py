"""变更、删除、撤销、退货 as documents filled from a record: which message each verb makes, what it takes over, what may be edited."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal

from pilotzone.rooms.clearance.engine import kinds
from pilotzone.rooms.clearance.engine.applications import plain
from pilotzone.rooms.clearance.engine.case import Head, Part
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE, Kind

CHANGE, DELETE, CANCEL, RETURN = "change", "delete", "cancel", "return"
WORDS = {
    CHANGE: ("变更", "change"), DELETE: ("删除", "deletion"), CANCEL: ("撤销申请", "cancellation"),
    RETURN: ("退货申请", "return"),
}  # fmt: skip
APP_TYPE = {CHANGE: "2", DELETE: "3", CANCEL: "1", RETURN: "1"}
REASON, NOTE = "reason", "note"
_APPLICATION = {
    (CANCEL, kinds.IMPORT): "CEB623Message", (CANCEL, kinds.EXPORT): "CEB605Message",
    (RETURN, kinds.IMPORT): "CEB625Message", (RETURN, kinds.EXPORT): "CEB213Message",
}  # fmt: skip
# of the way back, which the record of the way out does not know
INBOUND = frozenset(
    {"billNo", "trafMode", "trafName", "voyageNo", "portCode", "country", "logisticsNo", "customsCode", "loctNo"}
)
_LETTER = {CANCEL: "C", RETURN: "T"}
# given by the platform when it is kept, by E-port or by customs
_OF_THE_SENDING = frozenset({"guid", "appTime", "appStatus"})
_GIVEN = _OF_THE_SENDING | {"appType", "preNo", "invtNo"}


def made_by(verb: str, flow: str, kind: Kind | None = None) -> Kind | None:
    """The kind of document a verb makes: the changed one's own, or the application of the flow; None where there is none."""
    if verb in (CHANGE, DELETE):
        return kind
    message = _APPLICATION.get((verb, flow))
    return BY_MESSAGE[message] if message else None


def editable(verb: str, kind: Kind, element: str) -> bool:
    """Whether a field of the head may be edited: never its keys, its senders or what others give."""
    if verb in (CANCEL, RETURN):
        return element in (REASON, NOTE) or (verb == RETURN and kind.flow == kinds.EXPORT and element in INBOUND)
    return verb == CHANGE and element not in {*_GIVEN, *kind.key, *kind.trade_key, *kind.senders}


def editable_line(verb: str, element: str) -> bool:
    """Whether a field of a line may be edited."""
    return element in ("qty", "qty1", NOTE) if verb == RETURN else verb == CHANGE and element != "gnum"


def filled(
    verb: str, source: Part, *, fields: Collection[str], line_fields: Collection[str] = (), invt_no: str = "",
    number: str = "", number_in: str = "copNo", left: Mapping[str, Decimal] | None = None,
) -> Part:  # fmt: skip
    """The document a verb makes of the record `source`: a change or deletion of itself, an application for its list.

    `fields` and `line_fields` are what the message knows; `number` is a new one of the firm's own, told in the element `number_in`; `left` by line what
    may still come back.
    """
    head = {name: text for name, text in source.head.items() if name in fields and name not in _OF_THE_SENDING}
    head |= {"appType": APP_TYPE[verb]}
    if verb in (CHANGE, DELETE):
        return Part(head, [dict(line) for line in source.lines])
    head = {name: text for name, text in head.items() if name not in ("preNo", NOTE, REASON)}
    head |= {number_in: number, "invtNo": invt_no, REASON: ""}
    if "ieFlag" in head:
        head |= {"ieFlag": kinds.IMPORT}  # goods that come back come in
        head |= {name: head.get(name, "") for name in ("billNo", "trafName", "voyageNo") if name in fields}
    if verb == CANCEL:
        return Part(head)
    return Part(head, _returned(source.lines, line_fields, left or {}))


def own_number(verb: str, day: str, chance: str) -> str:
    """A number of the firm's own for an application, at most twenty characters: T210301 and twelve of chance."""
    return f"{_LETTER[verb]}{day}{chance}"[:20].upper()


def _returned(lines: Sequence[Head], fields: Collection[str], left: Mapping[str, Decimal]) -> list[Head]:
    found: list[Head] = []
    for line in lines:
        rest = left.get(line.get("gnum", "").strip())
        if rest is not None:
            kept = {name: text for name, text in line.items() if name in fields and name != NOTE}
            found.append(kept | {"qty": plain(rest)})
    return found
