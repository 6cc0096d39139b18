"""Find a trade by any of its numbers, and look at its life."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from pilotzone.base.errors import Refused
from pilotzone.rooms.tracking import api


def search(request: HttpRequest) -> HttpResponse:
    """`?q=` any number: what was found, or what to do when nothing was."""
    typed = request.GET.get("q", "").strip()
    found: list[api.Timeline] = []
    paid = [_paid(one) for one in api.payments(typed)] if typed else []
    problem = None
    if typed:
        try:
            found = api.timelines(typed)
        except Refused as refused:
            problem = None if paid else refused.as_dict()
    context = {
        "q": typed[:80], "found": [_shown(one) for one in found], "paid": paid, "problem": problem, "kinds": _kinds(),
    }  # fmt: skip
    return render(request, "tracking/search.html", context, status=404 if problem else 200)


def one(request: HttpRequest, trade: int) -> HttpResponse:
    """One trade the caller may see."""
    timeline = api.of_trade(trade)
    if timeline is None:
        raise Http404
    return render(request, "tracking/search.html", {"q": "", "found": [_shown(timeline)], "kinds": _kinds()})


def _shown(timeline: api.Timeline) -> dict[str, Any]:
    language = get_language() or "zh-hans"
    index = 1 if language.startswith("en") else 0
    return {
        "trade": timeline.trade,
        "state": timeline.state,
        "flow": timeline.flow,
        "mode": timeline.mode,
        "full": timeline.full,
        "since": timeline.since,
        "holder": api.holder_name(timeline.holder, language),
        "numbers": [(api.KINDS[kind][index], number) for kind, number in timeline.numbers.items() if kind in api.KINDS],
        "lines": [_line(line, language) for line in timeline.lines],
    }


def _paid(one: dict[str, Any]) -> dict[str, Any]:
    language = get_language() or "zh-hans"
    lines = [
        line | {"code": f"fx.payment.{line['state']}", "state": "", "source": "", "holder_name": api.holder_name(line["holder"], language)}
        for line in one["lines"]
    ]  # fmt: skip
    return one | {"holder_name": api.holder_name(one["holder"], language), "lines": lines}


def _line(line: api.Line, language: str) -> dict[str, Any]:
    return {
        "at": line.at,
        "zh": line.zh,
        "en": line.en,
        "code": line.code,
        "source": line.source,
        "state": line.state,
        "holder_name": api.holder_name(line.holder, language) if line.holder else "",
    }


def _kinds() -> list[str]:
    index = 1 if (get_language() or "zh-hans").startswith("en") else 0
    return [names[index] for names in (*api.KINDS.values(), api.PAYMENT)]
