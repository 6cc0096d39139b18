"""Changes, cancellations and returns, and mandates, as the API tells them."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Day, Moment, Text
from pilotzone.portal.api.shapes.exchange import Told

LARGEST_ID = 2**63 - 1
Verb = Literal["change", "delete", "cancel", "return"]
Value = Annotated[str, Field(max_length=1000, pattern=r"^[^\x00]*$")]


class OfferOut(Schema):
    """One thing that may be done to a trade's documents, or why not."""

    verb: str
    kind: str = Field(description="order、payment、waybill、list、receipts / Which document of the trade")
    message: str = Field("", description="将生成的报文 / The message it makes")
    zh: str
    en: str
    allowed: bool
    why: Told | None = Field(None, description="不能办理的原因 / Why it is not offered")
    until: date | None = Field(None, description="退货申请最后一日 / Last day to apply for a return")
    open: int | None = Field(None, description="正在填写的草稿 / The draft being written")


class OffersOut(Schema):
    """What the caller's firm may change, delete, cancel or return of a trade."""

    offers: list[OfferOut]


class ChangeNew(Schema):
    """What to begin."""

    verb: Verb
    kind: Text = Field("list", description="order、payment、waybill、list、receipts / Which document of the trade")


class ChangeRow(Schema):
    """A change of the list."""

    id: int
    trade: int
    order_no: str
    verb: str
    zh: str
    en: str
    message: str
    key: str
    revision: int
    stands: str = Field(
        description="open、processing、draft、underway、refused、declared、discarded / What became of it"
    )
    customs_zh: str = ""
    customs_en: str = ""
    draft: int | None = Field(None, description="暂存单证号 / Its number among the drafts")
    receipt: str = ""
    made_at: Moment
    saved_at: Moment
    kept_at: Moment | None = None
    reasons: list[Told] = []


class ChangesOut(Schema):
    """A page of changes, newest first."""

    rows: list[ChangeRow]
    total: int
    page: int


class ChangeLine(Schema):
    """A line as it stands."""

    position: int
    off: bool = Field(description="不列入 / Left out")
    values: dict[str, str]
    left: str | None = Field(None, description="可退数量 / What may still come back")


class ChangeOut(ChangeRow):
    """One change with its content."""

    edition: str
    head: dict[str, str]
    lines: list[ChangeLine] = []
    editable: list[str] = []
    editable_lines: list[str] = []
    findings: list[dict[str, Any]] = Field([], description="转入暂存前须更正 / To be corrected before it is kept")


class LineSaved(Schema):
    """What was typed into a line."""

    position: int = Field(ge=0, le=999)
    values: dict[Text, Value] = {}
    off: bool = False


class ChangeSave(Schema):
    """What was typed. Lines not named stay as they are."""

    revision: int = Field(ge=1, le=LARGEST_ID, description="所改版本 / The revision that was edited")
    head: dict[Text, Value] = Field({}, max_length=200)
    lines: list[LineSaved] = Field([], max_length=1000)


class ChangeMove(Schema):
    """Where it goes: kept among the drafts, opened again, given up."""

    to: Literal["kept", "open", "discarded"]
    revision: int | None = Field(
        None, ge=0, le=2147483647,
        description="所见版次；他人之后改过则不办理 / As you saw it; not moved where somebody wrote since",
    )  # fmt: skip


class MandateOut(Schema):
    """A mandate as its two sides see it."""

    id: int
    side: str = Field(description="given、held、others / Given by the caller, held by it, or between others")
    principal: int
    principal_name: str
    principal_code: str
    agent: int
    agent_name: str
    agent_code: str
    kinds: list[str]
    undertaking: str
    valid_from: date
    valid_to: date | None = None
    state: str = Field(description="running、coming、ended、revoked / Where it stands today")
    given_at: Moment | None = None
    revoked_at: Moment | None = None
    revoked_reason: str = ""


class MandatesOut(Schema):
    """A page of mandates, newest first."""

    rows: list[MandateOut]
    total: int
    page: int


class MandateNew(Schema):
    """A mandate to be given by the caller's firm."""

    agent: Text = Field(description="受托企业海关编码或统一社会信用代码 / Customs or credit code of the agent")
    kinds: list[Text] = Field(max_length=20)
    undertaking: Text = Field(description="担责承诺或委托协议 / Written undertaking or agreement")
    since: Day
    until: Day | None = None


class MandateEnd(Schema):
    """Why a mandate is revoked; the agent reads it."""

    reason: Text
