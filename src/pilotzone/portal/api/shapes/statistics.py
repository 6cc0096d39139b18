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


class StatisticsGapOut(Schema):
    """Why nothing is adjusted."""

    code: str
    zh: str
    en: str


class StatisticsAdjustedPointOut(Schema):
    """A month; `yearly` is the value on a year before, `monthly` the adjusted value on the month before, as parts of one."""

    month: str
    stage: str = Field("", description="空：没有公布该月 / empty: that month is not published")
    published_on: date | None = None
    value: Decimal | None
    hidden: bool
    adjusted: Decimal | None
    trend: Decimal | None
    yearly: Decimal | None
    monthly: Decimal | None


class StatisticsAdjustedOut(Schema):
    """A series in one coverage; without adjusted values where there is a `gap`."""

    indicator: str
    version: str
    coverage: str
    unit: str
    definition_zh: str
    definition_en: str
    algorithm: str
    least: int = Field(0, description="至少需要的月数 / How many months it takes at least")
    multiplicative: bool
    gap: StatisticsGapOut | None = None
    rows: list[StatisticsAdjustedPointOut]
