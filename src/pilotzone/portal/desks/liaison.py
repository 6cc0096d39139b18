"""口岸联系协调 (measure 3): contacts and cases with the customs of Shenzhen, Ningbo, Shanghai and Xiamen."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.doors import require
from pilotzone.portal.desks import typed
from pilotzone.portal.desks.inspections import desk, said, said_of
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

KEEP = "liaison.keep"
FIELDS = ("port", "subject", "words", "number", "name", "post", "phone")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """Ports, contacts and cases; a POST opens a case or enters a contact."""
    require(KEEP)
    problem, given = None, {name: request.POST.get(name, "").replace("\0", "").strip() for name in FIELDS}
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "contact":
                desk.keep_contact(port=given["port"], name=given["name"], phone=given["phone"], post=given["post"])
                return redirect("liaison")
            if request.POST.get("verb") == "end":
                desk.end_contact(number=typed.number(request.POST.get("contact")) or 0)
                return redirect("liaison")
            made = desk.open_case(
                port=given["port"], subject=given["subject"], words=given["words"], number=given["number"]
            )
            return redirect("liaison_case", made)
        except Refused as refused:
            problem = refused
    asked, page = _asked(request), lists.page_number(request.GET.get("page"))
    found = desk.cases(asked, page, lists.PAGE_SIZE)
    listing = lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found["rows"]], filters=_filters(asked), total=found["total"], page=page,
        query=request.GET, export_url=reverse("liaison_export"), empty=_("还没有协调事项。"),
        empty_help=_("需要口岸海关协助的事项在此登记，五个工作日内答复。"),
    )  # fmt: skip
    context = {
        "listing": listing, "problem": problem, "typed": given if problem else {}, "overdue": found["overdue"],
        "ports": [one | {"word": said(one)} for one in desk.ports()], "contacts": [one | {"word": said(one)} for one in desk.contacts()],
    }  # fmt: skip
    return render(request, "desks/liaison.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The cases with the same filter as CSV."""
    require(KEEP)
    asked = _asked(request)
    rows = [_row(one) for one in sheets.every(lambda page, size: desk.cases(asked, page, size))]
    return sheets.csv_answer("liaison", _columns(), rows, action="liaison.export")


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One case; a POST enters the answer or closes it."""
    require(KEEP)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            if request.POST.get("verb") == "close":
                desk.close_case(number=number)
            else:
                desk.answer_case(number=number, words=request.POST.get("words", "").replace("\0", ""))
            return redirect("liaison_case", number)
        except Refused as refused:
            problem = refused
    found = desk.case(number)
    if found is None:
        raise Http404
    facts = [
        (_("口岸"), said(found, "port")), (_("状态"), said(found)), (_("事由"), found["subject"]), (_("单号"), found["number"] or "—"),
        (_("内容"), found["words"]), (_("登记人"), found["opened_by"] or "—"), (_("答复期限"), found["due_on"].isoformat()), (_("答复"), found["answer"] or "—"),
    ]  # fmt: skip
    return render(
        request,
        "desks/liaison_case.html",
        {"one": found, "facts": facts, "problem": problem},
        status=422 if problem else 200,
    )


def _asked(request: HttpRequest) -> dict[str, str]:
    state, port = request.GET.get("state", ""), request.GET.get("port", "")
    return {"state": state if state in desk.CASE_STATES else "", "port": port if port in desk.texts("ports") else ""}


def _filters(asked: dict[str, str]) -> list[lists.Filter]:
    return [
        lists.Filter(
            "port", _("口岸"), "select", [(code, said(row)) for code, row in desk.texts("ports").items()], asked["port"]
        ),
        lists.Filter(
            "state",
            _("状态"),
            "select",
            [(key, said_of(words)) for key, words in desk.CASE_STATES.items()],
            asked["state"],
        ),
    ]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("subject", _("事由"), href="href"), lists.Column("port_word", _("口岸")), lists.Column("word", _("状态")),
        lists.Column("number", _("单号"), lists.CODE), lists.Column("opened_at", _("登记时间"), lists.TIME), lists.Column("due_on", _("答复期限"), lists.DAY),
    ]  # fmt: skip


def _row(found: dict[str, Any]) -> dict[str, Any]:
    late = f" {_('（逾期）')}" if found["late"] else ""
    return found | {
        "href": reverse("liaison_case", args=[found["id"]]),
        "port_word": said(found, "port"),
        "word": said(found) + late,
    }
