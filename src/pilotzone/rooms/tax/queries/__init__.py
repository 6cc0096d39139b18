"""What the room answers to pages: plain data, money as text with two decimals, within the caller's scope.

Row-level security decides whose rows are there: the buyer his own, customs and tax officers all, a firm its
guarantee and the bills of its lists, a county none.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import F, Q, QuerySet

from pilotzone.base.days import SHANGHAI, day_ends
from pilotzone.base.money import to_cents, yuan
from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.tax.engine.bills import CANCELLED
from pilotzone.rooms.tax.engine.quota import annual_limit
from pilotzone.rooms.tax.models import (
    GuaranteeAccount,
    GuaranteeEntry,
    GuaranteeHold,
    QuotaBalance,
    QuotaEntry,
    QuotaHold,
    TaxBill,
)
from pilotzone.rooms.tax.queries.export import paged

HALF_A_CENT = Decimal("0.005")


def quota_of(buyer_key: str, year: int) -> dict[str, Any]:
    """A buyer's year: the platform's own figure and, apart from it, what customs told.

    `known` False: this platform booked nothing that the caller may see. `customs` is None while customs said nothing.
    Raises Gap for a year before the channel existed.
    """
    row = QuotaBalance.objects.filter(buyer_key=buyer_key, year=year).first()
    if row is None:
        limit = annual_limit(date(year, 12, 31))
        return {"buyer_key": buyer_key, "year": year, "known": False, **_amounts(limit), "customs": None}
    customs = None
    if row.customs_told_at is not None:
        room = None if row.customs_room is None else yuan(row.customs_room)
        customs = {"told_at": row.customs_told_at, "room": room, "over": row.customs_room is not None}
    return {
        "buyer_key": buyer_key,
        "year": year,
        "known": True,
        **_amounts(row.limit_amount, row.reserved, row.used, row.disputed),
        "exceeds": row.exceeds,
        "customs": customs,
    }


def quota_statement(buyer_key: str, year: int) -> list[dict[str, Any]]:
    """Every entry of a buyer's year by the time of what happened, oldest first, with the running sums."""
    reserved = used = disputed = Decimal(0)
    rows = []
    for entry in QuotaEntry.objects.filter(buyer_key=buyer_key, year=year).order_by("at", "id"):
        reserved += entry.reserved_change
        used += entry.used_change
        disputed += entry.disputed_change
        rows.append(
            {
                "at": entry.at,
                "list_key": entry.list_key,
                "event": entry.event,
                "reference": entry.reference,
                "amount": yuan(entry.amount),
                "reserved": yuan(reserved),
                "used": yuan(used),
                "disputed": yuan(disputed),
            }
        )
    return rows


def quota_entries(*, after: int = 0, limit: int = 1000) -> list[dict[str, Any]]:
    """The ledger in bulk for reconciliation, in writing order from the entry after `after`."""
    rows = QuotaEntry.objects.filter(id__gt=after).order_by("id").values()[:limit]
    return [dict(row) for row in rows]


def quota_lists(buyer_key: str, year: int) -> list[dict[str, Any]]:
    """Every list of a buyer's year with what of it counts and whether it is disputed."""
    holds = QuotaHold.objects.filter(buyer_key=buyer_key, year=year).order_by("list_key")
    return [
        {
            "list_key": hold.list_key,
            "state": hold.state,
            "amount": yuan(hold.amount),
            "given_back": yuan(hold.given_back),
            "disputed": hold.disputed,
        }
        for hold in holds
    ]


def guarantee_of(organisation: int) -> dict[str, Any]:
    """A firm's guarantee: lodged, held and free; `known` False where it never lodged any."""
    row = GuaranteeAccount.objects.filter(organisation_id=organisation).first()
    deposited, held = (row.deposited, row.held) if row else (Decimal(0), Decimal(0))
    return {
        "organisation": organisation,
        "known": row is not None,
        "deposited": yuan(deposited),
        "held": yuan(held),
        "free": yuan(deposited - held),
        "lists": GuaranteeHold.objects.filter(organisation_id=organisation, released__lt=F("amount")).count(),
    }


def fullest_guarantees(*, limit: int = 50) -> list[dict[str, Any]]:
    """The guarantees an officer sees, the fullest first: {organisation, name, deposited, held, free, share}.

    `share` is the part held of what is lodged, 0 to 1; 1 where nothing is lodged.
    """
    rows = list(GuaranteeAccount.objects.order_by((F("held") - F("deposited")).desc())[:limit])
    names = dict(Organisation.objects.filter(pk__in=[one.organisation_id for one in rows]).values_list("pk", "name"))
    return [
        {
            "organisation": one.organisation_id,
            "name": names.get(one.organisation_id, ""),
            "deposited": yuan(one.deposited),
            "held": yuan(one.held),
            "free": yuan(one.deposited - one.held),
            "share": one.held / one.deposited if one.deposited else Decimal(1),
        }
        for one in rows
    ]


def guarantee_statement(
    organisation: int,
    page: int = 1,
    size: int = 50,
    *,
    event: str = "",
    first: date | None = None,
    last: date | None = None,
) -> dict[str, Any]:
    """The entries of a firm's guarantee, newest first by the time of what happened, not of its arrival here.

    {rows, total, page, pages}; those of one event (DEPOSIT, WITHDRAW, HOLD, RELEASE), from day `first` to day `last`.
    """
    found = GuaranteeEntry.objects.filter(organisation_id=organisation)
    if event:
        found = found.filter(event=event)
    if first:
        found = found.filter(at__gte=datetime.combine(first, time(), SHANGHAI))
    if last:
        found = found.filter(at__lt=day_ends(last))
    entries, told = paged(found.order_by("-at", "-id"), page, size)
    rows = [
        {
            "at": entry.at,
            "event": entry.event,
            "list_key": entry.list_key,
            "reference": entry.reference,
            "paper": entry.paper,
            "deposited_change": yuan(entry.deposited_change),
            "held_change": yuan(entry.held_change),
        }
        for entry in entries
    ]
    return {"rows": rows, **told}


