"""指标与口径: every indicator by group with its definition; of one of them also what was published, by coverage, with its lineage."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import words
from pilotzone.ui.charts import Chart, Series


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every indicator by group with definition, formula, sources, period, caveats and version."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for one in api.indicators():
        groups.setdefault(one.group, []).append(_said(one))
    names = group_words()
    return render(
        request, "statistics/indicators.html", {"groups": [(key, names[key], rows) for key, rows in groups.items()]}
    )


@require_safe
def one(request: HttpRequest, key: str) -> HttpResponse:
    """One indicator: its definition, and the latest published value of every month in each coverage."""
    found = next((row for row in reversed(api.indicators()) if row.key == key), None)
    if found is None:
        raise Http404
    rows = api.figures(api.latest(date(2019, 1, 1), date(2099, 12, 1)), indicator=key, dimension="")
    months = sorted({row.month for row in rows})
    told = {(row.month, row.coverage): row for row in rows}
    coverages = [(name, words.coverages()[name]) for name in found.coverages]
    charts = [
        Chart(
            title=f"{words.said(found)} · {word}", unit=words.unit(found.unit), kind="bar", categories=[f"{month:%Y-%m}" for month in months],
            series=[Series(word, [_number(told.get((month, name))) for month in months])],
        )
        for name, word in coverages
    ] if months else []  # fmt: skip
    lines = [
        {"month": f"{month:%Y-%m}", "cells": [_cell(told.get((month, name))) for name, _word in coverages]}
        for month in reversed(months)
    ]
    context = {
        "one": _said(found),
        "group": group_words()[found.group],
        "coverages": coverages,
        "lines": lines,
        "charts": charts,
    }
    return render(request, "statistics/indicator.html", context)


def _said(one: api.Indicator) -> dict[str, Any]:
    return {
        "key": one.key, "name": words.said(one), "definition": words.said(one, "definition"), "formula": one.formula.text,
        "unit": words.unit(one.unit), "caveats": words.said(one, "caveats"), "version": one.version, "since": one.since, "tag": one.tag,
        "coverages": "、".join(words.coverages()[name] for name in one.coverages),
        "gaps": "、".join(api.unrecorded(one)),
        "sources": "；".join(f"{source.name} = {source.room}:{source.fact}" for source in one.sources),
    }  # fmt: skip


def _number(row: api.Told | None) -> float | None:
    return None if row is None or row.value is None else float(row.value)


def _cell(row: api.Told | None) -> dict[str, Any]:
    told = {"hidden": row is not None and row.hidden, "value": words.amount(row.value, row.unit) if row else None}
    return told | ({"stage": words.stages()[row.stage], "on": row.published_on} if row else {})


def group_words() -> dict[str, str]:
    """The groups of handbook §7.3."""
    return {
        "scale": _("规模"), "structure": _("结构"), "quality": _("质量"), "efficiency": _("效率"), "actors": _("主体"), "carriers": _("载体"),
        "channels": _("通道"), "livelihood": _("民生"), "contribution": _("贡献"),
    }  # fmt: skip
