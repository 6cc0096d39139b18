"""/webhooks: a firm's subscriptions to pushed receipts, their deliveries, tests and replays."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Field, Path

from pilotzone.exchange.webhooks import subscriptions
from pilotzone.portal.api.callers import KNOWN, enterprise
from pilotzone.portal.api.shapes.basic import Router, Text, told
from pilotzone.portal.api.shapes.webhooks import (
    LARGEST_ID,
    DeliveriesOut,
    HookChange,
    HookNew,
    HookOut,
    HooksOut,
    Ping,
    PingOut,
    Replay,
    ReplayOut,
    Rotate,
    SecretOut,
)

HookId = Annotated[int, Field(ge=1, le=LARGEST_ID, description="订阅序号 / Number of the webhook")]
Before = Annotated[int | None, Field(ge=1, le=LARGEST_ID, description="从此投递序号之前 / Below this delivery")]
Limit = Annotated[int, Field(ge=1, le=200, description="至多几条 / At most so many")]
Kind = Annotated[
    Text,
    Field(
        description="只看此类：receipt.created、payment.changed、ping / Only this kind: receipt.created, payment.changed, ping"
    ),
]
State = Annotated[Literal["", "queued", "sent", "dead"], Field(description="只看此状态 / Only in this state")]
router = Router(auth=KNOWN, tags=["enterprise"])


@router.get("/webhooks", response=told(HooksOut, 401, 403), summary="推送订阅 / List webhooks")
def webhooks(request: HttpRequest) -> dict[str, Any]:
    """Where your organisation is told of its receipts."""
    enterprise(request)
    return {"webhooks": [asdict(hook) for hook in subscriptions.listed()]}


@router.post("/webhooks", response=told(SecretOut, 401, 403), summary="新建推送订阅 / Make a webhook")
def webhook_create(request: HttpRequest, asked: HookNew) -> dict[str, Any]:
    """Subscribe an endpoint. The answer holds the secret its signatures are made with, told this once."""
    enterprise(request)
    hook, secret = subscriptions.create(**asked.model_dump())
    return {**asdict(hook), "secret": secret}


@router.get("/webhooks/{hook_id}", response=told(HookOut, 401, 403, 404), summary="一个推送订阅 / One webhook")
def webhook(request: HttpRequest, hook_id: Path[HookId]) -> dict[str, Any]:
    """State, cursor, and how its last attempt went."""
    enterprise(request)
    return asdict(subscriptions.one(hook_id))


@router.post("/webhooks/{hook_id}", response=told(HookOut, 401, 403, 404), summary="修改推送订阅 / Change a webhook")
def webhook_change(request: HttpRequest, hook_id: Path[HookId], asked: HookChange) -> dict[str, Any]:
    """Change endpoint, words or kinds, or switch it on or off. Switched on, it goes on where it stood."""
    enterprise(request)
    return asdict(subscriptions.change(hook_id, **asked.model_dump(exclude_unset=True)))


@router.post(
    "/webhooks/{hook_id}/secret", response=told(SecretOut, 401, 403, 404), summary="轮换推送密钥 / Renew the secret"
)
def webhook_secret(request: HttpRequest, hook_id: Path[HookId], asked: Rotate) -> dict[str, Any]:
    """A new secret, told this once. Until `old_until` every push carries a signature by each of the two.

    Not before the last renewal is over, unless the old secret must end at once.
    """
    enterprise(request)
    secret = subscriptions.rotate(hook_id, at_once=asked.at_once)
    return {**asdict(subscriptions.one(hook_id)), "secret": secret}


@router.post("/webhooks/{hook_id}/ping", response=told(PingOut, 401, 403, 404), summary="测试推送 / Send a test")
def webhook_ping(request: HttpRequest, hook_id: Path[HookId], asked: Ping) -> dict[str, Any]:
    """Push a message of type `ping` once; how it went is in the deliveries."""
    enterprise(request)
    return {"message_id": subscriptions.ping(hook_id, asked.note)}


@router.get(
    "/webhooks/{hook_id}/deliveries", response=told(DeliveriesOut, 401, 403, 404), summary="投递记录 / Delivery log"
)
def webhook_deliveries(
    request: HttpRequest, hook_id: Path[HookId], state: State = "", kind: Kind = "", before: Before = None,
    limit: Limit = 50,
) -> dict[str, Any]:  # fmt: skip
    """What was pushed, with every attempt and the beginning of its answer, newest first. `state=dead`: dead letters."""
    enterprise(request)
    found = subscriptions.deliveries(hook_id, state=state, kind=kind, before=before, limit=limit)
    return {"deliveries": found, "before": found[-1]["id"] if len(found) == limit else None}


@router.post("/webhooks/{hook_id}/replay", response=told(ReplayOut, 401, 403, 404), summary="重放 / Replay deliveries")
def webhook_replay(request: HttpRequest, hook_id: Path[HookId], asked: Replay) -> dict[str, Any]:
    """Push deliveries again under their own webhook-ids, in their order: a range, all in a state, or both."""
    enterprise(request)
    return {"count": subscriptions.replay(hook_id, **asked.model_dump())}
