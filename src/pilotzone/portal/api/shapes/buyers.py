"""Lists of buyers to be checked by an authorised body, as the API takes and tells them."""

from __future__ import annotations

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Day, Moment
from pilotzone.portal.api.shapes.exchange import Told


class BuyerIn(Schema):
    """One buyer. What is wrong with a row is told in its answer and stops no other row."""

    ref: str = Field("", description="贵单位自编的行号 / Your own number of the row: 1–40 letters, digits or . _ -")
    id_type: str = Field("", description="证件类型，1 为居民身份证 / Kind of document; 1: resident identity card")
    id_number: str = Field("", description="证件号码 / Number of the document")
    name: str = Field("", description="姓名 / Name")


class BuyersIn(Schema):
    """A list, with the firm's statement that the buyers were told and agreed."""

    consented: bool = Field(description="已告知购买人并取得同意 / The buyers were told and agreed")
    buyers: list[BuyerIn]


class BuyerAnswerOut(Schema):
    """The answer to one row; personal data is never repeated."""

    position: int
    ref: str
    outcome: str = Field(description="matches 一致，mismatch 不一致，refused 未送核 / matches, mismatch, refused")
    findings: list[Told]


class BuyerCheckOut(Schema):
    """A list that was checked: who asked, when, which body, until when the answers count, how it came out."""

    id: int
    asked_at: Moment
    by: str
    channel: str
    authority: str
    valid_to: Day
    total: int
    matched: int
    mismatched: int
    refused: int
    rows: list[BuyerAnswerOut]
