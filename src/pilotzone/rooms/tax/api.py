"""The door of the tax room.

Computation and batches need no Django: the command line and the flood enter here too. Pages' questions and the desk's
verbs do, and load it when first asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pilotzone.kernel.cursor import Cursor
from pilotzone.rooms.tax.engine.assess import assess
from pilotzone.rooms.tax.engine.assessment import Assessment, ItemTax
from pilotzone.rooms.tax.engine.bills import Bill, Difference, OurTax, bill_of_816, bill_of_818, compare, payment_days
from pilotzone.rooms.tax.engine.declared import declared
from pilotzone.rooms.tax.engine.disputes import OUTCOMES as DISPUTE_OUTCOMES
from pilotzone.rooms.tax.engine.export.firmclass import Facts
from pilotzone.rooms.tax.engine.export.line import SixFields, money
from pilotzone.rooms.tax.engine.export.lines import export_answer, export_question
from pilotzone.rooms.tax.engine.export.promotion import Claim
from pilotzone.rooms.tax.engine.export.records import Month, Registration
from pilotzone.rooms.tax.engine.guarantee import Deposit, Guaranteed, HoldTax, ReleaseTax
from pilotzone.rooms.tax.engine.lines import answer, as_line, as_sentence
from pilotzone.rooms.tax.engine.order import Discount, Item, Order
from pilotzone.rooms.tax.engine.parcel import ParcelTax, parcel_tax
from pilotzone.rooms.tax.engine.parcel_lines import parcel_answer
from pilotzone.rooms.tax.engine.payments import Paid, Payment, late_fee
from pilotzone.rooms.tax.engine.quota_records import Booked, Commit, CustomsOver, Dispute, Reserve, Restore, Void
from pilotzone.rooms.tax.engine.returns import ReturnShare, return_share
from pilotzone.rooms.tax.engine.unfold import Step, unfold
from pilotzone.rooms.tax.errors import Reason
from pilotzone.rooms.tax.operations.bills import Stored, know, store
from pilotzone.rooms.tax.operations.export.doors import (
    agency_liability,
    answer_refund,
    bureau,
    compose_refunds,
    confirm_agency,
    decide_refund,
    draft_refund,
    end_agency,
    export_declaration,
    export_line,
    export_lines,
    export_months,
    export_profile,
    export_release,
    export_residuals,
    export_returns,
    export_treatments,
    file_agency,
    follow_export_returns,
    hand_in_refunds,
    match_exports,
    prerefunds,
    promotions,
    propose_agency,
    record_export_firm,
    record_promotion,
    recover_prerefund,
    refund_account,
    refund_agencies,
    refund_agency,
    refund_filing,
    refund_filings,
    refund_handling,
    register_exports,
    review_refund,
    settle_prerefund,
    withdraw_refund,
)
from pilotzone.rooms.tax.operations.guarantee import guarantee
from pilotzone.rooms.tax.operations.payments import free, match, pay
from pilotzone.rooms.tax.operations.payments import hold_again as held_again
from pilotzone.rooms.tax.operations.quota import book

if TYPE_CHECKING:
    from pilotzone.rooms.tax.queries.ledger import LedgerBill, LedgerHold, LedgerRegistration

__all__ = [
    "DISPUTE_OUTCOMES",
    "Assessment",
    "Bill",
    "Booked",
    "Claim",
    "Commit",
    "CustomsOver",
    "Deposit",
    "Difference",
    "Discount",
    "Dispute",
    "Facts",
    "Guaranteed",
    "HoldTax",
    "Item",
    "ItemTax",
    "Month",
    "Order",
    "OurTax",
    "Paid",
    "ParcelTax",
    "Payment",
    "Reason",
    "Registration",
    "ReleaseTax",
    "Reserve",
    "Restore",
    "ReturnShare",
    "SixFields",
    "Step",
    "Stored",
    "Void",
    "agency_liability",
    "answer",
    "answer_refund",
    "as_line",
    "as_sentence",
    "assess",
    "bill_of",
    "bill_of_816",
    "bill_of_818",
    "bills",
    "bills_due",
    "book",
    "bureau",
    "commit_batch",
    "compare",
    "compose_refunds",
    "confirm_agency",
    "correct",
    "customs_over",
    "decide_refund",
    "declared",
    "dispute",
    "dispute_of",
    "disputes",
    "disputes_of",
    "draft_refund",
    "end_agency",
    "export_answer",
    "export_declaration",
    "export_line",
    "export_lines",
    "export_months",
    "export_profile",
    "export_question",
    "export_release",
    "export_residuals",
    "export_returns",
    "export_treatments",
    "file_agency",
    "follow_export_returns",
    "free_batch",
    "fullest_guarantees",
    "guarantee",
    "guarantee_of",
    "guarantee_statement",
    "guarantees",
    "hand_in_refunds",
    "hold_again",
    "hold_batch",
    "know_ours",
    "late_fee",
    "ledger_bills",
    "ledger_booked",
    "ledger_holds",
    "ledger_registered",
    "lodge",
    "match_exports",
    "match_payments",
    "money",
    "papers",
    "parcel_answer",
    "parcel_tax",
    "pay_batch",
    "pay_bills",
    "payment_days",
    "payments",
    "prerefunds",
    "promotions",
    "propose_agency",
    "quota_entries",
    "quota_lists",
    "quota_of",
    "quota_statement",
    "record_export_firm",
    "record_promotion",
    "recover_prerefund",
    "refund_account",
    "refund_agencies",
    "refund_agency",
    "refund_filing",
    "refund_filings",
    "refund_handling",
    "refunds_paid",
    "register_exports",
    "release_batch",
    "reserve_batch",
    "restore_batch",
    "return_share",
    "review_refund",
    "settle_prerefund",
    "store_bills",
    "unfold",
    "void_batch",
    "withdraw_refund",
]


def reserve_batch(cursor: Cursor, requests: Sequence[Reserve], *, at: datetime) -> list[Booked]:
    """Book accepted lists on their buyers' years, in order; a refusal consumes nothing. One answer each."""
    return book(cursor, requests, at=at)


