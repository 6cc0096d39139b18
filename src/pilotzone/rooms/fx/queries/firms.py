"""A firm's own 收结汇: its standing on SAFE's list, the year's sums, reports to make, advances, and the total check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import Case, Count, F, Max, Q, Sum, When

from pilotzone.base.days import SHANGHAI, day_ends, day_of
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.fx.engine.advances import add_months, standing
from pilotzone.rooms.fx.engine.amounts import ZERO
from pilotzone.rooms.fx.engine.checks import LEVELS, Extra, Month, total_check
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.persons import micro_level, opening
from pilotzone.rooms.fx.models import CheckMonth, Consent, CreditReport, Decision, Entry, Outlay, Party, Receipt
from pilotzone.rooms.fx.queries import facts

FIELDS = ("exports", "list_exports", "imports", "receipts", "payments", "netted")
UNLISTED = ("enterprise", "trader")
LARGEST = 500


def of_firm(*, on: date) -> dict[str, Any]:
    """The caller's firm: party, year (received, paid, limit, level), reports, outlays, consents, check."""
    organisation = current().organisation or 0
    law = Law(on)
    party = Party.objects.filter(pk=organisation).first()
    received, paid = facts.year_of(organisation, on)
    micro = not (party and party.klass) and law.stands("fx.micro_trader_usd")
    owed, advanced = reports(organisation, size=50, on=on), outlays(size=LARGEST, on=on)
    return {
        "party": party and {
            "kind": party.kind, "klass": party.klass, "recognised_on": party.recognised_on, "listed_on": party.listed_on,
            "keeps_pending": party.keeps_pending, "room_usd": party.room_usd, "klass_until": party.klass_until,
        },
        "year": {
            "received": received, "paid": paid, "limit": law["fx.micro_trader_usd"] if micro else None,
            "level": micro_level(max(received, paid), law) if micro else "",
        },
        "reports": owed["rows"], "reports_total": owed["total"],
        "outlays": advanced["rows"], "outlays_total": advanced["total"],
        "banks": banks(organisation),
        "check": check_of(organisation, on=on),
        "parameters": list(law.used()),
    }  # fmt: skip


def banks(organisation: int) -> list[dict[str, Any]]:
    """Every bank of the zone, and whether the firm's consent stands."""
    given = dict(
        Consent.objects.filter(organisation_id=organisation, withdrawn_at=None).values_list("bank_id", "given_at")
    )
    found = Organisation.objects.filter(roles__contains=["bank"]).order_by("pk")
    return [
        {"id": one.pk, "zh": one.name, "en": one.name_en or one.name, "given_at": given.get(one.pk)} for one in found
    ]


