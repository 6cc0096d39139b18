"""单位登记: who manages organisations takes firms in, changes and cancels them; list, file, history."""

from __future__ import annotations

from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import firms
from pilotzone.kernel.access.doors import access_organisation, require
from pilotzone.kernel.access.models import Organisation, UnitLink
from pilotzone.kernel.access.roles import role
from pilotzone.portal.accounts import firm_files
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.wording import said


@require_http_methods(["GET", "HEAD", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The list; a POST registers a firm, or all of a file. What is refused is said on the form, which keeps its words."""
    require(firms.ACTION)
    typed = _typed(request)
    problem: Refused | None = None
    if request.method == "POST":
        try:
            if file := request.FILES.get("firms"):
                firm_files.load(file.read(firm_files.LARGEST + 1))
                return redirect("firms")
            return redirect("firm", firms.register(*firm_files.filing_of(typed)).pk)
        except Refused as refused:
            problem = refused
    found, filters = _asked(request)
    page = lists.page_number(request.GET.get("page"))
    listing = lists.Listing(
        columns=_columns(), rows=[_row(one) for one in found[(page - 1) * lists.PAGE_SIZE : page * lists.PAGE_SIZE]],
        filters=filters, total=found.count(), page=page, query=request.GET, export_url=reverse("firms_export"),
        empty=_("还没有登记单位。"),
    )  # fmt: skip
    context = {"listing": listing, "typed": typed, "problem": problem, "roles": _trades(typed), "today": clock.today()}
    return render(request, "accounts/firms.html", context, status=422 if problem else 200)


@require_http_methods(["GET", "HEAD"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One firm: what is registered, its units, its history, and the forms to change it."""
    require(firms.ACTION)
    return _page(request, number, None)


@require_POST
def act(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Change, link or cancel it. Denied `accounts.firm.verb` for another verb."""
    require(firms.ACTION)
    typed = _typed(request)
    told = {name: request.POST.get(name, "").strip() for name in ("reason", "kind", "unit", "on", "successor")}
    try:
        if verb == "change":
            firms.change(number, firm_files.filing_of(typed)[0], reason=told["reason"])
        elif verb == "link":
            firms.link(number, firms.Link(told["kind"], told["unit"], firm_files.day(told["on"])))
        elif verb == "cancel":
            firms.cancel(
                number, on=firm_files.day(told["on"]), reason=told["reason"], successor=told["successor"].upper()
            )
        else:
            raise Denied(code="accounts.firm.verb", zh="没有这一操作。", en="There is no such verb.")
    except Refused as refused:
        return _page(request, number, refused)
    return redirect("firm", number)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list with the same filters as CSV."""
    require(firms.ACTION)
    columns = _columns()
    lines = [[column.title for column in columns]]
    lines += [[sheets.cell(row[column.key]) for column in columns] for row in map(_row, _asked(request)[0])]
    audit.record("firms.export", object_kind="list", object_id="firms", after={"rows": len(lines) - 1})
    return _csv(lines, "pilotzone-firms.csv")


@require_safe
def template(request: HttpRequest) -> HttpResponseBase:
    """The headings of the file."""
    require(firms.ACTION)
    return _csv([list(firm_files.COLUMNS)], "pilotzone-firms-template.csv")


def _page(request: HttpRequest, number: int, problem: Refused | None) -> HttpResponse:
    firm = access_organisation(number)
    links = UnitLink.objects.filter(organisation=firm).select_related("unit").order_by("kind", "-valid_from")
    typed = _typed(request) if problem and request.resolver_match and request.POST.get("name") else None
    kept = typed or {name: getattr(firm, name) for name in firm_files.COLUMNS[:5]} | {"roles": " ".join(firm.roles)}
    context = {
        "firm": firm, "facts": _facts(firm), "links": [(_kind(each.kind), each) for each in links], "typed": kept,
        "history": firms.history(number), "problem": problem, "roles": _trades(kept), "today": clock.today(),
        "kinds": [(kind, _kind(kind)) for kind in firms.LINKS],
    }  # fmt: skip
    return render(request, "accounts/firm.html", context, status=422 if problem else 200)


def _typed(request: HttpRequest) -> dict[str, str]:
    told = {name: request.POST.get(name, "").replace("\0", "").strip() for name in firm_files.COLUMNS}
    return told | {"roles": " ".join(request.POST.getlist("roles"))}


def _asked(request: HttpRequest) -> tuple[QuerySet[Organisation], list[lists.Filter]]:
    query, plays = request.GET.get("q", "").replace("\0", "").strip()[:80], request.GET.get("role", "")
    plays = plays if plays in firms.trades() else ""
    found = Organisation.objects.order_by("-pk")
    if query:
        found = found.filter(
            Q(name__icontains=query) | Q(customs_code=query) | Q(uscc=query.upper()) | Q(dxp_id=query.upper())
        )
    if plays:
        found = found.filter(roles__contains=[plays])
    choices = [(code, _role(code)) for code in firms.trades()]
    return found, [
        lists.Filter("q", _("企业名称或编码"), "search", value=query),
        lists.Filter("role", _("企业类型"), "select", choices=choices, value=plays),
    ]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("单位名称"), href="href"),
        lists.Column("uscc", _("统一社会信用代码"), lists.CODE),
        lists.Column("customs_code", _("海关编码"), lists.CODE),
        lists.Column("dxp_id", _("报文传输编号"), lists.CODE),
        lists.Column("roles", _("企业类型")),
        lists.Column("cancelled_on", _("注销日"), lists.DAY),
    ]


def _row(one: Organisation) -> dict[str, Any]:
    return {
        "id": one.pk, "href": reverse("firm", args=[one.pk]), "name": one.name, "uscc": one.uscc or None,
        "customs_code": one.customs_code or None, "dxp_id": one.dxp_id or None,
        "roles": "、".join(_role(code) for code in one.roles), "cancelled_on": one.cancelled_on,
    }  # fmt: skip


def _facts(one: Organisation) -> list[tuple[str, object]]:
    told = [
        (_("单位名称"), one.name), (_("英文名称"), one.name_en), (_("统一社会信用代码"), one.uscc),
        (_("海关编码"), one.customs_code), (_("报文传输编号"), one.dxp_id),
        (_("企业类型"), "、".join(_role(code) for code in one.roles)), (_("注销日"), one.cancelled_on),
        (_("承继单位"), one.successor or ""),
    ]  # fmt: skip
    return [(word, value) for word, value in told if value]


def _trades(typed: dict[str, Any]) -> list[tuple[str, str, bool]]:
    return [(code, _role(code), code in typed["roles"].split()) for code in firms.trades()]


def _role(code: str) -> str:
    return said(role(code), "", get_language() or "zh-hans") if code in firms.trades() else code


def _kind(kind: str) -> str:
    return {"registered": _("注册地"), "park": _("园区"), "clearance": _("通关地")}.get(kind, kind)


def _csv(lines: list[list[str]], name: str) -> HttpResponseBase:
    answer = StreamingHttpResponse(sheets.csv_of(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
