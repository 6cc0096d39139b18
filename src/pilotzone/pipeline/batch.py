"""One micro-batch, in one transaction: take, unpack, decide, write, answer, forward, move the cursor."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import structlog

from pilotzone.base.days import day_of
from pilotzone.base.errors import Gap
from pilotzone.exchange import inbox, results
from pilotzone.exchange.inbox import PARTITIONS, Kept
from pilotzone.exchange.results import Result
from pilotzone.kernel import clock
from pilotzone.kernel.partitions import Partitions
from pilotzone.pipeline import telling
from pilotzone.pipeline.booking import Booking
from pilotzone.pipeline.directory import Registry
from pilotzone.pipeline.unpacking import Unpacked, message_in, unpack
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance import api as clearance

MESSAGES_A_BATCH = 400
BYTES_A_BATCH = 6 * 1024 * 1024  # about 2,000 documents
LOG = structlog.get_logger("worker")
PLATFORM_FAILED = clearance.Fault(
    "platform.failed",
    "平台处理该报文时出错，报文已留存，平台将核查后处理",
    "the platform failed on this message; it is kept and will be looked into",
    "PilotZone pipeline",
    "platform",
    mend_zh="无需重发；如需帮助请提供回执编号",
    mend_en="No need to send it again; quote the receipt number for help.",
)
WAIT = "clearance.match.wait_hours"
AMOUNT, RATIO = "clearance.match.amount_tolerance", "clearance.match.tax_tolerance"


@dataclass(slots=True)
class Worked:
    """What one batch did."""

    messages: int = 0
    documents: int = 0
    receipts: int = 0
    forwarded: int = 0


@dataclass(slots=True)
class Pipeline:
    """What a worker keeps between batches. `sender`: the exchange number under which the platform sends."""

    sender: str
    registry: Registry = field(default_factory=Registry)
    partitions: Partitions = field(default_factory=lambda: Partitions(clearance.TABLES_BY_DAY))

    def run_once(self, connection: Any, partitions: Iterable[int] = range(PARTITIONS)) -> Worked:
        """Work on the next messages of partitions nobody else holds; everything or nothing is written.

        A batch that fails by its content is worked on again message by message, so that one message cannot stop its
        neighbours; the one that fails alone is answered as the platform's own error and stays in the inbox.
        """
        try:
            return self._batch(connection, partitions, MESSAGES_A_BATCH)
        except psycopg.OperationalError:
            raise  # the database is away or busy: nothing is wrong with the messages
        except Exception as failure:
            LOG.error("worker.batch_failed", error=f"{type(failure).__name__}: {failure}", exc_info=True)
        done = Worked()
        for _ in range(MESSAGES_A_BATCH):
            one = self._alone(connection, partitions)
            if not one.messages:
                break
            done = Worked(*(getattr(done, name) + getattr(one, name) for name in Worked.__slots__))
        return done

    def _batch(self, connection: Any, partitions: Iterable[int], limit: int, *, give_up: bool = False) -> Worked:
        while True:
            with connection.transaction(), connection.cursor() as cursor:
                places = inbox.claim(cursor, partitions)
                rows = inbox.take(cursor, places, places, limit, max_bytes=BYTES_A_BATCH) if places else []
                if not rows:
                    return Worked()
                days = {day_of(row.received_at) for row in rows}
                if self.partitions.ready(days):
                    return self._write(cursor, rows, give_up=give_up)
            self.partitions.ensure(connection, days)

    def _write(self, cursor: Any, rows: Sequence[Kept], *, give_up: bool) -> Worked:
        worked = _given_up(cursor, rows) if give_up else self.work(cursor, rows)
        inbox.move(cursor, rows)
        return worked

    def _alone(self, connection: Any, partitions: Iterable[int]) -> Worked:
        try:
            return self._batch(connection, partitions, 1)
        except psycopg.OperationalError:
            raise
        except Exception as failure:
            LOG.error("worker.message_failed", error=f"{type(failure).__name__}: {failure}", exc_info=True)
            return self._batch(connection, partitions, 1, give_up=True)

    def work(self, cursor: Any, rows: Sequence[Kept]) -> Worked:
        """Decide these rows and write everything that follows."""
        wall = clock.wall()
        unpacked = [unpack(row, wall=wall) for row in rows]
        self.registry.refresh(cursor)
        self._learn(cursor, unpacked)
        usable = [one for one in unpacked if one.usable]
        messages = [
            message_in(one, lambda sha256: self.registry.holder(sha256, wall), self.registry.firm) for one in usable
        ]
        book = Booking(cursor, rows[-1].received_at)
        outcome = clearance.take_batch(
            cursor, messages, directory=self.registry, book=book, settings=settings(rows[-1].received_at)
        )
        book.bills(outcome.bills)
        self._refuse_unusable(cursor, [one for one in unpacked if not one.usable])
        sent = self._tell(cursor, outcome, {row.id: row for row in rows})
        return Worked(len(rows), outcome.documents, outcome.receipts, sent)

    def sweep(self, connection: Any) -> Worked:
        """Judge again what waits for goods data, and end the waits that are over (zone time)."""
        with connection.transaction(), connection.cursor() as cursor:
            now = clock.read(connection).now()
            self.registry.refresh(cursor)
            book = Booking(cursor, now)
            outcome = clearance.sweep(cursor, now, directory=self.registry, book=book, settings=settings(now))
            return Worked(forwarded=self._tell(cursor, outcome, {}))

    def _tell(self, cursor: Any, outcome: clearance.Outcome, rows: dict[int, Kept]) -> int:
        telling.write_results(cursor, rows, outcome.answers)
        telling.write_receipts(cursor, outcome)
        return telling.forward(cursor, outcome.forward, sender=self.sender)

    def _learn(self, cursor: Any, unpacked: Sequence[Unpacked]) -> None:
        # firms first: reading them anew forgets the certificates
        codes = {one.parsed.transfer.get("copCode", "").strip() for one in unpacked if one.parsed.documents}
        if any(code and self.registry.firm(code) is None for code in codes):
            self.registry.refresh(cursor, force=True)
        self.registry.learn_certificates(
            cursor, (one.verdict.certificate_sha256 for one in unpacked if one.verdict is not None)
        )

    def _refuse_unusable(self, cursor: Any, unpacked: Sequence[Unpacked]) -> None:
        results.write(
            cursor,
            (
                Result(
                    one.kept.receipt_id, 0, "refused", one.parsed.name,
                    [fault.as_dict() for fault in one.problems]
                    or [found.as_dict() for found in one.parsed.findings],
                )
                for one in unpacked
            ),
        )  # fmt: skip


def _given_up(cursor: Any, rows: Sequence[Kept]) -> Worked:
    """Answer messages the platform could not work on; nobody else is to blame, and the bytes are kept."""
    results.write(cursor, (Result(row.receipt_id, 0, "failed", "", [PLATFORM_FAILED.as_dict()]) for row in rows))
    return Worked(messages=len(rows))


def settings(at: datetime) -> clearance.Settings:
    """The clearance's parameters of the day; the room's own defaults where a zone has taken one out."""
    usual = clearance.Settings()
    day = day_of(at)
    return clearance.Settings(
        wait=timedelta(hours=float(_value(WAIT, day, Decimal(usual.wait.total_seconds()) / 3600))),
        tolerance=clearance.Tolerance(
            _value(AMOUNT, day, usual.tolerance.amount), _value(RATIO, day, usual.tolerance.ratio)
        ),
    )


def _value(key: str, day: Any, otherwise: Decimal) -> Decimal:
    try:
        return rate(key, on=day).number
    except Gap:
        return otherwise
