"""The ledger in any order and by two at once: sums re-add, nothing is oversold."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.models import Document, Entry, Link, Receipt
from pilotzone.rooms.fx.tests.desks import NOON, Desk

pytestmark = pytest.mark.django_db
TABLES = ("fx_link", "fx_receipt", "fx_document")
AMOUNTS = st.sampled_from(["0.01", "33.33", "60.00", "100.00"])


class Lives(RuleBasedStateMachine):
    """Two receipts and two documents in any order, against a plain model: sums re-add, nothing is oversold."""

    @initialize()
    def begin(self) -> None:
        self.world = scope(PLATFORM)
        self.world.__enter__()
        self.desk = Desk()
        self.ids = [self.desk.receive("R0"), self.desk.receive("R1")]
        for receipt in self.ids:
            self.desk.applied(receipt, purpose="advance")
        self.used: dict[tuple[int, int], Decimal] = {}
        self.moved: list[dict[str, Decimal]] = [{}, {}]
        self.turn = 0

    @rule(r=st.integers(0, 1), d=st.integers(0, 1), usd=AMOUNTS)
    def link(self, r: int, d: int, usd: str) -> None:
        wanted = Decimal(usd)
        fits = (
            (r, d) not in self.used
            and self._of(d=d) + wanted <= 100
            and self._of(r=r) + wanted <= 100
            and self._left(r) > 0
        )
        try:
            self.desk.link(self.ids[r], f"T{d}", usd=usd)
        except Refused:
            assert not fits
        else:
            assert fits
            self.used[r, d] = wanted

    @rule(r=st.integers(0, 1), d=st.integers(0, 1))
    def unlink(self, r: int, d: int) -> None:
        link = Link.objects.filter(receipt=self.ids[r], document=f"T{d}:{self.desk.run}", undone_at=None).first()
        assert (link is not None) == ((r, d) in self.used)
        if link is None:
            return
        untouched = not self.moved[r].get("SETTLE") and self._left(r) > 0
        try:
            with self.desk.as_firm():
                api.unlink(receipt=self.ids[r], link=link.pk, at=NOON)
        except Refused:
            assert not untouched
        else:
            assert untouched
            del self.used[r, d]

    @rule(r=st.integers(0, 1), amount=AMOUNTS)
    def settle(self, r: int, amount: str) -> None:
        wanted = Decimal(amount)
        fits = wanted <= self._left(r)
        self.turn += 1
        try:
            self.desk.decide(self.ids[r], amount=wanted, note="随机", reference=str(self.turn))
        except Refused:
            assert not fits
        else:
            assert fits
            self._move(r, "SETTLE", wanted)

    @rule(r=st.integers(0, 1), amount=AMOUNTS)
    def send_back(self, r: int, amount: str) -> None:
        wanted = Decimal(amount)
        left = self._left(r)
        event = "REFUND" if left < wanted else "RETURN"
        refundable = self.moved[r].get("SETTLE", Decimal(0)) - self.moved[r].get("REFUND", Decimal(0))
        fits = wanted <= (refundable if event == "REFUND" else left)
        self.turn += 1
        try:
            with self.desk.as_bank():
                api.send_back(receipt=self.ids[r], amount=wanted, reference=str(self.turn), at=NOON)
        except Refused:
            assert not fits
        else:
            assert fits
            self._move(r, event, wanted)

    def _move(self, r: int, event: str, amount: Decimal) -> None:
        self.moved[r][event] = self.moved[r].get(event, Decimal(0)) + amount

    def _left(self, r: int) -> Decimal:
        return 100 - self.moved[r].get("SETTLE", Decimal(0)) - self.moved[r].get("RETURN", Decimal(0))

    def _of(self, r: int | None = None, d: int | None = None) -> Decimal:
        return sum((usd for (a, b), usd in self.used.items() if r in (None, a) and d in (None, b)), Decimal(0))

    @invariant()
    def sums_re_add(self) -> None:
        if not hasattr(self, "ids"):
            return
        for r, number in enumerate(self.ids):
            receipt = Receipt.objects.get(pk=number)
            entered = {event: Decimal(0) for event in ("SETTLE", "RETURN", "REFUND")}
            for entry in Entry.objects.filter(receipt=number):
                entered[entry.event] += entry.amount
            assert (receipt.settled, receipt.returned, receipt.refunded) == tuple(entered.values())
            assert entered == {event: self.moved[r].get(event, Decimal(0)) for event in entered}
            assert receipt.linked_usd == self._of(r=r) <= receipt.usd
        for d in (0, 1):
            document = Document.objects.filter(key=f"T{d}:{self.desk.run}").first()
            if document is not None:
                assert document.used_usd == self._of(d=d) <= document.usd

    def teardown(self) -> None:
        if hasattr(self, "world"):
            connection.set_rollback(True)
            self.world.__exit__(None, None, None)


def test_whatever_happens_sums_re_add_and_nothing_is_oversold() -> None:
    run_state_machine_as_test(Lives, settings=settings(max_examples=6, stateful_step_count=12, deadline=None))


def test_two_at_once_cannot_use_a_document_twice(
    flood_connect: Callable[[], psycopg.Connection[Any]], owner_connect: Callable[[], psycopg.Connection[Any]]
) -> None:
    """The database alone refuses the second, even past every check of ours."""
    one, other, key = flood_connect(), flood_connect(), uuid.uuid4().hex
    receipt = (
        "INSERT INTO fx_receipt (bank_id, number, organisation_id, payer, country, currency, amount, usd, received_on,"
        " via_institution, state, purpose, agency, collecting, settled, credited, returned, refunded, linked_usd,"
        " netted_usd, legs, outcome, counts_quota, taken_at) VALUES (1, %s, 1, 'X', '', 'USD', 100, 100, '2021-06-09',"
        " false, 'received', 'goods', '', '[]', 0, 0, 0, 0, 0, 0, '[]', '', false, '2021-06-09') RETURNING id"
    )
    link = (
        "INSERT INTO fx_link (receipt_id, document_id, usd, facts, linked_at) VALUES (%s, %s, 60, '{}', '2021-06-09')"
    )
    ids = [one.execute(receipt, (key + str(n),)).fetchone()[0] for n in (1, 2)]  # type: ignore[index]
    one.execute(
        "INSERT INTO fx_document (key, number, currency, amount, usd, used_usd) VALUES (%s, 'T', 'USD', 100, 100, 0)",
        (key,),
    )
    one.commit()
    failed: list[Exception] = []

    def second() -> None:
        try:
            other.execute(link, (ids[1], key))
        except psycopg.Error as error:
            failed.append(error)
        other.rollback()

    try:
        one.execute(link, (ids[0], key))
        thread = threading.Thread(target=second)
        thread.start()
        one.commit()
        thread.join(timeout=30)
        assert [type(error) for error in failed] == [psycopg.errors.CheckViolation]
        used = one.execute("SELECT used_usd FROM fx_document WHERE key = %s", (key,)).fetchone()
        assert used == (Decimal("60.00"),)
    finally:
        one.rollback()
        _remove(owner_connect(), ids, key)


def _remove(owner: psycopg.Connection[Any], ids: list[int], key: str) -> None:
    """What was committed, which only the owner can take away again."""
    owner.autocommit = True  # a table with deleted rows cannot be altered in the same transaction
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
    owner.execute("ALTER TABLE fx_link DISABLE TRIGGER fx_link_kept")
    owner.execute("DELETE FROM fx_link WHERE receipt_id = ANY(%s)", (ids,))
    owner.execute("DELETE FROM fx_receipt WHERE id = ANY(%s)", (ids,))
    owner.execute("DELETE FROM fx_document WHERE key = %s", (key,))
    owner.execute("ALTER TABLE fx_link ENABLE TRIGGER fx_link_kept")
    for table in TABLES:
        owner.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
