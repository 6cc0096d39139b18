"""A filing as a page or the API shows it: plain data, with what is still wrong and what the caller may do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import QuerySet

from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.scope import current
from pilotzone.reference.filing import Form, form
from pilotzone.rooms.registry.engine import states
from pilotzone.rooms.registry.engine.differences import REGISTERS, compared
from pilotzone.rooms.registry.engine.judging import day_of
from pilotzone.rooms.registry.engine.reminders import light
from pilotzone.rooms.registry.engine.sheet import LICENCES, cell_of
from pilotzone.rooms.registry.models import Filing, Upload
from pilotzone.rooms.registry.queries import filings as rows


def summary(filing: Filing) -> dict[str, Any]:
    """One row of a list."""
    zh, en = states.STATES[filing.state]
    unit = filing.unit
    return {
        "id": filing.pk, "uscc": filing.uscc, "name": filing.name, "roles": list(filing.roles), "state": filing.state,
        "state_zh": zh, "state_en": en, "unit": unit.code if unit else "", "unit_zh": unit.name_zh if unit else "",
        "unit_en": unit.name_en if unit else "", "customs_code": filing.values.get("customs_code", ""),
        "confirmed_at": filing.confirmed_at, "valid_from": filing.valid_from, "due_on": filing.due_on,
        "next_expiry": filing.next_expiry, "changed_at": filing.changed_at, "version": filing.version,
        "cancel_asked": bool(filing.cancel_asked), "synthetic": filing.synthetic,
    }  # fmt: skip


def detail(filing: Filing, on: date) -> dict[str, Any]:
    """All of one: sections with values, sources and remarks, licences with lights, differences, history, what may be done."""
    asked, told = form(filing.roles), rows.told(filing)
    sources = {row.field: row.says[0] for row in compared(asked, told)}
    return summary(filing) | {
        "evidence": filing.evidence, "remarks": filing.remarks, "pending": _pending(filing, asked),
        "cancel_reason": filing.cancel_asked, "prereview_by": filing.prereview_by,
        "sections": _sections(filing, asked, sources), "licences": _licences(filing, asked, on),
        "differences": [
            {
                "field": row.field, "zh": row.zh, "en": row.en, "differs": row.differs,
                "filed": filing.values.get(row.field, ""),
                "says": [
                    {"told_by": name, "zh": REGISTERS[name][0], "en": REGISTERS[name][1], "value": text, "at": at}
                    for name, text, at in row.says
                ],
            }
            for row in compared(asked, told)
        ],
        "registers": _registers(filing), "history": [_step(step) for step in rows.history(filing)],
        "commitments": [
            {"key": one.key, "by": one.proof.name, "capacity": one.proof.capacity, "at": one.at, "digest": one.digest}
            for one in rows.signed(filing)
        ],
        "reminders": [
            {"kind": one.kind, "number": one.number, "ends": one.ends, "before": one.before, "at": one.at}
            for one in rows.reminded(filing)
        ],
        "verbs": verbs(filing),
    }  # fmt: skip


def verbs(filing: Filing) -> list[str]:
    """What the caller may do with it in its present state."""
    actor = current()
    own = actor.kind == ENTERPRISE and filing.organisation_id == actor.organisation
    found = []
    for name in states.offered(filing.state):
        action = states.VERBS[name].action
        if action and may(action) and (own or action != states.FILL) and action != states.BULK:
            found.append(name)
    return found


def sheet_row(filing: Filing, columns: Iterable[str]) -> list[str]:
    """A filing as a row of the file of filings, its columns as they are handed in."""
    known = {
        "uscc": filing.uscc, "roles": " ".join(filing.roles), "evidence": filing.evidence, "state": filing.state,
        LICENCES: cell_of(filing.licences),
    }  # fmt: skip
    return [str(known.get(name, filing.values.get(name, ""))) for name in columns]


def uploads(query: str = "", *, faulty: bool | None = None) -> QuerySet[Upload]:
    """The files the caller sees without their rows, newest first; by a part of their name, with faulty rows or without any."""
    found = Upload.objects.select_related("unit", "person").defer("rows", "columns").order_by("-pk")
    if query:
        found = found.filter(name__icontains=query)
    if faulty is not None:
        found = found.filter(wrong__gt=0) if faulty else found.filter(wrong=0)
    return found


def access_upload(number: int) -> Upload:
    """A file the caller sees; Denied `kernel.access.unknown` else."""
    found = Upload.objects.select_related("unit", "person").filter(pk=number).first()
    if found is None:
        raise rows.unknown()
    return found


def _sections(filing: Filing, asked: Form, sources: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for section in asked.sections:
        fields = []
        for one in (each for each in asked.fields if each.section == section.key):
            source = sources.get(one.key)
            fields.append({
                "key": one.key, "zh": one.zh, "en": one.en, "kind": one.kind, "must": one.must, "most": one.most,
                "choices": list(one.choices), "public": one.public, "light": one.light, "source": one.source,
                "tag": one.tag, "value": filing.values.get(one.key, ""), "remark": filing.remarks.get(one.key, ""),
                "locked": source is not None, "told_by": source[0] if source else "", "told_at": source[2] if source else None,
                "registers": list(one.registers),
            })  # fmt: skip
        found.append({"key": section.key, "zh": section.zh, "en": section.en, "fields": fields})
    return found


def _licences(filing: Filing, asked: Form, on: date) -> list[dict[str, Any]]:
    kinds = {kind.key: kind for kind in asked.licences}
    before = rows.before_days(on)
    found = []
    for one in filing.licences:
        kind, ends = kinds.get(one.get("kind", "")), day_of(one.get("valid_to", ""))
        found.append(dict(one) | {
            "zh": kind.zh if kind else one.get("kind", ""), "en": kind.en if kind else one.get("kind", ""),
            "source": kind.source if kind else "", "ends": ends, "light": light(ends, on, before),
        })  # fmt: skip
    return found


def _registers(filing: Filing) -> list[dict[str, Any]]:
    answered = {one.register: one for one in rows.answers(filing)}
    found = []
    for name, (zh, en) in REGISTERS.items():
        one = answered.get(name)
        found.append({
            "register": name, "zh": zh, "en": en, "state": one.state if one else "", "code": one.code if one else "",
            "serial": one.serial if one else "", "asked_at": one.asked_at if one else None,
            "told_at": one.told_at if one else None,
        })  # fmt: skip
    return found


def _step(step: Any) -> dict[str, Any]:
    verb = states.VERBS[step.verb]
    return {
        "number": step.number, "verb": step.verb, "zh": verb.zh, "en": verb.en, "came": step.came, "went": step.went,
        "by": str(step.person or ""), "body": step.body, "before": step.before, "after": step.after,
        "reason": step.reason, "at": step.at,
    }  # fmt: skip


def _pending(filing: Filing, asked: Form) -> list[dict[str, Any]]:
    """What a change under review would change, field by field."""
    if not filing.pending:
        return []
    before: dict[str, Any] = {"roles": " ".join(filing.roles), "licences": cell_of(filing.licences)} | filing.values
    pending = filing.pending
    after: dict[str, Any] = {"roles": " ".join(pending["roles"]), "licences": cell_of(pending["licences"])}
    after |= pending["values"]
    words = form([*filing.roles, *pending["roles"]]).by_key
    return [
        {
            "field": name, "zh": words[name].zh if name in words else name, "en": words[name].en if name in words else name,
            "before": before.get(name, ""), "after": after.get(name, ""),
        }
        for name in {**before, **after}
        if before.get(name, "") != after.get(name, "")
    ]  # fmt: skip
