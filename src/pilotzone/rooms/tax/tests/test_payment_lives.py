"""Payments in any order and repeatedly: what is held is the tax of lists neither paid nor given back."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.engine.payments import Payment, PaymentBook, Standing
from pilotzone.rooms.tax.tests.books import NOON, Books

NAMES = st.sampled_from(["1", "2", "3"])
TAX = {"1": Decimal("10.00"), "2": Decimal("20.50"), "3": Decimal("40.01")}


class GuaranteeLives(RuleBasedStateMachine):
    """Lists held, billed, paid, cancelled, given back in any order and repeatedly, against a plain model."""

    def __init__(self) -> None:
        super().__init__()
        self.world = scope(PLATFORM)
        self.world.__enter__()
        self.cursor = connection.cursor()

    @initialize()
    def begin(self) -> None:
        self.books = Books(self.cursor, deposit="60.00")  # not enough for all three at once
        self.owed: dict[str, Decimal] = {}  # held lists neither paid nor given back
        self.billed: set[str] = set()
        self.cancelled: set[str] = set()
        self.notices: dict[str, str] = {}  # list → receipt that names it whole, waiting or settled
        self.paid: set[str] = set()

    @rule(name=NAMES)
    def hold(self, name: str) -> None:
        if name in self.billed | self.cancelled | self.paid or name in self.owed:
            return  # customs bills what it released, and a list is declared once
        room = Decimal("60.00") - sum(self.owed.values(), Decimal(0))
        assert self.books.hold(name, str(TAX[name])) == (TAX[name] <= room)
        if TAX[name] <= room:
            self.owed[name] = TAX[name]

    @rule(name=NAMES)
    def bill(self, name: str) -> None:
        self.books.bill(name, str(TAX[name]), "1")
        self.billed.add(name)
        self.cancelled.discard(name)  # the later word stands
        self._settle(name)

    @rule(name=NAMES, status=st.sampled_from(["2", "3"]))
    def status(self, name: str, status: str) -> None:
        self.books.bill(name, str(TAX[name]), status)
        (self.cancelled.add if status == "3" else self.cancelled.discard)(name)
        self._settle(name)
        if status == "3":
            self.owed.pop(name, None)

    @rule(name=NAMES, short=st.booleans())
    def pay(self, name: str, short: bool) -> None:
        amount = TAX[name] - Decimal("0.01") if short else TAX[name]
        told = self.books.pay(f"{'S' if short else 'R'}{name}", str(amount), name)
        if short:
            assert not told.ok
            return
        self.notices[name] = "R"
        self._settle(name)
        assert told.ok == (name in self.paid)

    @rule(name=NAMES)
    def give_back(self, name: str) -> None:
        key = self.books.key(name)
        api.release_batch(self.cursor, [api.ReleaseTax(key)], at=NOON)
        self.owed.pop(name, None)

    def _settle(self, name: str) -> None:
        if name in self.notices and name in self.billed and name not in self.cancelled:
            self.paid.add(name)
        if name in self.paid:
            self.owed.pop(name, None)

    @invariant()
    def held_is_what_is_owed(self) -> None:
        if not hasattr(self, "books"):
            return
        told = api.guarantee_of(self.books.firm)
        assert Decimal(told["held"]) == sum(self.owed.values(), Decimal(0))
        assert Decimal(told["free"]) >= 0

    def teardown(self) -> None:
        connection.set_rollback(True)
        self.cursor.close()
        self.world.__exit__(None, None, None)


@pytest.mark.django_db
def test_held_is_the_tax_of_lists_neither_paid_nor_given_back() -> None:
    from hypothesis.stateful import run_state_machine_as_test

    run_state_machine_as_test(GuaranteeLives, settings=settings(max_examples=12, stateful_step_count=25, deadline=None))


def test_the_book_alone_answers_a_repetition_alike() -> None:
    book = PaymentBook([Standing("T1", "1", Decimal("5.00"))])
    fact = Payment("R", NOON.date(), Decimal("5.00"), ("T1",))
    assert [book.apply(fact).again, book.apply(fact).again] == [False, True]
    assert book.apply(Payment("Q", NOON.date(), Decimal("5.00"), ("T1", "T1"))).reason.code == "rule.payment.bills"  # type: ignore[union-attr]
