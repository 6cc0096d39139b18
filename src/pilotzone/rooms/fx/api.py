"""The door of the room of foreign exchange. Banks decide; the platform supplies evidence and advice.

The rules need no Django; the desk's verbs and pages' questions do, and load it when first asked.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from pilotzone.rooms.fx.engine.advice import advise
from pilotzone.rooms.fx.engine.amounts import amount_of, currency_of
from pilotzone.rooms.fx.engine.checks import LEVEL_WORDS, LEVELS, NAMES, Extra, Month, total_check
from pilotzone.rooms.fx.engine.institutions import ASKED as INSTITUTION_ASKED
from pilotzone.rooms.fx.engine.institutions import Institution
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.netting import COSTS, Netted, net
from pilotzone.rooms.fx.engine.payees import CONDITIONS
from pilotzone.rooms.fx.engine.payments import PURPOSES, VOUCHERS
from pilotzone.rooms.fx.engine.records import Advice, Collecting, Evidence, Money, Payee
from pilotzone.rooms.fx.engine.refunds import RefundAdvice, refund
from pilotzone.rooms.fx.errors import Reason

if TYPE_CHECKING:
    from pilotzone.rooms.fx.operations.receiving import Taken
    from pilotzone.rooms.fx.queries.ledger import Dollars, LedgerLink, LedgerReceipt

__all__ = [
    "CONDITIONS",
    "COSTS",
    "INSTITUTION_ASKED",
    "LEVELS",
    "LEVEL_WORDS",
    "NAMES",
    "PURPOSES",
    "VOUCHERS",
    "Advice",
    "Collecting",
    "Evidence",
    "Extra",
    "Institution",
    "Law",
    "Money",
    "Month",
    "Netted",
    "Payee",
    "Reason",
    "RefundAdvice",
    "advance",
    "advise",
    "amount_of",
    "apply",
    "ask_payment",
    "checks",
    "consent",
    "credit_reports",
    "currency_of",
    "decide",
    "decide_payment",
    "dollars",
    "figures",
    "gross",
    "institution_duties",
    "keep_pending",
    "ledger_links",
    "ledger_receipts",
    "link",
    "net",
    "net_costs",
    "of_firm",
    "opening_pack",
    "payment",
    "payment_lives",
    "payment_news",
    "payments",
    "payments_numbered",
    "rate_known",
    "receipt",
    "receipts",
    "refund",
    "repay",
    "report",
    "report_payment",
    "reports_made",
    "send_back",
    "settled_in",
    "take_months",
    "take_names",
    "take_rates",
    "take_receipts",
    "taken_by_safe",
    "total_check",
    "unlink",
]


def take_receipts(rows: Iterable[Mapping[str, Any]], *, bank: int, at: datetime) -> list[Taken]:
    """Keep what a bank says came in; one answer each, a refused row stops no other."""
    from pilotzone.rooms.fx.operations import receiving

    return receiving.take_receipts(rows, bank=bank, at=at)


def take_names(rows: Iterable[Mapping[str, Any]], *, at: datetime, synthetic: bool = False) -> int:
    """SAFE's list 名录 with classes; how many of its firms are known here."""
    from pilotzone.rooms.fx.operations import receiving

    return receiving.take_names(rows, at=at, synthetic=synthetic)


def take_rates(rows: Iterable[Mapping[str, Any]], *, at: datetime) -> int:
    """SAFE's table of conversion to US dollars; how many rates were new."""
    from pilotzone.rooms.fx.operations import receiving

    return receiving.take_rates(rows, at=at)


def take_months(rows: Iterable[Mapping[str, Any]], *, at: datetime) -> int:
    """Months for the total check; how many were kept."""
    from pilotzone.rooms.fx.operations import receiving

    return receiving.take_months(rows, at=at)


def reports_made(*, limit: int = 100) -> list[dict[str, Any]]:
    """Trade-credit reports firms made that SAFE has not taken yet, for the platform's channel to it."""
    from pilotzone.rooms.fx.operations import reporting

    return reporting.made(limit=limit)


def taken_by_safe(numbers: Mapping[int, str]) -> int:
    """SAFE's numbers for reports, by the report's id; how many were new."""
    from pilotzone.rooms.fx.operations import reporting

    return reporting.taken(numbers)


def link(
    *, receipt: int, number: str, at: datetime, usd: Decimal | None = None, found: Sequence[int] = ()
) -> dict[str, Any]:  # fmt: skip
    """关联单证: an export trade the caller sees stands behind a receipt, never beyond its amount.

    `found`: trades another room knows by this number.
    """
    from pilotzone.rooms.fx.operations import linking

    return linking.link(receipt=receipt, number=number, at=at, usd=usd, found=found)


