"""The two ledgers: their tables of steps, and random histories against what must always hold."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from pilotzone.base.days import SHANGHAI
from pilotzone.base.money import yuan
from pilotzone.rooms.tax.engine.guarantee import Deposit, GuaranteeLedger, HoldTax, ReleaseTax
from pilotzone.rooms.tax.engine.quota import QuotaLedger
from pilotzone.rooms.tax.engine.quota_records import (
    VOIDED,
    Booked,
    Commit,
    CustomsOver,
    Dispute,
    Event,
    Reserve,
    Restore,
    Void,
)

CASES = Path(__file__).parent / "cases"
NOON = datetime(2020, 5, 1, 12, tzinfo=SHANGHAI)


def _cases(table: str) -> list[Any]:
    content = yaml.load((CASES / table).read_text(encoding="utf-8"), Loader=_Plain)
    return [pytest.param(case["steps"], id=case["name"]) for case in content["cases"]]


class _Plain(yaml.SafeLoader):
    """`yes` stays a word; days are days."""


_Plain.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if tag != "tag:yaml.org,2002:bool"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def quota_event(step: dict[str, Any]) -> Event:
    buyer, amount = step.get("buyer", "甲"), Decimal(step.get("amount", "0"))
    if "reserve" in step:
        return Reserve(step["reserve"], buyer, step["day"], amount)
    if "commit" in step:
        return Commit(step["commit"], buyer if "day" in step else "", step.get("day"), amount)
    if "void" in step:
        return Void(step["void"])
    if "restore" in step:
        return Restore(step["restore"], amount, step["reference"])
    if "customs_over" in step:
        told = datetime.fromisoformat(step["told"]).replace(tzinfo=SHANGHAI) if "told" in step else NOON
        total = Decimal(step["told_total"]) if "told_total" in step else None
        return CustomsOver(step["customs_over"], buyer, step["day"], amount, told, step["reference"], total)
    return Dispute(step.get("dispute") or step["settle"], step["reference"], settled="settle" in step)


def answer_of(booked: Any) -> str:
    if booked.reason is not None:
        assert not booked.ok and booked.reason.zh and booked.reason.en and booked.reason.source
        return str(booked.reason.code)
    assert booked.ok
    return "again" if booked.again else "yes"


@pytest.mark.parametrize("steps", _cases("quota.yaml"))
def test_the_quota_table_says_so(steps: list[dict[str, Any]]) -> None:
    ledger = QuotaLedger()
    for step in steps:
        booked: Booked = ledger.apply(quota_event(step))
        assert answer_of(booked) == step["answer"], step
        told = {"reserved": yuan(booked.reserved), "used": yuan(booked.used)}
        if booked.buyer_key:
            balance = ledger.balances[booked.buyer_key, booked.year]
            room = balance.customs_room
            told |= {
                "disputed": yuan(balance.disputed),
                "exceeds": str(balance.exceeds).lower(),
                "room": "none" if room is None else yuan(room),
            }
        expected = {name: step[name] for name in ("reserved", "used", "disputed", "exceeds", "room") if name in step}
        assert told == told | expected, step
    _adds_up(ledger)


@pytest.mark.parametrize("steps", _cases("guarantee.yaml"))
def test_the_guarantee_table_says_so(steps: list[dict[str, Any]]) -> None:
    ledger = GuaranteeLedger()
    for step in steps:
        amount = Decimal(step["amount"]) if "amount" in step else None
        event: Deposit | HoldTax | ReleaseTax
        if "deposit" in step:
            event = Deposit(7, Decimal(step["deposit"]), step["reference"])
        elif "hold" in step:
            event = HoldTax(step["hold"], 7, amount or Decimal(0))
        else:
            event = ReleaseTax(step["release"], amount, step.get("reference", ""))
        told = ledger.apply(event)
        assert answer_of(told) == step["answer"], step
        if "free" in step:
            assert yuan(told.deposited - told.held) == step["free"], step
    _guarantee_adds_up(ledger)


def _adds_up(ledger: QuotaLedger) -> None:
    """Balances are the sums of their lists and of their entries; nothing is oversold that customs did not release."""
    for key, balance in ledger.balances.items():
        holds = [hold for hold in ledger.holds.values() if hold.key == key]
        entries = [entry for entry in ledger.entries if (entry.buyer_key, entry.year) == key]
        assert balance.reserved == sum(h.counted for h in holds if h.state == "reserved")
        assert balance.used == sum(h.counted for h in holds if h.state == "committed")
        assert balance.disputed == sum(h.counted for h in holds if h.disputed)
        assert balance.reserved == sum(e.reserved_change for e in entries)
        assert balance.used == sum(e.used_change for e in entries)
        assert balance.disputed == sum(e.disputed_change for e in entries)
        assert balance.exceeds or balance.reserved + balance.used <= balance.limit
    once = [(e.list_key, e.turn, e.event, e.reference) for e in ledger.entries]
    assert len(once) == len(set(once))


def _guarantee_adds_up(ledger: GuaranteeLedger) -> None:
    for guarantor, account in ledger.accounts.items():
        entries = [entry for entry in ledger.entries if entry.guarantor == guarantor]
        assert account.deposited == sum(e.deposited_change for e in entries)
        assert account.held == sum(e.held_change for e in entries)
        assert account.held == sum(h.left for h in ledger.holds.values() if h.guarantor == guarantor)
        assert 0 <= account.held <= account.deposited


LISTS = st.sampled_from(["L1", "L2", "L3", "L4", "L5"])
BUYERS = st.sampled_from(["甲", "乙"])
DAYS = st.sampled_from([date(2018, 12, 31), date(2019, 1, 1), date(2020, 5, 1)])
AMOUNTS = st.integers(1, 30_000_00).map(lambda cents: Decimal(cents).scaleb(-2))
REFERENCES = st.sampled_from(["R1", "R2", "R3"])


class QuotaHistories(RuleBasedStateMachine):
    """Any order of events. The model is a plain table list → (buyer, year, counted, released)."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = QuotaLedger()
        self.model: dict[str, tuple[str, int, Decimal, bool]] = {}

    def total(self, buyer: str, year: int, without: str) -> Decimal:
        rows = [row for key, row in self.model.items() if key != without and row[:2] == (buyer, year)]
        return sum((counted for _, _, counted, _ in rows), Decimal(0))

    def twice(self, event: Event) -> Booked:
        """The event, then again: a repetition books nothing and answers alike."""
        first = self.ledger.apply(event)
        written = len(self.ledger.entries)
        again = self.ledger.apply(event)
        assert len(self.ledger.entries) == written
        assert again.ok == first.ok and (again.used, again.reserved) == (first.used, first.reserved)
        return first

    @rule(key=LISTS, buyer=BUYERS, day=DAYS, amount=AMOUNTS)
    def reserve(self, key: str, buyer: str, day: date, amount: Decimal) -> None:
        before, limit = self.model.get(key), Decimal(20000 if day.year == 2018 else 26000)
        booked = self.twice(Reserve(key, buyer, day, amount))
        if before and before[3]:
            hold = self.ledger.holds[key]
            assert booked.ok == (hold.key == (buyer, day.year) and hold.amount == amount)
            return
        assert booked.ok == (self.total(buyer, day.year, key) + amount <= limit)
        if booked.ok:
            self.model[key] = (buyer, day.year, amount, False)

    @rule(key=LISTS)
    def commit(self, key: str) -> None:
        booked = self.twice(Commit(key))
        known = key in self.ledger.holds
        assert booked.ok == known
        if booked.ok:
            hold = self.ledger.holds[key]
            self.model[key] = (hold.buyer_key, hold.year, hold.counted, True)

    @rule(key=LISTS, reference=REFERENCES, amount=AMOUNTS)
    def restore(self, key: str, reference: str, amount: Decimal) -> None:
        done = (key, "RESTORE", reference) in self.ledger.done
        before = self.model.get(key)
        booked = self.twice(Restore(key, amount, reference))
        if not done:
            assert booked.ok == bool(before and before[3] and amount <= before[2])
            if booked.ok and before:
                self.model[key] = (*before[:2], before[2] - amount, True)

    @rule(key=LISTS)
    def void(self, key: str) -> None:
        booked = self.twice(Void(key))
        assert booked.ok == (key in self.ledger.holds)
        self.model.pop(key, None)

    @rule(key=LISTS, reference=REFERENCES, settled=st.booleans())
    def dispute(self, key: str, reference: str, settled: bool) -> None:
        before = (hold := self.ledger.holds.get(key)) and hold.counted
        self.twice(Dispute(key, reference, settled))
        assert before == ((now := self.ledger.holds.get(key)) and now.counted)

    @invariant()
    def agrees_with_the_model(self) -> None:
        _adds_up(self.ledger)
        live = {key: hold for key, hold in self.ledger.holds.items() if hold.state != VOIDED}
        assert {k: (h.buyer_key, h.year, h.counted, h.state == "committed") for k, h in live.items()} == self.model


