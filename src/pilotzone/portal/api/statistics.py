"""/statistics: what is published, for everybody: calendar, figures with vintage and coverage, definitions."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Schema

from pilotzone.kernel import clock
from pilotzone.portal.api.callers import EVERYBODY, KNOWN
from pilotzone.portal.api.shapes.basic import Day, Router, Text, told
from pilotzone.portal.api.shapes.statistics import (
    StatisticsAdjustedOut,
    StatisticsFiguresOut,
    StatisticsIndicatorsOut,
    StatisticsReleasesOut,
    StatisticsUnitValuesOut,
)
from pilotzone.rooms.statistics import api as statistics

router = Router(auth=EVERYBODY, tags=["public"])
desk = Router(auth=KNOWN, tags=["officer"])


class Asked(Schema):
    """Which figures; everything is optional."""

    first: Day | None = Field(None, description="起始月（任一日） / A day of the first month")
    last: Day | None = Field(None, description="截止月（任一日） / A day of the last month")
    coverage: Text = Field("platform", description="port registered platform / the same words in English")
    indicator: Text = Field("", description="指标代码 / Key of the indicator")
    dimension: Text = Field("", description="mode country hs2 unit；空为合计 / empty: totals")
    boundaries: Text = Field(
        "then", description="县区按then当时、now现行的区划 / Districts on the boundaries of then or of now"
    )


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
    of = statistics.boundary_day(asked.boundaries, clock.today())
    rows = statistics.figures_on(statistics.figures(ones, **wanted), of=of)
    return {"rows": [_figure(row) for row in rows], "boundaries_on": of}


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


class AskedUnitValues(Schema):
    """Which months are compared, of what."""

    month: Day = Field(..., description="报告期（任一日） / A day of the month")
    base: Day = Field(..., description="基期（任一日），早于报告期 / A day of the base month, before it")
    coverage: Text = Field("platform", description="port registered platform / the same words in English")
    flow: Text = Field("E", description="E I / E exports, I imports")
    digits: int = Field(8, description="商品编码位数：4、6、8、10 / Digits of the goods code: 4, 6, 8, 10")
    chapter: Text = Field("", description="商品章，空为全部 / Chapter; empty: all")


@desk.get(
    "/statistics/unit-values",
    response=told(StatisticsUnitValuesOut, 400, 401, 403),
    summary="单位价值指数 / Unit value indices",
)
def unit_values(request: HttpRequest, asked: Query[AskedUnitValues]) -> dict[str, Any]:
    """For statisticians: unit values and volumes of a month against a base (1 is no change), their coverage; `gap` names why there are none."""
    found = statistics.unit_values(
        base=asked.base.replace(day=1), month=asked.month.replace(day=1), coverage=asked.coverage, flow=asked.flow,
        on=clock.today(), digits=asked.digits, chapter=asked.chapter,
    )  # fmt: skip
    gap = found.gap and {"code": found.gap.code, "zh": found.gap.zh, "en": found.gap.en}
    one = found.found
    entered = [used.entered for used in (one.base, one.now)] if one else [0.0, 0.0]
    return {
        "month": f"{found.month:%Y-%m}", "base": f"{found.base:%Y-%m}", "coverage": asked.coverage, "flow": asked.flow,
        "algorithm": statistics.UNIT_VALUE_ALGORITHM, "gap": gap, "prices": dict(one.prices) if one else {},
        "volumes": dict(one.volumes) if one else {}, "value": one.value if one else None, "hidden": one.hidden if one else 0,
        "single": one.single if one else 0, "outliers": one.outliers if one else 0,
        "unkept": {"lines": found.unkept.lines, "rebuild": found.unkept.rebuild},
        "ground": [
            {"month": f"{month:%Y-%m}", "lines": ground.lines, "unvalued": ground.unvalued, "unmeasured": ground.unmeasured,
             "short": ground.short, "entered_share": round(value / float(ground.cny), 3) if ground.cny else None}
            for month, ground, value in zip((found.base, found.month), found.grounds, entered, strict=True)
        ],
        "products": [
            {"hs": row.code.partition("/")[0], "legal_unit": row.code.partition("/")[2], "hidden": row.unit_values is None,
             "base_unit_value": row.unit_values and row.unit_values[0], "unit_value": row.unit_values and row.unit_values[1],
             "relative": row.relative}
            for row in (one.products if one else ())
        ],
    }  # fmt: skip


def _figure(row: statistics.Told) -> dict[str, Any]:
    return {
        "month": f"{row.month:%Y-%m}", "stage": row.stage, "published_on": row.published_on, "indicator": row.indicator,
        "version": row.version, "zh": row.zh, "en": row.en, "unit": row.unit, "coverage": row.coverage, "flow": row.flow,
        "dimension": row.dimension, "code": row.code, "value": row.value, "hidden": row.hidden,
    }  # fmt: skip
