"""Payments: what is held is the tax of lists neither paid nor given back, whatever comes in whatever order."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.engine.payments import DIFFERS, SETTLED, WAITING, Payment
from pilotzone.rooms.tax.tests.books import NOON, RELEASED, Books

CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")


@pytest.fixture
def cursor(db: None) -> Iterator[Any]:
    with scope(PLATFORM), connection.cursor() as cursor:
        yield cursor


@pytest.fixture
def books(cursor: Any) -> Books:
    return Books(cursor)


def test_a_paid_bill_sets_its_guarantee_free_once(books: Books) -> None:
    books.hold("1", "98.00")
    books.bill("1", "98.00")
    assert books.held() == 98
    assert books.pay("R1", "98.00", "1").ok and books.held() == 0
    again = books.pay("R1", "98.00", "1")
    assert again.ok and again.again and books.held() == 0
    told = api.bills({"number": books.tax_no("1")})["rows"][0]
    assert (told["receipt_no"], told["paid_on"]) == (f"R1-{books.run}", NOON.date())
    assert [row["reference"] for row in api.guarantee_statement(books.firm)["rows"]][0] == f"paid:R1-{books.run}"


def test_a_cancelled_bill_sets_its_guarantee_free(books: Books) -> None:
    books.hold("1", "98.00")
    books.bill("1", "98.00")
    books.bill("1", "98.00", "2")
    assert books.held() == 98
    books.bill("1", "98.00", "3")
    assert books.held() == 0
    assert books.pay("R1", "98.00", "1").reason.code == "rule.payment.cancelled"  # type: ignore[union-attr]


def test_a_notice_that_comes_before_its_bill_waits_for_it(books: Books) -> None:
    books.hold("1", "98.00")
    waits = books.pay("R1", "98.00", "1")
    assert (waits.state, waits.ok, books.held()) == (WAITING, False, 98)
    books.bill("1", "98.00", "2")
    assert books.held() == 98, "a status tells no amount"
    books.bill("1", "98.00")
    assert books.held() == 0
    assert api.payments(number=f"R1-{books.run}")["rows"][0]["state"] == SETTLED


def test_what_two_transactions_missed_of_each_other_is_found_by_the_next_look(books: Books) -> None:
    books.hold("1", "98.00")
    books.pay("R1", "98.00", "1")
    bill = api.bill_of_816(
        {
            "invtNo": books.invt("1"), "taxNo": books.tax_no("1"), "status": "1", "returnTime": "20210601080000000",
            "customsTax": "0", "consumptionTax": "0", "valueAddedTax": "98",
        }, [],
    )  # fmt: skip
    api.store_bills(books.cursor, [bill], at=NOON)
    api.know_ours(
        books.cursor,
        [api.OurTax(bill.invt_no, books.key("1"), Decimal(0), Decimal(0), Decimal(98), RELEASED, (books.firm,))],
    )
    assert api.match_payments(books.cursor, at=NOON) == 1
    assert books.held() == 0 and api.match_payments(books.cursor, at=NOON) == 0


def test_a_part_is_not_accepted_and_several_bills_are_paid_by_one_receipt(books: Books) -> None:
    for name in "12":
        books.hold(name, "50.00")
        books.bill(name, "50.00")
    part = books.pay("R1", "99.99", "1", "2")
    assert (part.state, part.reason.code, books.held()) == (DIFFERS, "rule.payment.partial", 100)  # type: ignore[union-attr]
    assert books.pay("R2", "100.00", "1", "2").ok and books.held() == 0
    assert books.pay("R3", "50.00", "1").reason.code == "rule.payment.paid_already"  # type: ignore[union-attr]
    assert books.pay("R2", "50.00", "1").reason.code == "rule.payment.receipt_taken"  # type: ignore[union-attr]


def test_a_list_with_two_bills_is_free_when_both_are_closed(books: Books) -> None:
    books.hold("1", "80.00")
    books.bill("1", "50.00")
    second = api.bill_of_816(
        {
            "invtNo": books.invt("1"), "taxNo": f"{books.invt('1')}_1", "status": "1", "returnTime": "20210601080000000",
            "customsTax": "0", "consumptionTax": "0", "valueAddedTax": "30",
        }, [],
    )  # fmt: skip
    api.store_bills(books.cursor, [second], at=NOON)
    api.know_ours(
        books.cursor,
        [api.OurTax(books.invt("1"), books.key("1"), Decimal(0), Decimal(0), Decimal(80), RELEASED, (books.firm,))],
    )
    assert books.pay("R1", "50.00", "1").ok and books.held() == 80
    fact = Payment(f"R2-{books.run}", NOON.date(), Decimal("30.00"), (f"{books.invt('1')}_1",))
    assert api.pay_batch(books.cursor, [fact], at=NOON)[0].ok and books.held() == 0


def test_what_is_given_back_before_it_is_paid_stays_free(books: Books) -> None:
    books.hold("1", "80.00")
    books.bill("1", "80.00")
    api.release_batch(books.cursor, [api.ReleaseTax(books.key("1"), Decimal("30.00"), "return:1")], at=NOON)
    assert books.held() == 50
    assert books.pay("R1", "80.00", "1").ok and books.held() == 0
    api.release_batch(books.cursor, [api.ReleaseTax(books.key("1"), Decimal("50.00"), "return:2")], at=NOON)
    assert books.held() == 0


def verb(books: Books, **more: Any) -> dict[str, Any]:
    return {
        "receipt_no": f"D-{books.run}", "paid_on": NOON.date(), "amount": Decimal("98.00"),
        "bills": [books.tax_no("1")], "at": NOON, **more,
    }  # fmt: skip


def test_the_desk_records_a_payment_of_the_guarantor_and_of_customs(books: Books) -> None:
    books.hold("1", "98.00")
    books.bill("1", "98.00")
    with scope(Actor(kind=ENTERPRISE, organisation=books.firm + 1, role="ebp")), pytest.raises(Refused) as other:
        api.pay_bills(**verb(books))
    assert other.value.code == "rule.payment.not_guarantor"
    for role in ("pay", "logi", "bank"):
        with scope(Actor(kind=ENTERPRISE, organisation=books.firm, role=role)), pytest.raises(Denied):
            api.pay_bills(**verb(books))
    with scope(Actor(kind=ENTERPRISE, organisation=books.firm, role="ebp")):
        assert api.pay_bills(**verb(books)).ok
        assert api.payments()["total"] == 1
    with scope(CUSTOMS):
        assert api.pay_bills(**verb(books)).again
    assert books.held() == 0
    books.cursor.execute("SELECT action FROM kernel_audit WHERE object_id = %s", (f"D-{books.run}",))
    assert books.cursor.fetchall() == [("tax.payment",)]


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"receipt_no": " "}, "rule.payment.bills"),
        ({"bills": []}, "rule.payment.bills"),
        ({"bills": ["没有"]}, "rule.payment.unknown_bill"),
        ({"amount": Decimal("97.99")}, "rule.payment.partial"),
        ({"amount": Decimal("-98.00")}, "rule.payment.amount"),
        ({"amount": Decimal("98.001")}, "rule.payment.amount"),
        ({"amount": Decimal("Infinity")}, "rule.payment.amount"),
        ({"paid_on": date(2021, 6, 11)}, "rule.payment.future"),
    ],
)
def test_what_the_desk_refuses_leaves_nothing(books: Books, wrong: dict[str, Any], code: str) -> None:
    books.hold("1", "98.00")
    books.bill("1", "98.00")
    with scope(CUSTOMS), pytest.raises(Refused) as refusal:
        api.pay_bills(**verb(books, **wrong))
    assert refusal.value.code == code and refusal.value.mend_zh
    assert api.payments(number=f"D-{books.run}")["total"] == 0 and books.held() == 98


@pytest.mark.parametrize(
    ("on", "fee"),
    [
        (date(2021, 6, 15), "0.00"),  # the 45th day
        (date(2021, 6, 16), "50.00"),  # 100,000 × 0.05 %
        (date(2021, 6, 20), "250.00"),
    ],
)
def test_after_the_last_day_a_late_fee_runs(on: date, fee: str) -> None:
    last = api.payment_days(RELEASED)
    assert last is not None and last[1] == date(2021, 6, 15)
    assert api.late_fee(Decimal("100000.00"), last[1], on) == Decimal(fee)
    assert api.late_fee(Decimal("99999.98"), last[1], date(2021, 6, 16)) == Decimal("50.00")  # rounded to the cent
    assert api.late_fee(Decimal("99000.00"), last[1], date(2021, 6, 16)) == 0  # below what is levied


def test_an_unpaid_bill_is_overdue_from_the_forty_sixth_day(books: Books) -> None:
    books.hold("1", "98.00")
    books.bill("1", "98.00")
    find: Callable[[date], int] = lambda day: api.bills({"number": books.tax_no("1"), "on": day})["overdue"]  # noqa: E731
    assert [find(date(2021, 6, 15)), find(date(2021, 6, 16))] == [0, 1]
    assert api.bills({"number": books.tax_no("1"), "standing": "overdue", "on": date(2021, 6, 16)})["total"] == 1
    books.pay("R1", "98.00", "1")
    assert find(date(2021, 6, 16)) == 0
    assert api.bills({"number": books.tax_no("1"), "standing": "paid", "on": NOON.date()})["total"] == 1
