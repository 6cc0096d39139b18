"""What people do here: a buyer disputes a purchase, an officer records a guarantee. Each is a batch of one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import connection

from pilotzone.base.errors import Denied
from pilotzone.kernel import audit, events
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, SYSTEM
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.tax.engine.guarantee import Deposit, Guaranteed
from pilotzone.rooms.tax.engine.quota_records import Booked, Dispute
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.models import QuotaHold
from pilotzone.rooms.tax.operations.guarantee import guarantee
from pilotzone.rooms.tax.operations.quota import book


def dispute(*, list_key: str, reference: str, at: datetime, settled: bool = False, reason: str = "") -> Booked:
    """不是我买的: mark what a list takes of the quota as disputed, or, `settled`, take the mark away.

    Needs an open scope that may see the list (its buyer, customs, tax); `reference` is the case number. Raises
    Refused `rule.quota.unknown_list` for a list the caller may not see, whether it exists or not.
    """
    if not QuotaHold.objects.filter(list_key=list_key).exists():
        raise refused("rule.quota.unknown_list", list_key=list_key[:200])
    verb = "tax.quota.settle" if settled else "tax.quota.dispute"
    audit.record(verb, object_kind="tax.list", object_id=list_key, after={"case": reference}, reason=reason)
    with scope(PLATFORM), connection.cursor() as cursor:
        booked = book(cursor, [Dispute(list_key, reference, settled)], at=at)[0]
        if booked.ok and not booked.again:
            events.publish(verb, [{"list_key": list_key, "case": reference, "year": booked.year}], cursor=cursor)
        return booked


def deposit(
    *, organisation: int, amount: Decimal, reference: str, at: datetime, paper: str = "cash", reason: str = ""
) -> Guaranteed:
    """Record guarantee that customs accepted (`amount` above zero) or gave back (below), by its paper's number.

    Raises Denied for everybody but customs officers and the platform.
    """
    actor = current()
    if not (actor.kind == SYSTEM or (actor.kind == AGENCY and actor.unit_path == "zone.customs")):
        raise Denied(
            code="access.guarantee",
            zh="只有海关可以登记税款担保",
            en="Only customs may record a tax guarantee",
            source="海关总署公告2018年第194号",
        )
    after = {"amount": str(amount), "paper": paper, "reference": reference}
    audit.record(
        "tax.guarantee.deposit", object_kind="organisation", object_id=organisation, after=after, reason=reason
    )
    with scope(PLATFORM), connection.cursor() as cursor:
        told = guarantee(cursor, [Deposit(organisation, amount, reference, paper)], at=at)[0]
        if told.ok and not told.again:
            events.publish("tax.guarantee.deposit", [{"organisation": organisation, **after}], cursor=cursor)
        return told
