"""A county or park hands in drafts of many filings at once: row by row, partly accepted, the same file twice changes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from pilotzone.base import texts
from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock, events
from pilotzone.kernel.access import firms
from pilotzone.kernel.access.actor import DISTRICT, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation, Unit, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.filing import form
from pilotzone.rooms.registry.engine import codes, states
from pilotzone.rooms.registry.engine.judging import Paper, day_of, judge
from pilotzone.rooms.registry.engine.sheet import FIRST, LICENCES, Line, columns, licences_of, read
from pilotzone.rooms.registry.errors import REFUSES, Finding, denied, finding
from pilotzone.rooms.registry.models import Filing, Step, Upload
from pilotzone.rooms.registry.operations.holding import EVENT, body_of, row_of

# a draft may be incomplete: these say only what is still to come
LATER = frozenset({"rule.filing.missing", "rule.filing.licence_missing"})
DRAFTED, SAME, WRONG = "drafted", "same", "wrong"
LONGEST = {"name": 160, "evidence": 300, LICENCES: 200}  # as the page of one filing keeps them; of licences each part


@dataclass
class Row:
    """A row on its way: what it becomes, and why not."""

    line: Line
    uscc: str = ""
    roles: list[str] = field(default_factory=list)
    values: dict[str, str] = field(default_factory=dict)
    licences: list[dict[str, str]] = field(default_factory=list)
    unit: Unit | None = None
    outcome: str = ""
    wrong: list[Finding] = field(default_factory=list)


@transaction.atomic
def upload(*, name: str, raw: bytes) -> Upload:
    """Make drafts of a file's rows; each row that cannot be one says why. Drafts count only once their firm confirms them.

    A draft that stands as it is asked for stays untouched; one that its firm has confirmed is not changed. Refused
    `registry.upload.file`, `rule.filing.unknown_field`, `text.long` for the file's own name: then nothing is drafted.
    """
    actor = require(states.BULK)
    name = texts.whole(name, 120, "文件名", "The name of the file", field="files")
    lines = read(raw, columns(firms.trades()))
    home = _home(actor)
    with scope(PLATFORM):
        rows = _judged(lines, home)
        made = _write(rows, actor, home)
        kept = Upload.objects.create(
            unit=home, unit_path=home.path, uploader_id=actor.organisation, person_id=actor.person, name=name,
            columns=list(columns(firms.trades())), rows=[_report(row) for row in rows], at=clock.now(),
            **{outcome: sum(row.outcome == outcome for row in rows) for outcome in (DRAFTED, SAME, WRONG)},
        )  # fmt: skip
    counts = {"drafted": kept.drafted, "same": kept.same, "wrong": kept.wrong}
    audit.record("filing.bulk", object_kind="filing_upload", object_id=kept.pk, after={"name": kept.name, **counts})
    events.publish(EVENT, [row_of(one, "bulk") for one in made], key=f"upload {kept.pk}")
    return kept


def _home(actor: Actor) -> Unit:
    """The county or park in whose name it is done; a park's operator does it for the park it is tied to."""
    if actor.kind == DISTRICT:
        return Unit.objects.get(path=actor.unit_path)
    if actor.kind == ENTERPRISE:
        link = UnitLink.objects.filter(
            organisation_id=actor.organisation or 0, kind__in=("park", "registered"), valid_to=None
        ).order_by("kind").first()  # fmt: skip
        if link is not None:
            return link.unit
    raise denied("registry.upload.elsewhere", unit="—")


def _judged(lines: list[Line], home: Unit) -> list[Row]:
    units = {
        unit.code: unit for unit in Unit.objects.filter(kind__in=("district", "park")) if _below(unit.path, home.path)
    }
    known, today = firms.trades(), clock.today()
    rows, seen = [], dict[str, int]()
    for line in lines:
        row = Row(line)
        rows.append(row)
        try:
            row.uscc = codes.credit_code(line.cells.get("uscc", ""))
        except Refused:
            row.wrong.append(finding("uscc", "rule.filing.uscc_form", value=line.cells.get("uscc", "")[:40]))
        roles = line.cells.get("roles", "").split()
        row.roles = [one for one in known if one in roles]
        asked = form(row.roles).by_key
        row.values = {name: text for name, text in line.cells.items() if name not in (*FIRST, LICENCES)}
        row.licences = licences_of(line.cells.get(LICENCES, ""))
        row.values.setdefault("unit", home.code)
        row.unit = units.get(row.values["unit"])
        for name in [name for name in row.values if name not in asked]:
            row.wrong.append(finding(name, "rule.filing.unknown_field", value=name))
        row.wrong += _too_long(row)
        paper = Paper(
            row.uscc, tuple(roles), row.values, row.licences, line.cells.get("evidence", ""), frozenset(units)
        )
        if row.uscc:
            row.wrong += [
                one
                for one in judge(paper, on=today, known_roles=known)
                if one.weight == REFUSES
                and one.code not in LATER
                and (one.field, one.code) != ("name", "rule.filing.too_long")
            ]
            if row.uscc in seen:
                row.wrong.append(finding("uscc", "registry.upload.twice", row=seen[row.uscc]))
            seen.setdefault(row.uscc, line.row)
    return rows


