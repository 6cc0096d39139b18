"""Reference data as the API tells it: always with the day asked for, source, validity and confidence tag."""

from __future__ import annotations

from decimal import Decimal

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Day

TAG = "置信标记 A/B/C/P / Confidence: A seen in a source, B firm, C unsure, P proposed by this project"


class Dated(Schema):
    """What every answer of reference data carries."""

    on: Day = Field(description="查询日 / The day asked for")
    valid_from: Day = Field(description="生效日 / First valid day")
    valid_to: Day | None = Field(description="最后有效日，空为仍有效 / Last valid day, null while open")
    tag: str = Field(description=TAG)


class RateOut(Dated):
    """A value a document can change."""

    key: str
    zh: str
    en: str
    value: Decimal | str = Field(description="数值（文本形式）或文字 / Number as text, or words")
    unit: str
    document: str = Field(description="文件 / Document")
    article: str = Field(description="条款 / Article")
    link: str
    note: str
    origin: str = Field(description="shipped 随附或 overlay 本综试区 / shipped, or the zone's own overlay")


class EntryOut(Schema):
    """A code of a list."""

    code: str
    zh: str
    en: str
    extra: dict[str, str] = Field(description="该表特有的列 / Columns of this list only")
    valid_from: Day
    valid_to: Day | None
    tag: str = Field(description=TAG)


class CodesOut(Schema):
    """A code list on a day."""

    name: str
    zh: str
    en: str
    on: Day
    source: str
    edition: str
    first: Day = Field(description="本表最早可用日 / First day of the list")
    tag: str = Field(description=TAG)
    entries: list[EntryOut]


class RemarkOut(Schema):
    """A remark of the positive list."""

    kind: str
    zh: str
    en: str
    quantity: Decimal | None
    unit: str


class GoodsOut(Dated):
    """Goods at ten digits."""

    hs: str
    zh: str
    en: str
    unit1: str = Field(description="法定第一单位代码 / First legal unit (code)")
    unit2: str = Field(description="法定第二单位代码，可空 / Second legal unit (code) or empty")
    vat_class: str
    ct_class: str = Field(description="消费税类别 / Consumption-tax class")
    mfn_tariff: Decimal | None = Field(
        description="最惠国税率（小数），空为未知 / MFN rate as a fraction; null is unknown, not zero"
    )
    refund_rate: Decimal | None = Field(
        description="退税率（小数），空为未知 / Export refund rate; null is unknown, not zero"
    )
    positive_list: bool = Field(description="当日是否在正面清单 / On the positive list that day")
    remarks: list[RemarkOut]
    source: str
    origin: str
