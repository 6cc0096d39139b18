"""The ledger of refunds re-adds to its sums whatever happens."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.engine.export.ledger import RefundLedger
from pilotzone.rooms.tax.queries import export as queries
from pilotzone.rooms.tax.tests.exporting import SPRING, Exporter, Released, decided, refused

pytestmark = pytest.mark.django_db


NAMES = st.sampled_from(["A", "B", "C"])


class RefundLives(RuleBasedStateMachine):
    """Lines filed, withdrawn, refused, paid, settled in any order, against a plain model; the ledgers re-add."""

    def __init__(self) -> None:
        super().__init__()
        self.world = scope(PLATFORM)
        self.world.__enter__()
        self.kept = clearance.export_lines
        clearance.export_lines = Released()  # type: ignore[assignment]

    @initialize()
    def begin(self) -> None:
        self.firm = Exporter(clearance.export_lines)  # type: ignore[arg-type]
        self.keys = {
            name: self.firm.refundable(name, on=date(2025, 3, 10), mode="9810", net=net)
            for name, net in (("A", "100.00"), ("B", "205.55"), ("C", "0.04"))
        }
        self.firm.match("2025-03", at=SPRING)
        self.open: dict[str, str] = {}  # name → filing
        self.paid: dict[str, Decimal] = {}
        self.clawed = Decimal(0)
        self.amount = {"A": Decimal("13.00"), "B": Decimal("26.72"), "C": Decimal("0.01")}

    @rule(name=NAMES)
    def draft(self, name: str) -> None:
        try:
            number = self.firm.draft(self.keys[name], kind="prerefund", month="2025-03", at=SPRING)
        except Refused as problem:
            assert problem.code == "rule.export.refunded_already" and (name in self.open or name in self.paid)
            return
        assert name not in self.open and name not in self.paid, "a line is refunded at most once"
        self.open[name] = number

    @rule(name=NAMES)
    def withdraw(self, name: str) -> None:
        if name in self.open:
            with scope(self.firm.actor):
                api.withdraw_refund(self.open.pop(name), at=SPRING)

    @rule(name=NAMES, twice=st.booleans())
    def pay(self, name: str, twice: bool) -> None:
        if name in self.open:
            number = self.open.pop(name)
            decided(self.firm, number, at=SPRING, refund_no="TH")
            if twice:
                api.bureau().paid(number, "TH", at=SPRING)
            self.paid[name] = self.amount[name]

    @rule(name=NAMES, actual=st.integers(0, 30000).map(lambda n: Decimal(n) / 100))
    def settle(self, name: str, actual: Decimal) -> None:
        rows = [
            row
            for row in api.prerefunds({"state": "open"}, on=SPRING.date())["rows"]
            if row["list_no"] == self.keys[name][0]
        ]
        if rows:
            with scope(self.firm.actor):
                told = Decimal(
                    api.settle_prerefund(rows[0]["id"], actual, at=datetime(2025, 5, 1, tzinfo=SHANGHAI))["difference"]
                )
            self.paid[name] += max(told, Decimal(0))
            self.clawed += max(-told, Decimal(0))

    @invariant()
    def the_ledger_re_adds(self) -> None:
        if not hasattr(self, "firm"):
            return
        expected = {
            "applied": sum((self.amount[name] for name in self.open), Decimal(0)),
            "refunded": sum(self.paid.values(), Decimal(0)), "clawed": self.clawed,
        }  # fmt: skip
        account = self.firm.account()
        assert {name: account[name] for name in expected} == expected == queries.sums(self.firm.firm)
        assert account["net"] >= 0

    def teardown(self) -> None:
        clearance.export_lines = self.kept
        connection.set_rollback(True)
        self.world.__exit__(None, None, None)


def test_the_sums_are_the_entries_whatever_happens() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(RefundLives, settings=settings(max_examples=6, stateful_step_count=10, deadline=None))


def test_the_ledger_alone_is_all_or_nothing() -> None:
    book = RefundLedger()
    book.apply({("L", 1): Decimal(5)})
    with refused("rule.export.refunded_already"):
        book.apply({("L", 2): Decimal(1), ("L", 1): Decimal(5)})
    assert ("L", 2) not in book.lines
    book.refund([("L", 1)])
    with refused("rule.export.claw_exceeds"):
        book.change(("L", 1), Decimal(-6))
    with refused("rule.export.not_standing"):
        book.withdraw([("L", 1)])
