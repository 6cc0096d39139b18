"""Payments: what is held is the tax of lists neither paid nor given back, whatever comes in whatever order."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.engine.payments import DIFFERS, SETTLED, WAITING, Payment, PaymentBook, Standing

NOON = datetime(2021, 6, 10, 12, tzinfo=SHANGHAI)
RELEASED = date(2021, 5, 1)
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")


@pytest.fixture
def cursor(db: None) -> Iterator[Any]:
    with scope(PLATFORM), connection.cursor() as cursor:
        yield cursor


class Books:
    """One guarantor, and lists of his that are held, billed, paid and cancelled by name."""

    def __init__(self, cursor: Any, deposit: str = "100000.00") -> None:
        self.cursor, self.run, self.turn = cursor, uuid.uuid4().hex[:8].upper(), 0
        self.firm = Organisation.objects.create(name=self.run, customs_code=f"F{self.run}", created_at=NOON).pk
        api.guarantee(cursor, [api.Deposit(self.firm, Decimal(deposit), self.run)], at=NOON)

    def hold(self, name: str, tax: str) -> bool:
        return api.hold_batch(self.cursor, [api.HoldTax(self.key(name), self.firm, Decimal(tax))], at=NOON)[0].ok

    def bill(self, name: str, tax: str, status: str = "1") -> None:
        """816 with `tax` as VAT, or (status 2, 3) the 818."""
        self.turn += 1
        said = NOON + timedelta(seconds=self.turn)
        head = {
            "invtNo": self.invt(name), "taxNo": self.tax_no(name), "status": status, "guid": str(uuid.uuid4()),
            "returnTime": f"{said:%Y%m%d%H%M%S}000", "assureCode": f"F{self.run}",
        }  # fmt: skip
        amounts = {"customsTax": "0", "consumptionTax": "0", "valueAddedTax": tax}
        bill = api.bill_of_816({**head, **amounts}, []) if status == "1" else api.bill_of_818(head)
        ours = api.OurTax(
            self.invt(name), self.key(name), Decimal(0), Decimal(0), Decimal(tax), RELEASED, (self.firm,), "甲"
        )
        api.store_bills(self.cursor, [bill], at=NOON)
        api.know_ours(self.cursor, [ours])
        api.match_payments(self.cursor, [bill.tax_no], at=NOON)
        api.free_batch(self.cursor, [bill.invt_no], at=NOON)

    def pay(self, receipt: str, amount: str, *names: str) -> api.Paid:
        bills = tuple(self.tax_no(name) for name in names)
        fact = Payment(f"{receipt}-{self.run}", NOON.date(), Decimal(amount), bills, channel="customs", raw=b"{}")
        return api.pay_batch(self.cursor, [fact], at=NOON)[0]

    def held(self) -> Decimal:
        return Decimal(api.guarantee_of(self.firm)["held"])

    def key(self, name: str) -> str:
        return f"{name}:{self.run}"

    def invt(self, name: str) -> str:
        return f"I{self.run}{name}"

    def tax_no(self, name: str) -> str:
        return f"{self.invt(name)}_0"


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
    assert [row["reference"] for row in api.guarantee_statement(books.firm)][0] == f"paid:R1-{books.run}"


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
