"""What the caller's firm may change, cancel or return of a trade, and the changes it is writing, with what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import msgspec
from django.db import connection
from django.db.models import QuerySet

from pilotzone.base.errors import Denied
from pilotzone.exchange.formats import editions
from pilotzone.exchange.formats.build import build, problems_in
from pilotzone.exchange.formats.definitions import message as definition
from pilotzone.exchange.formats.findings import Finding
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.shapes import Message as Shape
from pilotzone.exchange.sealing import unpack
from pilotzone.kernel import clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import applications, arrival, changes, kinds, states
from pilotzone.rooms.clearance.engine.applications import Standing
from pilotzone.rooms.clearance.engine.case import Head, Part
from pilotzone.rooms.clearance.engine.changes import CANCEL, CHANGE, DELETE, RETURN
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER, Kind
from pilotzone.rooms.clearance.engine.rows import SLOTS
from pilotzone.rooms.clearance.errors import Fault
from pilotzone.rooms.clearance.models import Change, Document, Message, Receipt, Trade
from pilotzone.rooms.clearance.operations import rights
from pilotzone.rooms.clearance.queries import contents, lookups, pages
from pilotzone.rooms.clearance.queries import drafts as waiting
from pilotzone.rooms.clearance.queries.registered import Registered

BODY = "clearance.change"
OPEN, KEPT, DISCARDED = "open", "kept", "discarded"
# what became of a change that was kept among the drafts
PROCESSING, DRAFT, UNDERWAY, REFUSED, DECLARED = "processing", "draft", "underway", "refused", "declared"
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
BY_FILE = Fault(
    "clearance.change.by_file", "出口退货以出口退货申请单（CEB213）文件提交", "Export returns are handed in as files (CEB213)",
    "海关总署公告2020年第44号", "",
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
        return None, BY_FILE
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
    fault = applications.cancel_fault(found.at) if verb == CANCEL else applications.return_fault(found.at, found.on)
    if fault is None and not found.trade.invt_no:
        return NO_NUMBER
    declared = found.declared
    if fault is None and verb == RETURN and declared and not applications.left(found.at, declared.lines):
        return NOTHING_LEFT
    return fault


def _until(found: Scene) -> date | None:
    window = applications.window(found.at.stages)
    return window.apply_until if window is not None else None


def _name(verb: str, kind: Kind | None, found: Scene) -> tuple[str, str]:
    if kind is None or verb in (CANCEL, RETURN):
        return changes.WORDS[verb]
    zh, en = pages.NAMES[kind.name]
    return f"{changes.WORDS[verb][0]}{zh}", f"{changes.WORDS[verb][1]} of the {en}"


def listed(filters: Mapping[str, str] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """The changes of the caller's firm, the newest first: {rows, total, page}. Filters: verb, state (open, kept,
    discarded), number (an order number)."""
    asked = filters or {}
    found = _own().order_by("-pk")
    if asked.get("verb"):
        found = found.filter(verb=asked["verb"])
    if asked.get("state"):
        found = found.filter(state=asked["state"])
    if asked.get("number"):
        found = found.filter(order_no=asked["number"])
    size = max(1, min(size, 500))
    rows = list(found[(page - 1) * size : page * size])
    became = _became(rows)
    return {"rows": [_row(one) | became[one.pk] for one in rows], "total": found.count(), "page": page}


def access_change(number: int) -> Change:
    """A change of the caller's firm; Denied `kernel.access.unknown` for any other."""
    found = _own().filter(pk=number).first()
    if found is None:
        raise Denied(
            code="kernel.access.unknown", zh="没有这一对象，或您无权查看。", en="There is no such thing, or it is not yours to see.",
        )  # fmt: skip
    return found


def told(number: int) -> dict[str, Any]:
    """One change with its head and lines, what may be edited, what is wrong with it, and what customs' yes would undo.

    `lines`: [{position, off, values, left}]; `undoes`: {value, tax, assessment, returned, before, days…} for the tax
    room; `editable` and `editable_lines` name elements.
    """
    one = access_change(number)
    found = scene(one.trade_id)
    kind = BY_NUMBER[one.kind]
    shape = shape_of(kind, found.on if found else clock.today())
    part, off = written(one) if one.state != DISCARDED else (Part({}), frozenset())
    lines = [line for place, line in enumerate(part.lines) if place not in off]
    rest = applications.left(found.at, found.declared.lines) if found and found.declared else {}
    return _row(one) | _became([one])[one.pk] | {
        "edition": shape.edition, "head": dict(part.head),
        "lines": [
            {"position": place, "off": place in off, "values": dict(line), "left": rest.get(line.get("gnum", ""))}
            for place, line in enumerate(part.lines)
        ],
        "editable": [f.element for f in shape.head.fields if changes.editable(one.verb, kind, f.element)],
        "editable_lines": [
            f.element for f in (shape.lines.fields if shape.lines else ()) if changes.editable_line(one.verb, f.element)
        ],
        "findings": findings(one, found, part.head, lines) if one.state == OPEN else [],
        "undoes": _undoes(one, found, lines) if found else {},
    }  # fmt: skip


def findings(one: Change, found: Scene | None, head: Head, lines: Sequence[Head]) -> list[dict[str, Any]]:
    """What would be refused of a change as it stands: its right and state, its form, what it takes."""
    if found is None:
        return []
    kind = BY_NUMBER[one.kind]
    name = kind.name if one.verb in (CHANGE, DELETE) else kinds.LIST
    _, fault = judged(found, one.verb, name)
    told = [fault.as_dict()] if fault is not None else []
    if not told and one.verb == RETURN and found.declared:
        told = [wrong.as_dict() for wrong in applications.line_faults(found.at, found.declared.lines, lines)]
    return told + [_as_dict(wrong) for wrong in _form(kind, found, head, lines)]


