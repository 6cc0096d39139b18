"""The door of the tax room.

Computation and batches need no Django: the command line and the flood enter here too. Pages' questions and the desk's
verbs do, and load it when first asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from pilotzone.base.later import later
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
    from pilotzone.rooms.tax.operations.desk import dispute
    from pilotzone.rooms.tax.operations.desk import pay as pay_bills
    from pilotzone.rooms.tax.operations.disputes import settle as settle_dispute
    from pilotzone.rooms.tax.operations.papers import correct, lodge
    from pilotzone.rooms.tax.queries import (
        bill_of,
        bills,
        bills_due,
        fullest_guarantees,
        guarantee_of,
        guarantee_statement,
        quota_entries,
        quota_lists,
        quota_of,
        quota_statement,
    )
    from pilotzone.rooms.tax.queries.disputes import dispute_of, disputes
    from pilotzone.rooms.tax.queries.disputes import of_lists as disputes_of
    from pilotzone.rooms.tax.queries.export_firms import profiles as export_profiles
    from pilotzone.rooms.tax.queries.export_years import prerefund
    from pilotzone.rooms.tax.queries.ledger import ledger_bills, ledger_booked, ledger_holds, ledger_registered
    from pilotzone.rooms.tax.queries.marks import export_firm_mark, export_line_mark
    from pilotzone.rooms.tax.queries.paid import paid_between as refunds_paid
    from pilotzone.rooms.tax.queries.papers import guarantees, papers
    from pilotzone.rooms.tax.queries.payments import payments

# what pages and the desk ask for, loaded with the ORM when first asked: module → its functions (their docstrings say what
# they promise), `name=function` where the door's name is another
_LATER = {
    "operations.desk": "dispute pay_bills=pay",
    "operations.disputes": "settle_dispute=settle",
    "operations.papers": "correct lodge",
    "queries": (
        "bill_of bills bills_due fullest_guarantees guarantee_of "
        "guarantee_statement quota_entries quota_lists quota_of quota_statement"
    ),
    "queries.disputes": "dispute_of disputes disputes_of=of_lists",
    "queries.export_firms": "export_profiles=profiles",
    "queries.export_years": "prerefund",
    "queries.ledger": "ledger_bills ledger_booked ledger_holds ledger_registered",
    "queries.marks": "export_firm_mark export_line_mark",
    "queries.paid": "refunds_paid=paid_between",
    "queries.papers": "guarantees papers",
    "queries.payments": "payments",
}

if not TYPE_CHECKING:
    __getattr__ = later(__name__, _LATER)


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


__all__ = [
    "DISPUTE_OUTCOMES", "Assessment", "Bill", "Booked", "Claim", "Commit", "CustomsOver", "Deposit", "Difference",
    "Discount", "Dispute", "Facts", "Guaranteed", "HoldTax", "Item", "ItemTax", "Month", "Order", "OurTax", "Paid",
    "ParcelTax", "Payment", "Reason", "Registration", "ReleaseTax", "Reserve", "Restore", "ReturnShare", "SixFields",
    "Step", "Stored", "Void", "agency_liability", "answer", "answer_refund", "as_line", "as_sentence", "assess",
    "bill_of", "bill_of_816", "bill_of_818", "bills", "bills_due", "book", "bureau", "commit_batch", "compare",
    "compose_refunds", "confirm_agency", "correct", "customs_over", "decide_refund", "declared", "dispute",
    "dispute_of", "disputes", "disputes_of", "draft_refund", "end_agency", "export_answer", "export_declaration",
    "export_firm_mark", "export_line", "export_line_mark", "export_lines", "export_months", "export_profile", "export_profiles", "export_question", "export_release",
    "export_residuals", "export_returns", "export_treatments", "file_agency", "follow_export_returns", "free_batch",
    "fullest_guarantees", "guarantee", "guarantee_of", "guarantee_statement", "guarantees", "hand_in_refunds",
    "hold_again", "hold_batch", "know_ours", "late_fee", "ledger_bills", "ledger_booked", "ledger_holds", "ledger_registered",
    "lodge", "match_exports", "match_payments", "money", "papers", "parcel_answer", "parcel_tax", "pay_batch",
    "pay_bills", "payment_days", "payments", "prerefund", "prerefunds", "promotions", "propose_agency", "quota_entries",
    "quota_lists", "quota_of", "quota_statement", "record_export_firm", "record_promotion", "recover_prerefund",
    "refund_account", "refund_agencies", "refund_agency", "refund_filing", "refund_filings", "refund_handling",
    "refunds_paid", "register_exports", "release_batch", "reserve_batch", "restore_batch", "return_share",
    "review_refund", "settle_dispute", "settle_prerefund", "store_bills", "unfold", "void_batch", "withdraw_refund",
]  # fmt: skip