def reports(organisation: int | None = None, page: int = 1, size: int = 500, *, on: date) -> dict[str, Any]:
    """Trade credit that is to be reported, the next to be due first, then what was: {rows, total, page}; without a firm, all
    the caller sees."""
    found = CreditReport.objects.filter(usd__gt=0).select_related("receipt")
    if organisation is not None:
        found = found.filter(Q(receipt__organisation_id=organisation) | Q(receipt__client_id=organisation))
    ordered = found.order_by(F("reported_at").asc(nulls_first=True), "due_on", "id")
    size, total = max(1, min(size, LARGEST)), found.count()
    page = max(1, min(page, -(-total // size) or 1))
    return {"rows": _reports(list(ordered[(page - 1) * size : page * size]), on), "total": total, "page": page}


def _reports(rows: list[CreditReport], on: date) -> list[dict[str, Any]]:
    ids = {one.receipt.organisation_id for one in rows}
    names = {one.pk: one for one in Organisation.objects.filter(pk__in=ids)}
    return [
        {
            "id": one.pk, "receipt": one.receipt_id, "number": one.receipt.number, "kind": one.kind, "usd": one.usd,
            "firm_zh": names[one.receipt.organisation_id].name,
            "firm_en": names[one.receipt.organisation_id].name_en or names[one.receipt.organisation_id].name,
            "due_on": one.due_on, "reported_at": one.reported_at, "safe_no": one.safe_no,
            "light": _light(one, on),
        }
        for one in rows
    ]  # fmt: skip


def _light(one: CreditReport, on: date) -> str:
    if one.reported_at is not None:
        return "green"
    return "red" if one.due_on < on else "yellow"


def outlays(page: int = 1, size: int = 50, *, on: date) -> dict[str, Any]:
    """代垫 the caller sees, what is still owed first: who advanced for whom, how much, until when; {rows, total, page}."""
    settled = Case(When(repaid__gte=F("amount"), then=1), default=0)
    size, total = max(1, min(size, LARGEST)), Outlay.objects.count()
    page = max(1, min(page, -(-total // size)))
    rows = list(Outlay.objects.order_by(settled, "due_on", "id")[(page - 1) * size : page * size])
    ids = {number for row in rows for number in (row.organisation_id, row.client_id)}
    names = {one.pk: one for one in Organisation.objects.filter(pk__in=ids)}
    told = []
    for row in rows:
        state, why = standing(row.amount, row.repaid, row.due_on, on)
        told.append({
            "id": row.pk, "by": names[row.organisation_id].name, "client": names[row.client_id].name,
            "own": row.organisation_id == current().organisation, "kind": row.kind, "currency": row.currency,
            "amount": row.amount, "left": row.amount - row.repaid, "advanced_on": row.advanced_on,
            "due_on": row.due_on, "state": state, "reason": why.as_texts() if why else None,
            "light": {"open": "yellow", "repaid": "green", "overdue": "red"}[state],
        })  # fmt: skip
    return {"rows": told, "total": total, "page": page}


def check_of(organisation: int, *, on: date) -> dict[str, Any]:
    """The rolling total check of a firm over the months before the month of `on`: indicators, levels, reasons."""
    return _checked([organisation], on)[organisation]


def checks(*, on: date, level: str = "") -> list[dict[str, Any]]:
    """The total check of every firm the caller sees, the gravest first."""
    firms = list(CheckMonth.objects.values_list("organisation_id", flat=True).distinct())
    names = {one.pk: one for one in Organisation.objects.filter(pk__in=firms)}
    classes = dict(Party.objects.filter(pk__in=firms).values_list("pk", "klass"))
    rows = [
        told
        | {
            "organisation": firm, "zh": names[firm].name, "en": names[firm].name_en or names[firm].name,
            "klass": classes.get(firm, ""),
        }
        for firm, told in _checked(list(names), on).items()
    ]  # fmt: skip
    chosen = [row for row in rows if not level or row["level"] == level]
    return sorted(chosen, key=lambda row: (-LEVELS.index(row["level"]), row["organisation"]))


def _checked(firms: Sequence[int], on: date) -> dict[int, dict[str, Any]]:
    """The check of each firm, read for all of them at once."""
    last = on.replace(day=1)
    first = add_months(last, -int(Law(on)["fx.total_check.months"]))
    months: dict[int, list[CheckMonth]] = {firm: [] for firm in firms}
    for row in CheckMonth.objects.filter(organisation_id__in=firms, month__gte=first, month__lt=last).order_by("month"):
        months[row.organisation_id].append(row)
    refunds = Entry.objects.filter(
        receipt__organisation_id__in=firms, event__in=["RETURN", "REFUND"], at__date__gte=first
    ).values_list("receipt__organisation_id")
    given = {firm: (times, most) for firm, times, most in refunds.annotate(times=Count("id"), most=Max("usd"))}
    return {firm: _check(rows, *given.get(firm, (0, ZERO)), first, last, on) for firm, rows in months.items()}


def _check(rows: Sequence[CheckMonth], times: int, most: Decimal, first: date, last: date, on: date) -> dict[str, Any]:
    months = [Month(**{name: getattr(row, name) for name in FIELDS}) for row in rows]
    balance = rows[-1].credit_balance if rows else ZERO
    extra = Extra(credit_balance=balance, refund_times=times, refund_largest=max(most, ZERO))
    return total_check(months, on=on, extra=extra).as_dict() | {"months": len(months), "first": first, "last": last}


def figures(*, on: date) -> dict[str, Any]:
    """Task 9 and 10 in figures for the year: settled directly, its share, receipts, failed checks, individuals served."""
    with scope(PLATFORM):
        year = Entry.objects.filter(event__in=["SETTLE", "CREDIT"], at__year=on.year)
        settled = year.aggregate(sum=Sum("usd"))["sum"] or ZERO
        direct = year.filter(receipt__outcome="direct").aggregate(sum=Sum("usd"))["sum"] or ZERO
        refused = Decision.objects.filter(maker="bank", outcome="refuse", at__year=on.year).count()
        firms = Receipt.objects.filter(received_on__year=on.year).values("organisation_id").distinct().count()
    share = direct / settled if settled else Decimal(0)
    return {"settled": settled, "direct": direct, "share": share, "refused": refused, "firms": firms}


def settled_in(first: date, last: date) -> dict[str, Any]:
    """Settled or credited from `first` to `last`, of the whole zone: {usd, entries, days}; `days` the mean from receipt, None without any."""
    with scope(PLATFORM):
        rows = list(
            Entry.objects.filter(event__in=["SETTLE", "CREDIT"]).filter(at__gte=_begins(first), at__lt=day_ends(last))
            .values_list("usd", "at", "receipt__received_on")
        )  # fmt: skip
    days = [Decimal((day_of(at) - received).days) for _usd, at, received in rows]
    usd = sum((usd for usd, _at, _received in rows), ZERO)
    return {"usd": usd, "entries": len(rows), "days": sum(days, ZERO) / len(days) if days else None}


def _begins(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=SHANGHAI)


def opening_pack(have: list[str], *, on: date) -> dict[str, Any]:
    """What a person's file for an account still lacks on a day."""
    law = Law(on)
    lacks, why = opening(have, law)
    return {"lacks": lacks, "reason": why.as_texts() if why else None, "parameters": list(law.used())}
