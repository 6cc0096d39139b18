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


class MessageOut(Schema):
    """A message of the unified version."""

    name: str
    zh: str
    en: str
    direction: str = Field(description="import、export 或 both / import, export or both")
    sender_zh: str
    sender_en: str
    receipt: str = Field(description="回执报文，可空 / Its receipt, or empty")
    editions: list[str] = Field(description="有此报文的规范版本 / Editions that have it")
    fields: int = Field(description="字段数 / Number of fields")
    confidence: str


class FieldEditionOut(Schema):
    """What one edition says of a field."""

    type: str = Field(description="C18 定长，C..18 至多，N19,5 小数 / C18 exact, C..18 up to, N19,5 decimal")
    need: str = Field(description="M 必填，O 选填，C 条件必填 / M mandatory, O optional, C conditional")
    preset: str = Field(description="默认值或固定值 / Default or fixed value")


class ValueOut(Schema):
    """An allowed value."""

    code: str
    zh: str
    en: str


class FieldOut(Schema):
    """A field of a part."""

    element: str
    mark: str = Field(description="页面上的锚点 / Its anchor on the page of the message")
    zh: str
    en: str
    editions: dict[str, FieldEditionOut] = Field(description="按规范版本 / By edition")
    differs: bool = Field(description="各版本是否不同 / Whether the editions differ")
    codes: str = Field(description="代码表，可空 / Code list, or empty")
    values: list[ValueOut]
    rule_zh: str
    rule_en: str
    example: str


class PartOut(Schema):
    """A head, a line or a block of the envelope."""

    name: str
    zh: str
    en: str
    occurs: dict[str, str] = Field(description="按版本的出现次数，如 1..99 / Occurrence by edition")
    fields: list[FieldOut]


class FieldsOut(Schema):
    """A message with its fields."""

    name: str
    zh: str
    en: str
    direction: str
    sender_zh: str
    sender_en: str
    receipt: str
    editions: list[str]
    key: list[str] = Field(description="业务主键 / Business key")
    documents: dict[str, str] = Field(description="每份报文的单证数，按版本 / Documents in a message, by edition")
    sources: dict[str, str]
    parts: list[PartOut]
    confidence: str
