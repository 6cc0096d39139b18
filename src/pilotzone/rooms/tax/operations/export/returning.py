"""出口退运的税: follows the returns customs closed (clearance.export_returned) and books what they do to a line's refund, once each.

What came back because customs cancelled the list is undone when customs releases it again (clearance.export_restored, ADR 17).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from pilotzone.base.days import day_of
from pilotzone.base.errors import Problem
from pilotzone.base.money import decimal
from pilotzone.kernel import audit, events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.events import Event
from pilotzone.rooms.tax.engine.export import resettled, returned
from pilotzone.rooms.tax.engine.export.ledger import Key, Standing
from pilotzone.rooms.tax.engine.export.returned import Back, Effect
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.models import ExportRegistration, ExportReturn, Prerefund, RefundFiling, RefundLine
from pilotzone.rooms.tax.operations.export import ledger, settlements
from pilotzone.rooms.tax.operations.export.settlements import standing

RESTORED = "clearance.export_restored"
CONSUMER, KINDS = "tax-export-returns", ("clearance.export_returned", RESTORED)
BOOKED, WAITING = "booked", "waiting"
LONGEST_NO = 20


def follow(limit: int = 100) -> int:
    """Read the next returns; how many batches there were."""
    with scope(PLATFORM):
        return events.consume(CONSUMER, KINDS, _read, limit)


def _read(batch: list[Event]) -> None:
    for event in batch:
        for row in event.rows:
            if event.kind == RESTORED:
                restore(row)
                continue
            for line in row["lines"]:
                take(row, line)


def take(row: Mapping[str, Any], line: Mapping[str, Any]) -> ExportReturn | None:
    """Book one line of one return; None where it was booked before or says nothing that can be booked."""
    number, at = str(row["list_no"] or "")[:LONGEST_NO], datetime.fromisoformat(row["at"])
    firm, key = row.get("seller"), (number, int(line["line_no"]))
    if firm is None or not number:
        return None
    known = ExportReturn.objects.filter(document_id=row["document"], line_no=key[1]).first()
    if known is not None and not _cancelled_anew(known, row):
        return None
    book = ledger.open_(firm, [key])  # the firm's account is locked: part returns of one line are added one by one
    try:
        back, found, settled_at = _decided(key, line, book.lines.get(key, Standing()), on=day_of(at))
    except Problem as problem:
        audit.record(
            "tax.export.return_unread", object_kind="export_return", object_id=f"{row['document']}-{key[1]}", after=problem.as_dict(),
        )  # fmt: skip
        return None
    cancelled = {"cancelled": row["cancelled"], "list": row["list"]} if row.get("cancelled") else {}
    made = known or ExportReturn(document_id=row["document"], line_no=key[1])
    told = {
        "organisation_id": firm, "list_no": key[0], "trade_id": row["trade"], "declared": back.declared, "quantity": back.now,
        "returned_on": day_of(at), "effect": found.kind, "amount": found.amount, "assessment": found.as_dict() | cancelled | settled_at,
        "state": WAITING if found.kind == returned.REDUCE else BOOKED, "booked_at": at,
    }  # fmt: skip
    for name, value in told.items():
        setattr(made, name, value)
    made.save()
    if found.kind == returned.REPAY:
        _repay(book, key, [made], at)
    audit.record(
        "tax.export.returned", object_kind="export_return", object_id=f"{key[0]}-{key[1]}",
        after={"effect": found.kind, "amount": str(found.amount), "quantity": str(back.now)},
    )  # fmt: skip
    return made


def _decided(key: Key, line: Mapping[str, Any], stands: Standing, *, on: date) -> tuple[Back, Effect, dict[str, str]]:
    """What comes back, what it does to the line's refund as it `stands`, and the mark of the settlement it was computed by."""
    earlier = standing(key)
    before = earlier.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)
    repaid = earlier.filter(effect__in=(returned.REPAY, returned.REDUCE)).aggregate(sum=Sum("amount"))["sum"]
    registered = ExportRegistration.objects.filter(list_no=key[0], line_no=key[1])
    treatment = registered.values_list("treatment", flat=True).first()
    back = Back(decimal(str(line["declared"])), before, decimal(str(line["quantity"])))
    sale, settled_at = settlements.sale_of(key)
    if sale is not None:
        return back, resettled.effect(sale, back, stands, on=on), settled_at
    return back, returned.effect(back, stands, treatment or "", on=on, repaid=repaid or Decimal(0)), settled_at


