"""报表收集与数据校验: who has reported and who is reminded, each figure beside port and platform; a firm's report as an Excel sheet."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import desk, months, words
from pilotzone.ui import listing as lists
from pilotzone.ui.sheets import csv_answer

NEAR, MOST_BYTES = 3, 2 * 1024 * 1024  # as engine/collection: working days before the due day; size of a sheet
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The sheet of a month for the caller's firm, with what it reported before."""
    require("statistics.report")
    month = _month(request)
    try:
        form = api.form_of(api.forms(), month)
    except Refused as refused:
        return desk.mine_page(request, month, refused)
    kept = next((row for row in api.reports(organisation=current().organisation or 0) if row["month"] == month), None)
    head = api.form_heads().get(form.version, {})
    suffix = "en" if words.english() else "zh"
    told = {
        _("表号"): str(head.get("number", "—")), _("制定机关"): str(head.get(f"made_by_{suffix}", "—")),
        _("批准（备案）文号"): str(head.get(f"approval_{suffix}", "—")), _("有效期至"): str(head.get("valid_to") or "—"),
    }  # fmt: skip
    raw = api.written_sheet(form, month, (kept or {}).get("answers", {}), (kept or {}).get("note", ""), told)
    answer = HttpResponse(raw, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="pilotzone-report-{month:%Y-%m}.xlsx"'
    return answer


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """File the report of a filled sheet; what is wrong is named by its cell, nothing is written then, and the page shows what was read."""
    require("statistics.report")
    given = request.FILES.get("file")
    typed: dict[str, str] | None = None
    month = months.before(clock.today())
    try:
        month = months.month_posted(request)
        filled = api.open_sheet(given.read(MOST_BYTES + 1) if given else b"", api.form_of(api.forms(), month), month)
        typed = {**filled.typed, "note": filled.note}
        if filled.wrong:
            raise api.refused_cells(filled)
        revision = api.report(
            month=month, typed=filled.typed, note=filled.note, at=clock.now(), today=clock.today(),
            reason=request.POST.get("reason", ""),
        )  # fmt: skip
    except Refused as refused:
        return desk.mine_page(request, month, refused, typed)
    messages.success(request, _("已报送，第%(n)s次") % {"n": revision})
    return redirect(f"{reverse('statistics_mine')}?month={month:%Y-%m}")


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every firm asked for a month, those still missing first; `?state=` narrows it."""
    return _page(request, None)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    return csv_answer("collection", _columns(), _rows(request), action="statistics.collection.export")


@require_POST
def remind(request: HttpRequest) -> HttpResponse:
    """Remind every firm that has not reported the month."""
    month = _month(request)
    try:
        month = months.month_posted(request)
        done = api.remind(month=month, firms=None, at=clock.now(), today=clock.today())
    except (Refused, Denied) as refused:
        return _page(request, refused)
    messages.success(request, _("已催报%(n)s家") % {"n": done})
    return redirect(f"{reverse('statistics_collection')}?month={month:%Y-%m}")


@require_safe
def mirror(request: HttpRequest) -> HttpResponse:
    """Every reported figure by mode beside what customs and the platform saw; `?verdict=` narrows it."""
    rows, asked = _beside(request), _asked(request, "verdict")
    listing = lists.Listing(
        columns=_mirror_columns(), rows=rows, total=len(rows), page_size=max(1, len(rows)), query=request.GET,
        filters=[_month_filter(request), lists.Filter("verdict", _("结论"), "select", choices=[("", _("全部")), *words.verdicts().items()], value=asked)],
        export_url=reverse("statistics_mirror_export"), empty=_("这一月没有可比对的数。"),
    )  # fmt: skip
    return render(request, "statistics/mirror.html", {"listing": listing, "month": f"{_month(request):%Y-%m}"})


@require_safe
def mirror_export(request: HttpRequest) -> HttpResponse:
    """The same list as CSV."""
    return csv_answer("mirror", _mirror_columns(), _beside(request), action="statistics.mirror.export")


def _page(request: HttpRequest, problem: Refused | Denied | None) -> HttpResponse:
    require("statistics.work")
    month = _month(request)
    every = api.asked(month, clock.today())
    rows = _rows(request)
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=max(1, len(rows)), query=request.GET,
        filters=[_month_filter(request), lists.Filter("state", _("状态"), "select", choices=[("", _("全部")), *words.standings().items()], value=_asked(request, "state"))],
        export_url=reverse("statistics_collection_export"), empty=_("这一月没有应报的企业。"),
    )  # fmt: skip
    context = {
        "listing": listing, "problem": problem, "month": f"{month:%Y-%m}", "due": api.due(month), "wanted": len(every), "near": NEAR,
        "filed": sum(1 for row in every if row.revision), "open": any(not row.revision and row.reminded is None for row in every),
    }  # fmt: skip
    return render(request, "statistics/collection.html", context, status=422 if problem else 200)


def _columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("企业")), lists.Column("state", _("状态")), lists.Column("due", _("报送截止日"), lists.DAY),
        lists.Column("days", _("工作日"), lists.NUMBER), lists.Column("reminded", _("催报日"), lists.DAY), lists.Column("revision", _("报送次数"), lists.NUMBER, href="corrections"),
    ]  # fmt: skip


def _rows(request: HttpRequest) -> list[dict[str, Any]]:
    state = _asked(request, "state")
    return [
        {
            "id": row.firm, "name": row.name, "state": words.standings()[row.standing.state], "due": row.standing.due,
            "days": row.standing.days, "reminded": row.reminded, "revision": row.revision,
            "corrections": f"{reverse('statistics_revised')}?month={_month(request):%Y-%m}" if row.revision > 1 else "",
        }
        for row in api.asked(_month(request), clock.today())
        if not state or row.standing.state == state
    ]  # fmt: skip


def _mirror_columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("企业")), lists.Column("item", _("填报项目"), href="ask"), lists.Column("own", _("自报（元）"), lists.MONEY),
        lists.Column("port", _("口岸（元）"), lists.MONEY), lists.Column("platform", _("平台（元）"), lists.MONEY),
        lists.Column("difference", _("差异率")), lists.Column("verdict", _("结论")), lists.Column("value", _("采用数（元）"), lists.MONEY),
    ]  # fmt: skip


def _beside(request: HttpRequest) -> list[dict[str, Any]]:
    wanted, month = _asked(request, "verdict"), f"{_month(request):%Y-%m}"
    names = {one.key: words.said(one) for one in api.forms()[-1].fields}
    return [
        {
            "id": f"{row.firm}-{row.field}", "name": row.name, "item": names[row.field], "own": row.own, "port": row.port, "platform": row.platform,
            "ask": "" if row.own is None else f"{reverse('statistics_doubt_ask')}?firm={row.firm}&month={month}&field={row.field}",
            "difference": "—" if row.found.difference is None else f"{row.found.difference:.1%}",
            "verdict": words.verdicts()[row.found.verdict], "value": row.found.value,
        }
        for row in api.mirrored(_month(request), clock.today())
        if not wanted or row.found.verdict == wanted
    ]  # fmt: skip


def _month(request: HttpRequest) -> date:
    typed = request.POST.get("month") or request.GET.get("month", "")
    return months.month_of(typed) or months.before(clock.today())


def _month_filter(request: HttpRequest) -> lists.Filter:
    return lists.Filter("month", _("报告期"), "text", value=f"{_month(request):%Y-%m}", always=True)


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").replace("\0", "")[:20]
