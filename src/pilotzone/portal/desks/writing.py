"""单证填写: a firm writes an order, payment, waybill or list on the page; kept, it is a draft like one from Excel.

Everything works as one plain form whose buttons say what to do; htmx saves as it is typed and shows the checks beside it.
"""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Gap, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.portal.desks import amounts, changing_fields
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api as tax
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.wording import said

ACTION = "declare.submit"
LIST = "CEB621Message"
LACKING = "format.missing"
STALE = "clearance.writing.stale"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """What the firm is writing, its templates, and where to begin."""
    require(ACTION)
    page = lists.page_number(request.GET.get("page"))
    found = clearance.writings(page, lists.PAGE_SIZE)
    templates = clearance.writings(1, 200, template=True)["rows"]
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(one) for one in found["rows"]],
        total=found["total"],
        page=page,
        query=request.GET,
        export_url=reverse("writings_export"),
        empty=_("没有正在填写的单证。"),
        empty_help=_("选择单证种类新建，或从模板、以前的单证复制。"),
    )
    context = {"here": "writing", "listing": listing, "kinds": _kinds(), "templates": templates}
    return render(request, "desks/writings.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """What the firm is writing as CSV. Refused `desk.export.too_many`."""
    require(ACTION)
    rows = [_row(one) for one in sheets.every(clearance.writings)]
    return sheets.csv_answer("writing", _columns(), rows, action="writing.export")


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """A new document: of a kind, a copy of an own one, or from a template; then on to its form."""
    require(ACTION)
    try:
        number = clearance.begin_writing(
            message=request.POST.get("message", "")[:20], document=_number(request.POST.get("document")),
            template=_number(request.POST.get("template")),
        )  # fmt: skip
    except Refused as problem:
        if problem.code == "clearance.unknown":
            raise Http404 from problem
        messages.error(request, _problem(problem))
        return redirect("writings")
    return redirect("writing", number)


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """The form. A POST saves what was typed, then does what its button says: add, drop-N, keep, template or nothing more."""
    require(ACTION)
    if request.method != "POST":
        return render(request, "desks/writing.html", _context(number))
    typed = _Typed(request.POST)
    do = request.POST.get("do", "")
    problem = _save(number, typed, do)
    if problem is None and do in ("keep", "template"):
        try:
            with transaction.atomic():
                if do == "keep":
                    receipt = clearance.keep_writing(number=number)
                    return redirect(f"{reverse('enterprise_results')}?r={receipt}")
                clearance.template_of_writing(number=number, name=request.POST.get("name", ""))
                messages.success(request, _("已存为模板；模板不含单号和个人信息。"))
                return redirect("writings")
        except Refused as refused:
            problem = refused
    if problem is not None:
        return render(request, "desks/writing.html", _context(number, problem, typed), status=422)
    if do == "add":
        return redirect(f"{reverse('writing', args=[number])}#line-{len(typed.lines) + 1}")
    messages.success(request, _("已保存"))
    return redirect("writing", number)


@require_POST
def autosave(request: HttpRequest, number: int) -> HttpResponse:
    """Save as it is typed: what is wrong yet and the tax, to stand beside the form."""
    require(ACTION)
    typed = _Typed(request.POST)
    problem = _save(number, typed, "")
    return render(request, "desks/writing_state.html", _context(number, problem, typed))


@require_POST
def discard(request: HttpRequest, number: int) -> HttpResponse:
    """Give it up, or take a template away."""
    require(ACTION)
    typed = _Typed(request.POST)
    try:
        with transaction.atomic():
            clearance.discard_writing(
                number=number, revision=typed.revision if "revision" in request.POST else None, writer=typed.writer
            )
    except Refused as problem:
        return render(request, "desks/writing.html", _context(number, problem), status=422)
    messages.success(request, _("已放弃"))
    return redirect("writings")


class _Typed:
    """What a form says: h.<element> of the head, l.<place>.<element> of the lines that `shown` names, in order."""

    def __init__(self, form: QueryDict) -> None:
        self.head: dict[str, str] = {}
        lines: dict[int, dict[str, str]] = {_number(text): {} for text in form.getlist("shown")[:500]}
        for name in form:
            kind, _dot, rest = name.partition(".")
            text = str(form[name]).replace("\0", "")
            place, _dot, element = rest.partition(".")
            if kind == "h":
                self.head[rest] = text
            elif kind == "l" and _number(place) in lines:
                lines[_number(place)][element] = text
        self.lines = [lines[place] for place in sorted(lines)]
        self.places = sorted(lines)
        self.revision = _number(form.get("revision"))
        self.writer = form.get("writer", "").replace("\0", "")[:36]


def _save(number: int, typed: _Typed, do: str) -> Refused | None:
    dropped = _number(do.removeprefix("drop-")) if do.startswith("drop-") else -1
    lines = [line for place, line in zip(typed.places, typed.lines, strict=True) if place != dropped]
    try:
        with transaction.atomic():
            clearance.save_writing(
                number=number, revision=typed.revision, head=typed.head, lines=lines, writer=typed.writer, add=do == "add",
            )  # fmt: skip
    except Refused as problem:
        return problem
    return None


def _context(number: int, problem: Refused | None = None, typed: _Typed | None = None) -> dict[str, Any]:
    """The page; what could not be saved stands in the form as it was typed."""
    told = clearance.access_writing(number)
    if problem is not None and typed is not None and problem.code in (STALE, "clearance.writing.lines"):
        told |= {
            "head": typed.head,
            "lines": [{"position": place, "values": line} for place, line in enumerate(typed.lines)],
        }  # fmt: skip
    on = clock.today()
    fields, _facts = changing_fields.of_head(told, on=on)
    lacking = [one for one in told["findings"] if one["code"] == LACKING]
    return {
        "overtaken": problem is not None and problem.code == STALE, "lacking": lacking, "wrong": [one for one in told["findings"] if one["code"] != LACKING],
        "one": told, "problem": problem, "title": said(told, "", _language()),
        "needed": [one for one in fields if one["required"]],
        "others": [one for one in fields if not one["required"]],
        "others_filled": any(one["value"] for one in fields if not one["required"]),
        "lines": changing_fields.of_all_lines(told),
        "writer": str(uuid.uuid4()), "tax": tax_of(told["message"], told["head"], [line["values"] for line in told["lines"]]),
    }  # fmt: skip


def tax_of(message: str, head: Any, lines: Any) -> dict[str, Any] | None:
    """What an import list would owe today and why, without the buyer's year; None for any other document or no lines."""
    if message != LIST or not lines:
        return None
    on = clock.today()
    if any(not line.get(name) for line in lines for name in ("gcode", "qty", "price")):
        return {"problem": None, "why": None, "reasons": [], "total": None}  # not all is typed yet
    try:
        found = tax.assess(tax.declared(head, lines, on=on), on=on)
    except (Gap, Refused) as problem:
        return {"problem": problem, "why": None, "reasons": [], "total": None}
    record = found.as_dict()
    return {"problem": None, "why": amounts.tree(record), "reasons": record.get("reasons", []), "total": found.total}


def _columns() -> list[lists.Column]:
    return [
        lists.Column("key_word", _("单证号"), lists.CODE, href="href"),
        lists.Column("kind", _("单证")),
        lists.Column("line_count", _("商品项数"), lists.NUMBER),
        lists.Column("stands", _("进展")),
        lists.Column("saved_at", _("最后保存"), lists.TIME),
    ]


def _row(one: dict[str, Any]) -> dict[str, Any]:
    return one | {
        "href": f"{reverse('enterprise_results')}?r={one['receipt']}" if one["closed"] else reverse("writing", args=[one["id"]]),
        "kind": f"{said(one, '', _language())} {one['message']}", "key_word": one["key"] or _("还没有单号"),
        "stands": _("已转入暂存") if one["closed"] else _("未受理，可继续修改") if one["receipt"] else _("填写中"),
    }  # fmt: skip


def _kinds() -> list[dict[str, str]]:
    """The kinds one may begin with, those of the match first."""
    found = sorted(clearance.MESSAGES.items(), key=lambda item: not item[1].matched)
    return [
        {"message": name, "word": f"{said(kind, '', _language())} {name.removesuffix('Message')}"}
        for name, kind in found
    ]


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else 0


def _problem(problem: Refused) -> str:
    return f"{said(problem, '', _language())} {said(problem, 'mend', _language())} ({problem.code})"


def _language() -> str:
    return get_language() or "zh-hans"
