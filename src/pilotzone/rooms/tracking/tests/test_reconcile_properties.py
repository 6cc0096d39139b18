"""Random ledgers with planted differences: all of them are found, nothing else is, and the totals re-add to the cent."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.rooms.tracking.engine.reconcile.finding import Desk
from pilotzone.rooms.tracking.engine.reconcile.kinds import KINDS
from pilotzone.rooms.tracking.engine.reconcile.merging import bundles
from pilotzone.rooms.tracking.engine.reconcile.records import Billed, Residual
from pilotzone.rooms.tracking.engine.reconcile.run import reconcile
from pilotzone.rooms.tracking.engine.reconcile.totals import Totals
from pilotzone.rooms.tracking.tests.ledgers import EXPORT_PLANTS, IMPORT_PLANTS, ON, Ledgers

SIDES = ("lists", "bills", "held", "registered", "linked")


def run(ledgers: Ledgers) -> tuple[list[Residual], Totals]:
    totals = Totals()
    joined = bundles(*(ledgers.side(name) for name in SIDES))
    received = ledgers.side("received")
    return list(reconcile(Desk(ON, totals), joined, received)), totals


def number(found: Residual) -> int:
    return int(found.subject.removeprefix("R")) if found.key.startswith("receipt:") else int(found.key)


@settings(max_examples=25)
@given(count=st.integers(1, 300), seed=st.integers(0, 10**9), differing=st.integers(0, 60))
def test_what_was_planted_is_found_and_nothing_else(count: int, seed: int, differing: int) -> None:
    ledgers = Ledgers(count, seed=seed, differing=differing)
    found, totals = run(ledgers)
    assert {number(one): one.kind for one in found} == ledgers.planted
    assert len(found) == len(ledgers.planted)
    assert totals.violated() == []
    assert totals.kinds == Counter(ledgers.planted.values())


@settings(max_examples=10)
@given(seed=st.integers(0, 10**9))
def test_a_second_run_says_the_same(seed: int) -> None:
    ledgers = Ledgers(100, seed=seed, differing=20)
    assert run(ledgers) == run(ledgers)


def test_every_kind_can_be_planted() -> None:
    assert {*IMPORT_PLANTS, *EXPORT_PLANTS} == set(KINDS)


def test_money_that_nothing_explains_is_said() -> None:
    totals = Totals()
    totals.of("import_tax", "CNY").left += 1
    assert totals.violated() == [("import_tax", "CNY", 1)]


def test_a_ledger_out_of_order_is_refused_before_rows_are_lost() -> None:
    rows = [Billed("2", "T2", 1, ON), Billed("1", "T1", 1, ON)]
    with pytest.raises(ValueError, match="bills"):
        list(bundles([], rows))