def unlink(*, receipt: int, link: int, at: datetime) -> None:
    """取消关联: the document is free for other receipts again."""
    from pilotzone.rooms.fx.operations import linking

    linking.unlink(receipt=receipt, link=link, at=at)


def net_costs(*, receipt: int, costs: Sequence[tuple[str, Decimal]], at: datetime) -> dict[str, Any]:
    """轧差: costs that were taken off before the money came; the legs that are reported in full."""
    from pilotzone.rooms.fx.operations import netting

    return netting.net_costs(receipt=receipt, costs=costs, at=at)


def apply(
    *, receipt: int, at: datetime, purpose: str = "goods", expected_on: date | None = None, agency: str = "",
    collecting: Iterable[str] = (),
) -> dict[str, Any]:  # fmt: skip
    """申请结汇: the advice, kept with its rule and data edition."""
    from pilotzone.rooms.fx.operations import applying

    return applying.apply(
        receipt=receipt, at=at, purpose=purpose, expected_on=expected_on, agency=agency, collecting=collecting
    )


def consent(*, bank: int, at: datetime, given: bool = True) -> None:
    """数据授权: let a bank see the documents behind the firm's receipts, or take it back."""
    from pilotzone.rooms.fx.operations import applying

    applying.consent(bank=bank, at=at, given=given)


def report(*, receipt: int, kind: str, at: datetime, expected_on: date | None = None) -> None:
    """贸易信贷报告 of an advance or a deferred receipt."""
    from pilotzone.rooms.fx.operations import applying

    applying.report(receipt=receipt, kind=kind, at=at, expected_on=expected_on)


def keep_pending(*, keeps: bool) -> None:
    """Whether the caller's firm keeps a pending-verification account 待核查账户."""
    from pilotzone.rooms.fx.operations import applying

    applying.keep_pending(keeps=keeps)


def advance(
    *, client: str, kind: str, currency: str, amount: Decimal, advanced_on: date, at: datetime
) -> tuple[int, date]:  # fmt: skip
    """代垫: overseas costs advanced for a client; its number and the last day to repay."""
    from pilotzone.rooms.fx.operations import outlays

    return outlays.advance(client=client, kind=kind, currency=currency, amount=amount, advanced_on=advanced_on, at=at)


def repay(*, outlay: int, amount: Decimal) -> Decimal:
    """Record what a client repaid; what is still owed."""
    from pilotzone.rooms.fx.operations import outlays

    return outlays.repay(outlay=outlay, amount=amount)


def decide(
    *, receipt: int, decision: str, reference: str, at: datetime, amount: Decimal | None = None, note: str = ""
) -> dict[str, Any]:  # fmt: skip
    """The bank's decision: settle, credit, ask or refuse; once for each reference."""
    from pilotzone.rooms.fx.operations import deciding

    return deciding.decide(receipt=receipt, decision=decision, reference=reference, at=at, amount=amount, note=note)


def send_back(
    *, receipt: int, amount: Decimal, reference: str, at: datetime, same_route: bool = True, registration: str = "",
    note: str = "",
) -> dict[str, Any]:  # fmt: skip
    """退汇, by the bank; once for each reference."""
    from pilotzone.rooms.fx.operations import deciding

    return deciding.send_back(
        receipt=receipt, amount=amount, reference=reference, at=at, same_route=same_route, registration=registration,
        note=note,
    )  # fmt: skip


def gross() -> dict[str, Decimal]:
    """The sums of the receipts the caller sees in dollars, each way for itself: received, netted, back."""
    from pilotzone.rooms.fx.queries import receipts as asked

    return asked.gross()


