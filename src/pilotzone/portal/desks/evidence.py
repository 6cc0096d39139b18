"""日志与取证: the audit trail for who audits and who operates – who did what to what, before and after; reading it leaves a line too."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import evidence
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation, Person, Unit
from pilotzone.kernel.access.roles import role
from pilotzone.kernel.evidence import Asked
from pilotzone.portal.desks.typed import LARGEST, clean, day
from pilotzone.portal.desks.typed import number as number_of
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment
from pilotzone.ui.wording import said

MOST_EXPORTED, STEP = 50_000, 1_000
FIELDS = ("who", "action", "object", "unit", "since", "until")


@never_cache
@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The list with its filter bar."""
    require(evidence.READ)
    asked, typed, wrong = _asked(request)
    before = number_of(request.GET.get("before"))
    found = evidence.lines(asked, before=before, limit=lists.PAGE_SIZE + 1)
    rows = found[: lists.PAGE_SIZE]
    total = evidence.counted(asked)
    evidence.note("list", typed | {"before": before})
    listing = lists.Listing(
        columns=_columns(),
        rows=_rows(rows),
        filters=_bar(typed),
        total=min(total, evidence.MOST_COUNTED),
        beyond=total > evidence.MOST_COUNTED,
        before=str(before or ""),
        older=str(rows[-1]["id"]) if len(found) > lists.PAGE_SIZE else "",
        query=request.GET,
        export_url=reverse("evidence_export"),
        empty=_("还没有审计记录。"),
    )
    return render(request, "desks/evidence.html", {"listing": listing, "wrong": wrong})


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list with the same filters as CSV, before and after included."""
    require(evidence.READ)
    asked, typed, _wrong = _asked(request)
    total = evidence.counted(asked, most=MOST_EXPORTED)
    sheets.refuse_beyond(total, MOST_EXPORTED)
    evidence.note("export", typed | {"rows": total})
    answer = StreamingHttpResponse(sheets.csv_of(_lines(request, asked)), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-audit.csv"'
    return answer


@never_cache
@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One line: who, for whom, when by both clocks, from what to what, and its place in the chain."""
    found = evidence.line(min(number, LARGEST))
    evidence.note(str(number), {})
    (row,) = _rows([found])
    return render(request, "desks/evidence_line.html", {"one": row, "facts": _facts(row), "changes": _changes(found)})


def _asked(request: HttpRequest) -> tuple[Asked, dict[str, str], list[str]]:
    typed = {name: clean(request.GET.get(name)) for name in FIELDS}
    wrong: list[str] = []
    kind, _space, number = typed["object"].replace(":", " ").partition(" ")
    asked = Asked(
        who=typed["who"], action=typed["action"], kind=kind, number=number.strip(), unit=typed["unit"],
        first=day(typed["since"], wrong), last=day(typed["until"], wrong),
    )  # fmt: skip
    return asked, typed, wrong


def _bar(typed: dict[str, str]) -> list[lists.Filter]:
    language = get_language()
    units = [(unit.path, unit.named(language)) for unit in Unit.objects.order_by("path")]
    return [
        lists.Filter("who", _("人员（姓名、登录名或编号）"), "search", value=typed["who"]),
        lists.Filter("action", _("动作（可只写开头）"), "search", value=typed["action"]),
        lists.Filter("object", _("对象（种类和编号）"), "search", value=typed["object"]),
        lists.Filter("unit", _("单位（含下级）"), "select", units, typed["unit"]),
        lists.Filter("since", _("起始日"), "date", value=typed["since"]),
        lists.Filter("until", _("截止日"), "date", value=typed["until"]),
    ]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("at_zone", _("时间"), lists.TIME, href="href"),
        lists.Column("person_name", _("人员")),
        lists.Column("role_word", _("岗位")),
        lists.Column("body", _("单位/企业")),
        lists.Column("action", _("动作"), lists.CODE),
        lists.Column("object", _("对象"), lists.CODE),
        lists.Column("reason", _("原因")),
    ]


