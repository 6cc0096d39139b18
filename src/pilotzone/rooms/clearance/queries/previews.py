"""核对预览 of one of the caller's drafts: the match as it would be judged now, what is missing and from whom."""

from __future__ import annotations

from typing import Any

from django.db import connection

from pilotzone.kernel import clock
from pilotzone.rooms.clearance.engine import goods_rules, keys, kinds, preview
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER, Kind
from pilotzone.rooms.clearance.models import Document
from pilotzone.rooms.clearance.queries import contents, drafts
from pilotzone.rooms.clearance.queries.pages import NAMES, told_documents

DECLARED, DRAFTED, THIS = "declared", "drafted", "this"
_WAYBILL = {kind.flow: kind.number for kind in BY_NUMBER.values() if kind.name == kinds.WAYBILL}


def of_draft(number: int) -> dict[str, Any] | None:
    """A standing draft of the caller's with its preview; None where there is none of that number.

    {document (as a page shows it), receipt, papers: [{name, zh, en, where: this|declared|drafted|"", whose}], faults, ran,
    waiting: [{zh, en, checks}], limited (a yearly limit by weight is asked only when it is declared), withheld}. Papers of
    others are judged and never shown; what authorised bodies said of buyers is not asked. Documents that take no part in the match have no papers.
    """
    row = drafts.standing().filter(id=number).first() if number < 1 << 63 else None
    if row is None:
        return None
    (document,) = told_documents([row], opened=True)
    kind, part = BY_NUMBER[row.kind], drafts.said([row]).get(row.id, Part({}))
    told = {
        "document": document, "receipt": drafts.receipts([row.id]).get(row.id, ""), "papers": [], "faults": [],
        "ran": 0, "waiting": [], "limited": False, "withheld": "", "flow": kind.flow,
    }  # fmt: skip
    if not kind.matched:
        return told
    papers, where = _papers(row, kind, part)
    on = clock.today()
    found = preview.preview(kind.flow, papers, on=on)
    missing = dict(found.missing)
    shown = list(preview.NEEDED[kind.flow])
    if kinds.MONEY_RECEIPT in papers:
        shown.append(kinds.MONEY_RECEIPT)
    declared, order = papers.get(kinds.LIST), papers.get(kinds.ORDER)
    return told | {
        "papers": [
            {"name": name, "zh": NAMES[name][0], "en": NAMES[name][1], "where": where.get(name, ""), "whose": missing.get(name, "")}
            for name in shown
        ],
        "faults": [fault.as_dict() for fault in found.faults], "ran": found.ran,
        "waiting": [{"zh": NAMES[name][0], "en": NAMES[name][1], "checks": n} for name, n in found.waiting.items()],
        "limited": bool(declared and kind.flow == kinds.IMPORT and goods_rules.limited(declared.lines, on=on)),
        "withheld": order.head.get("taxTotal", "") if order else "",
    }  # fmt: skip


def _papers(row: Document, kind: Kind, part: Part) -> tuple[dict[str, Part], dict[str, str]]:
    """The papers of the draft's trade by name and where each is: declared, among the caller's drafts, or this one."""
    papers: dict[str, Part] = {}
    where: dict[str, str] = {}
    for name, found in [*_drafted(row, kind, part), *_declared(row, kind, part)]:
        papers[name[0]], where[name[0]] = found, name[1]
    papers[kind.name], where[kind.name] = part, THIS
    return papers, where


def _declared(row: Document, kind: Kind, part: Part) -> list[tuple[tuple[str, str], Part]]:
    """What was declared for the trade, whoever sent it; the waybill is the one the list names."""
    waybill = keys.joined(part.head, ("logisticsCode", "logisticsNo"))
    hash_ = keys.key_hash(_WAYBILL[kind.flow], waybill) if waybill else 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, position, body FROM clearance_beside(%s, %s)", (row.id, hash_))
        rows = cursor.fetchall()
    told = []
    for number, position, body in rows:
        found = contents.opened(bytes(body)).get(position)
        if found is None:
            continue
        name = BY_NUMBER[number].name
        if name == kinds.WAYBILL and kind.name == kinds.LIST and not _named(found, part):
            continue
        told.append(((name, DECLARED), found))
    return told


def _drafted(row: Document, kind: Kind, part: Part) -> list[tuple[tuple[str, str], Part]]:
    """The caller's own other drafts of the same trade."""
    if row.trade_hash is None:
        return []
    others = list(drafts.standing().filter(trade_hash=row.trade_hash).exclude(id=row.id).order_by("id")[:20])
    said = drafts.said(others)
    found = [((BY_NUMBER[one.kind].name, DRAFTED), said[one.id]) for one in others if one.id in said]
    return [one for one in found if one[0][0] != kind.name]


def _named(waybill: Part, declared: Part) -> bool:
    fields = ("logisticsCode", "logisticsNo")
    return keys.joined(waybill.head, fields) == keys.joined(declared.head, fields)
