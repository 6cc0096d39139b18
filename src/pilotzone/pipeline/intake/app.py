"""The intake's addresses.

POST /intake/                  one message; 202 {"receipt"} after it is durable
POST /intake/history/          the same for a firm's past: kept and shown, never sent, never counted
GET  /intake/receipts/{id}     how far it came, and what became of each document
GET  /healthz                  200 while messages can be kept, else 503
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import psycopg
import structlog

from pilotzone.exchange import results
from pilotzone.exchange.inbox import Incoming
from pilotzone.pipeline.intake import body
from pilotzone.pipeline.intake.connection import Connection
from pilotzone.pipeline.intake.limits import Limits
from pilotzone.pipeline.intake.pace import Pace, Patience
from pilotzone.pipeline.intake.problems import Turned
from pilotzone.pipeline.intake.proxies import NONE, Proxies
from pilotzone.pipeline.intake.senders import Sender, Senders, Shown, local
from pilotzone.pipeline.intake.writer import Keep, Outcome, Pack, Ticket, Writer

log = structlog.get_logger("intake")
MESSAGES, HISTORY = "/intake/", "/intake/history/"
RECEIPT = re.compile(r"/intake/receipts/([0-9a-f]{32})")
JSON = [("content-type", "application/json; charset=utf-8")]
SMALL = 8 * 1024  # a larger compressed body is unpacked beside the loop
_TOLD = '{"receipt": "%s", "status": "/intake/receipts/%s"}'
_ACCEPTED = (
    "HTTP/1.1 202 Accepted\r\ncontent-type: application/json; charset=utf-8\r\n%scontent-length: "
    + str(len(_TOLD % ("", "")) + 64)
    + "\r\n\r\n"
    + _TOLD
)
Work = Callable[[], Any]


class Intake:
    """The application. `connect` opens the writer's connection (autocommit), `reading` lends one for questions."""

    def __init__(
        self,
        *,
        connect: Callable[[], psycopg.Connection[Any]],
        reading: Callable[[], Any],
        pack: Pack = list,
        keep: Keep,
        limits: Limits,
        proxies: Proxies = NONE,
    ) -> None:
        self.limits, self._reading, self._proxies = limits, reading, proxies
        self.room = body.Room(limits.memory_bytes)
        self._senders = Senders(reading)
        self._pace = Pace(limits.per_second, limits.bytes_per_second)
        self._patience = Patience()
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="intake-reader")
        self._tasks: set[asyncio.Task[None]] = set()
        self.writer: Writer[Connection] = Writer(connect, pack, keep, self._tell, limits)

    def start(self) -> None:
        """Begin writing; called on the loop that serves."""
        self.writer.start()

    async def stop(self) -> None:
        """Write what waits and end."""
        await self.writer.stop(self.limits.patience_s)
        self._threads.shutdown(wait=False, cancel_futures=True)

    def open(self, connection: Connection) -> None:
        """A request's head has come: answer it, or have its body read."""
        head = connection.head
        try:
            if head.path in (MESSAGES, HISTORY):
                if head.method != "POST":
                    raise Turned("intake.method")
                body.admit(head.headers, head.length, self.limits.message_bytes)
                self._as_sender(connection, self._read_on)
            elif head.method == "GET" and (found := RECEIPT.fullmatch(head.path)):
                self._as_sender(connection, lambda one: self._receipt(one, found[1]))
            elif head.path == "/healthz":
                connection.answer(200 if self.writer.healthy else 503, JSON, json.dumps(self.figures()).encode())
            else:
                raise Turned("intake.unknown_address")
        except Turned as turned:
            connection.refuse(self.excuse(connection.sender, turned))

    def message(self, connection: Connection, data: bytes) -> None:
        """A body has come whole: have the message written."""
        encoding = body.ENCODINGS[connection.head.headers.get("content-encoding", "").strip().lower()]
        if encoding != body.PLAIN and len(data) > SMALL:
            self._beside(connection, lambda: body.unpack(data, encoding, self.limits.message_bytes), self._unpacked)
            return
        try:
            self._unpacked(connection, body.unpack(data, encoding, self.limits.message_bytes))
        except Turned as turned:
            connection.refuse(self.excuse(connection.sender, turned))

    def excuse(self, sender: Sender | None, turned: Turned) -> Turned:
        """The same refusal with the wait of this sender."""
        return self._patience.longer(sender.name, turned) if sender is not None else turned

    def figures(self) -> dict[str, int | bool]:
        """Messages kept, groups written, messages waiting, since the start."""
        writer = self.writer
        return {"ok": writer.healthy, "kept": writer.kept, "groups": writer.groups, "waiting": writer.waiting()}

    def _as_sender(self, connection: Connection, then: Callable[[Connection], None]) -> None:
        """Go on once it is known who sends; turned away where nobody known does."""
        head, address = connection.head, connection.address
        certificate = connection.certificate or self._proxies.certificate(head.headers, address)
        near = head.token is None and not certificate and local(address, head.headers)
        shown = Shown(head.token, certificate, address, near)
        known = self._senders.remembered(shown)
        if known is not None:
            connection.sender = known
            then(connection)
            return

        def learnt(one: Connection, sender: Sender) -> None:
            one.sender = sender
            then(one)

        self._beside(connection, lambda: self._senders.ask(shown), learnt)

    def _read_on(self, connection: Connection) -> None:
        assert connection.sender is not None
        if connection.head.path == HISTORY and connection.sender.organisation_id is None:
            raise Turned("intake.token")  # a past is somebody's
        self._pace.check(connection.sender.name, time.monotonic())
        connection.body()
        connection.go_on()

    def _unpacked(self, connection: Connection, raw: bytes) -> None:
        sender = connection.sender
        assert sender is not None
        self.room.take(len(raw) - connection.taken)  # what is unpacked is larger, as a rule
        connection.taken = len(raw)
        self._pace.charge(sender.name, time.monotonic(), messages=0, size=len(raw))
        channel = "history" if connection.head.path == HISTORY else "http"
        ticket = Ticket(Incoming(raw, channel, sender.name, sender.organisation_id), sender.name, connection)
        self.writer.submit(ticket)
        connection.ticket = ticket

    def _tell(self, outcomes: Sequence[tuple[Ticket[Connection], Outcome]]) -> None:
        for ticket, outcome in outcomes:
            connection = ticket.handle
            if connection.ticket is not ticket:
                continue  # told that we are away meanwhile
            if isinstance(outcome, Turned):
                connection.refuse(self.excuse(connection.sender, outcome))
            else:
                self._patience.taken(ticket.sender)
                keep = "" if connection.head.keep else "connection: close\r\n"
                connection.acknowledge((_ACCEPTED % (keep, outcome, outcome)).encode())

    def _receipt(self, connection: Connection, receipt: str) -> None:
        sender = connection.sender
        assert sender is not None

        def ask() -> dict[str, Any]:
            with self._reading() as reading, reading.cursor() as cursor:
                told = results.read(cursor, receipt, organisation_id=sender.organisation_id)
            if told is None:
                raise Turned("intake.unknown_receipt")
            return told

        self._beside(
            connection, ask, lambda one, told: one.answer(200, JSON, json.dumps(told, ensure_ascii=False).encode())
        )

    def _beside(self, connection: Connection, work: Work, then: Callable[[Connection, Any], None]) -> None:
        """Do what takes a while on another thread; whatever goes wrong is a problem, never a traceback."""
        request = connection.head

        async def run() -> None:
            try:
                outcome = await asyncio.get_running_loop().run_in_executor(self._threads, work)
                if connection.head is request and connection.busy:
                    then(connection, outcome)
                return
            except Turned as turned:
                told = turned
            except psycopg.Error:
                told = Turned("intake.away")
            except Exception:
                log.exception("intake.request", path=request.path)
                told = Turned("intake.error")
            if connection.head is request and connection.busy:
                connection.refuse(self.excuse(connection.sender, told))

        task = asyncio.ensure_future(run())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