def _rows(found: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines with the names of persons, firms and units, looked up once for all of them."""
    found, language = list(found), get_language()
    people = {one[key] for one in found for key in ("person", "deputy_of")} - {None}
    persons = {one.pk: str(one) for one in Person.objects.filter(pk__in=people)}
    firms = dict(Organisation.objects.filter(pk__in={one["organisation"] for one in found}).values_list("pk", "name"))
    units = {one.path: one.named(language) for one in Unit.objects.filter(path__in={one["unit"] for one in found})}
    return [
        one | {
            "href": reverse("evidence_line", args=[one["id"]]), "person_name": _named(one, persons), "role_word": _role(one["role"]),
            "body": firms.get(one["organisation"]) or units.get(one["unit"]) or one["unit"] or None,
            "object": f"{one['object_kind']} {one['object_id']}", "reason": one["reason"] or None,
        }
        for one in found
    ]  # fmt: skip


def _named(one: dict[str, Any], persons: dict[int, str]) -> str:
    if one["person"] is None:
        return _("系统") if one["kind"] == "system" else "—"
    name = persons.get(one["person"], str(one["person"]))
    if one["deputy_of"] is None:
        return name
    return _("%(name)s（代%(other)s）") % {"name": name, "other": persons.get(one["deputy_of"], str(one["deputy_of"]))}


def _role(code: str) -> str:
    try:
        return said(role(code), "", get_language() or "zh-hans") if code else "—"
    except Refused:  # the platform's own, and roles of earlier editions
        return code


def _facts(row: dict[str, Any]) -> list[tuple[str, Any]]:
    return [
        (_("时间"), moment(row["at_zone"])), (_("实际时间"), moment(row["at_wall"])), (_("人员"), row["person_name"]),
        (_("岗位"), row["role_word"]), (_("单位/企业"), row["body"]), (_("动作"), row["action"]), (_("对象"), row["object"]),
        (_("原因"), row["reason"]), (_("数据库角色"), row["login"]), (_("链号和链内序号"), f"{row['chain']} / {row['number']}"),
        ("SHA-256", row["hash"]),
    ]  # fmt: skip


def _changes(found: dict[str, Any]) -> list[tuple[str, str, str]]:
    """What stood before and after, field by field."""
    before, after = (_plain(found[side]) for side in ("before", "after"))
    return [(key, _text(before.get(key)), _text(after.get(key))) for key in dict.fromkeys([*before, *after])]


def _plain(value: Any) -> dict[str, Any]:
    told = json.loads(value) if isinstance(value, str) else value
    return told if isinstance(told, dict) else {} if told is None else {"": told}


def _text(value: Any) -> str:
    if value is None:
        return "—"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _lines(request: HttpRequest, asked: Asked) -> Iterator[list[str]]:
    """Made after the view has ended, in the reader's language."""
    with override(getattr(request, "LANGUAGE_CODE", "zh-hans")):
        columns = _columns()
        yield [_("序号"), *(one.title for one in columns), _("实际时间"), _("变更前"), _("变更后"), "SHA-256"]
        pile: list[dict[str, Any]] = []
        for found in evidence.every(asked, step=STEP):
            pile.append(found)
            if len(pile) == STEP:
                yield from _cells(pile, columns)
                pile = []
        yield from _cells(pile, columns)


def _cells(pile: list[dict[str, Any]], columns: list[lists.Column]) -> Iterator[list[str]]:
    for row in _rows(pile):
        cells = [moment(row[c.key]) if c.kind == lists.TIME else sheets.cell(row[c.key]) for c in columns]
        sides = [json.dumps(_plain(row[side]), ensure_ascii=False) if row[side] else "" for side in ("before", "after")]
        yield [str(row["id"]), *cells, moment(row["at_wall"]), *sides, bytes(row["hash"]).hex()]
