"""付汇: the advice on one payment abroad, by the law of the day of payment. Banks decide; this is evidence and advice.

Goods, advances, refunds to overseas buyers, and the overseas costs of exported goods, which a platform or carrier may
advance for its client (F7). Pure: it knows no database and no clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.base.days import span_end
from pilotzone.reference import calendar
from pilotzone.rooms.fx.engine import advances, institutions, persons
from pilotzone.rooms.fx.engine.amounts import CNY, ZERO, share, shown
from pilotzone.rooms.fx.engine.classes import SOURCE
from pilotzone.rooms.fx.engine.credits import ADVANCED, DEFERRED
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.netting import COSTS
from pilotzone.rooms.fx.engine.records import (
    CURRENT,
    INDIVIDUAL,
    INSTITUTION,
    REFUSE,
    REGISTER,
    REVIEW,
    RMB,
    WAIT,
    Advice,
    C,
    Evidence,
    Money,
    Payee,
    ReportDue,
)
from pilotzone.rooms.fx.engine.refunds import BANK, refund
from pilotzone.rooms.fx.errors import Reason, reason, refused

ALGORITHM = "fx_payment/1"
GOODS, ADVANCE, REFUND, ADVERTISING = "goods", "advance", "refund", "advertising"
TRADE = (GOODS, ADVANCE)
SERVICES = (*COSTS, ADVERTISING)
PURPOSES = (*TRADE, REFUND, *SERVICES)
DECLARATION = "declaration"
CONTRACT = "contract"
VOUCHERS = (CONTRACT, "invoice", DECLARATION, "statement", "return")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """A voucher as far as it stands behind the payment: who issued it, and dollars used of it here."""

    kind: str
    issuer: str
    usd: Decimal
    dated_on: date


def family(kind: str) -> str:
    """Contract, declaration and bill each tell the same goods once: what covers a payment is summed within one family."""
    return kind if kind in (CONTRACT, DECLARATION) else "bill"


def covered_by(papers: Sequence[Paper]) -> Decimal:
    """Dollars of the payment that its papers stand for: the family that covers most."""
    sums: dict[str, Decimal] = {}
    for one in papers:
        sums[family(one.kind)] = sums.get(family(one.kind), ZERO) + one.usd
    return max(sums.values(), default=ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """The receipt that is sent back: who paid it, when; `own`: it is the payer's, as payee or client."""

    payer: str
    received_on: date
    own: bool = True
    same_route: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A payment: `for_client`: a client's cost is advanced; `ended`: names of the payer's licences that ended before."""

    on: date
    usd: Decimal
    payee: str
    purpose: str
    currency: str = "USD"
    expected_on: date | None = None
    for_client: bool = False
    registration: str = ""
    tax_filing: str = ""
    ended: tuple[str, ...] = ()
    returned: Returned | None = None


def bare(text: str) -> str:
    """Letters and digits of a name or number, folded: what makes it the same paper or firm."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def same_name(one: str, other: str) -> bool:
    """Whether two names mean one: letters and digits alone count, whatever their case."""
    return bare(one) == bare(other) != ""


def day_to_pay(day: date) -> None:
    """Banks pay on working days. Raises Refused `rule.fx.pay.holiday` (with the next), `rule.fx.pay.no_calendar`."""
    found = calendar.look(day)
    if found.provisional:
        raise refused("rule.fx.pay.no_calendar", year=day.year)
    if not found.working:
        following = calendar.next_working_day(day)
        name_zh = found.name_zh or "周末"
        raise refused(
            "rule.fx.pay.holiday", day=day.isoformat(), name_zh=name_zh, name_en=found.name_en or "a weekend",
            next=following.day.isoformat(),
        )  # fmt: skip


def licence(ended: Sequence[str]) -> Reason | None:
    """Why a payer whose licence ended is not served; None where none did."""
    return reason("rule.fx.pay.licence", names="、".join(ended)) if ended else None


def advise_payment(payer: Payee, out: Outgoing, papers: Sequence[Paper]) -> Advice:
    """Every rule that has something to say; the gravest outcome stands: settle (handle), review, wait, register, refuse."""
    law = Law(out.on)
    covered = covered_by(papers)
    told = Advice(account=RMB if out.currency == CNY else CURRENT, share=share(min(covered, out.usd), out.usd))
    if why := licence(out.ended):
        told.say(why, REFUSE)
    if payer.kind == INSTITUTION and (why := institutions.single(out.usd, law)):
        told.say(why, REFUSE)
    _payee(told, out, papers)
    _papers(told, out, papers, covered, law)
    if out.purpose == REFUND:
        _refund(told, payer, out)
    elif out.purpose in SERVICES:
        _service(told, out, law)
    if out.for_client:
        _client(told, out)
    if out.currency == CNY:
        told.say(reason("rule.fx.pay.rmb"))
    elif payer.kind == INDIVIDUAL and out.purpose != REFUND:
        persons.individual(told, payer, _money(out), Evidence(proof=covered >= out.usd), law)
        told.account = persons.PERSONAL
    if out.purpose in (*TRADE, REFUND):
        _klass(told, payer, out, law)
        _credit(told, out, papers, law)
    if not told.reasons:
        told.say(reason("rule.fx.pay.in_order", share=told.share))
    told.parameters = law.used() + told.parameters
    return told


