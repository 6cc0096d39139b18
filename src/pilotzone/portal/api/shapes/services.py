"""Service items and cases as the API tells them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Moment, Text


class UnitName(Schema):
    """A unit that holds a step; `@county` is the county of the applicant."""

    code: str
    zh: str
    en: str


class BasisOut(Schema):
    """A document of the law; tag A seen, B firm, C to be checked, P proposed by the platform."""

    document: str
    article: str = ""
    tag: str


class ItemMaterial(Schema):
    """A paper an item asks for."""

    key: str
    zh: str
    en: str
    must: bool
    kinds: list[str]
    most_mb: int


class ItemStep(Schema):
    """A step of an item: several units hold it jointly."""

    key: str
    zh: str
    en: str
    days: int = Field(description="工作日 / Working days")
    units: list[UnitName]


class ItemOut(Schema):
    """An item as everybody reads it."""

    key: str
    version: int
    status: str
    zh: str
    en: str
    about_zh: str
    about_en: str
    who: list[str] = Field(description="企业类型代码，空为各类 / Kinds of firm; empty: every kind")
    filing: bool = Field(description="须备案有效 / A filing in force is needed")
    agents: bool = Field(description="可代办 / An agent with a mandate may apply")
    tag: str
    days: int = Field(description="承诺时限（工作日） / Working days in all")
    accept_days: int
    accept_units: list[UnitName]
    basis: list[BasisOut]
    materials: list[ItemMaterial]
    steps: list[ItemStep]
    form: dict[str, Any] = Field(
        alias="schema", description="申请表，JSON Schema 子集 / The form, a subset of JSON Schema"
    )
    digest: str


class ItemsOut(Schema):
    """The items."""

    rows: list[ItemOut]


class PaperIn(Schema):
    """A paper of an application."""

    key: Text
    name: Text
    content: Annotated[str, Field(max_length=14_000_000, description="Base64")]


class ApplyIn(Schema):
    """An application; with `draft` it is only kept."""

    item: Text
    values: dict[str, Any] = Field({}, description="字段 → 值，见事项的 form / Field → value, by the item's form")
    papers: list[PaperIn] = Field([], max_length=12)
    principal: int | None = Field(None, description="代办时的委托企业 / The firm an agent applies for")
    draft: bool = False


class CaseDesk(Schema):
    """Where a case lies or lay: the unit, since when, until when, by which rule."""

    unit: str
    unit_zh: str
    unit_en: str
    step: int
    step_zh: str
    step_en: str
    state: str = Field(description="waiting paused done void")
    since: date
    due_on: date
    provisional: bool = Field(description="假期安排未公布，暂定 / That year's holidays are not published")
    days: int
    used: int
    light: str
    light_zh: str
    light_en: str
    rule: str
    tag: str


class CaseRow(Schema):
    """One case of a list."""

    id: int
    number: str
    item: str
    item_zh: str
    item_en: str
    item_version: int
    state: str
    state_zh: str
    state_en: str
    firm: str
    uscc: str
    agent: str = ""
    submitted_at: Moment | None = None
    decided_at: Moment | None = None
    changed_at: Moment
    version: int
    synthetic: bool = False
    now: list[CaseDesk] = []


class CasesOut(Schema):
    """A page of cases, the last moved first."""

    rows: list[CaseRow]
    total: int
    page: int
    pages: int


class CaseField(Schema):
    """A field of the form with its value and the officer's remark."""

    key: str
    zh: str
    en: str
    kind: str
    must: bool
    value: Any = ""
    remark: str = ""


class CaseMove(Schema):
    """One step of a case's history."""

    number: int
    verb: str
    zh: str
    en: str
    came: str
    went: str
    body: str = ""
    reason: str = ""
    at: Moment


class CaseNotice(Schema):
    """The notice of a decision."""

    number: str
    outcome: str
    at: Moment


class CaseOut(CaseRow):
    """All of a case."""

    fields: list[CaseField]
    desks: list[CaseDesk]
    remarks: dict[str, str]
    history: list[CaseMove]
    notice: CaseNotice | None = None
    verbs: list[str] = Field(description="现在可办的事项 / What the caller may do now")
    findings: list[dict[str, Any]] = Field([], description="草稿中须更正处 / What is still wrong with a draft")