def commit_batch(cursor: Cursor, requests: Sequence[Commit], *, at: datetime) -> list[Booked]:
    """Customs released these lists: what was reserved is used. Counts also what this ledger had refused."""
    return book(cursor, requests, at=at)


def void_batch(cursor: Cursor, requests: Sequence[Void], *, at: datetime) -> list[Booked]:
    """These lists were rejected or cancelled: nothing of them counts any more."""
    return book(cursor, requests, at=at)


def restore_batch(cursor: Cursor, requests: Sequence[Restore], *, at: datetime) -> list[Booked]:
    """Goods came back: give their part back to the year of the original release."""
    return book(cursor, requests, at=at)


def customs_over(cursor: Cursor, requests: Sequence[CustomsOver], *, at: datetime) -> list[Booked]:
    """Customs refused these lists for the annual limit (1313, -621018): kept apart from our own figure."""
    return book(cursor, requests, at=at)


def hold_batch(cursor: Cursor, requests: Sequence[HoldTax], *, at: datetime) -> list[Guaranteed]:
    """Hold the estimated tax of accepted lists on their guarantors' guarantee, in order; never below zero."""
    return guarantee(cursor, requests, at=at)


def release_batch(cursor: Cursor, requests: Sequence[ReleaseTax], *, at: datetime) -> list[Guaranteed]:
    """The tax of these lists is paid, or they came back: set the guarantee free."""
    return guarantee(cursor, requests, at=at)


def hold_again(cursor: Cursor, lists: Mapping[str, str], *, at: datetime) -> list[str]:
    """Customs released lists again (key: its number) that had been voided: hold their tax unless it is paid; those that no longer fit."""
    return held_again(cursor, lists, at=at)


def store_bills(cursor: Cursor, bills: Sequence[Bill], *, at: datetime) -> list[Stored]:
    """Keep CEB816 and CEB818 in any order; the later returnTime stands."""
    return store(cursor, bills, at=at)


def know_ours(cursor: Cursor, ours: Sequence[OurTax]) -> int:
    """Set our own computation and the days to pay beside the bills of these lists."""
    return know(cursor, ours)


