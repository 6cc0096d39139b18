"""The catalogue, agreements, questions, messages and counts of the data exchange as the API tells them."""

from __future__ import annotations

from typing import Annotated, Any

from ninja import Field, Schema
from pydantic import BaseModel, ConfigDict

from pilotzone.portal.api.shapes.basic import Day, Moment, Text

Code = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9_.]+$", description="资源代码 / Code of the resource")]
Number = Annotated[int, Field(ge=1, lt=2**53)]
Name = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9_]+$")]
Value = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]


class FieldOut(Schema):
    """One field."""

    name: str
    zh: str
    en: str
    type: str
    klass: str = Field(description="public、internal、personal、sensitive、important / Class of the data")


class VersionOut(Schema):
    """A version announced for a day to come."""

    version: str
    since: Day = Field(description="启用日 / The day from which it counts")
    zh: str
    en: str


class ConsequenceOut(Schema):
    """What an agreement has to expect, and of which fields."""

    code: str = Field(description="hub.coming_…，见 docs/rules.md / See docs/rules.md")
    zh: str
    en: str
    source: str = Field(description="目录条目及其版本与启用日 / The catalogue's entry, its version and day")
    mend_zh: str = ""
    mend_en: str = ""
    fields: list[str] = Field(description="所涉字段 / The fields meant")


class AnnouncedOut(VersionOut):
    """What an agreement has to expect of it."""

    fields: list[str] = Field(description="该版本取消的授权（申请）字段 / Its fields that version no longer has")
    changes: list[ConsequenceOut] = Field(description="对本授权（申请）的影响 / What it means for the agreement")


class ResourceOut(Schema):
    """One resource of the catalogue."""

    code: str
    version: str
    owner: str = Field(description="提供部门（机构树路径） / Owner, by its place in the tree")
    zh: str
    en: str
    abstract_zh: str
    abstract_en: str
    sharing: str = Field(description="unconditional、conditional、refused / Kind of sharing")
    basis: str = Field(description="依据 / Legal basis")
    cycle_days: int
    key: str
    tag: str = Field(description="可信度 A/B/C/P / Confidence")
    freshness: str = Field(description="fresh、late、never（尚未交换） / Measured from the last exchange")
    quality: int | None = Field(description="满分 100；尚未交换为空 / Of 100; none before the first exchange")
    answers: bool = Field(description="是否已接入 / Whether somebody answers for it")
    coming: VersionOut | None = Field(description="已预告、尚未启用的版本 / The version announced for a day to come")
    fields: list[FieldOut]


class CatalogueOut(Schema):
    resources: list[ResourceOut]
    total: int


class DcatOut(BaseModel):
    """DCAT 3 JSON-LD."""

    model_config = ConfigDict(extra="allow")


class QueryIn(Schema):
    """What is asked."""

    agreement: Number | None = Field(
        None, description="授权编号，无条件共享可空 / Agreement; none for unconditional sharing"
    )
    where: dict[Name, Value] = Field({}, description="条件：字段与取值 / Conditions: field and value")
    fields: list[Name] = Field([], max_length=100, description="字段，空为全部已授权字段 / Fields; none: all granted")


class QueryOut(Schema):
    """What is answered, and the entry of the log that proves it."""

    resource: str
    agreement: int | None
    fields: list[str]
    rows: list[dict[str, str]]
    log: int = Field(description="日志凭据号 / Ticket of its entry in the log")
    sha256: str = Field(description="应答内容摘要 / Hash of the rows in canonical form")


class AgreementIn(Schema):
    """An application."""

    resource: Code
    purpose: Annotated[str, Field(max_length=500)]
    article: Text
    fields: list[Name] = Field(max_length=100)
    rows: dict[Name, list[Value]] = Field({}, description="行过滤：字段与允许值 / Rows: field and values allowed")
    volume: int = Field(ge=1, le=10_000_000, description="每日行数 / Rows a day")
    until: Day


class AgreementOut(Schema):
    """An agreement and its state today."""

    id: int
    resource: str
    owner: str
    applicant: str
    purpose: str
    article: str
    fields: list[str]
    whole: list[str] = Field(description="可见原值的字段 / Fields shown whole")
    rows_filter: dict[str, list[str]]
    volume: int
    until: Day
    shown: str = Field(description="applied、checked、granted、returned、declined、revoked、expired / State today")
    due_on: Day
    reason: str
    coming: AnnouncedOut | None = Field(
        None, description="授权期内将启用的版本 / The version that will count within the agreement's time"
    )


class AgreementsOut(Schema):
    agreements: list[AgreementOut]


class UseOut(Schema):
    """One line of the use log."""

    id: int
    at: Moment
    agreement: int | None
    resource: str
    owner: str
    consumer: str
    article: str
    fields: list[str]
    rows: int
    outcome: str
    way: str


class UsesOut(Schema):
    uses: list[UseOut]


class SentOut(Schema):
    """A message the hub keeps."""

    id: int
    target: str
    log: int


class OutcomeOut(Schema):
    """What became of one event of a batch: kept (`id`), or refused (`code`)."""

    event: str
    log: int = Field(description="日志凭据号 / Ticket of its entry in the log")
    id: int | None = None
    repeated: bool = Field(default=False, description="此前已收到同样内容 / The same content came before")
    code: str = ""
    zh: str = ""
    en: str = ""


class BatchOut(Schema):
    """One outcome for each event, in their order."""

    results: list[OutcomeOut]


class WaitingOut(Schema):
    """Messages in their order."""

    messages: list[dict[str, Any]]


class TakenIn(Schema):
    ids: list[Number] = Field(max_length=1000)


class CountOut(Schema):
    count: int


class CountsIn(Schema):
    """What the department counted itself."""

    queries: int = Field(ge=0)
    refused: int = Field(ge=0)
    rows: int = Field(ge=0)
    provided: int = Field(ge=0)
    sent: int = Field(ge=0)
    received: int = Field(ge=0)


class AgreedOut(Schema):
    agreed: bool


class LineOut(Schema):
    unit: str
    ours: dict[str, int]
    theirs: dict[str, int] | None
    agreed: bool | None


class CountsOut(Schema):
    day: Day
    lines: list[LineOut]
