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
    """The latest vintage of each month asked for; districts on the boundaries of `boundaries_on`, null: of each month."""

    rows: list[StatisticsFigureOut]
    boundaries_on: date | None = None


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


class StatisticsGroundOut(Schema):
    """What a month holds, what of it tells no value, no legal quantity or too short a goods code, and which part entered."""

    month: str
    lines: int
    unvalued: int
    unmeasured: int
    short: int
    entered_share: float | None = Field(
        None, description="计入指数的金额比重 / Part of the value that entered the indices"
    )


class StatisticsProductOut(Schema):
    """A product of both months: goods code and first legal unit; without numbers where it is hidden."""

    hs: str
    legal_unit: str
    hidden: bool
    base_unit_value: float | None = None
    unit_value: float | None = None
    relative: float | None = None


class StatisticsUnkeptOut(Schema):
    """Lines without legal quantity. `rebuild`: some were counted before it was kept, `pilotzone rebuild statistics` finds it."""

    lines: int
    rebuild: bool


class StatisticsUnitValuesOut(Schema):
    """Indices by kind (laspeyres, paasche, fisher, tornqvist); unit values are not pure prices. `gap`: why there are none."""

    month: str
    base: str
    coverage: str
    flow: str
    algorithm: str
    gap: StatisticsGapOut | None = None
    prices: dict[str, float]
    volumes: dict[str, float]
    value: float | None = None
    hidden: int = Field(0, description="因保密不计入的商品数 / Products hidden, which enter nothing")
    single: int = Field(0, description="只在一个月出现的商品数 / Products of one month only")
    outliers: int = Field(0, description="剔除的商品行 / Lines left out as outliers")
    unkept: StatisticsUnkeptOut
    ground: list[StatisticsGroundOut]
    products: list[StatisticsProductOut]