def restore(row: Mapping[str, Any]) -> int:
    """Customs released a list again: what its earlier cancellation made come back counts no more. How many lines; 0 when done before."""
    firm, number, at = row.get("seller"), str(row["list_no"] or "")[:LONGEST_NO], datetime.fromisoformat(row["at"])
    of_list = ExportReturn.objects.filter(trade_id=row["trade"], list_no=number).exclude(effect=returned.UNDONE)
    lines = of_list.filter(assessment__list=row["list"], assessment__cancelled__lte=row["released"]).order_by("pk")
    if firm is None:
        return 0
    for one in lines:
        key = (one.list_no, one.line_no)
        book = ledger.open_(firm, [key])  # the account is locked; what stood before it is read after it
        one.refresh_from_db()
        before, paid_back = one.amount, one.effect in (returned.REPAY, returned.REDUCE) and one.state == BOOKED
        if paid_back:
            _give_back(book, key, one, row["released"], at)
        told = returned.undone(before if paid_back else Decimal(0), day_of(at))
        one.assessment = one.assessment | {"reasons": [told.as_dict()], "undone": row["released"], "was": one.effect}
        one.effect, one.amount, one.state = returned.UNDONE, Decimal(0), BOOKED
        one.save(update_fields=["effect", "amount", "state", "assessment"])
        audit.record(
            "tax.export.return_undone", object_kind="export_return", object_id=f"{key[0]}-{key[1]}",
            before={"effect": one.assessment["was"], "amount": str(before)}, after={"released": row["released"]},
        )  # fmt: skip
    return len(lines)


def _cancelled_anew(known: ExportReturn, row: Mapping[str, Any]) -> bool:
    """Whether the return was undone by a release, and the list cancelled once more after that."""
    return known.effect == returned.UNDONE and str(row.get("cancelled") or "") > known.assessment.get("undone", "")


def paid(filing: RefundFiling, keys: Iterable[Key], *, at: datetime) -> None:
    """A filing was paid: what came back of its lines meanwhile is repaid at once."""
    for key in keys:
        waiting = list(ExportReturn.objects.filter(list_no=key[0], line_no=key[1], state=WAITING).order_by("pk"))
        if waiting:
            _repay(ledger.open_(filing.organisation_id, [key]), key, waiting, at)


def freed(keys: Iterable[Key]) -> None:
    """A filing ended without refund: what came back of its lines is simply filed no more."""
    for key in keys:
        for row in ExportReturn.objects.filter(list_no=key[0], line_no=key[1], state=WAITING):
            row.effect, row.amount, row.state = returned.DECLARE_LESS, Decimal(0), BOOKED
            row.save(update_fields=["effect", "amount", "state"])


def back_of(key: Key) -> tuple[Decimal, Decimal] | None:
    """(declared, came back) of a line; None where nothing came back. Refused `rule.export.returned_whole` where all did."""
    rows = standing(key)
    declared = rows.values_list("declared", flat=True).first()
    if declared is None:
        return None
    back = rows.aggregate(sum=Sum("quantity"))["sum"]
    if back >= declared:
        raise refused("rule.export.returned_whole", list_no=key[0], line_no=key[1])
    return declared, back


def _repay(book: Any, key: Key, rows: Iterable[ExportReturn], at: datetime) -> None:
    """The entries of the ledger; a pre-refund that is still open is settled on what is left (9810)."""
    line = RefundLine.objects.filter(list_no=key[0], line_no=key[1], standing=True).select_related("filing").first()
    for row in rows:
        if line is not None and row.amount:
            ledger.write(line.filing, book.change(key, -row.amount), at=at, reference=f"return:{row.document_id}")
        open_ = Prerefund.objects.select_for_update().filter(list_no=key[0], line_no=key[1], state="open").first()
        if open_ is not None:
            was = open_.base
            # of what had not come back before: the part returns of a line add up to the whole of its base
            left = row.declared - _before(row)
            open_.base = returned.net(open_.base, left, row.quantity)
            open_.refunded -= row.amount
            open_.save(update_fields=["base", "refunded"])
            row.assessment = row.assessment | {"base_taken": str(was - open_.base)}
        settlements.follow(row, change=-row.amount)
        row.state = BOOKED
        row.save(update_fields=["state", "assessment"])


def _before(row: ExportReturn) -> Decimal:
    """What of the line had come back before this return."""
    older = Q(booked_at__lt=row.booked_at) | Q(booked_at=row.booked_at, pk__lt=row.pk)
    earlier = standing((row.list_no, row.line_no)).filter(older)
    return earlier.aggregate(sum=Sum("quantity"))["sum"] or Decimal(0)


def _give_back(book: Any, key: Key, row: ExportReturn, released: str, at: datetime) -> None:
    """What was repaid of a line counts as refunded again, and the base of its pre-refund."""
    line = RefundLine.objects.filter(list_no=key[0], line_no=key[1], standing=True).select_related("filing").first()
    if line is not None and row.amount:
        ledger.write(line.filing, book.unclaw(key, row.amount), at=at, reference=f"released:{released}")
    settlements.undo(row, Decimal(row.assessment.get("base_taken", "0")))
