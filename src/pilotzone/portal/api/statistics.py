"""/statistics: what is published, for everybody: calendar, figures with vintage and coverage, definitions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from pilotzone.portal.api.callers import EVERYBODY
from pilotzone.portal.api.shapes.basic import Day, Text, told
from pilotzone.portal.api.shapes.statistics import (
    StatisticsAdjustedOut,
    StatisticsFiguresOut,
    StatisticsIndicatorsOut,
    StatisticsReleasesOut,
)
from pilotzone.rooms.statistics import api as statistics

router = Router(auth=EVERYBODY, tags=["public"])


class Asked(Schema):
    """Which figures; everything is optional."""

    first: Day | None = Field(None, description="起始月（任一日） / A day of the first month")
    last: Day | None = Field(None, description="截止月（任一日） / A day of the last month")
    coverage: Text = Field("platform", description="port registered platform / the same words in English")
    indicator: Text = Field("", description="指标代码 / Key of the indicator")
    dimension: Text = Field("", description="mode country hs2 unit；空为合计 / empty: totals")


@router.get("/statistics/releases", response=told(StatisticsReleasesOut), summary="发布日历 / Release calendar")
def releases(request: HttpRequest) -> dict[str, Any]:
    """Every release with the day it was announced for and how it stands."""
    rows = [
        {"month": f"{one.month:%Y-%m}", "stage": one.stage, "due_on": one.due_on, "state": one.state,
         "published_on": one.published_on, "sha256": one.digest}
        for one in statistics.calendar()
    ]  # fmt: skip
    return {"rows": rows}


@router.get(
    "/statistics/figures", response=told(StatisticsFiguresOut, 400), summary="已公布的统计数 / Published figures"
)
def figures(request: HttpRequest, asked: Query[Asked]) -> dict[str, Any]:
    """The latest published vintage of each month, in one coverage: coverages are never added up."""
    first, last = asked.first or date(2019, 1, 1), asked.last or date(2099, 12, 31)
    ones = statistics.latest(first.replace(day=1), last)
    wanted = {"coverage": asked.coverage, "dimension": asked.dimension}
    if asked.indicator:
        wanted["indicator"] = asked.indicator
    return {"rows": [_figure(row) for row in statistics.figures(ones, **wanted)]}


@router.get("/statistics/adjusted", response=told(StatisticsAdjustedOut), summary="季节调整 / Adjusted series")
def adjusted(request: HttpRequest, indicator: Text = "trade_cny", coverage: Text = "platform") -> dict[str, Any]:
    """The latest published vintages of an indicator, seasonally adjusted, with trend; `gap` names why nothing is adjusted."""
    found = statistics.adjusted_series(indicator, coverage)
    gap = found.gap and {"code": found.gap.code, "zh": found.gap.zh, "en": found.gap.en}
    rows = [
        {"month": one.month, "stage": one.stage, "published_on": one.published_on, "value": one.value, "hidden": one.hidden,
         "adjusted": one.adjusted, "trend": one.trend, "yearly": one.yearly, "monthly": one.monthly}
        for one in found.points
    ]  # fmt: skip
    return {
        "indicator": indicator, "version": found.indicator.version, "coverage": coverage, "unit": found.indicator.unit,
        "definition_zh": found.indicator.definition_zh, "definition_en": found.indicator.definition_en, "algorithm": found.algorithm,
        "least": found.least, "multiplicative": found.product, "gap": gap, "rows": rows,
    }  # fmt: skip


@router.get("/statistics/indicators", response=told(StatisticsIndicatorsOut), summary="指标与口径 / Definitions")
def indicators(request: HttpRequest) -> dict[str, Any]:
    """What every indicator says, how it is reckoned and for which coverages it is published."""
    rows = [
        {"key": one.key, "group": one.group, "version": one.version, "zh": one.zh, "en": one.en, "definition_zh": one.definition_zh,
         "definition_en": one.definition_en, "formula": one.formula.text, "unit": one.unit, "coverages": list(one.coverages),
         "caveats_zh": one.caveats_zh, "caveats_en": one.caveats_en, "tag": one.tag}
        for one in statistics.indicators()
    ]  # fmt: skip
    return {"rows": rows}


def _figure(row: statistics.Told) -> dict[str, Any]:
    return {
        "month": f"{row.month:%Y-%m}", "stage": row.stage, "published_on": row.published_on, "indicator": row.indicator,
        "version": row.version, "zh": row.zh, "en": row.en, "unit": row.unit, "coverage": row.coverage, "flow": row.flow,
        "dimension": row.dimension, "code": row.code, "value": row.value, "hidden": row.hidden,
    }  # fmt: skip
