"""What the caller's firm may change, cancel or return of a trade now, why not the rest, and what is wrong with a draft."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from pilotzone.base.days import stamp
from pilotzone.exchange.formats import editions
from pilotzone.exchange.formats.build import build, problems_in
from pilotzone.exchange.formats.definitions import message as definition
from pilotzone.exchange.formats.findings import Finding
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.shapes import Message as Shape
from pilotzone.kernel import clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import applications, arrival, changes, heads, kinds, rights, states
from pilotzone.rooms.clearance.engine.applications import Standing, Window
from pilotzone.rooms.clearance.engine.case import Head, Part
from pilotzone.rooms.clearance.engine.changes import CANCEL, CHANGE, DELETE, RETURN
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER, Kind
from pilotzone.rooms.clearance.engine.rows import SLOTS
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.models import Change, Document, Trade
from pilotzone.rooms.clearance.queries import contents, lookups, pages
from pilotzone.rooms.clearance.queries.registered import Registered

UNGIVEN = "00000000-0000-4000-8000-000000000000"  # of a message that is only looked at
OPEN = "open"
PAST = Fault(
    "clearance.change.past", "历史单证只供查阅", "Documents of the past are read-only", "PilotZone 补录历史", "",
)  # fmt: skip
NO_NUMBER = Fault(
    "clearance.change.number", "海关尚未给出清单编号，不能填写撤销或退货申请",
    "Customs has given no list number yet, which an application must name", "海关跨境统一版规范 ceb §3 CEB623, CEB625", "",
)  # fmt: skip
NO_LIST = Fault(
    "clearance.change.list", "清单未提交，没有可撤销或退货的清单", "No list was declared that could be cancelled or returned",
    "海关跨境统一版规范 ceb §6.4", "",
)  # fmt: skip
NOT_YOURS = Fault(
    "clearance.change.not_yours", "清单由报关企业或电商企业办理", "The declarant or the e-commerce enterprise does this for the list",
    "海关跨境统一版规范 ceb §1", "",
)  # fmt: skip
NOTHING_LEFT = Fault(
    "clearance.change.nothing_left", "全部商品已申请退货", "All goods are in other returns already", "海关总署公告2020年第45号", "",
)  # fmt: skip
NOT_OPEN = Fault(
    "clearance.change.personal", "单证中的个人信息对本单位不可见，请由原发送企业办理",
    "Your firm may not see this document's personal fields; its sender does it", "个人信息保护法", "",
)  # fmt: skip


@dataclass(slots=True)
class Scene:
    """A trade as its changes are judged: its documents that the caller sees, and where its list stands."""

    trade: Trade
    own: Organisation
    on: date
    documents: Mapping[str, tuple[Document, Part]]
    at: Standing
    closed: Sequence[Head]

    @property
    def declared(self) -> Part | None:
        """The list, where there is one to see."""
        found = self.documents.get(kinds.LIST)
        return found[1] if found else None


def scene(trade_id: int) -> Scene | None:
    """The trade's scene for the caller's firm; None where he sees no such trade."""
    trade = Trade.objects.filter(id=trade_id).first()
    own = Organisation.objects.filter(pk=current().organisation or 0).first()
    if trade is None or own is None:
        return None
    rows = Document.objects.in_bulk([id_ for slot in SLOTS.values() if (id_ := getattr(trade, slot))])
    with connection.cursor() as cursor:
        refunds = lookups.refunds_of(cursor, trade.hash)
        parts = contents.parts(cursor, [*rows, *(id_ for id_, _, _ in refunds)])
    back = [(key, status, parts[id_].lines) for id_, key, status in refunds if id_ in parts]
    at = Standing(trade.state, trade.stages, applications.taken_by(back))
    found = {BY_NUMBER[row.kind].name: (row, parts[id_]) for id_, row in rows.items() if id_ in parts}
    closed = [line for _, status, lines in back if status in states.GIVEN_BACK for line in lines]
    return Scene(trade, own, clock.today(), found, at, closed)


def offers(trade_id: int) -> list[dict[str, Any]]:
    """What may be done to a trade's documents and what not, with why: [{verb, kind, message, zh, en, allowed, why,
    until, open}]; `open` is the number of a change of this kind that is being written. Nothing for who is no firm."""
    found = scene(trade_id)
    if found is None:
        return []
    writing = {
        (one.verb, one.kind): one.pk
        for one in Change.objects.filter(organisation=found.own, trade_id=trade_id, state=OPEN)
    }
    told = []
    for verb, name in _asked(found):
        kind, fault = judged(found, verb, name)
        told.append({
            "verb": verb, "kind": name, "message": kind.message if kind else "",
            "zh": _name(verb, kind, found)[0], "en": _name(verb, kind, found)[1],
            "allowed": fault is None, "why": fault.as_dict() if fault is not None else None,
            "until": _until(found) if verb == RETURN else None,
            "open": writing.get((verb, kind.number)) if kind else None,
        })  # fmt: skip
    return told


def _asked(found: Scene) -> list[tuple[str, str]]:
    parts = [(verb, name) for name in SLOTS if name in found.documents for verb in (CHANGE, DELETE)]
    return [*parts, (CANCEL, kinds.LIST), (RETURN, kinds.LIST)]


def judged(found: Scene, verb: str, name: str) -> tuple[Kind | None, Fault | None]:
    """The kind of document a verb makes of a trade's document of that name, and what stands against it."""
    document = found.documents.get(name)
    kind = changes.made_by(verb, found.trade.flow, BY_NUMBER[document[0].kind] if document else None)
    if found.trade.history:
        return kind, PAST
    if kind is None:
        return None, NO_LIST
    if document is None:
        return kind, NOT_YOURS if found.trade.list_id else NO_LIST
    row, part = document
    wrong = rights.judge_sender(kind, part.head, found.own.pk, Registered(), found.on)
    if wrong is not None:
        return kind, wrong
    if not pages.is_open(row, part):
        return kind, NOT_OPEN
    return kind, _by_state(found, verb, BY_NUMBER[row.kind], row.key)


