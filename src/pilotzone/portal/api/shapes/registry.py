"""Filings as the API tells them."""

from __future__ import annotations

from datetime import date

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Moment, Text


class PublicField(Schema):
    """A public field of a filing."""

    key: str
    zh: str
    en: str
    value: str


class PublicFilingOut(Schema):
    """What everybody may know of a filing in force or suspended."""

    uscc: str
    roles: list[str] = Field(description="企业类型代码 / Codes of what the firm is")
    state: str = Field(description="valid 有效，suspended 暂停 / valid or suspended")
    state_zh: str
    state_en: str
    valid_from: date | None = None
    synthetic: bool = Field(description="合成数据 / Synthetic data")
    fields: list[PublicField]


class FilingRow(Schema):
    """One filing of a list."""

    id: int
    uscc: str
    name: str
    roles: list[str]
    state: str
    state_zh: str
    state_en: str
    unit: str = Field("", description="县区或园区代码 / Code of its county or park")
    customs_code: str = ""
    confirmed_at: Moment | None = None
    valid_from: date | None = None
    due_on: date | None = Field(None, description="办理期限 / To be decided by")
    next_expiry: date | None = Field(None, description="最近到期的证照 / First licence to end")
    changed_at: Moment
    version: int
    cancel_asked: bool = False
    synthetic: bool = False


class FilingsOut(Schema):
    """A page of filings, the last moved first."""

    rows: list[FilingRow]
    total: int
    page: int
    pages: int


class FilingField(Schema):
    """A field with where its value comes from and by which rule it is asked."""

    key: str
    zh: str
    en: str
    value: str
    must: bool
    public: bool
    locked: bool = Field(description="由登记机关提供，不可改 / Told by a register, not to be changed")
    told_by: str = ""
    told_at: Moment | None = None
    source: str
    tag: str
    remark: str = ""


class FilingSection(Schema):
    """A part of the form."""

    key: str
    zh: str
    en: str
    fields: list[FilingField]


class FilingLicence(Schema):
    """A licence of a filing; `light` is green, yellow or red."""

    kind: str
    number: str = ""
    authority: str = ""
    valid_from: str = ""
    valid_to: str = ""
    scope: str = ""
    zh: str = ""
    en: str = ""
    light: str = ""


class RegisterSays(Schema):
    """What one register says of a field."""

    told_by: str = Field(description="登记机关 samr customs tax safe / The register")
    value: str
    at: Moment


class FilingDifference(Schema):
    """A field as the registers tell it."""

    field: str
    zh: str
    en: str
    differs: bool
    filed: str
    says: list[RegisterSays]


class FilingFinding(Schema):
    """What is wrong (refuses) or odd (warns) with a filing."""

    field: str
    code: str
    zh: str
    en: str
    weight: str
    source: str
    mend_zh: str = ""
    mend_en: str = ""


class FilingStep(Schema):
    """One step of its history."""

    number: int
    verb: str
    zh: str
    en: str
    came: str
    went: str
    body: str = ""
    reason: str = ""
    at: Moment


class FilingOut(FilingRow):
    """All of a filing."""

    sections: list[FilingSection]
    licences: list[FilingLicence]
    differences: list[FilingDifference]
    findings: list[FilingFinding]
    history: list[FilingStep]
    remarks: dict[str, str]
    verbs: list[str] = Field(description="现在可办的事项 / What the caller may do now")


class LicenceIn(Schema):
    """A licence to be filed."""

    kind: Text
    number: Text
    authority: Text = ""
    valid_from: Text = ""
    valid_to: Text = ""
    scope: Text = ""


class FilingIn(Schema):
    """A draft to be kept. Only the named fields change; what registers told stays."""

    version: int | None = Field(None, description="所见版本，防止覆盖他人改动 / The version seen; another is refused")
    roles: list[Text] = Field(max_length=20)
    values: dict[str, str] = Field({}, description="字段 → 值，见 data/filing/form.yaml / Field → value")
    licences: list[LicenceIn] = Field([], max_length=20)
    evidence: Text = ""
