"""A case as a page or the API shows it: plain data, with the desk that holds it, since when, until when, by which rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.services.engine import deadlines, items, notices, states
from pilotzone.rooms.services.engine.items import Item
from pilotzone.rooms.services.models import Case, Desk
from pilotzone.rooms.services.queries import cases
from pilotzone.rooms.services.queries.items import COUNTY_WORDS, english_of_units, unit_words, units

PART = 500  # rows of a list held whole at a time


def summaries(found: QuerySet[Case], on: date) -> list[dict[str, Any]]:
    """Rows of a list with the desks at which each lies `now`, by one statement however many: held PART at a time, for each holds its item."""
    rows, each = list[dict[str, Any]](), found.iterator(chunk_size=PART)
    while part := list(islice(each, PART)):
        now = detail_now(part, on)
        rows += [summary(one) | {"now": now[one.pk]} for one in part]
    return rows


def summary(case: Case) -> dict[str, Any]:
    """One row of a list. The item's names are those of the version the case began with."""
    zh, en = states.STATES[case.state]
    names = case.item.content["name"]
    return {
        "id": case.pk, "number": case.number, "item": case.item_key, "item_zh": names["zh"], "item_en": names["en"],
        "item_version": case.item.version, "state": case.state, "state_zh": zh, "state_en": en,
        "firm": case.organisation.name if case.organisation else str(case.person or ""), "uscc": case.organisation.uscc if case.organisation else "",
        "agent": case.agent.name if case.agent else "", "trial": case.trial, "submitted_at": case.submitted_at,
        "decided_at": case.decided_at, "changed_at": case.changed_at, "version": case.version, "urges": case.urges,
        "synthetic": case.synthetic,
    }  # fmt: skip


def inbox_row(desk: Desk, on: date, warn: int) -> dict[str, Any]:
    """One row of an inbox: the case, its step, its due day and light."""
    item = items.of(desk.case.item.content)
    step, shown = item.step(desk.step), deadlines.light(desk.due_on, on, warn)
    return summary(desk.case) | {
        "desk": desk.pk, "pick": f"{desk.case_id}-{desk.case.version}", "step": desk.step, "step_zh": step.zh, "step_en": step.en,
        "since": desk.since, "due_on": desk.due_on, "provisional": desk.provisional, "light": shown.colour,
        "light_zh": shown.zh, "light_en": shown.en, "holder": str(desk.holder or ""),
    }  # fmt: skip


def detail(case: Case, on: date) -> dict[str, Any]:
    """All of one: form with values and remarks, papers, where it lies and lay, history, notice, what may be done."""
    item, actor = items.of(case.item.content), current()
    lie = detail_desks(case, on)
    notice = cases.notice_of(case)
    return summary(case) | {
        "fields": [
            {
                "key": one.key, "zh": one.zh, "en": one.en, "kind": one.kind, "must": one.must,
                "value": case.values.get(one.key, ""), "shown": notices.shown(one, case.values.get(one.key, "")),
                "shown_en": notices.shown(one, case.values.get(one.key, ""), english=True), "remark": case.remarks.get(one.key, ""),
            }
            for one in item.form
        ],
        "materials": _papers(case, item), "remarks": dict(case.remarks), "desks": lie,
        "now": [one for one in lie if one["state"] in ("waiting", "paused")], "step": case.step, "reason": case.reason,
        "history": _moves(cases.history(case), item), "own": cases.own(case, actor),
        "verbs": verbs(case), "basis": basis(item), "tag": item.tag, "days": item.days,
        "steps": [{"zh": one.zh, "en": one.en, "days": one.days, "units": unit_list(one.units)} for one in item.steps],
        "notice": None if notice is None else {"number": notice.number, "outcome": notice.outcome, "at": notice.issued_at},
    }  # fmt: skip


def detail_desks(case: Case, on: date) -> list[dict[str, Any]]:
    """Where a case lies and lay, oldest first."""
    item, warn = items.of(case.item.content), cases.warn(on)
    return [_desk(one, item, on, warn) for one in cases.desks(case)]


def detail_now(shown: Sequence[Case], on: date) -> dict[int, list[dict[str, Any]]]:
    """Where these cases lie now, case → its desks."""
    warn, lie = cases.warn(on), cases.desks_now(shown)
    kinds = {case.item.pk: case.item for case in shown}
    read = {pk: items.of(one.content) for pk, one in kinds.items()}
    return {case.pk: [_desk(one, read[case.item.pk], on, warn) for one in lie[case.pk]] for case in shown}


def verbs(case: Case) -> list[str]:
    """What the caller may do with it in its present state."""
    actor = current()
    return [name for name in states.offered(case.state) if cases.may_verb(case, name, actor)]


