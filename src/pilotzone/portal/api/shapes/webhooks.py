"""Subscriptions to pushes and their deliveries as the API takes and tells them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Field, Schema
from pydantic import ConfigDict

from pilotzone.portal.api.shapes.basic import Moment, Text

LARGEST_ID = 2**63 - 1
Url = Annotated[str, Field(max_length=500, description="推送地址，https / Endpoint, https")]
Kinds = Annotated[
    list[Text],
    Field(
        max_length=10,
        description="订阅内容：receipt.created、payment.changed / What is wanted: receipt.created, payment.changed",
    ),
]
Described = Annotated[Text, Field(description="备注 / Your own words for it")]
Number = Annotated[int, Field(ge=1, le=LARGEST_ID)]


class Asked(Schema):
    """A request's content: a field nobody knows is refused."""

    model_config = ConfigDict(extra="forbid")


class HookNew(Asked):
    """A subscription to be made."""

    url: Url
    description: Described = ""
    kinds: Kinds = ["receipt.created"]
    after: Annotated[int, Field(ge=0, le=LARGEST_ID)] | None = Field(
        None, description="已有的最后回执序号；不填则只推送此后的回执 / The last receipt you have; default: only what comes from now on"
    )  # fmt: skip


class HookChange(Asked):
    """What is to be changed; the rest stays."""

    url: Url | None = None
    description: Described | None = None
    kinds: Kinds | None = None
    enabled: bool | None = Field(None, description="启用或停用 / Switch on or off")


class Rotate(Asked):
    """How the old secret ends."""

    at_once: bool = Field(False, description="旧密钥立即作废（已泄露时） / The old secret ends now, because it leaked")


class Ping(Asked):
    """What the test message says."""

    note: Text = Field("", description="随测试推送原样送回 / Comes with the test message as it is")


class Replay(Asked):
    """Which deliveries are sent again: a range of numbers, a state, or both."""

    first: Number | None = Field(None, description="起始投递序号 / First delivery")
    last: Number | None = Field(None, description="最后投递序号 / Last delivery")
    state: Literal["", "queued", "sent", "dead"] = Field("", description="只重放此状态 / Only those in this state")


class HookOut(Schema):
    """A subscription. Its secret is never told again."""

    id: int
    url: str
    description: str
    kinds: list[str]
    state: str = Field(
        description="on 启用，off 停用，gone 对方答410而停用 / on, off, or gone: the endpoint answered 410"
    )
    created_at: Moment
    old_until: Moment | None = Field(description="旧密钥仍签名至此 / The old secret still signs until then")
    position: int = Field(description="已编入投递的最后回执序号 / The last receipt put into a delivery")
    waiting: int = Field(description="待送投递数 / Deliveries waiting")
    dead: int = Field(description="死信数 / Dead letters")
    last_at: Moment | None = Field(description="最近一次尝试 / Last attempt")
    last_status: int = Field(description="其 HTTP 状态，0 为未连上 / Its HTTP status, 0 where nothing answered")
    last_error: str


class HooksOut(Schema):
    """The subscriptions of the caller's organisation."""

    webhooks: list[HookOut]


class SecretOut(HookOut):
    """A subscription with its fresh secret, told this once."""

    secret: str = Field(description="密钥，只显示这一次 / The secret, told this once")


class PingOut(Schema):
    """The test message that was queued."""

    message_id: str = Field(description="即 webhook-id / The webhook-id")


class ReplayOut(Schema):
    """What is sent again."""

    count: int = Field(description="将重新推送的投递数 / How many deliveries are sent again")


class Attempt(Schema):
    """One attempt to deliver."""

    at: datetime
    status: int
    took_ms: int
    error: str
    answer: str = Field(description="对方应答的开头 / The beginning of what was answered")


class DeliveryOut(Schema):
    """A delivery: what was or will be pushed, and how that went."""

    id: int
    message_id: str = Field(
        description="即 webhook-id，重试与重放不变 / The webhook-id, the same in retries and replays"
    )
    kind: str
    first: int | None = Field(description="首条回执序号 / First receipt")
    last: int | None = Field(description="末条回执序号 / Last receipt")
    receipts: int
    state: str = Field(description="queued 待送，sent 已送达，dead 死信 / queued, sent or dead")
    attempts: int
    next_try_at: Moment
    last_status: int
    last_error: str
    created_at: Moment
    settled_at: Moment | None
    tries: list[Attempt]


class DeliveriesOut(Schema):
    """A page of the delivery log, newest first."""

    deliveries: list[DeliveryOut]
    before: int | None = Field(
        description="下一页从此序号之前开始，空为到底 / Pass this as `before` next; null at the end"
    )