def bill_of(invt_no: str) -> list[dict[str, Any]]:
    """The bills of a customs list number, newest word first: customs, ours, and the difference kind by kind."""
    return [_bill(row) for row in TaxBill.objects.filter(invt_no=invt_no).order_by("-returned_at")]


def bills_due(on: date, *, limit: int = 200) -> list[dict[str, Any]]:
    """Bills to be paid on a day: inside days 31 to 45 after release, not paid, not cancelled; the most urgent first."""
    rows = TaxBill.objects.filter(pay_from__lte=on, pay_to__gte=on, receipt_no="").exclude(status=CANCELLED)
    rows = rows.order_by("pay_to")
    return [_bill(row) for row in rows[:limit]]


def bills(filters: Mapping[str, Any] | None = None, page: int = 1, size: int = 50) -> dict[str, Any]:
    """A page of bills the caller sees, the newest word first: {rows, total, page, pages, differing, overdue}.

    Filters: number (of the bill or the list, exact), differs (True: customs' amount is not ours), due (a day inside the
    days to pay), standing (paid, open, overdue, cancelled) with the day `on` it is asked for. `differing` and `overdue`
    count under the number alone.
    """
    asked = filters or {}
    found = TaxBill.objects.all()
    if number := str(asked.get("number") or "").strip():
        found = found.filter(Q(tax_no=number) | Q(invt_no=number))
    on = asked.get("on")
    differing = found.filter(_differs()).count()
    overdue = found.filter(_overdue(on)).count() if on else 0
    if due := asked.get("due"):
        found = found.filter(pay_from__lte=due, pay_to__gte=due, receipt_no="").exclude(status=CANCELLED)
    if asked.get("differs"):
        found = found.filter(_differs())
    if standing := asked.get("standing"):
        found = _standing(found, str(standing), on)
    size = max(1, min(size, 500))
    total = found.count()
    pages = max(1, -(-total // size))
    page = max(1, min(page, pages))
    rows = found.order_by("-returned_at", "tax_no")[(page - 1) * size : page * size]
    return {
        "rows": [_bill(row) for row in rows], "total": total, "page": page, "pages": pages, "differing": differing,
        "overdue": overdue,
    }  # fmt: skip


def _standing(found: QuerySet[TaxBill], standing: str, on: date | None) -> QuerySet[TaxBill]:
    if standing == "paid":
        return found.exclude(receipt_no="")
    if standing == "cancelled":
        return found.filter(status=CANCELLED, receipt_no="")
    if standing == "overdue" and on is not None:
        return found.filter(_overdue(on))
    return found.filter(receipt_no="").exclude(status=CANCELLED)


def _overdue(on: date) -> Q:
    """The last day to pay is over, and it is neither paid nor cancelled."""
    return Q(pay_to__lt=on, receipt_no="") & ~Q(status=CANCELLED)


def _differs() -> Q:
    """Customs' amount of some kind is a cent or more from ours; a side that has not told yet differs from nothing."""
    apart = Q()
    for kind in ("tariff", "consumption_tax", "vat"):
        customs, ours = f"customs_{kind}", F(f"our_{kind}")
        apart |= Q(**{f"{customs}__gte": ours + HALF_A_CENT}) | Q(**{f"{customs}__lte": ours - HALF_A_CENT})
    return apart


def _bill(row: TaxBill) -> dict[str, Any]:
    kinds = {}
    for kind in ("tariff", "consumption_tax", "vat"):
        customs, ours = getattr(row, f"customs_{kind}"), getattr(row, f"our_{kind}")
        known = customs is not None and ours is not None
        kinds[kind] = {
            "customs": None if customs is None else yuan(customs),
            "ours": None if ours is None else yuan(ours),
            "difference": yuan(customs - ours) if known else None,
        }
    return {
        "tax_no": row.tax_no,
        "invt_no": row.invt_no,
        "list_key": row.list_key,
        "status": row.status,
        "returned_at": row.returned_at,
        "duty_no": row.duty_no,
        "assure_code": row.assure_code,
        "amounts": kinds,
        "agrees": _agrees([told["difference"] for told in kinds.values()]),
        "released_on": row.released_on,
        "pay_from": row.pay_from,
        "pay_to": row.pay_to,
        "receipt_no": row.receipt_no,
        "paid_on": row.paid_on,
        "due": _due(row),
        "lines": row.lines,
    }


def _due(row: TaxBill) -> Decimal | None:
    """Customs' sum in whole cents; None while it has not told it."""
    told = (row.customs_tariff, row.customs_consumption_tax, row.customs_vat)
    return None if None in told else to_cents(sum((part for part in told if part is not None), Decimal(0)))


def _agrees(differences: list[str | None]) -> bool | None:
    """None while one side has not told its amounts."""
    return None if None in differences else all(told == "0.00" for told in differences)


def _amounts(
    limit: Decimal,
    reserved: Decimal = Decimal(0),
    used: Decimal = Decimal(0),
    disputed: Decimal = Decimal(0),
) -> dict[str, str]:
    return {
        "limit": yuan(limit),
        "reserved": yuan(reserved),
        "used": yuan(used),
        "disputed": yuan(disputed),
        "left": yuan(max(Decimal(0), limit - reserved - used)),
    }
