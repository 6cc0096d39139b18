"""Writes the refund ledger: the engine decides, entries and sums are kept together, one firm at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from django.db.models import F, Sum

from pilotzone.rooms.tax.engine.export.ledger import APPLIED, FREE, REFUNDED, Entry, Key, RefundLedger, Standing
from pilotzone.rooms.tax.models import RefundAccount, RefundEntry, RefundFiling, RefundLine


def open_(firm: int, keys: Iterable[Key]) -> RefundLedger:
    """The ledger of these lines; the firm's account is locked until the transaction ends."""
    RefundAccount.objects.get_or_create(organisation_id=firm)
    RefundAccount.objects.select_for_update().get(organisation_id=firm)
    wanted = set(keys)
    lists = {key[0] for key in wanted}
    lines = {
        (row.list_no, row.line_no): Standing(APPLIED, row.amount)
        for row in RefundLine.objects.filter(list_no__in=lists, standing=True)
    }
    sums = (
        RefundEntry.objects.filter(list_no__in=lists).values("list_no", "line_no")
        .annotate(refunded=Sum("refunded_change"), clawed=Sum("clawed_change"))
    )  # fmt: skip
    for row in sums:
        standing = lines.get((row["list_no"], row["line_no"]))
        if standing is not None:
            standing.refunded, standing.clawed = row["refunded"], row["clawed"]
    paid = RefundEntry.objects.filter(list_no__in=lists, event="REFUND").values_list("list_no", "line_no")
    for key in paid:
        lines.setdefault(key, Standing()).state = REFUNDED
    return RefundLedger({key: standing for key, standing in lines.items() if key in wanted and standing.state != FREE})


def write(filing: RefundFiling, entries: Sequence[Entry], *, at: datetime, reference: str = "") -> None:
    """Keep the entries and add them to the account."""
    RefundEntry.objects.bulk_create(
        RefundEntry(
            organisation_id=filing.organisation_id, filing=filing, list_no=one.key[0], line_no=one.key[1], event=one.event,
            applied_change=one.applied, refunded_change=one.refunded, clawed_change=one.clawed, reference=reference[:60],
            at=at,
        )
        for one in entries
    )  # fmt: skip
    total = lambda name: sum((getattr(one, name) for one in entries), Decimal(0))  # noqa: E731
    RefundAccount.objects.filter(organisation_id=filing.organisation_id).update(
        applied=F("applied") + total("applied"), refunded=F("refunded") + total("refunded"),
        clawed=F("clawed") + total("clawed"),
    )  # fmt: skip
