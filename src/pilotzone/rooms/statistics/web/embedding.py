"""An answer of the explorer for other people's pages: the picture alone, of published figures, in a frame anybody may hold.

Every other page of the platform refuses to be framed; so does this one where it refuses the question.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from datetime import date
from html import escape
from typing import Any
from urllib.parse import urlencode

from csp.decorators import csp_replace
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.web import maps, words
from pilotzone.rooms.statistics.web.answers import PUBLIC, VALUE, answer, drawing

LANGUAGES = {"zh": "zh-hans", "en": "en"}
OWN = ("by", "coverage", "flow", "first", "last", "boundaries", "lang")


def snippet(request: HttpRequest, asked: Mapping[str, Any]) -> str:
    """The frame that shows a question's published figures elsewhere; empty where the question is of the desk."""
    if asked["by"] not in PUBLIC or asked["filters"]:
        return ""
    said = ("by", "coverage", "flow", *(["boundaries"] if asked["by"] == "unit" else []))
    told = {name: asked[name] for name in said} | {name: f"{asked[name]:%Y-%m}" for name in ("first", "last")}
    address = request.build_absolute_uri(
        f"{reverse('statistics_embed')}?{urlencode(told | {'lang': 'en' if words.english() else 'zh'})}"
    )
    return f'<iframe src="{escape(address)}" title="{escape(_title(asked))}" width="100%" height="640" loading="lazy"></iframe>'


@require_safe
def show(request: HttpRequest) -> HttpResponseBase:
    """The picture, or why there is none; the language is the address's, for a frame is sent no cookie."""
    with translation.override(LANGUAGES.get(request.GET.get("lang", ""), translation.get_language())):
        try:
            asked = _asked(request.GET)
        except Refused as problem:
            return render(request, "statistics/embed.html", {"problem": problem}, status=422)
        return _framed(asked)(request)


def _framed(asked: Mapping[str, Any]) -> Callable[[HttpRequest], HttpResponseBase]:
    """What answers the question with the one page others may frame."""

    @xframe_options_exempt
    @csp_replace({"frame-ancestors": ["*"]})
    def framed(request: HttpRequest) -> HttpResponseBase:
        return render(request, "statistics/embed.html", _context(asked))

    return framed


def _context(asked: Mapping[str, Any]) -> dict[str, Any]:
    rows, by, title = answer(asked, cube=False), asked["by"], _title(asked)
    context: dict[str, Any] = {
        "title": title, "rows": rows, "by": words.dimensions()[by], "coverage": words.coverages()[asked["coverage"]],
        "vintage": _vintage(asked["first"], asked["last"]), "indicator": VALUE[asked["flow"]],
        "tiles": maps.districts(rows) if by == "unit" else [], "world": maps.world(rows, asked["last"]) if by == "country" and rows else None,
    }  # fmt: skip
    if not context["tiles"] and not context["world"]:
        context["chart"] = drawing(asked, rows, title)
    return context


def _title(asked: Mapping[str, Any]) -> str:
    named = {one.key: one for one in api.indicators()}[VALUE[asked["flow"]]]
    return f"{words.said(named)} · {words.dimensions()[asked['by']]}"


def _vintage(first: date, last: date) -> str:
    """Which months are published and in which vintage each stands."""
    ones = api.latest(first, last)
    if not ones:
        return _("没有已公布的月份")
    counted = Counter(one.stage for one in ones)
    parts = [f"{word} {counted[stage]}" for stage, word in words.stages().items() if counted[stage]]
    newest = max(one.published_on or one.due_on for one in ones)
    span = f"{ones[0].month:%Y-%m}" + (f" – {ones[-1].month:%Y-%m}" if len(ones) > 1 else "")
    return " · ".join((span, (", " if words.english() else "、").join(parts), _("最近公布 %(day)s") % {"day": newest}))


def _asked(typed: Mapping[str, str]) -> dict[str, Any]:
    """The question, every word of it checked; Refused `statistics.embed.parameter`, `statistics.embed.protected`."""
    for name in typed:
        if name in api.DIMENSIONS:
            raise refused("statistics.embed.protected", what=name)
        if name not in OWN:
            raise refused("statistics.embed.parameter", what=name[:60])
    by = typed.get("by", "month")
    if by in api.DIMENSIONS and by not in PUBLIC:
        raise refused("statistics.embed.protected", what=by)
    today = clock.today()
    first, last = (
        _month(typed, name, other)
        for name, other in (("first", date(today.year - 1, today.month, 1)), ("last", today.replace(day=1)))
    )
    if first > last:
        raise refused("statistics.embed.parameter", what=f"first={first:%Y-%m}, last={last:%Y-%m}")
    _pick(typed, "lang", LANGUAGES, "zh")
    return {
        "by": _pick(typed, "by", PUBLIC, "month"), "coverage": _pick(typed, "coverage", api.COVERAGES, "platform"),
        "flow": _pick(typed, "flow", ("", "E", "I"), ""), "first": first, "last": last, "filters": {},
        "boundaries": _pick(typed, "boundaries", api.BOUNDARIES, "then"),
    }  # fmt: skip


def _pick(typed: Mapping[str, str], name: str, allowed: Collection[str], other: str) -> str:
    chosen = typed.get(name, other)
    if chosen not in allowed:
        raise refused("statistics.embed.parameter", what=f"{name}={chosen[:60]}")
    return chosen


def _month(typed: Mapping[str, str], name: str, other: date) -> date:
    text = typed.get(name, f"{other:%Y-%m}")
    try:
        if len(text) == 7 and text[4] == "-":
            return date.fromisoformat(f"{text}-01")
    except ValueError:
        pass
    raise refused("statistics.embed.parameter", what=f"{name}={text[:60]}")
