"""The carrier's AMQP: the node by the scheme of its address, firms' hand-in, and receipts into their `_HZ` queues.

Who handed a message in is told by its signature, never by the queue: the inbox is told no organisation.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

import structlog

from pilotzone.base.errors import Problem, Refused, Unavailable
from pilotzone.exchange import inbox
from pilotzone.exchange.channels.amqp import ANSWERS, OUT, PREFIX, Amqp, queue_of
from pilotzone.exchange.channels.amqp_link import PATIENCE_S, SCHEMES, broker_of
from pilotzone.exchange.channels.dxp import Node
from pilotzone.exchange.channels.endpoint import Guard
from pilotzone.exchange.channels.webhook import Answer, post
from pilotzone.exchange.formats import dxp_reply, envelope
from pilotzone.exchange.formats.envelope import DxpMsg, Head
from pilotzone.exchange.inbox import Incoming
from pilotzone.exchange.sealing import pack
from pilotzone.exchange.webhooks.ledger import CREATED, PING
from pilotzone.kernel import clock
from pilotzone.kernel.home import home, secret_file

log = structlog.get_logger("carrier")
CHANNEL = "amqp"
IN = "{dxp}_IN"
FETCH = 100
MOST_QUARANTINED = 1000
KEPT = "0000"  # the exchange platform's code of what it took (spec §4)


def node_of(url: str) -> Node | Amqp:
    """Customs' node: over AMQP where the address says so, else over HTTP."""
    if url.partition("://")[0] in SCHEMES:
        return transport(url)
    return Node(url, client_cert=os.environ.get("PILOTZONE_CUSTOMS_CERT", ""))


def transport(url: str, *, patience_s: float = PATIENCE_S) -> Amqp:
    """The broker at this address, as the settings say. Refused `channel.amqp.url`, `channel.amqp.queue`."""
    told = os.environ
    kept = secret_file("amqp-password")
    password = told.get("PILOTZONE_AMQP_PASSWORD") or (kept.read_text().strip() if kept.is_file() else "guest")
    broker = broker_of(
        url, user=told.get("PILOTZONE_AMQP_USER", "guest"), password=password,
        ca=told.get("PILOTZONE_AMQP_CA", ""), cert=told.get("PILOTZONE_CUSTOMS_CERT", ""),
    )  # fmt: skip
    return Amqp(
        broker, out=told.get("PILOTZONE_AMQP_OUT", OUT), answers=told.get("PILOTZONE_AMQP_ANSWERS", ANSWERS),
        quarantine=quarantine, patience_s=patience_s,
    )  # fmt: skip


def quarantine(queue: str, body: bytes, code: str) -> None:
    """Keep what was rejected, sealed, in the state folder; where a thousand lie there, only its hash is in the log."""
    folder = home() / "quarantine"
    folder.mkdir(exist_ok=True, mode=0o700)
    name = hashlib.sha256(body).hexdigest()
    room = sum(1 for _ in folder.iterdir()) < MOST_QUARANTINED
    if room:
        (folder / f"{name}.part").write_bytes(pack(body, CHANNEL))
        (folder / f"{name}.part").replace(folder / name)
    log.warning("amqp.rejected", queue=queue, code=code, size=len(body), sha256=name, kept=room)


def hand_in(connection: Any, firms: Amqp, box: str) -> int:
    """Keep what firms handed in, answer each with a DxpRep into its queue, then acknowledge; how many.

    An answer that cannot be put there is left out: the message is kept, and that is what the acknowledgement says.
    """
    found = firms.take(queue_of(os.environ.get("PILOTZONE_AMQP_IN", IN), dxp=box), FETCH)
    if not found:
        return 0
    opened = [_head(raw) for _, raw in found]
    came = [
        Incoming(raw, CHANNEL, head.sender if head else "")
        for (_, raw), head in zip(found, opened, strict=True)
    ]  # fmt: skip
    with connection.transaction():
        receipts = inbox.keep(connection, came)
    at = clock.read(connection).now()
    for head, receipt in zip(opened, receipts, strict=True):
        if head is not None:
            _reply(firms, head, receipt, at)
    firms.acknowledge(box, [number for number, _ in found])
    return len(found)


def _head(raw: bytes) -> Head | None:
    try:
        told = envelope.unwrap(raw)
    except Refused:
        return None  # kept for the worker to judge
    return Head(told.message_id, told.sender, told.receivers, told.created, told.message_type)


def _reply(firms: Amqp, head: Head, receipt: str, at: datetime) -> None:
    said = dxp_reply.Response(KEPT, at.date(), head, note=receipt)
    try:
        raw = dxp_reply.wrap(dxp_reply.DxpRep(head.sender, [said]))
        firms.put(_answers(head.sender), raw, f"REP{receipt}")
    except Problem as problem:
        log.warning("amqp.unanswered", receipt=receipt, code=problem.code)


def courier_post(firms: Amqp | None, box: str) -> Callable[..., Answer]:
    """How a subscription is told: `amqp:<DXP number>` through the broker, anything else by HTTP."""

    def send(url: str, content: bytes, headers: Any, guard: Guard) -> Answer:
        if not url.startswith(PREFIX):
            return post(url, content, headers, guard)
        if firms is None:
            return Answer(error="channel.amqp.off")
        try:
            return _tell(firms, box, url.removeprefix(PREFIX), content, headers.get("webhook-id", ""))
        except Unavailable as away:
            return Answer(error=away.code)
        except Problem as refused:
            return Answer(status=422, error=refused.code)

    return send


def _tell(firms: Amqp, box: str, dxp: str, content: bytes, message_id: str) -> Answer:
    """Every receipt as a DxpMsg of its own; its CopMsgId is its number, so what is told twice is known. What a room tells
    goes whole: MsgType is its kind, CopMsgId its webhook-id, the data the JSON an https endpoint would have had."""
    told = json.loads(content)
    if told["type"] == PING:
        firms.take(_answers(dxp), 0)  # whether the broker lets us in
        return Answer(status=200)
    if told["type"] != CREATED:
        at = datetime.fromisoformat(told["timestamp"])
        name = f"{told['type']}_{message_id}.json"
        message = DxpMsg(message_id, box, [dxp], at, told["type"], content, file_name=name)
        firms.put(_answers(dxp), envelope.wrap(message), message_id)
        return Answer(status=200)
    for one in told["data"]["receipts"]:
        number = f"{box}R{one['id']}"
        message = DxpMsg(
            number, box, [dxp], datetime.fromisoformat(one["return_time"]), one["message"],
            base64.b64decode(one["xml"]), file_name=f"{one['message']}_{number}.xml",
        )  # fmt: skip
        firms.put(_answers(dxp), envelope.wrap(message), number)
    return Answer(status=200)


def _answers(dxp: str) -> str:
    return queue_of(os.environ.get("PILOTZONE_AMQP_ANSWERS", ANSWERS), dxp=dxp)