def _money(out: Outgoing) -> Money:
    return Money(on=out.on, usd=out.usd, currency=out.currency)


def _payee(told: Advice, out: Outgoing, papers: Sequence[Paper]) -> None:
    """Who is paid issued the vouchers, or paid the receipt that goes back."""
    if out.returned is not None:
        if not (out.returned.own and same_name(out.returned.payer, out.payee)):
            told.say(reason("rule.fx.pay.refund_payee", payer=out.returned.payer), REFUSE)
        return
    others = [one.issuer for one in papers if one.kind != DECLARATION and not same_name(one.issuer, out.payee)]
    if others:
        told.say(reason("rule.fx.pay.payee", payee=out.payee, issuer=others[0]), REFUSE)


def _papers(told: Advice, out: Outgoing, papers: Sequence[Paper], covered: Decimal, law: Law) -> None:
    if not papers:
        told.missing.append("voucher")
        told.say(reason("rule.fx.pay.no_voucher"), WAIT)
    elif covered < out.usd:
        told.missing.append("voucher")
        told.say(reason("rule.fx.pay.uncovered", covered=shown(covered), usd=shown(out.usd)), WAIT)
    if out.purpose == GOODS and law.stands("fx.payment_check_usd"):
        limit = law["fx.payment_check_usd"]
        if out.usd > limit and not any(one.kind == DECLARATION for one in papers):
            told.missing.append(DECLARATION)
            source = law.source("fx.payment_check_usd")
            told.say(reason("rule.fx.pay.declaration", source=source, usd=shown(out.usd), limit=shown(limit)), WAIT)


def _refund(told: Advice, payer: Payee, out: Outgoing) -> None:
    """F11, by the same rule as a refund the bank enters itself."""
    if out.returned is None:
        told.missing.append("receipt")
        told.say(reason("rule.fx.pay.refund_receipt"), WAIT)
        return
    found = refund(
        received_on=out.returned.received_on,
        on=out.on,
        usd=out.usd,
        klass=payer.klass,
        same_route=out.returned.same_route,
    )
    told.parameters += found.parameters
    told.say(found.reason, "" if found.who == BANK or out.registration else REGISTER)


def _service(told: Advice, out: Outgoing, law: Law) -> None:
    """Overseas costs are services: above the limit of the day the tax office registers the payment first."""
    if not law.stands("fx.payment_tax_filing_usd"):
        return
    limit = law["fx.payment_tax_filing_usd"]
    if out.usd > limit and not out.tax_filing:
        told.missing.append("tax_filing")
        source = law.source("fx.payment_tax_filing_usd")
        told.say(reason("rule.fx.pay.tax_filing", source=source, usd=shown(out.usd), limit=shown(limit)), WAIT)


def _client(told: Advice, out: Outgoing) -> None:
    """F7: overseas storage, logistics and taxes of a client may be advanced, to be repaid within the months of the law."""
    if out.purpose not in COSTS:
        told.say(reason("rule.fx.net_kind", source="汇发〔2020〕11号", kind=out.purpose), REFUSE)
        return
    law = Law(out.on)
    if not law.stands("fx.advance_repay_months"):
        told.say(reason("rule.fx.advance_not_yet"), REFUSE)
        return
    told.parameters += law.used()
    due = advances.due_on(out.on)
    told.say(reason("rule.fx.pay.for_client", source=law.source("fx.advance_repay_months"), due=due))


def _klass(told: Advice, payer: Payee, out: Outgoing, law: Law) -> None:
    """The list, the class, and for who is on no list the small trader's limit; a refund undoes a receipt and counts nowhere."""
    if payer.kind == INDIVIDUAL:
        return
    if not payer.klass:
        if out.purpose in TRADE:
            persons.micro(told, payer, _money(out), law, paying=True)
        return
    if payer.klass == "A":
        return
    if out.registration:
        told.say(reason("rule.fx.pay.registered", number=out.registration), REVIEW)
    elif payer.klass == C:
        told.say(reason("rule.fx.class_c", source=SOURCE), REGISTER)
    else:
        told.say(reason("rule.fx.pay.class_b", source=SOURCE), REVIEW)


def _credit(told: Advice, out: Outgoing, papers: Sequence[Paper], law: Law) -> None:
    """F10 for payments: an advance whose goods come later than the days, a payment later than the days after import."""
    if out.purpose == ADVANCE and law.stands("fx.trade_credit.advance_days"):
        days = int(law["fx.trade_credit.advance_days"])
        if out.expected_on is None or (out.expected_on - out.on).days > days:
            _report(told, ADVANCED, out.on, out, law, days)
    imported = min((one.dated_on for one in papers if one.kind == DECLARATION), default=None)
    if out.purpose == GOODS and imported is not None and law.stands("fx.trade_credit.deferred_days"):
        days = int(law["fx.trade_credit.deferred_days"])
        if (out.on - imported).days > days:
            _report(told, DEFERRED, imported, out, law, days)


def _report(told: Advice, kind: str, since: date, out: Outgoing, law: Law, days: int) -> None:
    due = span_end(since, int(law["fx.trade_credit.report_days"]))
    told.reports.append(ReportDue(kind, out.usd, due))
    source = law.source(f"fx.trade_credit.{kind}_days")
    told.say(reason(f"rule.fx.pay.{kind}_report", source=source, days=days, due=due.isoformat()))