def _by_state(found: Scene, verb: str, kind: Kind, key: str) -> Fault | None:
    if verb in (CHANGE, DELETE):
        return arrival.change_fault(kind, key, found.trade.state)
    fault = applications.cancel_fault(found.at) if verb == CANCEL else _against_return(found)
    if fault is None and not found.trade.invt_no:
        return NO_NUMBER
    declared = found.declared
    if fault is None and verb == RETURN and declared and not applications.left(found.at, declared.lines):
        return NOTHING_LEFT
    return fault


def _against_return(found: Scene, customs: str = "") -> Fault | None:
    """Why nothing may come back; `customs`: where to, if that is said already."""
    if found.trade.flow != kinds.EXPORT:
        return applications.return_fault(found.at, found.on)
    own = found.trade.customs_code
    faults = applications.export_return_faults(found.at, found.on, mode=found.trade.mode, own=own, other=customs or own)
    return faults[0] if faults else None


def _until(found: Scene) -> date | None:
    window = window_of(found)
    return window.apply_until if window is not None else None


def window_of(found: Scene) -> Window | None:
    """The days in which goods of this trade may come back."""
    of = applications.export_window if found.trade.flow == kinds.EXPORT else applications.window
    return of(found.at.stages)


def _name(verb: str, kind: Kind | None, found: Scene) -> tuple[str, str]:
    if kind is None or verb in (CANCEL, RETURN):
        return changes.WORDS[verb]
    zh, en = pages.NAMES[kind.name]
    return f"{changes.WORDS[verb][0]}{zh}", f"{changes.WORDS[verb][1]} of the {en}"


def findings(one: Change, found: Scene | None, head: Head, lines: Sequence[Head]) -> list[dict[str, Any]]:
    """What would be refused of a change as it stands: its right and state, its form, what it takes."""
    if found is None:
        return []
    kind = BY_NUMBER[one.kind]
    name = kind.name if one.verb in (CHANGE, DELETE) else kinds.LIST
    _, fault = judged(found, one.verb, name)
    told = [fault.as_dict()] if fault is not None else []
    if not told and one.verb == RETURN and found.declared:
        there = _against_return(found, head.get("customsCode", ""))
        told = [there.as_dict()] if there is not None else []
        told += [wrong.as_dict() for wrong in applications.line_faults(found.at, found.declared.lines, lines)]
    return told + [_as_dict(wrong) for wrong in _form(kind, found, head, lines)]


def _form(kind: Kind, found: Scene, head: Head, lines: Sequence[Head]) -> Iterable[Finding]:
    """What the formats say of the document as a message of its own."""
    shape = shape_of(kind, found.on, head)
    document = (heads.draft_head(head, at=stamp(clock.now()), guid=UNGIVEN), lines)
    problems = list(problems_in(shape, 1, document))
    if problems:
        return problems
    raw = build(kind.message, [document], edition=shape.edition, guid=UNGIVEN, transfer=heads.transfer_of(found.own))
    return [
        one
        for one in parse(raw, edition=shape.edition, on=found.on).findings
        if not (one.code == "format.missing" and one.path.endswith("/Signature"))
    ]


def shape_of(kind: Kind, on: date, head: Head | None = None) -> Shape:
    """The definition of a kind's message in the edition of the day."""
    mark = (head or {}).get(editions.marks().get(kind.message, ""), "")
    return definition(kind.message, editions.edition_for(kind.message, on, mark=mark))


def _as_dict(one: Finding) -> dict[str, Any]:
    return {"code": one.code, "zh": one.zh, "en": one.en, "source": one.source, "path": one.path}
