"""A connector's records become messages: pulled, compared by day, drafted once each; what changed after it went waits for a person."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

from pilotzone.base.errors import Problem, Refused
from pilotzone.base.sentences import Reason
from pilotzone.exchange.agent.brokered import Asked
from pilotzone.exchange.agent.clock import ZoneClock
from pilotzone.exchange.agent.ledger import Ledger
from pilotzone.exchange.connectors.contract import READY, VOID
from pilotzone.exchange.connectors.errors import SENTENCES
from pilotzone.exchange.connectors.kinds import Declared
from pilotzone.exchange.connectors.message import MOST, Document, Firm, message_of
from pilotzone.exchange.connectors.store import HELD, Entry
from pilotzone.exchange.connectors.sync import Sync

REPAIRABLE = ("message.", "format.")  # held until the settings say what is missing
Made = tuple[Document, Declared]


def digest(raw: bytes) -> str:
    """The SHA-256 by which two messages are the same."""
    return hashlib.sha256(raw).hexdigest()


def sentence(problem: Problem) -> str:
    """A problem as one line of the log."""
    return f"[{problem.code}] {problem.zh} {problem.en}"


@dataclass
class Drafter:
    """The connector's side of an agent. `now` is the machine's time, `clock` the platform's."""

    sync: Sync
    firm: Firm
    ledger: Ledger
    clock: ZoneClock
    now: Callable[[], datetime]
    log: Callable[[str], None]
    mark: Callable[[str], None]
    reconcile_days: int

    def pull(self) -> None:
        """A round of the connector, and the last days compared with their source."""
        try:
            took = self.sync.round()
            self.log(f"round pages={took.pages} orders={took.orders} news={took.news} held={took.held}")
            today = self.now().date()
            for back in range(1, self.reconcile_days + 1):
                day = self.sync.reconcile(today - timedelta(days=back))
                if not day.agree:
                    self.log(f"day {day.day} differs: ours {day.ours}, the marketplace's {day.theirs}")
        except Refused as refused:
            self.log(f"connector {refused.code} {refused.zh} {refused.en}")
        self.mark("pulled")

    def draft(self, client: Asked) -> int:
        """Records that are ready become messages of up to a hundred documents, the ledger's lines; how many."""
        if reason := self.clock.ask(client):
            self.log(f"clock {reason.code} {reason.zh} {reason.en}")
        batch: list[Made] = []
        for entry in list(self.sync.store):
            batch += self._of(entry)
        drafted = 0
        # by name, and so a waybill before its status
        for _, alike in groupby(sorted(batch, key=lambda one: one[0].name), key=lambda one: one[0].name):
            whole = list(alike)
            for start in range(0, len(whole), MOST):
                self._message(whole[start : start + MOST])
                drafted += 1
        return drafted

    def _of(self, entry: Entry) -> list[Made]:
        """The documents of a record that were not drafted yet."""
        repairable = entry.outcome == HELD and entry.why.startswith(REPAIRABLE)
        if entry.sale is None or not (entry.outcome in (READY, VOID) or repairable):
            return []
        kind, orders = self.sync.connector.kind, self.ledger.orders
        declared = kind.declares(kind.of(entry.sale))
        drafted = [one for one in declared if one.key in orders]
        changed = any(orders[one.key] != one.content for one in drafted)
        if drafted and (changed or entry.outcome == VOID) and (entry.number, entry.digest) not in self.ledger.settled:
            reason = SENTENCES.reason("connector.changed_after_sending", number=entry.number)
            self.sync.store.suspend(entry, reason)
            self.ledger.note({"what": "settled", "number": entry.number, "digest": entry.digest})
            self.log(f"held {entry.number} connector.changed_after_sending")
            return []
        fresh = [one for one in declared if one.key not in orders]
        if entry.outcome == VOID or not fresh:
            return []
        try:
            made = [(one.make(self.firm, self.clock.now()), one) for one in fresh]
            for document, _ in made:
                message_of([document], self.firm, at=self.clock.now())
        except Refused as refused:
            if not repairable:
                self.sync.store.suspend(entry, Reason(refused.code, refused.zh, refused.en, refused.source))
                self.log(f"held {entry.number} {sentence(refused)}")
            return []
        if repairable:
            self.sync.store.release(entry.number, READY, by="settings", reason=entry.why)
        return made

    def _message(self, some: Sequence[Made]) -> None:
        guid, raw = message_of([document for document, _ in some], self.firm, at=self.clock.now())
        orders = [[one.key, one.content] for _, one in some]
        self.mark("draft made")
        self.ledger.note({"what": "taken", "guid": guid, "digest": digest(raw), "orders": orders, "xml": raw.decode()})
        self.mark("draft noted")
        self.log(f"drafted {guid} orders={len(some)}")
