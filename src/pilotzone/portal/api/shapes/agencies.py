"""代办退税 agreements as the API takes and tells them."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Day, Moment, Text

Code = Annotated[
    str,
    Field(max_length=18, pattern=r"^[A-Za-z0-9]+$", description="统一社会信用代码或海关编码 / USCC or customs code"),
]


class AgencyIn(Schema):
    """An agreement a service enterprise proposes to a producer."""

    producer: Code
    number: Text = Field(description="协议编号 / Number of the agreement")
    valid_from: Day = Field(description="起始日 / First day")
    valid_to: Day = Field(description="终止日 / Last day")
    controls: bool = Field(False, description="风险管控制度已备案 / Risk control is filed")


class AgencyConfirmationIn(Schema):
    """What the producer confirms."""

    own_goods: bool = Field(False, description="自产货物 / Own products")
    contract_abroad: bool = Field(False, description="出口合同由生产企业签订 / The contract abroad is the producer's")
    account: Text = Field(description="代办退税账号 / Account the refund goes to; never told again")


class AgencyOut(Schema):
    """One agreement as its two sides and the tax office see it."""

    id: int
    number: str
    service_name: str = Field(description="外综服企业 / Service enterprise")
    producer_name: str = Field(description="生产企业 / Producer")
    valid_from: date
    valid_to: date
    state: str = Field(description="proposed、confirmed、filed、ended / proposed, confirmed, filed, ended")
    own_goods: bool
    contract_abroad: bool
    controls: bool
    account: bool = Field(description="已提供账号 / Whether an account is told")
    confirmed_at: Moment | None
    filed_on: date | None = Field(description="税务备案日 / Filed with the tax office on")
    ended_on: date | None


class AgenciesOut(Schema):
    """A page of agreements, newest first."""

    rows: list[AgencyOut]
    total: int
    page: int
