"""What counterparts tell: a bank its receipts, SAFE its list, its rates and its months. Repeated, it changes nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q

from pilotzone.base.days import day_of, span_end
from pilotzone.base.errors import Problem, Refused
from pilotzone.base.money import decimal
from pilotzone.kernel import audit, events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx.engine.amounts import ZERO, amount_of, currency_of, in_usd
from pilotzone.rooms.fx.engine.institutions import single
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.records import INSTITUTION, KINDS
from pilotzone.rooms.fx.errors import refused
from pilotzone.rooms.fx.models import CheckMonth, CreditReport, Party, Receipt, UsdRate
from pilotzone.rooms.fx.queries.facts import rates_of

BREACH, BREACH_DAYS = "breach", "fx.payment_institution_act_days"
SAME = ("organisation_id", "currency", "amount", "received_on")
SUMS = ("exports", "list_exports", "imports", "receipts", "payments", "netted", "credit_balance")


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of one row: the receipt's id, or the problem that refused it; `again` where it was known."""

    number: str
    receipt: int | None = None
    again: bool = False
    problem: Problem | None = None


def take_receipts(rows: Iterable[Mapping[str, Any]], *, bank: int, at: datetime) -> list[Taken]:
    """Keep what a bank says came in; one answer each. A refused row leaves nothing behind and stops no other.

    Rows: number, payee (USCC or customs code), client? (the same), payer, country?, currency, amount, received_on,
    via_institution?. The same number with other words is refused `rule.fx.receipt_taken`.
    """
    answers = []
    for row in rows:
        number = str(row.get("number", ""))[:40]
        try:
            with scope(PLATFORM):
                receipt, again = _take(row, bank, at)
            answers.append(Taken(number, receipt.pk, again))
        except Problem as problem:
            answers.append(Taken(number, problem=problem))
    return answers


def _take(row: Mapping[str, Any], bank: int, at: datetime) -> tuple[Receipt, bool]:
    number = _text(row.get("number"), 40)
    on = day_in(row.get("received_on"), at)
    currency = currency_of(str(row.get("currency", "")), on=on)
    amount = amount_of(str(row.get("amount", "")), currency, on=on)
    client = _firm(row["client"]) if row.get("client") else None
    made = Receipt(
        bank_id=bank, number=number, organisation_id=_firm(row.get("payee")), client_id=client,
        payer=_text(row.get("payer"), 120), country=_text(row.get("country") or "-", 3).strip("-"), currency=currency,
        amount=amount, usd=in_usd(amount, currency, rates_of(on), on=on), received_on=on,
        via_institution=row.get("via_institution") is True, taken_at=at,
    )  # fmt: skip
    before = Receipt.objects.filter(bank_id=bank, number=number).first()
    if before is not None:
        if any(getattr(before, name) != getattr(made, name) for name in SAME):
            raise refused("rule.fx.receipt_taken", number=number)
        return before, True
    made.save(force_insert=True)
    _breach(made)
    after = {"bank": bank, "number": number, "amount": f"{amount:f}", "currency": currency}
    audit.record("fx.receive", object_kind="fx.receipt", object_id=made.pk, after=after)
    events.publish("fx.receipt", [{"receipt": made.pk, "organisation": made.organisation_id, "usd": f"{made.usd:f}"}])
    return made, False


def _breach(made: Receipt) -> None:
    """大额违规 (F5): what came through a payment institution above the single limit of its day is to be reported."""
    party = Party.objects.filter(pk=made.organisation_id).first()
    law = Law(made.received_on)
    if not (made.via_institution or (party is not None and party.kind == INSTITUTION)):
        return
    if law.stands(BREACH_DAYS) and single(made.usd, law) is not None:
        due = span_end(made.received_on, int(law[BREACH_DAYS]))
        CreditReport.objects.create(receipt=made, kind=BREACH, usd=made.usd, due_on=due)


def take_names(rows: Iterable[Mapping[str, Any]], *, at: datetime, synthetic: bool = False) -> int:
    """SAFE's list as it stands: {code, kind, klass, listed_on?, recognised_on?, klass_until?, room_usd?}; how many.

    Firms nobody knows here are passed over. What the firm itself chose (a pending-verification account) stays.
    """
    done = 0
    with scope(PLATFORM):
        for row in rows:
            firm = find_firm(str(row.get("code", "")))
            if firm is None:
                continue
            kind, klass = str(row["kind"]), str(row.get("klass", ""))
            if kind not in KINDS or klass not in ("", "A", "B", "C"):
                raise Refused(code="rule.fx.decision", zh="名录数据有误", en="The list is not in order", source="fx")
            values = {
                "kind": kind, "klass": klass, "room_usd": decimal(str(row.get("room_usd", "0"))), "told_at": at,
                "synthetic": synthetic,
                **{name: _date(row.get(name)) for name in ("listed_on", "recognised_on", "klass_until")},
            }  # fmt: skip
            Party.objects.update_or_create(organisation_id=firm, defaults=values)
            done += 1
    return done


def take_rates(rows: Iterable[Mapping[str, Any]], *, at: datetime) -> int:
    """SAFE's table of a month's start: {month, currency, usd, source}; how many were new. A known rate stands."""
    with scope(PLATFORM):
        made = 0
        for row in rows:
            month = date.fromisoformat(str(row["month"])).replace(day=1)
            usd = decimal(str(row["usd"]))
            if usd <= ZERO:
                raise refused("rule.fx.amount", text=str(row["usd"])[:40], most="—")
            _, new = UsdRate.objects.get_or_create(
                month=month, currency=currency_of(str(row["currency"]), on=month),
                defaults={"usd": usd, "source": str(row.get("source", ""))[:120], "told_at": at},
            )  # fmt: skip
            made += new
        return made


def take_months(rows: Iterable[Mapping[str, Any]], *, at: datetime) -> int:
    """Months for the total check: {code, month, exports, …} in dollars; the later word stands. How many were kept."""
    with scope(PLATFORM):
        done = 0
        for row in rows:
            firm = find_firm(str(row.get("code", "")))
            if firm is None:
                continue
            sums: dict[str, Any] = {name: _sum(row.get(name, "0")) for name in SUMS}
            CheckMonth.objects.update_or_create(
                organisation_id=firm, month=date.fromisoformat(str(row["month"])).replace(day=1),
                defaults=sums | {"told_at": at},
            )  # fmt: skip
            done += 1
        return done


def find_firm(code: str) -> int | None:
    """The organisation with this USCC or customs code."""
    if not code or "\0" in code:
        return None
    return Organisation.objects.filter(Q(uscc=code) | Q(customs_code=code)).values_list("pk", flat=True).first()


def day_in(value: Any, at: datetime) -> date:
    """A day that is written and not after today. Raises Refused `rule.fx.day`."""
    try:
        day = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise refused("rule.fx.day", text=str(value)[:20]) from None
    if day > day_of(at) or day.year < 2000:
        raise refused("rule.fx.day", text=day.isoformat())
    return day


def _sum(value: Any) -> Decimal:
    found = decimal(str(value))
    if found < ZERO:
        raise refused("rule.fx.amount", text=str(value)[:40], most="—")
    return found


def _firm(code: Any) -> int:
    found = find_firm(str(code or ""))
    if found is None:
        raise refused("rule.fx.payee_unknown", firm=str(code or "—")[:20])
    return found


def _text(value: Any, longest: int) -> str:
    text = str(value or "").replace("\0", "").strip()
    if not text or len(text) > longest:
        raise refused("rule.fx.receipt_unknown")
    return text


def _date(value: Any) -> date | None:
    return date.fromisoformat(str(value)) if value else None
