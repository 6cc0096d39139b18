"""Opening a sub-platform by one form or one file, changing it, closing it, and who joins it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access import administrators, sites
from pilotzone.kernel.access.models import Site
from pilotzone.portal.sites import filing
from pilotzone.portal.sites.pages import english, found, shown

TEXTS = ("unit", "slug", "name_zh", "name_en", "accent", "intro_zh", "intro_en", "administrator")
START = {"accent": "vermilion", "menu": ["filing", "declare", "track", "services", "goals"], "prereview": True}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """The form of a new platform; it is open the moment it is sent."""
    _require(None)
    if request.method != "POST":
        return _form(request, None, START, None)
    facts = _typed(request)
    try:
        site = establish(facts, _logo(request))
    except Refused as problem:
        return _form(request, None, facts, problem)
    messages.success(request, _("分平台已开通。"))
    return redirect("site", site.slug)


@require_POST
def upload(request: HttpRequest) -> HttpResponse:
    """The same from a file; a file of a platform that is open changes it."""
    file = request.FILES.get("file")
    facts: dict[str, Any] = dict(START)
    try:
        facts = filing.read(file.read(filing.LARGEST + 1) if file else b"")
        standing = sites.site_of(str(facts.get("slug", "")), clock.today())
        _require(standing)
        site = establish(facts, None) if standing is None else _change(standing, standing.version, facts, None)
    except Refused as problem:
        return _form(request, None, {**START, **{key: facts[key] for key in facts if key in filing.KEYS}}, problem)
    messages.success(request, _("分平台已按文件保存。"))
    return redirect("site", site.slug)


@require_safe
def download(request: HttpRequest, slug: str) -> HttpResponse:
    """A platform as a file: another district's begins from it."""
    site = found(slug)
    _require(site)
    answer = HttpResponse(filing.written(site), content_type="application/yaml; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="pilotzone-site-{site.slug}.yaml"'
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a platform; somebody else's change in between is told, and what was typed is kept."""
    site = found(slug)
    _require(site)
    if request.method != "POST":
        return _form(
            request,
            site,
            {name: getattr(site, name) for name in (*TEXTS[1:7], "menu", "links", "notices", "prereview")},
            None,
        )
    facts = _typed(request)
    seen = request.POST.get("version", "")
    try:
        _change(site, int(seen) if seen.isascii() and seen.isdecimal() and len(seen) < 9 else 0, facts, _logo(request))
    except Refused as problem:
        return _form(request, site, facts, problem)
    messages.success(request, _("分平台已保存。"))
    return redirect("site", slug)


@require_POST
def close(request: HttpRequest, slug: str) -> HttpResponse:
    """Close a platform, with the reason."""
    sites.close_site(slug=slug, on=clock.today(), reason=request.POST.get("reason", "").replace("\0", ""))
    messages.success(request, _("分平台开放至今日，明日起停用。"))
    return redirect("sites")


@require_http_methods(["GET", "HEAD", "POST"])
def provider(request: HttpRequest, slug: str) -> HttpResponse:
    """A service provider joins. Asked for again without a form it is the platform's page."""
    site = found(slug)
    if request.method != "POST":
        return redirect("site", slug)
    _require(site)
    said = {name: request.POST.get(name, "").replace("\0", "").strip() for name in ("code", "service_zh", "service_en")}
    try:
        sites.join(slug=slug, on=clock.today(), **said)
    except Refused as problem:
        return shown(request, site, problem=problem, typed=said)
    return redirect("site", slug)


@require_POST
def leave(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """A service provider leaves."""
    sites.leave(slug=slug, provider=number, on=clock.today())
    return redirect("site", slug)


@transaction.atomic
def establish(facts: dict[str, Any], logo: bytes | None) -> Site:
    """Open a platform and appoint its administrator, where one is named. Refused `kernel.site.*`, `site.administrator`."""
    on = clock.today()
    site = sites.open_site(unit=str(facts.get("unit", "")), facts=facts, logo=logo, at=clock.now(), on=on)
    if name := str(facts.get("administrator", "")).strip():
        administrators.appoint(site, username=name, on=on, keeps=True)
    return site


@transaction.atomic
def _change(site: Site, version: int, facts: dict[str, Any], logo: bytes | None) -> Site:
    return sites.change_site(slug=site.slug, version=version, facts=facts, logo=logo, at=clock.now())


def _require(site: Site | None) -> None:
    if not sites.manages(site):
        raise Denied(
            code="kernel.access.denied", zh="您的岗位没有此项权限。", en="Your role does not include this.",
            source="data/units/roles.yaml access.manage, filing.review",
        )  # fmt: skip


def _logo(request: HttpRequest) -> bytes | None:
    file = request.FILES.get("logo")
    if file is not None:
        return file.read(sites.LOGO_BYTES + 1)
    return b"" if request.POST.get("no_logo") else None


def _typed(request: HttpRequest) -> dict[str, Any]:
    """The form's fields; links and notices are one a line, their parts parted by |."""
    texts = {name: request.POST.get(name, "").replace("\0", "").strip() for name in TEXTS}
    return texts | {
        "menu": request.POST.getlist("menu"),
        "links": [dict(zip(("zh", "en", "href"), parts, strict=True)) for parts in _lines(request, "links", 3)],
        "notices": [
            dict(zip(("from", "until", "zh", "en"), parts, strict=True)) for parts in _lines(request, "notices", 4)
        ],
        "prereview": request.POST.get("prereview") == "1",
    }


def _lines(request: HttpRequest, name: str, parts: int) -> list[list[str]]:
    rows = [
        line.split("|", parts - 1) for line in request.POST.get(name, "").replace("\0", "").splitlines() if line.strip()
    ]
    return [[*(part.strip() for part in row), *[""] * (parts - len(row))] for row in rows]


def _form(request: HttpRequest, site: Site | None, facts: dict[str, Any], problem: Refused | None) -> HttpResponse:
    language = "en" if english() else "zh"
    standing = list(sites.sites(clock.today()))
    taken = {one.unit_id for one in standing}
    context = {
        "site": site, "facts": facts, "problem": problem, "demo": clock.is_demo(),
        "standing": [(one.slug, one.unit.named(get_language()), one.until) for one in standing], "units": [
            (unit.code, unit.named(get_language())) for unit in sites.districts(clock.today()) if unit.pk not in taken
        ],
        "accents": [(key, words[language]) for key, words in sites.choices()["accents"].items()],
        "menu_choices": [(key, words[language]) for key, words in sites.choices()["menu"].items()],
        "links": "\n".join(" | ".join(str(row.get(k, "")) for k in ("zh", "en", "href")) for row in facts.get("links", ())),
        "notices": "\n".join(" | ".join(str(row.get(k, "") or "") for k in ("from", "until", "zh", "en")) for row in facts.get("notices", ())),
    }  # fmt: skip
    return render(request, "sites/form.html", context, status=422 if problem else 200)