def receipts(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """A page of receipts the caller sees: {rows, total, page, waiting}. Filters: state, outcome, number, since, until."""
    from pilotzone.rooms.fx.queries import receipts as asked

    return asked.receipts(filters, page, size)


def receipt(number: int) -> dict[str, Any]:
    """One receipt with documents, advice, decisions, entries, reports and consent. Denied where it is not the caller's."""
    from pilotzone.rooms.fx.queries import receipts as asked

    return asked.receipt(number)


def of_firm(*, on: date) -> dict[str, Any]:
    """The caller's firm: party, year, reports, outlays, banks, check."""
    from pilotzone.rooms.fx.queries import firms

    return firms.of_firm(on=on)


def credit_reports(*, on: date) -> list[dict[str, Any]]:
    """Trade credit to be reported or reported, of every receipt the caller sees."""
    from pilotzone.rooms.fx.queries import firms

    return firms.reports(on=on)


def checks(*, on: date, level: str = "") -> list[dict[str, Any]]:
    """The rolling total check of every firm the caller sees, the gravest first."""
    from pilotzone.rooms.fx.queries import firms

    return firms.checks(on=on, level=level)


def figures(*, on: date) -> dict[str, Any]:
    """The year in figures: {settled, direct, share, refused, firms}."""
    from pilotzone.rooms.fx.queries import firms

    return firms.figures(on=on)


def settled_in(first: date, last: date) -> dict[str, Any]:
    """What was settled or credited from a day to a day, of the whole zone: {usd, entries, days}."""
    from pilotzone.rooms.fx.queries import firms

    return firms.settled_in(first, last)


def rate_known(currency: str, on: date) -> bool:
    """Whether SAFE's table of the month of a day tells this ISO currency."""
    from pilotzone.rooms.fx.queries import facts

    return currency == "USD" or currency in facts.rates_of(on)


def opening_pack(have: list[str], *, on: date) -> dict[str, Any]:
    """What a person's file for an account still lacks: {lacks, reason, parameters}."""
    from pilotzone.rooms.fx.queries import firms

    return firms.opening_pack(have, on=on)


def ledger_receipts(first: date, last: date) -> Iterator[LedgerReceipt]:
    """Bulk export of the receipts of days, ascending by number (queries.ledger)."""
    from pilotzone.rooms.fx.queries import ledger

    return ledger.ledger_receipts(first, last)


def ledger_links(trades: Collection[int]) -> list[LedgerLink]:
    """What of receipts stands behind these export trades (queries.ledger)."""
    from pilotzone.rooms.fx.queries import ledger

    return ledger.ledger_links(trades)


def dollars() -> Dollars:
    """Values in US dollars by SAFE's tables, each read once: `name(currency, day)`, `of(amount, currency, day)`."""
    from pilotzone.rooms.fx.queries import ledger

    return ledger.Dollars()


def ask_payment(
    *, bank: int, number: str, purpose: str, payee: str, currency: str, amount: Decimal, pay_on: date, at: datetime,
    vouchers: Sequence[Mapping[str, Any]] = (), country: str = "", client: str = "", receipt: int | None = None,
    same_route: bool = True, expected_on: date | None = None, registration: str = "", tax_filing: str = "",
) -> dict[str, Any]:  # fmt: skip
    """申请付汇: ask a bank to pay abroad, with vouchers that serve once; {id, again, advice} (operations.paying)."""
    from pilotzone.rooms.fx.operations import paying

    return paying.ask_payment(
        bank=bank, number=number, purpose=purpose, payee=payee, currency=currency, amount=amount, pay_on=pay_on, at=at,
        vouchers=vouchers, country=country, client=client, receipt=receipt, same_route=same_route,
        expected_on=expected_on, registration=registration, tax_filing=tax_filing,
    )  # fmt: skip


def decide_payment(*, payment: int, decision: str, reference: str, at: datetime, note: str = "") -> dict[str, Any]:
    """The bank's decision on a payment: pay, ask or refuse; once for each reference."""
    from pilotzone.rooms.fx.operations import paying

    return paying.decide_payment(payment=payment, decision=decision, reference=reference, at=at, note=note)


def report_payment(*, payment: int, at: datetime, kind: str = "") -> None:
    """贸易信贷报告 of an advance paid or a deferred payment."""
    from pilotzone.rooms.fx.operations import paying

    paying.report_payment(payment=payment, at=at, kind=kind)


def payment_news(at: datetime) -> dict[str, Any]:
    """What banks decided of the own payments of the caller's firm lately: {rows, total}, the newest first."""
    from pilotzone.rooms.fx.queries import payments as found

    return found.news(at)


def payments_numbered(number: str) -> list[dict[str, Any]]:
    """The payments of exactly this number that the caller sees."""
    from pilotzone.rooms.fx.queries import payments as found

    return found.numbered(number)


def payment_lives(number: str) -> list[dict[str, Any]]:
    """The lives of the payments of exactly this number that the caller sees: state, who holds it now, what happened when."""
    from pilotzone.rooms.fx.queries import payments as found

    return found.lives(number)


def payments(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """A page of payments the caller sees: {rows, total, page, waiting}. Filters: state, purpose, number, since, until."""
    from pilotzone.rooms.fx.queries import payments as asked

    return asked.payments(filters, page, size)


def payment(number: int) -> dict[str, Any]:
    """One payment with vouchers, advice and decisions. Denied where it is not the caller's."""
    from pilotzone.rooms.fx.queries import payments as asked

    return asked.payment(number)


def institution_duties(
    filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50, *, on: date
) -> dict[str, Any]:  # fmt: skip
    """A page of what a payment institution has to do, the next due first, each with its record (queries.institution)."""
    from pilotzone.rooms.fx.queries import institution

    return institution.duties(filters, page, size, on=on)
