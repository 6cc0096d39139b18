"""单证填写: what a firm writes itself of a document, what it starts with, and what a copy or a template takes over."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from pilotzone.rooms.clearance.engine.case import Head, Part
from pilotzone.rooms.clearance.engine.kinds import IMPORT, ROLE_OF_FIELD, Kind

# given by the platform when it is kept, by E-port or by customs
GIVEN = frozenset({"guid", "appType", "appTime", "appStatus", "preNo", "invtNo"})
# the numbers of one trade: a new one has its own
OWN_NUMBERS = frozenset({"orderNo", "copNo", "payTransactionId", "logisticsNo", "billNo", "declTime", "payTime"})
NUMBER = "gnum"
MOST_LINES = 100
_NAME_OF = {"logisticsCode": "logisticsName", "areaCode": "areaName", "assureCode": ""}
_BUYER_TYPE = frozenset({"buyerIdType", "payerIdType"})


def editable(element: str) -> bool:
    """Whether a field of the head is the firm's to write."""
    return element not in GIVEN


def editable_line(element: str) -> bool:
    """Whether a field of a line is the firm's to write: the line's number counts by itself."""
    return element != NUMBER


def begun(kind: Kind, *, roles: Collection[str], code: str, name: str, fields: Mapping[str, Sequence[str]]) -> Part:
    """A new document: the firm's own code and name where it may stand, and what has one value only.

    `fields`: the head's elements with the values their definition allows.
    """
    head = {element: values[0] for element, values in fields.items() if len(values) == 1 and editable(element)}
    for field, role in ROLE_OF_FIELD.items():
        if field in kind.senders and field in fields and role in roles:
            head |= {field: code, **({named: name} if (named := _name_of(field)) in fields else {})}
    if kind.flow == IMPORT and "currency" in fields:
        head.setdefault("currency", "142")
    return Part(head, [])


def copied(source: Part, *, fields: Collection[str], line_fields: Collection[str]) -> Part:
    """An earlier document as a new one: everything but the numbers of its own trade and what others gave."""
    left_out = GIVEN | OWN_NUMBERS
    head = {name: text for name, text in source.head.items() if name in fields and name not in left_out}
    return Part(head, numbered([{n: t for n, t in line.items() if n in line_fields} for line in source.lines]))


def patterned(kind: Kind, source: Part) -> Part:
    """A document as a template: no number of a trade and nobody's personal data."""
    hidden = {*kind.personal, *GIVEN, *OWN_NUMBERS, *_BUYER_TYPE}
    return Part({name: text for name, text in source.head.items() if name not in hidden}, source.lines)


def numbered(lines: Sequence[Head]) -> list[dict[str, str]]:
    """Lines with their numbers counted anew from 1."""
    return [{**line, NUMBER: str(place)} for place, line in enumerate(lines, start=1)]


def _name_of(field: str) -> str:
    return _NAME_OF.get(field, field.removesuffix("Code") + "Name")
