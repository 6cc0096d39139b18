"""The changes a firm is writing or wrote: the list, one with its content, and what became of those that were kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from django.db import connection
from django.db.models import QuerySet

from pilotzone.base.errors import Denied
from pilotzone.exchange.sealing import unpack
from pilotzone.kernel import clock
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import applications, changes, states
from pilotzone.rooms.clearance.engine.case import Head, Part
from pilotzone.rooms.clearance.engine.changes import RETURN
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER
from pilotzone.rooms.clearance.models import Change, Document, Message, Receipt
from pilotzone.rooms.clearance.queries import contents
from pilotzone.rooms.clearance.queries import drafts as waiting
from pilotzone.rooms.clearance.queries.changes import OPEN, Scene, findings, scene, shape_of, window_of

BODY = "clearance.change"
KEPT, DISCARDED = "kept", "discarded"
# what became of a change that was kept among the drafts
PROCESSING, DRAFT, UNDERWAY, REFUSED, DECLARED = "processing", "draft", "underway", "refused", "declared"


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


def written(one: Change) -> tuple[Part, frozenset[int]]:
    """Head and lines as they stand, and the places of the lines that are left out."""
    body = msgspec.json.decode(unpack(bytes(one.body), BODY))
    return Part(body["head"], body["lines"]), frozenset(body["off"])


def _undoes(one: Change, found: Scene, lines: Sequence[Head]) -> dict[str, Any]:
    window = window_of(found)
    trade = found.trade
    return {
        "flow": trade.flow, "state": trade.state, "booked": trade.state in states.BOOKED, "value": trade.value,
        "tax": trade.tax, "assessment": contents.assessment(trade.assessment), "invt_no": trade.invt_no,
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
