"""暂停企业: the zone office and customs suspend an enterprise with reason, day and basis, print the notice, and lift it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import suspensions
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation, Suspension
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

STATES = ("running", "coming", "lifted")
ASKED = ("firm", "since", "reason", "legal_basis")


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The list; a POST suspends an enterprise and goes on to its notice. What is refused is said on the form."""
    require(suspensions.ACTION)
    typed, problem = {name: request.POST.get(name, "").strip() for name in ASKED}, None
    if request.method == "POST":
        try:
            made = suspensions.suspend(
                organisation=_firm(typed["firm"]), since=_day(typed["since"]), reason=typed["reason"],
                legal_basis=typed["legal_basis"],
            )  # fmt: skip
            return redirect("office_suspension", made.pk)
        except Refused as refused:
            problem = refused
    found, (query, state) = _asked(request)
    page = lists.page_number(request.GET.get("page"))
    rows = found[(page - 1) * lists.PAGE_SIZE : page * lists.PAGE_SIZE]
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(one) for one in rows],
        filters=[
            lists.Filter("q", _("企业名称或编码"), "search", value=query),
            lists.Filter("state", _("状态"), "select", choices=[(key, _word(key)) for key in STATES], value=state),
        ],
        total=found.count(),
        page=page,
        query=request.GET,
        export_url=reverse("office_suspensions_export"),
        empty=_("没有暂停过企业。"),
    )
    context = {"listing": listing, "typed": typed, "problem": problem, "today": clock.today()}
    return render(request, "desks/suspensions.html", context, status=422 if problem else 200)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list with the same filters as CSV."""
    require(suspensions.ACTION)
    found, _filters = _asked(request)
    columns = _columns()
    lines = [[column.title for column in columns]]
    lines += [[sheets.cell(row[column.key]) for column in columns] for row in map(_row, found)]
    audit.record("suspensions.export", object_kind="list", object_id="suspensions", after={"rows": len(lines) - 1})
    answer = StreamingHttpResponse(sheets.csv_of(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-suspensions.csv"'
    return answer


@require_safe
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One suspension: its order, its end, the form to lift it for the office that ordered it."""
    actor = require(suspensions.ACTION)
    found = suspensions.access_suspension(number)
    context = {"one": found, "facts": _facts(found), "mine": found.office.path == actor.unit_path}
    return render(request, "desks/suspension.html", context)


@require_POST
def lift(request: HttpRequest, number: int) -> HttpResponse:
    """End it today."""
    suspensions.lift(number, reason=request.POST.get("reason", ""))
    return redirect("office_suspension", number)


@require_safe
def notice(request: HttpRequest, number: int) -> HttpResponse:
    """The notice to the enterprise, to be printed: of the suspension, or where it was lifted of that."""
    require(suspensions.ACTION)
    found = suspensions.access_suspension(number)
    return render(
        request, "desks/suspension_notice.html", {"one": found, "facts": _facts(found), "office": _office(found)}
    )


def _asked(request: HttpRequest) -> tuple[QuerySet[Suspension], tuple[str, str]]:
    """What the filters leave of the list, and the filters."""
    query, state = request.GET.get("q", "").replace("\0", "").strip()[:80], request.GET.get("state", "")
    state = state if state in STATES else ""
    found, today = suspensions.suspensions(), clock.today()
    if query:
        firm = (
            Q(organisation__name__icontains=query) | Q(organisation__customs_code=query) | Q(organisation__uscc=query)
        )
        found = found.filter(firm)
    if state == "lifted":
        found = found.exclude(lifted_on=None)
    elif state:
        found = found.filter(lifted_on=None)
        found = found.filter(since__lte=today) if state == "running" else found.filter(since__gt=today)
    return found, (query, state)


def _columns() -> list[lists.Column]:
    return [
        lists.Column("number", _("文号"), lists.CODE, href="href"),
        lists.Column("firm", _("企业")),
        lists.Column("code", _("海关编码"), lists.CODE),
        lists.Column("since", _("起始日"), lists.DAY),
        lists.Column("word", _("状态")),
        lists.Column("office", _("决定机关")),
        lists.Column("reason", _("事由")),
        lists.Column("lifted_on", _("恢复日"), lists.DAY),
    ]


def _row(one: Suspension) -> dict[str, Any]:
    firm = one.organisation
    return {
        "id": one.pk, "number": f"ZT{one.pk:06d}", "href": reverse("office_suspension", args=[one.pk]),
        "firm": firm.name, "code": firm.customs_code or firm.uscc or "—", "since": one.since,
        "word": _word(state_of(one)), "office": _office(one), "reason": one.reason, "lifted_on": one.lifted_on,
    }  # fmt: skip


def state_of(one: Suspension) -> str:
    """running, coming (its day is not there yet) or lifted."""
    if one.lifted_on is not None:
        return "lifted"
    return "coming" if one.since > clock.today() else "running"


def _word(state: str) -> str:
    return {
        "running": _("暂停中"), "coming": _("未到起始日"),
        "lifted": _("已恢复"),
    }[state]  # fmt: skip


def _facts(one: Suspension) -> list[tuple[str, object]]:
    firm = one.organisation
    told: list[tuple[str, object]] = [
        (_("企业"), firm.name), (_("海关编码"), firm.customs_code), (_("统一社会信用代码"), firm.uscc),
        (_("状态"), _word(state_of(one))), (_("起始日"), one.since), (_("事由"), one.reason), (_("依据"), one.legal_basis),
        (_("决定机关"), _office(one)), (_("经办人"), one.ordered_by or ""),
    ]  # fmt: skip
    if one.lifted_on is not None:
        told += [
            (_("恢复日"), one.lifted_on),
            (_("恢复理由"), one.lifted_reason),
            (_("恢复经办人"), one.lifted_by or ""),
        ]
    return [(word, value) for word, value in told if value]


def _office(one: Suspension) -> str:
    return one.office.name_en if (get_language() or "").startswith("en") else one.office.name_zh


def _firm(code: str) -> int:
    """The enterprise a customs code or credit code names."""
    found = Organisation.objects.filter(Q(customs_code=code) | Q(uscc=code)).first() if code else None
    if found is None:
        raise Refused(
            code="desk.suspension.firm", zh="没有这一编码的企业。", en="There is no enterprise of this code.",
            mend_zh="请填写海关10位编码或统一社会信用代码。", mend_en="Give its customs code or its credit code.",
            fields={"firm": code[:40]},
        )  # fmt: skip
    return found.pk


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(
            code="kernel.suspension.day", zh="请填写起始日。", en="Name the day from which it counts.",
            fields={"since": text[:20]},
        ) from None  # fmt: skip