def guide(item: Item) -> dict[str, Any]:
    """办事指南: an item as everybody reads it, plain data."""
    zh, en = items.STATUS[item.status]
    return {
        "key": item.key, "version": item.version, "status": item.status, "status_zh": zh, "status_en": en, "zh": item.zh,
        "en": item.en, "about_zh": item.about.zh, "about_en": item.about.en, "who": list(item.who), "filing": item.filing,
        "agents": item.agents, "persons": item.persons, "tag": item.tag, "days": item.days, "accept_days": item.accept.days,
        "accept_units": unit_list(item.accept.units), "author": item.author, "basis": basis(item),
        "materials": [
            {"key": one.key, "zh": one.zh, "en": one.en, "must": one.must, "kinds": list(one.kinds), "most_mb": one.most_mb}
            for one in item.materials
        ],
        "steps": [
            {"key": one.key, "zh": one.zh, "en": one.en, "days": one.days, "units": unit_list(one.units)} for one in item.steps
        ],
        "fields": [
            {"key": one.key, "zh": one.zh, "en": one.en, "kind": one.kind, "must": one.must} for one in item.form
        ],
        "schema": item.content["form"], "digest": item.digest, "notice_zh": item.notice.zh, "notice_en": item.notice.en,
        "appeal_zh": item.appeal.zh, "appeal_en": item.appeal.en,
    }  # fmt: skip


def basis(item: Item) -> list[dict[str, str]]:
    """The documents an item rests on."""
    return [{"document": one.document, "article": one.article, "tag": one.tag} for one in item.basis]


def unit_list(codes: tuple[str, ...]) -> list[dict[str, str]]:
    """Units with their names, by the codes of an item."""
    found = []
    for code in codes:
        zh, en = units()[code][1:] if code in units() else COUNTY_WORDS
        found.append({"code": code, "zh": zh, "en": en})
    return found


def _desk(desk: Desk, item: Item, on: date, warn: int) -> dict[str, Any]:
    step, (zh, en) = item.step(desk.step), unit_words(desk.unit_path)
    shown = deadlines.light(desk.due_on, on, warn)
    law = item.basis[0]
    return {
        "unit": desk.unit_path, "unit_zh": zh, "unit_en": en, "step": desk.step, "step_zh": step.zh, "step_en": step.en,
        "state": desk.state, "since": desk.since, "came_at": desk.came_at, "done_at": desk.done_at, "due_on": desk.due_on,
        "provisional": desk.provisional, "days": desk.days, "used": desk.used, "opinion": desk.opinion,
        "holder": str(desk.holder or ""), "decided_by": str(desk.decided_by or ""), "light": shown.colour, "light_zh": shown.zh,
        "light_en": shown.en, "rule": f"{law.document} {law.article}".strip(), "tag": item.tag,
    }  # fmt: skip


def _papers(case: Case, item: Item) -> list[dict[str, Any]]:
    present = {one.key: one for one in cases.materials(case)}
    found = []
    for asked in item.materials:
        one = present.get(asked.key)
        found.append({
            "key": asked.key, "zh": asked.zh, "en": asked.en, "must": asked.must, "kinds": list(asked.kinds),
            "most_mb": asked.most_mb, "remark": case.remarks.get(asked.key, ""), "id": one.pk if one else None,
            "name": one.name if one else "", "size": one.size if one else 0, "sha256": one.sha256 if one else "",
            "at": one.at if one else None,
        })  # fmt: skip
    return found


def _moves(history: Sequence[Any], item: Item) -> list[dict[str, Any]]:
    english = english_of_units({one.body for one in history})
    return [_move(one, item, english.get(one.body, one.body)) for one in history]


def _move(move: Any, item: Item, body_en: str) -> dict[str, Any]:
    verb = states.VERBS[move.verb]
    zh, en = states.STATES[move.went]
    words = {one.key: (one.zh, one.en) for one in item.form} | {one.key: (one.zh, one.en) for one in item.materials}
    words |= {"@holder": ("承办人", "held by"), "@materials": ("材料", "papers"), "@whole": ("总的意见", "in general")}
    return {
        "number": move.number, "verb": move.verb, "zh": verb.zh, "en": verb.en, "came": move.came, "went": move.went,
        "went_zh": zh, "went_en": en, "body": move.body, "body_zh": move.body, "body_en": body_en, "by": str(move.person or ""),
        "deputy_of": str(move.deputy_of or ""), "reason": move.reason, "at": move.at,
        "remarks": [
            {"key": key, "zh": words.get(key, (key, key))[0], "en": words.get(key, (key, key))[1], "text": text}
            for key, text in move.remarks.items()
        ],
        "fields": [{"key": key, "zh": words.get(key, (key, key))[0], "en": words.get(key, (key, key))[1]} for key in move.fields],
    }  # fmt: skip


def named(people: list[Person]) -> list[tuple[int, str]]:
    """Persons as choices."""
    return [(one.pk, str(one)) for one in people]
