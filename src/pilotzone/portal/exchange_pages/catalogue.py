"""开放目录: every shared resource with owner, fields, classes, kind of sharing, freshness and quality; search, CSV and DCAT 3."""

from __future__ import annotations

import json
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Denied
from pilotzone.exchange.catalogue import dcat, reading, searching
from pilotzone.exchange.catalogue.measures import UNUSED, freshness, quality
from pilotzone.exchange.catalogue.shapes import CLASSES, KINDS, REFUSED, Resource
from pilotzone.exchange.hub import providers
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import current
from pilotzone.kernel.masking import mask_field
from pilotzone.portal.exchange_pages import lately, requests, service, wording
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The catalogue with its search."""
    asked = _asked(request)
    found = searching.find(reading.resources().values(), asked)
    page = lists.page_number(request.GET.get("page"))
    bodies = wording.bodies()
    part = found[(page - 1) * lists.PAGE_SIZE : page * lists.PAGE_SIZE]
    listing = lists.Listing(
        columns=_columns(), rows=_rows(part, bodies), filters=_filters(asked, bodies), page=page, total=len(found), query=request.GET,
        export_url=reverse("catalogue_export"), empty=_("目录中没有这样的资源。"), caption=_("共享资源"),
    )  # fmt: skip
    return render(request, "exchange_pages/catalogue.html", {"listing": listing, "signed": current().kind == AGENCY})


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The same as CSV."""
    rows = _rows(searching.find(reading.resources().values(), _asked(request)), wording.bodies())
    sheets.refuse_beyond(len(rows), sheets.MOST)
    return sheets.csv_answer("catalogue", _columns(), rows, action="catalogue.export")


@require_safe
def linked(request: HttpRequest) -> HttpResponse:
    """The whole catalogue as DCAT 3 JSON-LD."""
    names = {one.path: (one.name_zh, one.name_en) for one in Unit.objects.all()}
    base = request.build_absolute_uri(reverse("catalogue"))
    told = dcat.catalogue(reading.resources().values(), names, base=base, coming=reading.coming())
    return HttpResponse(
        json.dumps(told, ensure_ascii=False, indent=1), content_type="application/ld+json; charset=utf-8"
    )


@require_safe
def one(request: HttpRequest, code: str) -> HttpResponse:
    """One resource: what it says, its fields, a synthetic sample as a reader without a grant would see it."""
    try:
        found = reading.resource(code)
    except Denied:
        raise Http404 from None
    use, now, english = lately.measured().get(code, UNUSED), clock.now(), wording.english()
    fresh, age = freshness(found, use, now)
    score, parts = quality(found, use, now)
    context = {
        "name": wording.named(found), "abstract": found.abstract_en if english else found.abstract_zh, "code": code,
        "facts": [
            (_("资源代码"), code), (_("提供部门"), wording.bodies().get(found.owner, found.owner)), (_("共享方式"), wording.kind(found.sharing)),
            (_("共享依据"), found.basis), (_("更新周期（天）"), found.cycle_days),
            (_("最近交换"), _(wording.FRESH[fresh]) + ("" if age is None else f" · {age}")),
            (_("质量得分"), _("尚未交换") if score is None else f"{score} ({'+'.join(str(part) for part in parts.values())})"),
            (_("服务水平"), f"{found.level.availability}% · {found.level.answer_ms} ms"), (_("版本"), found.version),
            (_("可信度"), found.tag), (_("平台已接入"), _("是") if providers.answers(code) else _("否")),
        ],
        "fields": [
            {"name": part.name, "title": part.en if english else part.zh, "type": part.type, "klass": wording.klass(part.klass),
             "sample": mask_field(value, kind=part.type, klass=part.klass)}
            for part, value in zip(found.fields, found.sample, strict=True)
        ],
        "measures": service.measures(found), "unfolds": requests.takes_part(),
        "versions": _versions(reading.coming().get(code), found),
        "applies": found.sharing != REFUSED and current().kind == AGENCY and may("share.use"),
    }  # fmt: skip
    return render(request, "exchange_pages/resource.html", context)


def _versions(coming: Resource | None, found: Resource) -> list[dict[str, Any]]:
    """The versions of a resource, the newest first: one that was announced, the one in force, those before."""
    english, announced = wording.english(), () if coming is None else coming.history[:1]
    states = [*(_("已预告，尚未启用") for _one in announced), _("现行")]
    told = [*announced, *found.history]
    states += [""] * (len(told) - len(states))
    return [
        {"version": one.version, "since": one.since, "words": one.en if english else one.zh, "state": state}
        for one, state in zip(told, states, strict=True)
    ]


def _asked(request: HttpRequest) -> searching.Asked:
    typed = {
        name: request.GET.get(name, "").replace("\0", "").strip()[:80]
        for name in ("words", "owner", "sharing", "klass")
    }
    return searching.Asked(**typed)


def _filters(asked: searching.Asked, bodies: dict[str, str]) -> list[lists.Filter]:
    owners = [(path, bodies.get(path, path)) for path in reading.owners(reading.resources().values())]
    return [
        lists.Filter("words", _("资源、字段或说明"), "search", value=asked.words),
        lists.Filter("owner", _("提供部门"), "select", owners, asked.owner),
        lists.Filter("sharing", _("共享方式"), "select", [(key, wording.kind(key)) for key in KINDS], asked.sharing),
        lists.Filter("klass", _("最高数据类别"), "select", [(key, wording.klass(key)) for key in CLASSES], asked.klass),
    ]


def _columns() -> list[lists.Column]:
    return [
        lists.Column("name", _("资源"), href="href"), lists.Column("code", _("资源代码"), lists.CODE), lists.Column("owner", _("提供部门")),
        lists.Column("kind", _("共享方式")), lists.Column("klass", _("最高数据类别")), lists.Column("cycle", _("更新周期（天）"), lists.NUMBER),
        lists.Column("fresh", _("最近交换")), lists.Column("quality", _("质量得分"), lists.NUMBER), lists.Column("version", _("版本"), lists.CODE),
    ]  # fmt: skip


def _rows(found: list[Resource], bodies: dict[str, str]) -> list[dict[str, Any]]:
    used, now, announced = lately.measured(), clock.now(), reading.coming()
    return [
        {
            "name": wording.named(each), "href": reverse("catalogue_resource", args=[each.code]), "code": each.code,
            "owner": bodies.get(each.owner, each.owner), "kind": wording.kind(each.sharing), "klass": wording.klass(each.worst),
            "cycle": each.cycle_days, "fresh": _(wording.FRESH[freshness(each, used.get(each.code, UNUSED), now)[0]]),
            "quality": quality(each, used.get(each.code, UNUSED), now)[0], "version": wording.version(each.version, announced.get(each.code)),
        }
        for each in found
    ]  # fmt: skip
