"""One micro-batch, in one transaction: take, unpack, decide, write, answer, forward, move the cursor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import structlog

from pilotzone.base.days import day_of
from pilotzone.base.errors import Gap
from pilotzone.exchange import inbox, receipt_window, results, turns
from pilotzone.exchange.inbox import PARTITIONS, Kept
from pilotzone.exchange.results import Result
from pilotzone.exchange.turns import Stretch
from pilotzone.kernel import clock
from pilotzone.kernel.partitions import Partitions
from pilotzone.pipeline import telling
from pilotzone.pipeline.booking import Booking, assess_ahead
from pilotzone.pipeline.directory import Registry
from pilotzone.pipeline.unpacking import Unpacked, message_in, unpack
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance import api as clearance

EVERY = range(PARTITIONS)
MESSAGES_A_BATCH = 2000
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

    def add(self, other: Worked) -> None:
        """Count another one's in."""
        self.messages += other.messages
        self.documents += other.documents
        self.receipts += other.receipts
        self.forwarded += other.forwarded


@dataclass(slots=True)
class Work:
    """What was worked out of a batch before its turn: messages for the clearance, and those it cannot take."""

    messages: list[clearance.MessageIn]
    unusable: list[Unpacked]


@dataclass(slots=True)
class Pipeline:
    """What a worker keeps between batches. `sender`: the exchange number under which the platform sends.

    `window`: when receipts are signed while batches follow each other; without one, whenever no message waits.
    """

    sender: str
    window: receipt_window.Window | None = None
    registry: Registry = field(default_factory=Registry)
    partitions: Partitions = field(default_factory=lambda: Partitions(clearance.TABLES_BY_DAY))

    def run_once(self, connection: Any) -> Worked:
        """Work on the next messages, in turn with other workers; everything or nothing of a batch is written.

        A batch that fails by its content is worked on again message by message, so that one message cannot stop its
        neighbours; the one that fails alone is answered as the platform's own error and stays in the inbox.
        """
        with turns.claimed(connection, EVERY, MESSAGES_A_BATCH, BYTES_A_BATCH) as stretch:
            if stretch is None:
                if self.window is None or self.window.quiet():
                    self.issue(connection)  # nothing more comes that could share a signature
                return Worked()
            work = self._prepared(connection, stretch.rows)
            turns.wait(connection, stretch)
            try:
                done = self._decide(connection, stretch.start, stretch.rows, work)
            except psycopg.OperationalError:
                raise  # the database is away or busy: nothing is wrong with the messages
            except Exception as failure:
                LOG.error("worker.batch_failed", error=f"{type(failure).__name__}: {failure}", exc_info=True)
                done = self._one_by_one(connection, stretch)
            if done is None:
                turns.forget(connection, EVERY)
            return done or Worked()

    def issue(self, connection: Any) -> int:
        """Sign the receipts of what was decided, outside of any turn; how many."""
        return receipt_window.issue(connection)

    def issue_in_time(self, connection: Any) -> int:
        """After a batch: sign where the window is over; how many."""
        return self.issue(connection) if self.window is None or self.window.over(connection) else 0

    def _prepared(self, connection: Any, rows: Sequence[Kept]) -> Work | None:
        """What needs no lock, worked out beside the other workers; None where a message breaks it."""
        try:
            self.partitions.ensure(connection, {day_of(row.received_at) for row in rows})
            with connection.transaction(), connection.cursor() as cursor:
                return self._work(cursor, rows)
        except psycopg.OperationalError:
            raise
        except Exception as failure:
            LOG.error("worker.unpacking_failed", error=f"{type(failure).__name__}: {failure}", exc_info=True)
            return None

    def _decide(self, connection: Any, start: int, rows: Sequence[Kept], work: Work | None) -> Worked | None:
        """One transaction; None where the cursor is not where these messages begin: somebody's work came to nothing."""
        with connection.transaction(), connection.cursor() as cursor:
            if turns.position(cursor, EVERY) != start:
                return None
            worked = self.work(cursor, rows, work)
            inbox.move(cursor, rows)
            return worked

    def _one_by_one(self, connection: Any, stretch: Stretch) -> Worked | None:
        total, start = Worked(), stretch.start
        for row in stretch.rows:
            try:
                done = self._decide(connection, start, [row], None)
            except psycopg.OperationalError:
                raise
            except Exception as failure:
                LOG.error("worker.message_failed", error=f"{type(failure).__name__}: {failure}", exc_info=True)
                done = self._give_up(connection, row)
            if done is None:
                return None
            start = row.id
            total.add(done)
        return total

    def _give_up(self, connection: Any, row: Kept) -> Worked:
        """Answer a message the platform could not work on; nobody else is to blame, and the bytes are kept."""
        with connection.transaction(), connection.cursor() as cursor:
            results.write(cursor, [Result(row.receipt_id, 0, "failed", "", [PLATFORM_FAILED.as_dict()])])
            inbox.move(cursor, [row])
        return Worked(messages=1)

    def _work(self, cursor: Any, rows: Sequence[Kept]) -> Work:
        wall = clock.wall()
        unpacked = [unpack(row, wall=wall) for row in rows]
        self.registry.refresh(cursor)
        self._learn(cursor, unpacked)
        messages = [
            message_in(one, lambda sha256: self.registry.holder(sha256, wall), self.registry.firm)
            for one in unpacked if one.usable
        ]  # fmt: skip
        for message in messages:
            assess_ahead(message)
            clearance.prepare(message)
        return Work(messages, [one for one in unpacked if not one.usable])

    def work(self, cursor: Any, rows: Sequence[Kept], work: Work | None = None) -> Worked:
        """Decide these rows and write everything that follows; `work`: what was worked out before."""
        work = work or self._work(cursor, rows)
        book = Booking(cursor, rows[-1].received_at)
        outcome = clearance.take_batch(
            cursor, work.messages, directory=self.registry, book=book, settings=settings(rows[-1].received_at)
        )
        book.bills(outcome.bills)
        self._refuse_unusable(cursor, work.unusable)
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
