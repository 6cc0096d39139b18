"""Two clerks of a bank on one payment, on two real connections: one wins, the other is told, nothing is paid twice."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from django.db import connections

from pilotzone.base.errors import Problem
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.models import Payment, Voucher
from pilotzone.rooms.fx.tests.desks import NOON, Desk
from pilotzone.rooms.fx.tests.test_payments import ask, paper

PATIENCE_S = 60


@pytest.fixture
def desk(
    fresh_database: Callable[[str], str], django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Desk]:
    """A desk in a database of its own, where everything is committed and threads see it."""
    name = fresh_database("pz_paying_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    connections.close_all()
    monkeypatch.setitem(connections["default"].settings_dict, "NAME", name)
    with django_db_blocker.unblock():
        yield Desk()
        connections.close_all()


def at_once(*acts: Callable[[], Any]) -> list[str]:
    """What became of each: done, or the code it was told."""
    gate, told = threading.Barrier(len(acts), timeout=PATIENCE_S), [""] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        try:
            gate.wait()
            act()
            told[place] = "done"
        except Problem as problem:
            told[place] = problem.code
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=pair, daemon=True) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_S)
    return told


def test_one_of_two_clerks_wins_and_an_invoice_is_used_once(desk: Desk) -> None:
    held = ask(desk)["id"]

    def clerk(decision: str, **how: Any) -> Callable[[], None]:
        def act() -> None:
            with desk.as_bank():
                api.decide_payment(payment=held, decision=decision, at=NOON, **how)

        return act

    told = at_once(clerk("pay", reference="B1"), clerk("refuse", reference="B2", note="合同未履行"))
    assert sorted(told) == ["done", "rule.fx.pay.closed"]
    paid = told[0] == "done"
    with scope(PLATFORM):
        assert Payment.objects.get(pk=held).state == ("paid" if paid else "refused")
        assert Voucher.objects.get().used_usd == (Decimal("100.00") if paid else 0)
    invoice = [paper("INV-2", "100.00")]
    both = at_once(
        lambda: ask(desk, "P2", vouchers=invoice), lambda: ask(desk, "P3", who=desk.stranger, vouchers=invoice)
    )
    assert sorted(both) == ["done", "rule.fx.used_up"]
