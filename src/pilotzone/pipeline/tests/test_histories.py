"""The whole graph of clearance walked at random: whatever happens in whatever order, states follow §4 and the ledgers add up.

`make proof` draws 10,000 lives and more.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pilotzone.kernel import events
from pilotzone.pipeline.tests.histories import Direct, Life
from pilotzone.pipeline.tests.histories_of_exports import ExportLife
from pilotzone.pipeline.tests.histories_of_imports import ImportLife
from pilotzone.pipeline.tests.papers import Bench
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api as tax

# four examples in `make test`; `make proof` draws twenty times as many, of as many lives as make 10,000 and more
LIVES, STEPS = 130 if os.environ.get("HYPOTHESIS_PROFILE") == "proof" else 30, 14
FROM = datetime(2021, 4, 1, 1, tzinfo=UTC)
RELEASED = ("released", "closed")
# the buyer's amount is booked from the pass until customs gives the list back (spec §6.5)
BOOKED = frozenset({
    "passed", "sent", "declaring", "at_customs", "send_failed", "stored", "review", "examined", "inspection", "detained",
    "released", "closed",
})  # fmt: skip
# what may be left only for what §4 lets follow, or by a later cancellation of customs: closed or, given back, restored
AFTER_RELEASE = {"released", "closed"}


@settings(max_examples=4, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(seed=st.integers(0, 2**32))
def test_whatever_happens_the_states_follow_and_the_ledgers_add_up(bench: Bench, seed: int) -> None:
    chance = random.Random(seed)
    bench.pipeline.partitions.ensure(bench.connection, {date(2021, 4, 1), date(2021, 5, 6)})
    with bench.connection.transaction(force_rollback=True):
        with bench.connection.cursor() as cursor:
            tax.guarantee(cursor, [tax.Deposit(bench.firms["ebp"], Decimal(10**7), "PAPER")], at=FROM)
        direct = Direct(bench, FROM, chance)
        lives: list[Life] = [(ImportLife if n % 2 else ExportLife)(direct, n) for n in range(1, LIVES + 1)]
        for step in range(STEPS):
            for life in lives:
                life.step()
            if step == STEPS // 2:  # into the next month, so that summaries become lawful
                direct.at = datetime(2021, 5, 6, 1, tzinfo=UTC)
            direct.work()
            the_ledgers_add_up(bench)
        the_exports_that_came_back(bench)
        the_states_follow(bench)


def the_ledgers_add_up(bench: Bench) -> None:
    the_buyers_amounts(bench)
    the_guarantees(bench)
    the_goods_that_came_back(bench)
    the_summaries(bench)


def the_buyers_amounts(bench: Bench) -> None:
    """A buyer's amount is his list's value while it is booked, less what came back of it once it was released.

    A return that customs closed before the list was released here gives back with the release, never more than the list held.
    """
    booked = {
        row[0]: row[1:]
        for row in bench.rows("SELECT buyer, state, value, hash FROM clearance_trade WHERE flow = 'I' AND buyer <> ''")
    }
    back: Counter[int] = Counter()
    for hash_, document in bench.rows(
        "SELECT d.trade_hash, d.id FROM clearance_document d WHERE d.kind = 7 AND d.state = 'accepted' AND (SELECT r.return_status"
        " FROM clearance_receipt r WHERE r.document_id = d.id AND r.applied ORDER BY r.id DESC LIMIT 1) IN ('399', '800')"
    ):
        back[hash_] += quantity(bench, document)
    for buyer, used, reserved in bench.rows("SELECT buyer_key, used, reserved FROM tax_quota"):
        state, value, hash_ = booked[buyer]
        returned = 30 * back[hash_] if state in RELEASED else 0
        whole = value - min(value, returned) if value is not None else Decimal(0)
        # what customs takes though the platform had refused it is booked with its release
        lawful = {whole} if state in RELEASED else {whole, Decimal(0)} if state in BOOKED else {Decimal(0)}
        assert used + reserved in lawful, (state, value, back[hash_], used, reserved)


def the_guarantees(bench: Bench) -> None:
    """What is held for a list goes with what is booked of it: the whole while it stands, nothing once it was given back (ADR 17).

    What customs sent back is let go; should it speak of the list again all the same, it is held again with the release, not before.
    """
    held = Decimal(0)
    for state, amount, left, back, sent_back in bench.rows(
        "SELECT t.state, h.amount, h.amount - h.released, t.stages ? 'refunded', t.stages ? 'returned' FROM tax_guarantee_hold h"
        " JOIN clearance_trade t ON h.list_key = t.id || ':' || t.list_id"
    ):
        held += left
        if state not in BOOKED:
            assert left == 0, (state, amount, left)
        elif not back:
            assert left == amount or (sent_back and state not in RELEASED and left == 0), (state, amount, left)
    ((booked,),) = bench.rows("SELECT held FROM tax_guarantee")
    assert booked >= held  # a list declared anew is held under its new document


def the_exports_that_came_back(bench: Bench) -> None:
    """By what the tax room is told: all of a list that customs cancelled after its release; of one that stands what was returned."""
    back: dict[int, dict[int, tuple[str, Decimal]]] = {}
    for kind, row in told_in_order(bench):
        lines = back.setdefault(row["trade"], {})
        if kind == "clearance.export_returned":
            quantity = sum((Decimal(line["quantity"]) for line in row["lines"]), Decimal(0))
            lines.setdefault(row["document"], (row["cancelled"], quantity))
            continue
        for document in [one for one, (cancelled, _) in lines.items() if cancelled and cancelled <= row["released"]]:
            del lines[document]
    for trade, state in bench.rows("SELECT id, state FROM clearance_trade WHERE flow = 'E'"):
        told = back.get(trade, {}).values()
        if state in RELEASED:
            assert not [one for one in told if one[0]], (trade, state, back[trade])
        elif state == "cancelled" and told:
            assert sum(quantity for _, quantity in told) == 3, (trade, back[trade])


def told_in_order(bench: Bench) -> list[tuple[str, dict[str, Any]]]:
    """The returns of exports and what undid them, as the tax room follows them."""
    kinds = ["clearance.export_returned", "clearance.export_restored"]
    found = bench.rows("SELECT kind, payload FROM kernel_event WHERE kind = ANY(%s) ORDER BY id", kinds)
    return [(kind, row) for kind, payload in found for row in events.unpack(payload)]


def the_goods_that_came_back(bench: Bench) -> None:
    """What customs took back and what is still asked for is never more than the list held.

    An application for a list nobody knows here yet is customs' to judge, and is left out.
    """
    taken: dict[int, list[tuple[str, int, str]]] = {}
    for hash_, document, key, status in bench.rows(
        "SELECT d.trade_hash, d.id, d.key, coalesce((SELECT r.return_status FROM clearance_receipt r WHERE r.document_id = d.id"
        " AND r.applied ORDER BY r.id DESC LIMIT 1), '') FROM clearance_document d JOIN clearance_trade t ON t.hash = d.trade_hash"
        " WHERE d.kind IN (7, 20) AND d.state = 'accepted' AND (t.stages->>'released')::timestamptz <= d.accepted_at"
    ):
        if status != "100" and not status.startswith("-"):
            taken.setdefault(hash_, []).append((key, quantity(bench, document), status))
    assert [held for held in taken.values() if sum(qty for _, qty, _ in held) > 3] == []


def quantity(bench: Bench, document: int) -> int:
    with bench.connection.cursor() as cursor:
        return sum(int(line["qty"]) for line in clearance.said(cursor, document)[1])


def the_summaries(bench: Bench) -> None:
    """A list is held by one application that stands, or is summed up in a declaration; nothing else is in the ledger."""
    for state, flow, item, application, declared in bench.rows(
        "SELECT t.state, t.flow, i.state, s.state, EXISTS (SELECT 1 FROM clearance_declaration_line l WHERE l.list_no = i.list_no)"
        " FROM clearance_summary_item i JOIN clearance_trade t ON t.id = i.trade_id"
        " LEFT JOIN clearance_summary s ON s.id = i.summary_id"
    ):
        # a list that customs cancelled after its release is asked for no more; what was summed up stays in its declaration
        assert flow == "E" and state in AFTER_RELEASE | ({"cancelled"} if item == "summed" else set())
        assert declared if item == "summed" else application in ("asked", "closed", "declared")
    assert bench.rows("SELECT 1 FROM clearance_summary s WHERE s.state = 'refused' AND EXISTS"
                      " (SELECT 1 FROM clearance_summary_item i WHERE i.summary_id = s.id AND i.state = 'asked')") == []  # fmt: skip


def the_states_follow(bench: Bench) -> None:
    """From line to line of a trade's life: what customs decided for good is not undone by anything but customs."""
    lives: dict[int, list[str]] = {}
    for row in bench.events("clearance.trade_changed"):
        lives.setdefault(row["trade"], []).extend(line[5] for line in row["lines"] if line[7] == 2)
    for told in lives.values():
        for before, after in zip(told, told[1:], strict=False):
            if before == "closed":
                assert after == before, told
            if before == "released":  # closed, or cancelled by customs later than the release (ADR 17)
                assert after in ("closed", "cancelled", before), told
            if (
                before == "cancelled"
            ):  # declared anew, or released by customs all the same: no other word brings it back
                assert after in {*RELEASED, "waiting", "gap", "refused", "expired", "passed", "sent", "cancelled"}, told
    walked = {"waiting", "sent"} | ({"released", "cancelled"} if LIVES > 100 else set())
    assert walked <= {state for told in lives.values() for state in told}
