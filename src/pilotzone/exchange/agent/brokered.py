"""The platform as a firm's program sees it over AMQP: the three questions of `client.Client`, put to two queues.

Messages go out as DxpMsg under their guid. What comes from the firm's `_HZ` queue is a DxpRep (the platform keeps the message;
its note is the receipt id) or an official receipt. It is acknowledged when the agent has written it down: a process that
dies before is told again, and writes the same file again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.agent import outcome
from pilotzone.exchange.agent.client import Receipt
from pilotzone.exchange.channels.amqp import Amqp
from pilotzone.exchange.connectors.store import write
from pilotzone.exchange.formats import dxp_reply, envelope
from pilotzone.exchange.formats.envelope import DxpMsg

ROOT = re.compile(rb"""<(?:\w+:)?(CEB\d+Message)\b[^>]*?\bguid=["']([0-9A-Za-z-]{1,64})["']""")
NAME = re.compile(r"[0-9A-Za-z-]{1,64}")
KEPT = "0000"
PAGE = 50


class Asked(Protocol):
    """What the agent asks of the platform, whichever way it is reached."""

    def send(self, raw: bytes) -> str: ...
    def result(self, receipt: str) -> dict[str, Any] | None: ...
    def clock(self) -> tuple[datetime, bool]: ...
    def receipts(self, after: int) -> Iterator[tuple[list[Receipt], int]]: ...


@dataclass
class Brokered:
    """`dxp`: the firm's number; `platform`: the platform's; `kept`: a folder for its answers; `time`: asks the platform's
    clock another way, where there is one."""

    broker: Amqp
    dxp: str
    platform: str
    kept: Path
    now: Callable[[], datetime]
    time: Callable[[], tuple[datetime, bool]] | None = None

    def send(self, raw: bytes) -> str:
        """The guid of a message the broker keeps from now on. Unavailable and Refused as `Amqp.send`."""
        found = ROOT.search(raw)
        if found is None:
            raise Refused(code="agent.message", zh="不是可发送的报文。", en="This is no message that can be sent.")
        name, guid = found[1].decode(), found[2].decode()
        self.broker.send(
            envelope.wrap(
                DxpMsg(guid, self.dxp, [self.platform], self.now(), name, raw, file_name=f"{name}_{guid}.xml")
            )
        )
        return guid

    def result(self, receipt: str) -> dict[str, Any] | None:
        """What the platform's DxpRep said of the message; None while it has said nothing. What became of its documents is in
        the receipts."""
        path = self.kept / f"{receipt}.json"
        told: dict[str, Any] | None = json.loads(path.read_bytes()) if path.exists() else None
        return told

    def clock(self) -> tuple[datetime, bool]:
        """The platform's time. Unavailable where it is reached by the broker only: the firm's own clock serves."""
        if self.time is None:
            raise Unavailable(code="agent.unreachable", zh="未配置平台时间来源", en="No way to ask the platform's time")
        return self.time()

    def receipts(self, after: int) -> Iterator[tuple[list[Receipt], int]]:
        """Pages out of the firm's queue; each is acknowledged when the next one is asked for. `after` means nothing here."""
        while found := self.broker.receive(self.dxp, PAGE):
            page = [one for _, raw in found if (one := self._read(raw)) is not None]
            if page:
                yield page, after
            self.broker.acknowledge(self.dxp, [number for number, _ in found])

    def _read(self, raw: bytes) -> Receipt | None:
        """A receipt; None for a DxpRep, which is noted here. What can be read as neither is handed over as it came."""
        try:
            if envelope.kind_of(raw) == "DxpRep":
                self._note(dxp_reply.unwrap(raw))
                return None
            told = envelope.unwrap(raw)
        except Refused:
            return Receipt(_number(hashlib.sha256(raw).digest()), "unreadable", "", raw)
        number = _number(hashlib.sha256(f"{told.sender} {told.message_id}".encode()).digest())
        return Receipt(number, told.message_type, "", told.data)

    def _note(self, reply: dxp_reply.DxpRep) -> None:
        for said in reply.responses:
            if NAME.fullmatch(said.head.message_id):
                told = {"state": "done", "result": "kept", "receipt": said.note, "info": said.info}
                if said.code != KEPT:
                    told |= {"result": outcome.REFUSED, "code": said.code}
                write(self.kept / f"{said.head.message_id}.json", json.dumps(told, ensure_ascii=False))


def _number(digest: bytes) -> int:
    """A number of its own for what has no running one: the same whenever the same comes again."""
    return int.from_bytes(digest[:7], "big")