def _too_long(row: Row) -> list[Finding]:
    """What of a row would not be kept whole: its name, what proves its code, the parts of its licences."""
    told = [("name", "单位名称", "The name", row.values.get("name", ""))]
    told.append(("evidence", "代码佐证", "The evidence", row.line.cells.get("evidence", "")))
    told += [(LICENCES, "证照内容", "A part of a licence", part) for one in row.licences for part in one.values()]
    return [
        Finding(field_, said.code, said.zh, said.en, REFUSES, said.source, said.mend_zh, said.mend_en)
        for field_, zh, en, text in told
        if len(text) > LONGEST[field_]
        for said in [texts.SENTENCES.reason("text.long", zh=zh, en=en, most=LONGEST[field_])]
    ]


def _write(rows: list[Row], actor: Actor, home: Unit) -> list[Filing]:
    wanted = [row.uscc for row in rows if row.uscc]
    there = {one.uscc: one for one in Filing.objects.select_for_update(of=("self",)).filter(uscc__in=wanted)}
    begun = set(Step.objects.filter(filing__in=there.values()).exclude(verb="bulk").values_list("filing_id", flat=True))
    owners = dict(Organisation.objects.filter(uscc__in=wanted).values_list("uscc", "pk"))
    new, changed, steps = list[Filing](), list[Filing](), list[tuple[Filing, str, dict[str, Any], dict[str, Any]]]()
    for row in rows:
        held = there.get(row.uscc)
        if held is not None and not row.wrong:
            row.wrong += _barred(held, home, begun=held.pk in begun)
        if row.wrong:
            row.outcome = WRONG
            continue
        filing = held or Filing(uscc=row.uscc, version=0, created_at=clock.now(), synthetic=clock.is_demo())
        before = {"roles": filing.roles, "licences": filing.licences} | filing.values
        after = {"roles": row.roles, "licences": row.licences} | row.values
        if held is not None and before == after and held.evidence == row.line.cells.get("evidence", ""):
            row.outcome = SAME
            continue
        _put(filing, row, actor, owners.get(row.uscc))
        row.outcome = DRAFTED
        (changed if held is not None else new).append(filing)
        names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
        steps.append((
            filing, states.DRAFT if held is not None else "", {name: before.get(name, "") for name in names},
            {name: after.get(name, "") for name in names},
        ))  # fmt: skip
    Filing.objects.bulk_create(new)
    Filing.objects.bulk_update(changed, _COLUMNS, batch_size=200)
    body = body_of(actor)
    Step.objects.bulk_create(
        Step(
            filing=filing, number=filing.version, verb="bulk", came=came, went=states.DRAFT, person_id=actor.person,
            body=body, before=before, after=after, at=filing.changed_at,
        )
        for filing, came, before, after in steps
    )  # fmt: skip
    return [*new, *changed]


_COLUMNS = (
    "name", "roles", "values", "licences", "evidence", "unit", "unit_path", "uploader", "filled_by", "version",
    "changed_at", "next_expiry",
)  # fmt: skip


def _put(filing: Filing, row: Row, actor: Actor, owner: int | None) -> None:
    filing.roles, filing.values, filing.licences = row.roles, row.values, row.licences
    filing.name, filing.evidence = row.values.get("name", ""), row.line.cells.get("evidence", "")
    filing.unit, filing.unit_path = row.unit, row.unit.path if row.unit else ""
    filing.uploader_id, filing.filled_by_id = actor.organisation, actor.person
    if filing.organisation_id is None:
        filing.organisation_id = owner
    filing.version, filing.changed_at = filing.version + 1, clock.now()
    filing.next_expiry = min((day for one in row.licences if (day := day_of(one.get("valid_to", "")))), default=None)


def _barred(held: Filing, home: Unit, *, begun: bool) -> list[Finding]:
    """Why a row does not touch the filing that stands: it is elsewhere, its firm has confirmed it or fills it in itself."""
    if held.unit_path and not _below(held.unit_path, home.path):
        name = held.unit.name_zh if held.unit else held.unit_path
        return [finding("uscc", "registry.upload.elsewhere", unit=name)]
    if held.state != states.DRAFT:
        return [finding("uscc", "registry.upload.confirmed", state=states.STATES[held.state][0])]
    if begun:
        return [finding("uscc", "registry.upload.begun")]
    return []


def _report(row: Row) -> dict[str, Any]:
    return {
        "row": row.line.row, "uscc": row.uscc or row.line.cells.get("uscc", "")[:40], "outcome": row.outcome,
        "cells": dict(row.line.cells), "problems": [one.as_dict() for one in row.wrong],
    }  # fmt: skip


def _below(path: str, home: str) -> bool:
    return path == home or path.startswith(home + ".")
