"""SAFE and the banks: fetch lists, rates, months and receipts, hand reports over, tell banks of advice and decisions.

PILOTZONE_EXCHANGE_URL says where they are. What is fetched again changes nothing, so nothing is noted down between runs.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any

import structlog

from pilotzone.base.errors import Denied, Problem, Refused, Unavailable
from pilotzone.exchange.channels import exchange_desks as channel
from pilotzone.kernel import clock, events
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.events import Event
from pilotzone.rooms.fx import api as fx

log = structlog.get_logger("exchange")
TOLD, DECIDED = "fx.banks.advice", "fx.banks.decisions"
WAITS = ("rule.fx.rate_missing", "rule.fx.day")  # may pass later: the bank's row is fetched again
LISTS_EVERY = 5
ANEW_EVERY = 300  # rounds: a list that stands as it was, and whose firms are all known, is not written again before


class Desk:
    """One counterpart's address, and how far each bank was read since the start of this process."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._after: dict[int, int] = {}
        self._turn = 0
        self._away = ""
        self._stood: dict[str, tuple[list[dict[str, Any]], int]] = {}

    def round(self) -> int:
        """One round; how many receipts were new. Who is away is asked again in the next."""
        try:
            if self._turn % LISTS_EVERY == 0:
                self.fetch_lists()
            self._turn += 1
            new = sum(self.fetch_receipts(bank, code) for bank, code in banks().items())
            self.hand_over()
            self.tell()
        except Unavailable as away:
            if self._away != away.en:
                log.info("exchange.away", said=away.en)
            self._away = away.en
            return 0
        self._away = ""
        return new

    def fetch_lists(self) -> None:
        """SAFE's list, rates and months as they stand."""
        now = clock.now()
        for kind, take in (("rates", fx.take_rates), ("months", fx.take_months)):
            self._take(kind, take, channel.safe_rows(self._url, kind), at=now)
        self._take("names", fx.take_names, channel.safe_rows(self._url, "names"), at=now, synthetic=clock.is_demo())

    def _take(self, kind: str, take: Callable[..., int], rows: list[dict[str, Any]], **how: Any) -> None:
        known, turn = self._stood.get(kind, ([], 0))
        if rows == known and self._turn - turn < ANEW_EVERY:
            return
        try:
            done = take(rows, **how)
        except (Problem, KeyError, ValueError) as wrong:
            log.warning("exchange.list_refused", kind=kind, said=str(wrong)[:200])
            return
        if kind == "rates" or done == len(rows):  # a firm that was passed over may come
            self._stood[kind] = list(rows), self._turn

    def fetch_receipts(self, bank: int, code: str) -> int:
        """A bank's further receipts; a row that may pass later stops the bank's reading there."""
        rows = channel.bank_receipts(self._url, code, self._after.get(bank, 0))
        taken = fx.take_receipts(rows, bank=bank, at=clock.now())
        for row, told in zip(rows, taken, strict=True):
            if told.problem is not None:
                log.info("exchange.receipt_refused", bank=code, number=told.number, code=told.problem.code)
                if told.problem.code in WAITS:
                    break
            self._after[bank] = max(self._after.get(bank, 0), int(row.get("id", 0)))
        return sum(told.receipt is not None and not told.again for told in taken)

    def hand_over(self) -> None:
        """Reports firms made, to SAFE."""
        if waiting := fx.reports_made():
            fx.taken_by_safe(channel.hand_reports(self._url, waiting))

    def tell(self) -> None:
        """Advice and decisions since the last round, each to its bank; what a bank decides by itself is entered."""
        with scope(PLATFORM):
            events.consume(TOLD, ("fx.advice",), self._tell_advice)
            events.consume(DECIDED, ("fx.decision",), self._tell_decisions)

    def _tell_advice(self, batch: list[Event]) -> None:
        codes = banks()
        for bank, rows in _by_bank(batch).items():
            if bank not in codes:
                continue
            told = [{"number": row["number"], "outcome": row["outcome"]} for row in rows]
            ids = {row["number"]: int(row["receipt"]) for row in rows}
            for decision in channel.tell_advice(self._url, codes[bank], told):
                self._enter(bank, ids, decision)

    def _enter(self, bank: int, ids: dict[str, int], decision: dict[str, Any]) -> None:
        number = str(decision.get("number", ""))
        if number not in ids:
            return
        try:
            with scope(Actor(kind=ENTERPRISE, organisation=bank, role="bank", reason="the bank's own system")):
                fx.decide(
                    receipt=ids[number], decision=str(decision.get("decision", "")), reference=f"auto-{number}"[:40],
                    at=clock.now(), note=str(decision.get("note", "")),
                )  # fmt: skip
        except (Refused, Denied) as refusal:
            log.info("exchange.decision_refused", number=number, code=refusal.code)

    def _tell_decisions(self, batch: list[Event]) -> None:
        codes = banks()
        for bank, rows in _by_bank(batch).items():
            if bank in codes:
                told = [{"number": row["number"], "decision": row["decision"]} for row in rows]
                channel.tell_decisions(self._url, codes[bank], told)


def banks() -> dict[int, str]:
    """The zone's banks by organisation, with the code they are asked by."""
    with scope(PLATFORM):
        found = Organisation.acting(clock.today()).filter(roles__contains=["bank"]).exclude(customs_code="")
        return dict(found.order_by("pk").values_list("pk", "customs_code"))


def _by_bank(batch: list[Event]) -> dict[int, list[dict[str, Any]]]:
    told: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for event in batch:
        for row in event.rows:
            told[int(row["bank"])].append(row)
    return told
