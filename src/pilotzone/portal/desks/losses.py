"""证书挂失通报: which keys firms lost, since when, who reported it and who was told; the office revokes for who calls."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pilotzone.base.days import day_of
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.models import Certificate
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment

REVOKED, FRESH, IN_FORCE, ALL = "revoked", "fresh", "in_force", "all"
FRESH_DAYS = 7
MANAGE = "certificate.manage"


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The certificates, those revoked first asked for; the newest loss first."""
    _may_read()
    found, (query, state) = _asked(request)
    page = lists.page_number(request.GET.get("page"))
    listing = lists.Listing(
        columns=_columns(),
        rows=[_row(one) for one in found[(page - 1) * lists.PAGE_SIZE : page * lists.PAGE_SIZE]],
        filters=[
            lists.Filter("q", _("企业名称、编码或证书序列号"), "search", value=query),
            lists.Filter(
                "state", _("状态"), "select", value=state,
                choices=[(REVOKED, _("已挂失")), (FRESH, _("近七日挂失")), (IN_FORCE, _("未挂失")), (ALL, _("全部证书"))],
            ),
        ],
        total=found.count(),
        page=page,
        query=request.GET,
        export_url=reverse("office_losses_export"),
        empty=_("没有挂失的证书。"),
    )  # fmt: skip
    return render(request, "desks/losses.html", {"listing": listing})


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """The list with the same filters as CSV."""
    _may_read()
    found, _filters = _asked(request)
    columns = _columns()
    lines = [[column.title for column in columns]]
    lines += [[sheets.cell(row[column.key]) for column in columns] for row in map(_row, found)]
    audit.record("losses.export", object_kind="list", object_id="certificates", after={"rows": len(lines) - 1})
    answer = StreamingHttpResponse(sheets.csv_of(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="pilotzone-certificates.csv"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One certificate, what became of it and who was told; a POST reports its loss for the firm."""
    _may_read()
    found = access_certificate(number)
    problem = None
    if request.method == "POST":
        require(MANAGE)
        try:
            _revoke(found, request.POST.get("reason", ""))
            return redirect("office_loss", number)
        except Refused as refused:
            problem = refused
    context = {"one": found, "facts": _facts(found), "manages": may(MANAGE), "problem": problem}
    return render(request, "desks/loss.html", context, status=422 if problem else 200)


def access_certificate(number: int) -> Certificate:
    """One the caller sees (row-level security says which); Denied `kernel.access.unknown` else."""
    found = Certificate.objects.select_related("organisation", "reported_by").filter(pk=number).first()
    if found is None:
        raise Denied(
            code="kernel.access.unknown", zh="没有这一对象，或您无权查看。",
            en="There is no such thing, or it is not yours to see.",
        )  # fmt: skip
    return found


def _revoke(found: Certificate, reason: str) -> None:
    if not reason.strip():
        raise Refused(code="accounts.certificate.reason", zh="请写明挂失原因。", en="Say why it is revoked.")
    certificates.revoke(found.sha256, reason=reason)


def _may_read() -> None:
    """Whoever is told of losses: data/units/roles.yaml by certificates.READ_LOSSES."""
    if not any(may(action) for action in certificates.READ_LOSSES):
        require(MANAGE)


def _asked(request: HttpRequest) -> tuple[QuerySet[Certificate], tuple[str, str]]:
    """What the filters leave of the list, and the filters; without one, the losses."""
    query, state = request.GET.get("q", "").replace("\0", "").strip()[:80], request.GET.get("state", "")
    found = Certificate.objects.select_related("organisation", "reported_by")
    if query:
        firm = (
            Q(organisation__name__icontains=query) | Q(organisation__customs_code=query) | Q(organisation__uscc=query)
        )
        found = found.filter(firm | Q(serial__iexact=query))
    if state == IN_FORCE:
        found = found.filter(revoked_at=None)
    elif state == FRESH:
        found = found.filter(revoked_at__gte=clock.wall() - timedelta(days=FRESH_DAYS))
    elif state != ALL:
        found = found.exclude(revoked_at=None)
    return found.order_by("-revoked_at", "-pk"), (query, state if state in (REVOKED, FRESH, IN_FORCE, ALL) else "")


def _columns() -> list[lists.Column]:
    return [
        lists.Column("serial", _("证书序列号"), lists.CODE, href="href"),
        lists.Column("firm", _("企业")),
        lists.Column("algorithm", _("算法")),
        lists.Column("until", _("有效期至"), lists.DAY),
        lists.Column("revoked_at", _("挂失时间"), lists.TIME),
        lists.Column("reason", _("挂失原因")),
        lists.Column("by", _("报失人")),
        lists.Column("told", _("已通报")),
    ]


def _row(one: Certificate) -> dict[str, Any]:
    return {
        "id": one.pk, "serial": one.serial, "href": reverse("office_loss", args=[one.pk]), "firm": one.organisation.name,
        "algorithm": one.algorithm.upper(), "until": day_of(one.valid_to), "revoked_at": one.revoked_at,
        "reason": one.revoked_reason or None, "by": str(one.reported_by) if one.reported_by else None,
        "told": told(one) or None,
    }  # fmt: skip


def told(one: Certificate) -> str:
    """Whom the notice of a loss reached, in words: body and how many of its persons."""
    return "、".join(_("%(body)s（%(persons)d人）") % each for each in one.told)


def _facts(one: Certificate) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        (_("企业"), one.organisation.name), (_("海关编码"), one.organisation.customs_code), (_("证书序列号"), one.serial),
        (_("证书主体"), one.subject), ("SHA-256", one.sha256), (_("算法"), one.algorithm.upper()),
        (_("有效期至"), moment(one.valid_to)),
    ]  # fmt: skip
    if one.revoked_at is not None:
        facts += [
            (_("挂失时间"), moment(one.revoked_at)), (_("挂失原因"), one.revoked_reason), (_("报失人"), one.reported_by or ""),
            (_("已通报"), told(one)),
        ]  # fmt: skip
    return [(word, value) for word, value in facts if value]
