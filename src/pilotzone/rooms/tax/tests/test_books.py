"""The ledgers in the database: never oversold by many workers at once, guarded, seen only by whom they concern."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import psycopg
import pytest
from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.events import unpack
from pilotzone.rooms.tax import api

DAY = date(2020, 5, 1)
NOON = datetime(2020, 5, 1, 12, tzinfo=SHANGHAI)
Connect = Callable[[], psycopg.Connection[Any]]

CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs")


@pytest.fixture
def key() -> Callable[[str], str]:
    """Keys of this test alone: what role flood commits stays in the database."""
    run = uuid.uuid4().hex[:12]
    return lambda name: f"{name}-{run}"


@pytest.fixture
def cursor(db: None) -> Iterator[Any]:
    """A cursor of the platform inside the test's own transaction."""
    with scope(PLATFORM), connection.cursor() as cursor:
        yield cursor


def test_many_workers_never_oversell_a_buyer(flood_connect: Connect, key: Callable[[str], str]) -> None:
    """Six workers hammer two buyers, each batch in its own order, lists of one worker named by another too."""
    buyers = [key("甲"), key("乙")]
    answers: list[api.Booked] = []
    failures: list[BaseException] = []
    start = threading.Barrier(6)

    def work(worker: int, flood: psycopg.Connection[Any]) -> None:
        try:
            start.wait()
            for turn in range(10):
                order = buyers if (worker + turn) % 2 else buyers[::-1]
                batch = [
                    api.Reserve(key(f"{worker}.{turn}.{n}"), buyer, DAY, Decimal("700.00"))
                    for n, buyer in enumerate(order * 2)
                ]
                with flood.transaction(), flood.cursor() as cursor:
                    answers.extend(api.reserve_batch(cursor, batch, at=NOON))
        except BaseException as failure:
            failures.append(failure)
            raise

    workers = [threading.Thread(target=work, args=(n, flood_connect())) for n in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert not failures
    accepted = [answer for answer in answers if answer.ok]
    assert len(answers) == 6 * 10 * 4
    assert len(accepted) == 2 * (26_000 // 700)  # 37 each and not one more, for the limit is 26,000
    with flood_connect().cursor() as reader:
        for buyer in buyers:
            reader.execute("SELECT reserved, used, exceeds FROM tax_quota WHERE buyer_key = %s", (buyer,))
            assert reader.fetchone() == (Decimal("25900.00"), 0, False)
            reader.execute("SELECT sum(reserved_change) FROM tax_quota_entry WHERE buyer_key = %s", (buyer,))
            assert reader.fetchone() == (Decimal("25900.00"),)
    assert all(a.reason and a.reason.code == "rule.limit.annual" for a in answers if not a.ok)


def test_many_workers_never_overdraw_a_guarantee(flood_connect: Connect, key: Callable[[str], str]) -> None:
    firm = uuid.uuid4().int % 10**15
    with flood_connect() as flood, flood.cursor() as cursor:
        api.guarantee(cursor, [api.Deposit(firm, Decimal("1000.00"), key("P1"))], at=NOON)
    answers: list[api.Guaranteed] = []

    def work(worker: int, flood: psycopg.Connection[Any]) -> None:
        for turn in range(10):
            with flood.transaction(), flood.cursor() as cursor:
                batch = [api.HoldTax(key(f"{worker}.{turn}.{n}"), firm, Decimal("70.00")) for n in range(2)]
                answers.extend(api.hold_batch(cursor, batch, at=NOON))

    workers = [threading.Thread(target=work, args=(n, flood_connect())) for n in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert sum(answer.ok for answer in answers) == 14  # 14 × 70 = 980
    assert len(answers) == 60


def test_a_batch_is_the_same_as_one_by_one(cursor: Any, key: Callable[[str], str]) -> None:
    def history(prefix: str) -> list[api.Event]:
        lists = [key(f"{prefix}{n}") for n in range(4)]
        buyer = key(prefix)
        return [
            api.Reserve(lists[0], buyer, DAY, Decimal("20000.00")),
            api.Reserve(lists[1], buyer, DAY, Decimal("6000.01")),
            api.Reserve(lists[2], buyer, DAY, Decimal("6000.00")),
            api.Commit(lists[0]),
            api.Restore(lists[0], Decimal("500.00"), "R1"),
            api.Restore(lists[0], Decimal("500.00"), "R1"),
            api.Void(lists[2]),
            api.Commit(lists[3], buyer, DAY, Decimal("9000.00")),
            api.CustomsOver(lists[1], buyer, DAY, Decimal("6000.01"), NOON, "G1"),
            api.Dispute(lists[0], "C1"),
        ]

    def told(answers: list[api.Booked]) -> list[Any]:
        return [(a.event, a.ok, a.again, a.reason and a.reason.code, a.reserved, a.used) for a in answers]

    together = told(api.book(cursor, history("a"), at=NOON))
    apart = [told(api.book(cursor, [event], at=NOON))[0] for event in history("b")]
    assert together == apart
    year_a, year_b = api.quota_of(key("a"), 2020), api.quota_of(key("b"), 2020)
    assert {**year_a, "buyer_key": ""} == {**year_b, "buyer_key": ""}
    assert year_a["used"] == "28500.00" and year_a["exceeds"] and year_a["disputed"] == "19500.00"
    # customs' word, 6000.00 left at most, stands apart from the platform's own figure
    assert year_a["customs"] == {"told_at": NOON, "room": "6000.00", "over": True}
    statement = api.quota_statement(key("a"), 2020)
    assert [row["event"] for row in statement] == [
        "RESERVE", "RESERVE", "COMMIT", "RESTORE", "VOID", "COMMIT", "CUSTOMS_OVER", "DISPUTE",
    ]  # fmt: skip
    assert (statement[-1]["used"], statement[-1]["disputed"]) == ("28500.00", "19500.00")
    assert [row["state"] for row in api.quota_lists(key("a"), 2020)] == ["committed", "voided", "committed"]


def test_a_list_corrected_to_another_buyer_moves_in_the_database(cursor: Any, key: Callable[[str], str]) -> None:
    api.book(cursor, [api.Reserve(key("L"), key("甲"), DAY, Decimal("10.00"))], at=NOON)
    api.book(cursor, [api.Reserve(key("L"), key("乙"), DAY, Decimal("10.00"))], at=NOON)
    assert api.quota_of(key("甲"), 2020)["reserved"] == "0.00"
    assert api.quota_of(key("乙"), 2020)["reserved"] == "10.00"


def test_the_guarantee_is_the_same_in_the_database(cursor: Any, key: Callable[[str], str]) -> None:
    events = [
        api.Deposit(7, Decimal("100.00"), key("P1"), "bank_letter"),
        api.HoldTax(key("L1"), 7, Decimal("60.00")),
        api.HoldTax(key("L2"), 7, Decimal("60.00")),
        api.ReleaseTax(key("L1"), Decimal("20.00"), "R1"),
    ]
    assert [a.ok for a in api.guarantee(cursor, events, at=NOON)] == [True, True, False, True]
    assert all(a.ok for a in api.guarantee(cursor, [events[0], events[1], events[3]], at=NOON)[::2])
    told = api.guarantee_of(7)
    assert (told["deposited"], told["known"]) == ("100.00", True)
    paper = [row["paper"] for row in api.guarantee_statement(7)["rows"]]
    assert paper[-1] == "bank_letter" and set(paper[:-1]) == {""}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE tax_quota SET used = limit_amount + 1",
        "UPDATE tax_quota SET reserved = -1",
        "UPDATE tax_quota_hold SET given_back = amount + 1",
        "UPDATE tax_quota_entry SET amount = 0",
        "DELETE FROM tax_quota_entry",
        "UPDATE tax_guarantee SET held = deposited + 1",
    ],
)
def test_the_database_guards_too(flood_connect: Connect, key: Callable[[str], str], statement: str) -> None:
    flood = flood_connect()
    with flood.cursor() as cursor:
        api.book(cursor, [api.Reserve(key("L"), key("甲"), DAY, Decimal("10.00"))], at=NOON)
        api.guarantee(cursor, [api.Deposit(7, Decimal("1.00"), key("P"))], at=NOON)
        with pytest.raises(psycopg.errors.IntegrityError):
            cursor.execute(statement)
    flood.rollback()


def test_who_may_see_a_quota(cursor: Any, key: Callable[[str], str]) -> None:
    buyer = key("甲")
    api.book(cursor, [api.Reserve(key("L"), buyer, DAY, Decimal("10.00"))], at=NOON)
    sees = {
        Actor(kind=CONSUMER, buyer=buyer): True,
        Actor(kind=CONSUMER, buyer=key("乙")): False,
        Actor(kind=CONSUMER): False,
        CUSTOMS: True,
        Actor(kind=AGENCY, unit_path="zone.tax"): True,
        Actor(kind=AGENCY, unit_path="zone.safe"): False,
        Actor(kind=ENTERPRISE, organisation=7): False,
        Actor(kind=DISTRICT, unit_path="zone.districts.d360111"): False,
        Actor(kind=ZONE): False,
        Actor(): False,
    }
    for actor, allowed in sees.items():
        with scope(actor):
            assert api.quota_of(buyer, 2020)["known"] is allowed, actor
            assert bool(api.quota_statement(buyer, 2020)) is allowed, actor
            assert bool(api.quota_lists(buyer, 2020)) is allowed, actor


def test_who_may_see_a_guarantee(cursor: Any, key: Callable[[str], str]) -> None:
    api.guarantee(cursor, [api.Deposit(7, Decimal("1.00"), key("P"))], at=NOON)
    for actor, allowed in {
        Actor(kind=ENTERPRISE, organisation=7): True,
        Actor(kind=ENTERPRISE, organisation=8): False,
        CUSTOMS: True,
        Actor(kind=DISTRICT, organisation=7): False,
        Actor(): False,
    }.items():
        with scope(actor):
            assert api.guarantee_of(7)["known"] is allowed, actor


def test_a_buyer_disputes_his_own_list_only(cursor: Any, key: Callable[[str], str]) -> None:
    buyer, of_list = key("甲"), key("L")
    api.book(cursor, [api.Reserve(of_list, buyer, DAY, Decimal("10.00"))], at=NOON)
    with scope(Actor(kind=CONSUMER, buyer=key("乙"))), pytest.raises(Refused) as refusal:
        api.dispute(list_key=of_list, reference="C1", at=NOON)
    assert refusal.value.code == "rule.quota.unknown_list"
    with scope(Actor(kind=CONSUMER, buyer=buyer)):
        assert api.dispute(list_key=of_list, reference="C1", at=NOON).ok
        assert api.quota_of(buyer, 2020)["disputed"] == "10.00"
        assert api.dispute(list_key=of_list, reference="C1", at=NOON, settled=True).ok
        assert api.quota_of(buyer, 2020)["disputed"] == "0.00"
    cursor.execute("SELECT kind, payload FROM kernel_event WHERE kind LIKE 'tax.quota.%%' ORDER BY id")
    told = [kind for kind, payload in cursor.fetchall() if unpack(payload)[0]["list_key"] == of_list]
    assert told == ["tax.quota.dispute", "tax.quota.settle"]
    cursor.execute("SELECT count(*) FROM kernel_audit WHERE object_id = %s", (of_list,))
    assert cursor.fetchone() == (2,)
    ledger = [entry for entry in api.quota_entries() if entry["list_key"] == of_list]
    assert [entry["event"] for entry in ledger] == ["RESERVE", "DISPUTE", "SETTLE"]
    assert api.quota_entries(after=ledger[-1]["id"]) == []