def _form(kind: Kind, found: Scene, head: Head, lines: Sequence[Head]) -> Iterable[Finding]:
    """What the formats say of the document as a message of its own."""
    from pilotzone.rooms.clearance.operations.verbs import draft_head, transfer_of

    shape = shape_of(kind, found.on, head)
    document = (draft_head(head, clock.now()), lines)
    problems = list(problems_in(shape, 1, document))
    if problems:
        return problems
    raw = build(
        kind.message, [document], edition=shape.edition, guid=document[0]["guid"], transfer=transfer_of(found.own)
    )
    return [
        one
        for one in parse(raw, edition=shape.edition, on=found.on).findings
        if not (one.code == "format.missing" and one.path.endswith("/Signature"))
    ]


def shape_of(kind: Kind, on: date, head: Head | None = None) -> Shape:
    """The definition of a kind's message in the edition of the day."""
    mark = (head or {}).get(editions.marks().get(kind.message, ""), "")
    return definition(kind.message, editions.edition_for(kind.message, on, mark=mark))


def written(one: Change) -> tuple[Part, frozenset[int]]:
    """Head and lines as they stand, and the places of the lines that are left out."""
    body = msgspec.json.decode(unpack(bytes(one.body), BODY))
    return Part(body["head"], body["lines"]), frozenset(body["off"])


def _undoes(one: Change, found: Scene, lines: Sequence[Head]) -> dict[str, Any]:
    window = applications.window(found.at.stages)
    trade = found.trade
    return {
        "flow": trade.flow, "state": trade.state, "booked": trade.state in states.BOOKED, "value": trade.value,
        "tax": trade.tax, "assessment": trade.assessment, "invt_no": trade.invt_no,
        "returned": applications.taken_by([("now", "", lines)]) if one.verb == RETURN else {},
        "before": applications.taken_by([("before", "", found.closed)]),
        "apply_until": window.apply_until if window else None, "arrive_until": window.arrive_until if window else None,
    }  # fmt: skip


def _own() -> QuerySet[Change]:
    return Change.objects.filter(organisation=current().organisation or 0)


def _row(one: Change) -> dict[str, Any]:
    kind = BY_NUMBER[one.kind]
    zh, en = changes.WORDS[one.verb]
    return {
        "id": one.pk, "trade": one.trade_id, "order_no": one.order_no, "verb": one.verb, "zh": zh, "en": en,
        "kind_zh": kind.zh, "kind_en": kind.en, "message": kind.message, "key": one.key.replace("\x1f", "+"),
        "revision": one.revision, "made_at": one.made_at, "saved_at": one.saved_at, "kept_at": one.kept_at,
        "receipt": one.receipt, "state": one.state,
    }  # fmt: skip


def _became(rows: Sequence[Change]) -> dict[int, dict[str, Any]]:
    """By change: {stands, draft, reasons, customs_zh, customs_en}; `stands` is its state, or what became of a kept one."""
    kept = [one for one in rows if one.state == KEPT]
    later = Document.objects.filter(
        sender=current().organisation, kind__in={one.kind for one in kept}, key__in={one.key for one in kept}
    )
    documents = list(later.order_by("id")) if kept else []
    arrived = _arrived(documents, [one.receipt for one in kept])
    accepted = [row.id for row in documents if row.state == "accepted"]
    answers: dict[int | None, Receipt] = {}
    for receipt in Receipt.objects.filter(document_id__in=accepted, applied=True).order_by("id"):
        answers[receipt.document_id] = receipt
    found = {}
    for one in rows:
        own = [
            row for row in documents
            if (row.kind, row.key) == (one.kind, one.key) and arrived[row.id] >= arrived.get(one.receipt, 0)
        ]  # fmt: skip
        found[one.pk] = _stands(one, own, answers) if one.state == KEPT else _plain(one.state)
    return found


def _arrived(documents: Sequence[Document], receipts: Sequence[str]) -> dict[int | str, int]:
    """The place in the inbox of each document's message and of each receipt: what came after what."""
    places = dict(Message.objects.filter(id__in={row.message_id for row in documents}).values_list("id", "inbox_id"))
    told: dict[int | str, int] = {row.id: places.get(row.message_id, 0) for row in documents}
    with connection.cursor() as cursor:
        cursor.execute("SELECT r, exchange_inbox_number(r) FROM unnest(%s::text[]) r", (list(receipts),))
        return told | dict(cursor.fetchall())


def _stands(one: Change, own: Sequence[Document], answers: Mapping[int | None, Receipt]) -> dict[str, Any]:
    last = own[-1] if own else None
    if last is None:
        return _plain(PROCESSING)
    if last.state == "accepted":
        answer = answers.get(last.id)
        words = states.words(states.status(answer.return_status).state, answer.return_status) if answer else ("", "")
        return _plain(DECLARED) | {
            "customs_zh": words[0], "customs_en": words[1], "info": answer.info if answer else "",
            "given_back": answer is not None and applications.gave_back(answer.return_status),
        }  # fmt: skip
    drafted = next((row.id for row in reversed(own) if row.state == "draft"), None)
    if last.state == "refused":
        return _plain(REFUSED) | {"draft": drafted, "reasons": last.reasons}
    stands = UNDERWAY if drafted and waiting.underway([drafted]) else DRAFT
    return _plain(stands) | {"draft": drafted}


def _plain(stands: str) -> dict[str, Any]:
    return {
        "stands": stands, "draft": None, "reasons": [], "customs_zh": "", "customs_en": "", "info": "",
        "given_back": False,
    }  # fmt: skip


def _as_dict(one: Finding) -> dict[str, Any]:
    return {"code": one.code, "zh": one.zh, "en": one.en, "source": one.source, "path": one.path}