def pay_batch(cursor: Cursor, facts: Sequence[Payment], *, at: datetime) -> list[Paid]:
    """Keep facts of payment and set the guarantee of what they pay free; one that names unknown bills waits."""
    return pay(cursor, facts, at=at)


def match_payments(cursor: Cursor, numbers: Sequence[str] | None = None, *, at: datetime) -> int:
    """Try waiting payments again: those of these bills, without them the oldest 500; how many are settled now."""
    return match(cursor, numbers, at=at)


def free_batch(cursor: Cursor, invt_nos: Sequence[str], *, at: datetime) -> int:
    """Set the guarantee free of the lists all of whose bills are paid or cancelled; how many."""
    return free(cursor, invt_nos, at=at)


def quota_of(buyer_key: str, year: int) -> dict[str, Any]:
    """A buyer's year: limit, reserved, used, disputed, left, and apart from it what customs told."""
    from pilotzone.rooms.tax import queries

    return queries.quota_of(buyer_key, year)


def quota_statement(buyer_key: str, year: int) -> list[dict[str, Any]]:
    """Every entry of a buyer's year with the running sums."""
    from pilotzone.rooms.tax import queries

    return queries.quota_statement(buyer_key, year)


def quota_entries(*, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    """The ledger in bulk for reconciliation, in writing order from the entry after `after`."""
    from pilotzone.rooms.tax import queries

    return queries.quota_entries(after=after, limit=limit)


def ledger_bills(
    *, first: date | None = None, last: date | None = None, lists: Collection[str] = ()
) -> Iterator[LedgerBill]:
    """Bulk export of tax bills in force, of days or of lists, ascending by list number (queries.ledger)."""
    from pilotzone.rooms.tax.queries import ledger

    return ledger.ledger_bills(first=first, last=last, lists=lists)


def ledger_booked(day: date, *, at: int = 0, of: int = 1) -> Iterator[str]:
    """The numbers of the lists with a bill or a registration of that day, each once, ascending; `at` of `of` parts."""
    from pilotzone.rooms.tax.queries import ledger

    return ledger.ledger_booked(day, at=at, of=of)


def ledger_holds(bookings: Collection[str]) -> list[LedgerHold]:
    """What these bookings hold of guarantees and years (queries.ledger)."""
    from pilotzone.rooms.tax.queries import ledger

    return ledger.ledger_holds(bookings)


def ledger_registered(
    *, first: date | None = None, last: date | None = None, lists: Collection[str] = ()
) -> Iterator[LedgerRegistration]:
    """Bulk export of registered export lines, of days or of lists, ascending by list number (queries.ledger)."""
    from pilotzone.rooms.tax.queries import ledger

    return ledger.ledger_registered(first=first, last=last, lists=lists)


def refunds_paid(first: date, last: date) -> dict[str, Any]:
    """Refunds paid from a day to a day, of the whole zone: {filings, amount, days}; no firm."""
    from pilotzone.rooms.tax.queries.paid import paid_between

    return paid_between(first, last)


def quota_lists(buyer_key: str, year: int) -> list[dict[str, Any]]:
    """Every list of a buyer's year with what of it counts."""
    from pilotzone.rooms.tax import queries

    return queries.quota_lists(buyer_key, year)


def guarantee_of(organisation: int) -> dict[str, Any]:
    """A firm's guarantee: lodged, held, free."""
    from pilotzone.rooms.tax import queries

    return queries.guarantee_of(organisation)


def fullest_guarantees(*, limit: int = 50) -> list[dict[str, Any]]:
    """The guarantees an officer sees: {organisation, name, deposited, held, free, share}, the least free first."""
    from pilotzone.rooms.tax import queries

    return queries.fullest_guarantees(limit=limit)


def guarantee_statement(organisation: int, *, limit: int = 200) -> list[dict[str, Any]]:
    """The latest entries of a firm's guarantee."""
    from pilotzone.rooms.tax import queries

    return queries.guarantee_statement(organisation, limit=limit)


def guarantees(page: int = 1, size: int = 50, query: str = "", *, on: date) -> dict[str, Any]:
    """The guarantees the caller sees, firm by firm: {rows, total, page, ending}; `query`: a name or code."""
    from pilotzone.rooms.tax.queries import papers as asked

    return asked.guarantees(page, size, query, on=on)


def papers(organisation: int, *, on: date) -> list[dict[str, Any]]:
    """The papers behind a firm's guarantee, the next to end first."""
    from pilotzone.rooms.tax.queries import papers as asked

    return asked.papers(organisation, on=on)


def payments(page: int = 1, size: int = 50, number: str = "") -> dict[str, Any]:
    """The payments the caller sees, newest first: {rows, total, page}; `number`: of a receipt or a bill."""
    from pilotzone.rooms.tax.queries import payments as asked

    return asked.payments(page, size, number)


def bill_of(invt_no: str) -> list[dict[str, Any]]:
    """The bills of a customs list number: customs, ours, the difference, the days to pay."""
    from pilotzone.rooms.tax import queries

    return queries.bill_of(invt_no)


def bills(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """A page of bills the caller sees: {rows, total, page, pages, differing, overdue}. Filters: number, differs,
    due, standing with on."""
    from pilotzone.rooms.tax import queries

    return queries.bills(filters, page, size)


def bills_due(on: date, *, limit: int = 200) -> list[dict[str, Any]]:
    """Bills to be paid on a day."""
    from pilotzone.rooms.tax import queries

    return queries.bills_due(on, limit=limit)


def dispute(*, list_key: str, reference: str, at: datetime, settled: bool = False, reason: str = "") -> Booked:
    """不是我买的: mark a list of the caller as disputed, or settle the dispute."""
    from pilotzone.rooms.tax.operations import desk

    return desk.dispute(list_key=list_key, reference=reference, at=at, settled=settled, reason=reason)


def settle_dispute(*, list_key: str, outcome: str, reason: str, at: datetime) -> None:
    """办结争议 with one of `DISPUTE_OUTCOMES` and a reason the buyer reads; for `dispute.settle`."""
    from pilotzone.rooms.tax.operations import disputes

    disputes.settle(list_key=list_key, outcome=outcome, reason=reason, at=at)


def disputes(state: str = "open", page: int = 1, size: int = 50) -> dict[str, Any]:
    """The disputes of buyers (open, settled or all) for `dispute.settle`: {rows, total}."""
    from pilotzone.rooms.tax.queries import disputes as register

    return register.disputes(state, page, size)


def dispute_of(list_key: str) -> dict[str, Any] | None:
    """The dispute of one list for `dispute.settle`."""
    from pilotzone.rooms.tax.queries import disputes as register

    return register.dispute_of(list_key)


def disputes_of(list_keys: list[str]) -> dict[str, dict[str, Any]]:
    """The last dispute of each of these lists that the caller may see."""
    from pilotzone.rooms.tax.queries import disputes as register

    return register.of_lists(list_keys)


def pay_bills(
    *, receipt_no: str, paid_on: date, amount: Decimal, bills: Sequence[str], at: datetime, reason: str = ""
) -> Paid:  # fmt: skip
    """登记缴款, by customs or the guarantor: these bills are paid whole by this receipt."""
    from pilotzone.rooms.tax.operations import desk

    return desk.pay(receipt_no=receipt_no, paid_on=paid_on, amount=amount, bills=bills, at=at, reason=reason)


def lodge(
    *, organisation: int, number: str, kind: str, amount: Decimal, valid_from: date, valid_to: date | None = None,
    at: datetime, reason: str = "",
) -> Guaranteed:  # fmt: skip
    """Record a paper of guarantee that customs accepted."""
    from pilotzone.rooms.tax.operations import papers

    return papers.lodge(
        organisation=organisation, number=number, kind=kind, amount=amount, valid_from=valid_from, valid_to=valid_to,
        at=at, reason=reason,
    )  # fmt: skip


def correct(
    *, organisation: int, number: str, kind: str, amount: Decimal, valid_from: date, valid_to: date | None = None,
    at: datetime, reason: str,
) -> Guaranteed:  # fmt: skip
    """Set right what a paper says, down to what is held; an amount of zero gives it back."""
    from pilotzone.rooms.tax.operations import papers

    return papers.correct(
        organisation=organisation, number=number, kind=kind, amount=amount, valid_from=valid_from, valid_to=valid_to,
        at=at, reason=reason,
    )  # fmt: skip
