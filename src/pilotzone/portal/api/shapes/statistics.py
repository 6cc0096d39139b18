"""Published statistics as the API tells them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from ninja import Field, Schema


class StatisticsReleaseOut(Schema):
    """A release of the calendar. stage: preliminary revised final; state: announced computed published."""

    month: str
    stage: str
    due_on: date
    state: str
    published_on: date | None = None
    sha256: str = Field("", description="签名发布文件内容的摘要 / Digest of the signed content")


class StatisticsReleasesOut(Schema):
    """The calendar."""

    rows: list[StatisticsReleaseOut]


class StatisticsFigureOut(Schema):
    """A number with vintage, coverage and definition; value is null where it is hidden."""

    month: str
    stage: str
    published_on: date
    indicator: str
    version: str
    zh: str
    en: str
    unit: str
    coverage: str
    flow: str
    dimension: str
    code: str
    value: Decimal | None
    hidden: bool


class StatisticsFiguresOut(Schema):
    """The latest vintage of each month asked for."""

    rows: list[StatisticsFigureOut]


class StatisticsIndicatorOut(Schema):
    """A definition."""

    key: str
    group: str
    version: str
    zh: str
    en: str
    definition_zh: str
    definition_en: str
    formula: str
    unit: str
    coverages: list[str]
    caveats_zh: str
    caveats_en: str
    tag: str


class StatisticsIndicatorsOut(Schema):
    """Every indicator."""

    rows: list[StatisticsIndicatorOut]
