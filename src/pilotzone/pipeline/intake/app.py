"""The intake's addresses, as an RSGI application.

POST /intake/                  one message; 202 {"receipt"} after it is durable
GET  /intake/receipts/{id}     how far it came, and what became of each document
GET  /healthz                  200 while messages can be kept, else 503
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import structlog

from pilotzone.exchange import results
from pilotzone.exchange.inbox import Incoming
from pilotzone.pipeline.intake import body
from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.problems import Turned
from pilotzone.pipeline.intake.senders import Pace, Sender, Senders
from pilotzone.pipeline.intake.writer import Keep, Outcome, Ticket, Writer

log = structlog.get_logger("intake")
RECEIPT = re.compile(r"/intake/receipts/([0-9a-f]{32})")
JSON = [("content-type", "application/json; charset=utf-8")]
Waiting = asyncio.Future[Outcome]
Answer = tuple[int, list[tuple[str, str]], bytes]


class Intake:
    """The application. `connect` opens the writer's connection, `reading` lends one for questions."""

    def __init__(
        self,
        *,
        connect: Callable[[], psycopg.Connection[Any]],
        reading: Callable[[], Any],
        keep: Keep,
        limits: Limits,
    ) -> None:
        self._limits = limits
        self._reading = reading
        self._room = body.Room(limits.memory_bytes)
        self._senders = Senders(reading)
        self._pace = Pace(limits.per_second)
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="intake-reader")
        self._loop: asyncio.AbstractEventLoop | None = None
        self.writer: Writer[Waiting] = Writer(connect, keep, self._tell, limits)

    def start(self) -> None:
        """Begin writing; called on the loop that serves."""
        self._loop = asyncio.get_running_loop()
        self.writer.start()

    def stop(self) -> None:
        """Write what waits and end."""
        self.writer.stop(self._limits.patience_s)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """One request. Whatever goes wrong is a problem+json, never a traceback."""
        try:
            status, headers, told = await self._answer(scope, proto)
        except Turned as turned:
            status, headers, told = turned.answer()
        except psycopg.Error:
            status, headers, told = Turned("intake.away").answer()
        except Exception:
            log.exception("intake.request", path=scope.path)
            status, headers, told = Turned("intake.error").answer()
        proto.response_bytes(status, headers, told)

    async def _answer(self, scope: Any, proto: Any) -> Answer:
        found = RECEIPT.fullmatch(scope.path)
        if scope.path == "/intake/":
            if scope.method != "POST":
                raise Turned("intake.method")
            return await self._take(scope, proto)
        if found and scope.method == "GET":
            return await self._receipt(scope, found[1])
        if scope.path == "/healthz":
            return 200 if self.writer.healthy else 503, JSON, json.dumps(self.figures()).encode()
        raise Turned("intake.unknown_address")

    def figures(self) -> dict[str, int | bool]:
        """Messages kept, groups written, messages waiting, since the start."""
        writer = self.writer
        return {"ok": writer.healthy, "kept": writer.kept, "groups": writer.groups, "waiting": writer.waiting()}

    async def _take(self, scope: Any, proto: Any) -> Answer:
        headers = _headers(scope)
        compressed = body.admit(headers, self._limits.message_bytes)
        sender = await self._sender(headers, scope.client)
        self._pace.check(sender.name, time.monotonic())
        try:
            async with asyncio.timeout(self._limits.body_s):
                raw = await body.read(proto, compressed=compressed, limit=self._limits.message_bytes, room=self._room)
        except TimeoutError:
            raise Turned("intake.late") from None
        try:
            receipt = await self._written(raw, sender)
        finally:
            self._room.give(len(raw))
        return 202, JSON, json.dumps({"receipt": receipt, "status": f"/intake/receipts/{receipt}"}).encode()

    async def _written(self, raw: bytes, sender: Sender) -> str:
        """The receipt id once the message is durable; a sender that cannot wait is not written if still possible."""
        waiting: Waiting = asyncio.get_running_loop().create_future()
        ticket = Ticket(Incoming(raw, "http", sender.name, sender.organisation_id), sender.name, waiting)
        self.writer.submit(ticket)
        try:
            async with asyncio.timeout(self._limits.patience_s):
                outcome = await waiting
        except TimeoutError:
            raise Turned("intake.away") from None
        finally:
            ticket.given_up = True
        if isinstance(outcome, Turned):
            raise outcome
        return outcome

    async def _receipt(self, scope: Any, receipt: str) -> Answer:
        headers = _headers(scope)
        sender = await self._sender(headers, scope.client)

        def ask() -> dict[str, Any] | None:
            with self._reading() as connection, connection.cursor() as cursor:
                return results.read(cursor, receipt, organisation_id=sender.organisation_id)

        told = await asyncio.get_running_loop().run_in_executor(self._threads, ask)
        if told is None:
            raise Turned("intake.unknown_receipt")
        return 200, JSON, json.dumps(told, ensure_ascii=False).encode()

    async def _sender(self, headers: dict[str, str], client: str) -> Sender:
        address = client.rpartition(":")[0] or client
        known = self._senders.remembered(headers, address)
        if known is not None:
            return known
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, self._senders.ask, headers, address)

    def _tell(self, outcomes: list[tuple[Waiting, Outcome]]) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(_resolve, outcomes)


def _resolve(outcomes: list[tuple[Waiting, Outcome]]) -> None:
    for waiting, outcome in outcomes:
        if not waiting.done():
            waiting.set_result(outcome)


def _headers(scope: Any) -> dict[str, str]:
    """The headers the intake reads; one given twice counts by its last value, of x-forwarded-for all count."""
    told = {name.lower(): value for name, value in scope.headers.items()}
    told["x-forwarded-for"] = ",".join(scope.headers.get_all("x-forwarded-for"))
    return told