class GuaranteeHistories(RuleBasedStateMachine):
    """Any order of deposits, holds and releases leaves every account between zero and what was lodged."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = GuaranteeLedger()

    @rule(guarantor=st.sampled_from([1, 2]), amount=AMOUNTS, back=st.booleans(), reference=REFERENCES)
    def deposit(self, guarantor: int, amount: Decimal, back: bool, reference: str) -> None:
        free = self.ledger.apply(Deposit(guarantor, Decimal(0), "none"))
        before = free.deposited - free.held
        told = self.ledger.apply(Deposit(guarantor, -amount if back else amount, reference))
        assert told.ok == (told.again or not back or amount <= before)

    @rule(key=LISTS, guarantor=st.sampled_from([1, 2]), amount=AMOUNTS)
    def hold(self, key: str, guarantor: int, amount: Decimal) -> None:
        first = self.ledger.apply(HoldTax(key, guarantor, amount))
        written = len(self.ledger.entries)
        again = self.ledger.apply(HoldTax(key, guarantor, amount))
        assert (again.ok, again.held, len(self.ledger.entries)) == (first.ok, first.held, written)

    @rule(key=LISTS, amount=st.none() | AMOUNTS, reference=REFERENCES)
    def release(self, key: str, amount: Decimal | None, reference: str) -> None:
        hold = self.ledger.holds.get(key)
        left = hold.left if hold else None
        told = self.ledger.apply(ReleaseTax(key, amount, reference))
        if left is not None and told.ok and not told.again:
            assert self.ledger.holds[key].left == left - (left if amount is None else amount)

    @invariant()
    def adds_up(self) -> None:
        _guarantee_adds_up(self.ledger)


QuotaHistories.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
GuaranteeHistories.TestCase.settings = settings(max_examples=40, stateful_step_count=25, deadline=None)
TestQuotaHistories = QuotaHistories.TestCase
TestGuaranteeHistories = GuaranteeHistories.TestCase
