"""销售后核算与退运: what returns and new releases of a 9810 line do to the settlement of its pre-refund (ADR 17)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db.models import F, Sum

from pilotzone.base.money import yuan
from pilotzone.rooms.tax.engine.export import resettled, returned
from pilotzone.rooms.tax.engine.export.ledger import Key
from pilotzone.rooms.tax.models import ExportRegistration, ExportReturn, Prerefund

AGAIN, RELEASED = (
    "again",
    "released",
)  # what supersedes a settlement: another of the same line, a new release of its list


def standing(key: Key) -> Any:
    """What came back of a line and was not undone."""
    return ExportReturn.objects.filter(list_no=key[0], line_no=key[1]).exclude(effect=returned.UNDONE)


def left_of(key: Key) -> Decimal:
    """How much of a registered line did not come back."""
    registered = ExportRegistration.objects.filter(list_no=key[0], line_no=key[1])
    declared = registered.values_list("quantity", flat=True).get()
    return declared - (standing(key).aggregate(sum=Sum("quantity"))["sum"] or Decimal(0))


def sale_of(key: Key) -> tuple[resettled.Sale | None, dict[str, str]]:
    """The settlement of a pre-refunded line with what came back since, and the mark its returns carry; none where it was not settled."""
    row = Prerefund.objects.select_for_update().filter(list_no=key[0], line_no=key[1], state="settled").first()
    if row is None or row.settled_at is None or "sold" not in row.assessment:
        return None, {}
    mark = {"settled_at": row.settled_at.isoformat()}
    since = standing(key).filter(assessment__contains=mark).aggregate(quantity=Sum("quantity"), repaid=Sum("amount"))
    told = row.assessment
    sale = resettled.Sale(
        Decimal(told["actual"]), Decimal(told["sold"]), Decimal(told["unsold"]), since["quantity"] or Decimal(0),
        since["repaid"] or Decimal(0),
    )  # fmt: skip
    return sale, mark


def superseded(row: Prerefund, by: str) -> list[dict[str, str]]:
    """The settlements of a line that count no more, the newest last, that which stands now with them: its base, its
    difference, when it was made, and what takes its place (AGAIN, RELEASED)."""
    made = {"settled_at": row.settled_at.isoformat()} if row.settled_at else {}
    was = {
        "actual_base": yuan(row.actual_base or Decimal(0)),
        "difference": row.assessment["difference"],
        "by": by,
        **made,
    }
    return [*row.assessment.get("earlier", []), was]


def follow(row: ExportReturn, *, change: Decimal) -> None:
    """The difference of a settled pre-refund follows what its returns repay and get back."""
    settled = Prerefund.objects.filter(list_no=row.list_no, line_no=row.line_no, state="settled")
    settled.update(difference=F("difference") + change)


def undo(row: ExportReturn, taken: Decimal) -> None:
    """A return counts no more: the base it had `taken` of an open pre-refund is given back; one settled meanwhile is open again."""
    open_ = Prerefund.objects.select_for_update().filter(list_no=row.list_no, line_no=row.line_no, state="open").first()
    if open_ is not None:
        open_.base += taken
        open_.refunded += row.amount
        open_.save(update_fields=["base", "refunded"])
    settled = Prerefund.objects.select_for_update().filter(list_no=row.list_no, line_no=row.line_no, state="settled")
    found = settled.first()
    if found is None or found.settled_at is None:
        return
    if row.assessment.get("settled_at") == found.settled_at.isoformat():
        follow(row, change=row.amount)
        found.refresh_from_db()
        found.base += taken
        found.save(update_fields=["base"])
        return
    # settled while this had come back: that sale says nothing of what stands again, it is settled anew
    earlier = superseded(found, RELEASED)
    found.refunded += (found.difference or Decimal(0)) + row.amount
    found.base += taken
    found.assessment = {"earlier": earlier}
    found.state, found.difference, found.actual_base, found.settled_at = "open", None, None, None
    found.save()
