"""The documents a firm is writing on the page and its templates: the list, one with its content and what is wrong yet."""

from __future__ import annotations

from typing import Any

import msgspec
from django.db import connection
from django.db.models import QuerySet

from pilotzone.base.days import stamp
from pilotzone.base.errors import Denied
from pilotzone.exchange import results
from pilotzone.exchange.formats.build import build, problems_in
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.sealing import unpack
from pilotzone.kernel import clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import heads, keys, rights, writing
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER, Kind
from pilotzone.rooms.clearance.models import Writing
from pilotzone.rooms.clearance.queries import changes
from pilotzone.rooms.clearance.queries.registered import Registered

BODY = "clearance.writing"
UNGIVEN = "00000000-0000-0000-0000-000000000000"


def own() -> QuerySet[Writing]:
    """What the caller's firm writes and its templates."""
    return Writing.objects.filter(organisation=current().organisation or 0)


def listed(page: int = 1, size: int = 50, *, template: bool = False) -> dict[str, Any]:
    """A page of what is written, or of the templates, the latest saved first: {rows, total, page}."""
    found = own().filter(template=template).order_by("-saved_at", "-pk")
    size = max(1, min(size, 500))
    rows = [_row(one) for one in found[(page - 1) * size : page * size]]
    return {"rows": rows, "total": found.count(), "page": page}


def access(number: int) -> Writing:
    """One of the caller's firm; Denied `kernel.access.unknown` for any other."""
    found = own().filter(pk=number).first() if number < 1 << 63 else None
    if found is None:
        raise Denied(
            code="kernel.access.unknown", zh="没有这一对象，或您无权查看。", en="There is no such thing, or it is not yours to see.",
        )  # fmt: skip
    return found


def told(number: int) -> dict[str, Any]:
    """One with its head and lines, the elements the firm writes, and what is wrong with it yet."""
    one = access(number)
    kind, part = BY_NUMBER[one.kind], read(one)
    shape = changes.shape_of(kind, clock.today(), part.head)
    return _row(one) | {
        "edition": shape.edition, "head": dict(part.head),
        "lines": [{"position": place, "values": dict(line)} for place, line in enumerate(part.lines)],
        "editable": [one.element for one in shape.head.fields if writing.editable(one.element)],
        "editable_lines": [
            one.element for one in (shape.lines.fields if shape.lines else ()) if writing.editable_line(one.element)
        ],
        "findings": [] if one.template else findings(kind, part), "has_lines": shape.lines is not None,
    }  # fmt: skip


def read(one: Writing) -> Part:
    """Head and lines as they stand."""
    body = msgspec.json.decode(unpack(bytes(one.body), BODY))
    return Part(body["head"], body["lines"])


def refused(one: Writing) -> bool:
    """Whether what was kept last was not taken as a draft: then the firm writes on."""
    if not one.receipt:
        return False
    with connection.cursor() as cursor:
        found = results.read(cursor, one.receipt, organisation_id=one.organisation_id)
    if found is None or found["state"] != results.DONE:
        return False
    return not any(document["state"] == "draft" for document in found["documents"])


def findings(kind: Kind, part: Part) -> list[dict[str, Any]]:
    """What would be refused of the document alone: who sends it and whom it names, then its form."""
    firm = Organisation.objects.get(pk=current().organisation or 0)
    on, now = clock.today(), stamp(clock.now())
    directory = Registered()
    sender = rights.judge_sender(kind, part.head, firm.pk, directory, on)
    told = [sender.as_dict()] if sender is not None and any(part.head.get(field) for field in kind.senders) else []
    told += [fault.as_dict() for fault in rights.judge_firms(kind, part.head, directory)]
    shape = changes.shape_of(kind, on, part.head)
    document = (heads.draft_head(part.head, at=now, guid=UNGIVEN), part.lines)
    problems = list(problems_in(shape, 1, document))
    if not problems:
        raw = build(kind.message, [document], edition=shape.edition, guid=UNGIVEN, transfer=heads.transfer_of(firm))
        problems = [
            one for one in parse(raw, edition=shape.edition, on=on).findings
            if not (one.code == "format.missing" and one.path.endswith("/Signature"))
        ]  # fmt: skip
    return told + [{"code": p.code, "zh": p.zh, "en": p.en, "source": p.source, "path": p.path} for p in problems]


def _row(one: Writing) -> dict[str, Any]:
    kind, part = BY_NUMBER[one.kind], read(one)
    return {
        "id": one.pk, "zh": kind.zh, "en": kind.en, "message": kind.message, "flow": kind.flow, "name": one.name,
        "template": one.template, "revision": one.revision, "made_at": one.made_at, "saved_at": one.saved_at,
        "kept_at": one.kept_at, "receipt": one.receipt, "key": keys.readable(keys.key_text(kind, part.head)),
        "line_count": len(part.lines), "closed": bool(one.receipt) and not refused(one),
    }  # fmt: skip
