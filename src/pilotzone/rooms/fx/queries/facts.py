"""What an advice rests on: SAFE's list, the year so far, and the documents linked. Asked as the platform itself."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db.models import Sum

from pilotzone.rooms.fx.engine.amounts import ZERO
from pilotzone.rooms.fx.engine.ledger import REFUSED
from pilotzone.rooms.fx.engine.payees import AGENCY, CLIENT, MARKET, OTHER, OWN, UNKNOWN
from pilotzone.rooms.fx.engine.payments import TRADE
from pilotzone.rooms.fx.engine.records import ENTERPRISE, Collecting, Evidence, Money, Payee
from pilotzone.rooms.fx.models import CheckMonth, Consent, Link, Party, Payment, QuotaYear, Receipt, UsdRate

MARKET_MODE = "1039"
_WEIGHT = (OWN, MARKET, AGENCY, CLIENT, OTHER)


def payee_of(receipt: Receipt) -> Payee:
    """Who the money is for, without this receipt. Nobody on SAFE's list is an unlisted enterprise."""
    on, number = receipt.received_on, receipt.organisation_id
    party = Party.objects.filter(pk=number).first()
    received, paid = year_of(number, on, without=receipt.pk)
    quota = QuotaYear.objects.filter(organisation_id=number, year=on.year).first()
    return Payee(
        kind=party.kind if party else ENTERPRISE,
        klass=klass_of(party, on),
        recognised=bool(party and party.recognised_on and party.recognised_on <= on),
        keeps_pending=bool(party and party.keeps_pending),
        room_usd=party.room_usd if party else ZERO,
        received_usd=received,
        paid_usd=paid,
        quota_used_usd=quota.used_usd if quota else ZERO,
    )


def year_of(
    organisation: int, on: date, *, without: int | None = None, without_payment: int | None = None
) -> tuple[Decimal, Decimal]:  # fmt: skip
    """Receipts and goods payments of the calendar year of a day, in dollars, without the one in question.

    Of payments the larger counts: what SAFE told, or what was asked for on the platform and not refused; SAFE's months
    hold the platform's own payments too, so the two are never added.
    """
    found = Receipt.objects.filter(organisation_id=organisation, received_on__year=on.year).exclude(state=REFUSED)
    received = found.exclude(pk=without or 0).aggregate(sum=Sum("usd"))["sum"] or ZERO
    months = CheckMonth.objects.filter(organisation_id=organisation, month__year=on.year)
    told = months.aggregate(sum=Sum("payments"))["sum"] or ZERO
    asked = Payment.objects.filter(
        organisation_id=organisation, pay_on__year=on.year, purpose__in=TRADE, state__in=("applied", "asked", "paid")
    ).exclude(pk=without_payment or 0)
    return received, max(told, asked.aggregate(sum=Sum("usd"))["sum"] or ZERO)


def money_of(receipt: Receipt) -> Money:
    """The receipt as the engine reads it: the gross amount where costs were netted against it."""
    return Money(
        on=receipt.received_on, usd=receipt.usd + receipt.netted_usd, currency=receipt.currency, purpose=receipt.purpose,
        via_institution=receipt.via_institution,
    )  # fmt: skip


def evidence_of(receipt: Receipt) -> Evidence:
    """What is linked. The exporter furthest from the payee counts; a client is registered where all exporters are."""
    links = list(Link.objects.filter(receipt=receipt, undone_at=None).select_related("document"))
    facts = [link.facts for link in links]
    exported = [date.fromisoformat(one["exported_on"]) for one in facts if one.get("exported_on")]
    relations = [_relation(receipt, link) for link in links]
    return Evidence(
        matched_usd=receipt.linked_usd,
        orders=sum(bool(one.get("order_no")) for one in facts),
        lists=sum(bool(one.get("exported_on")) for one in facts),
        waybills=sum(bool(one.get("logistics_no")) for one in facts),
        registered=all(link.document.exporter_id for link in links),
        proof=bool(links) and receipt.linked_usd >= receipt.usd,
        payee=max(relations, key=_WEIGHT.index) if relations else UNKNOWN,
        exported_on=min(exported, default=None),
        expected_on=receipt.expected_on,
        collecting=Collecting(**dict.fromkeys(receipt.collecting, True)),
    )


def consent_of(receipt: Receipt) -> datetime | None:
    """Since when the bank may see the documents: payee and client, where there is one, have both agreed."""
    wanted = {receipt.organisation_id, receipt.client_id} - {None}
    given = dict(
        Consent.objects.filter(
            organisation_id__in=[one for one in wanted if one], bank_id=receipt.bank_id, withdrawn_at=None
        ).values_list("organisation_id", "given_at")
    )
    return max(given.values()) if set(given) == wanted else None


def rates_of(on: date) -> dict[str, Decimal]:
    """SAFE's table of the month a day is in: currency → dollars."""
    return dict(UsdRate.objects.filter(month=on.replace(day=1)).values_list("currency", "usd"))


def klass_of(party: Party | None, on: date) -> str:
    """A, B or C as SAFE's list tells on a day; empty for who is not listed by then."""
    if party is None or party.listed_on is None or party.listed_on > on:
        return ""
    return party.klass


def _relation(receipt: Receipt, link: Link) -> str:
    exporter = link.document.exporter_id
    if exporter is None or exporter == receipt.organisation_id:
        return OWN
    if exporter == receipt.client_id:
        return CLIENT
    if link.facts.get("mode") == MARKET_MODE:
        return MARKET
    return AGENCY if receipt.agency else OTHER
