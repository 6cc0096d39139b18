"""What everybody sees: which districts have their platform, and the page of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access import sites
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.models import Site
from pilotzone.rooms.registry import api as registry
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets
from pilotzone.ui.menus import stands


@require_safe
def listed(request: HttpRequest) -> HttpResponse:
    """Every district of the day with its platform or without one."""
    rows = _rows()
    listing = lists.Listing(
        columns=_columns(), rows=rows, total=len(rows), page_size=200, query=request.GET, export_url=reverse("sites_export"),
        empty=_("没有县区。"),
    )  # fmt: skip
    told = sites.coverage(clock.today())
    context = {"listing": listing, "coverage": told, "percent": f"{told.percent}%", "may_open": sites.manages(None)}
    return render(request, "sites/list.html", context)


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    return sheets.csv_answer("sites", _columns(), _rows(), action="site.export")


@require_safe
def one(request: HttpRequest, slug: str) -> HttpResponse:
    """A district's platform: its words and looks over the same data; the unit's own figures and those below it."""
    return shown(request, found(slug))


def shown(
    request: HttpRequest, site: Site, *, problem: Refused | None = None, typed: Mapping[str, str] | None = None
) -> HttpResponse:
    """Its page; with a provider that was refused, as it was typed."""
    today = clock.today()
    counts = {one["unit__code"]: one["n"] for one in registry.counts()["units"]}
    below = [
        unit
        for unit in sites.districts(today)
        if unit.path == site.unit_path or unit.path.startswith(site.unit_path + ".")
    ]
    leads = {each.unit_id: reverse("site", args=[each.slug]) for each in sites.sites(today)} | {site.unit_id: ""}
    figures = [
        {"name": unit.named(get_language()), "n": counts.get(unit.code, 0), "href": leads.get(unit.pk, "")}
        for unit in below
    ]
    day = today.isoformat()
    entries = [
        {"word": choice["en" if english() else "zh"], "href": choice["href"]}
        for key, choice in sites.choices()["menu"].items()
        if key in site.menu and stands(choice["href"])
    ]
    notices = [
        {"from": row["from"], **_said(row["zh"], row["en"])}
        for row in site.notices
        if row["from"] <= day and (not row["until"] or row["until"] >= day)
    ]
    context = {
        "site": site, "name": site.name_en if english() else site.name_zh, "intro": _said(site.intro_zh, site.intro_en),
        "entries": entries, "notices": sorted(notices, key=lambda row: row["from"], reverse=True), "figures": figures,
        "total": sum(row["n"] for row in figures), "unit": site.unit.named(get_language()),
        "links": [{"href": row["href"], **_said(row["zh"], row["en"])} for row in site.links],
        "providers": [
            {"id": row.pk, "name": _said(row.organisation.name, row.organisation.name_en), "service": _said(row.service_zh, row.service_en)}
            for row in sites.providers(site, today)
        ],
        "manages": sites.manages(site), "may_close": sites.manages(None), "sees_figures": may("aggregate.see"),
        "problem": problem, "typed": typed or {}, "ended": site.unit.valid_to and site.unit.valid_to < today and site.unit.successor,
    }  # fmt: skip
    return render(request, "sites/site.html", context, status=422 if problem else 200)


@require_safe
@cache_control(public=True, max_age=3600)
def logo(request: HttpRequest, slug: str) -> HttpResponse:
    """The logo as it was checked when it came in."""
    site = found(slug)
    if not site.logo:
        raise Http404
    answer = HttpResponse(bytes(site.logo), content_type="image/png")
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def found(slug: str) -> Site:
    """The platform at this address today; 404 where there is none."""
    site = sites.site_of(slug, clock.today())
    if site is None:
        raise Http404
    return site


def _columns() -> list[lists.Column]:
    return [
        lists.Column("unit", _("县区或开发区")), lists.Column("name", _("分平台名称"), href="href"),
        lists.Column("since", _("开通日"), lists.DAY), lists.Column("filed", _("有效备案（家）"), lists.NUMBER),
        lists.Column("state", _("状态")),
    ]  # fmt: skip


def _rows() -> list[dict[str, Any]]:
    today = clock.today()
    have = {site.unit_id: site for site in sites.sites(today)}
    counts = {one["unit__code"]: one["n"] for one in registry.counts()["units"]}
    told = []
    for unit in sites.districts(today):
        site = have.get(unit.pk)
        told.append(
            {
                "unit": unit.named(get_language()), "filed": counts.get(unit.code, 0), "since": site.since if site else None,
                "name": (site.name_en if english() else site.name_zh) if site else "",
                "href": reverse("site", args=[site.slug]) if site else "", "state": (_("明日起停用") if site.until else _("已开通")) if site else _("未开通"),
            }
        )  # fmt: skip
    return told


def _said(zh: str, en: str) -> dict[str, str]:
    """What a district wrote, in the reader's language where it wrote that; `lang` says so where an English page shows Chinese."""
    chinese = not english() or not en
    return {"words": zh if chinese else en, "lang": "zh-CN" if chinese and english() else ""}


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")
