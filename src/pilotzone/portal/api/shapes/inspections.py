"""Shapes of joint inspection and of the Time Release Study."""

from __future__ import annotations

from datetime import date

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Moment


class StudyRow(Schema):
    """One stage: its cases, and how long it lasted. Seconds are null where too few trades stand behind them."""

    stage: str
    zh: str
    en: str
    n: int = Field(description="票数 / Trades with both events")
    missing: int = Field(description="缺少时点的票数 / Trades that lack one of the two")
    median_s: float | None = Field(description="中位数（秒） / Median, seconds")
    p90_s: float | None = Field(description="90%分位（秒） / 90th percentile, seconds")


class StudyOut(Schema):
    """A month of the Time Release Study by one way and one site (* all)."""

    month: date
    way: str
    site: str
    released: int = Field(description="本月放行（票） / Trades released in the month")
    underway: int = Field(description="受理而月末未放行（票） / Declared in the month, not released by its end")
    computed_at: Moment
    method: dict[str, str | int]
    rows: list[StudyRow]
    ways: list[str]
    sites: list[str]
    months: list[date]


class SiteRow(Schema):
    """A supervised site: what it lacks, and how its goods were opened."""

    site: str
    zh: str
    en: str
    lacking: list[str] = Field(description="缺少的设施 / Facilities it lacks")
    inspected: int
    once: int = Field(description="一次开箱两项结论（批） / Opened once with both results")
    second_openings: int
    joint: str | None = Field(description="一次开箱率（%） / Share opened once, per cent")
    dwell_s: float | None
    covered: bool


class RateRow(Schema):
    """A selection rule: how often what it hit was a problem."""

    key: str
    zh: str
    en: str
    proposed: int
    inspected: int
    found: int
    rate: str | None = Field(description="命中率（%） / Hit-rate, per cent")


class JointOut(Schema):
    """Coverage of joint inspection as it stands today, and hit-rates of the last year."""

    on: date
    since: date
    sites: int
    covered: int
    share: str
    inspected: int
    once: int
    second_openings: int
    rows: list[SiteRow]
    rules: list[RateRow]


class InspectionRow(Schema):
    """A joint inspection order."""

    id: int
    state: str
    zh: str
    en: str
    site: str
    site_zh: str
    site_en: str
    waybill: str
    numbers: list[str]
    selected_at: Moment
    bay: int | None
    slot_from: Moment | None
    slot_to: Moment | None
    openings: int
    outcome: str
    outcome_zh: str
    outcome_en: str
    ended_at: Moment | None
    dwell_s: int = Field(description="停留时长（秒） / Time since selected, to the result")


class InspectionsOut(Schema):
    """A page of orders."""

    rows: list[InspectionRow]
    total: int
    page: int
