"""销售后核算: a firm settles its pre-refunded 9810 lines, anew where things changed; what is not settled in time is recovered."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax.engine.export import prerefund
from pilotzone.rooms.tax.engine.export.ledger import RefundLedger
from pilotzone.rooms.tax.engine.export.prerefund import Settled
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.models import Prerefund
from pilotzone.rooms.tax.operations.export import ledger, settlements
from pilotzone.rooms.tax.operations.export.firms import DECIDE, own_firm


def settle(number: int, actual_base: Decimal, *, at: datetime, sold: Decimal | None = None) -> Settled:
    """Settle one line by what its sale really gave (net amount or FOB, in yuan), against what stands of its refund now.

    A line that was settled is settled once more while its time runs: a price that fell, goods sold after all.
    """
    firm = own_firm()
    with scope(PLATFORM):
        row, book = _held(number, firm, ("open", "settled"))
        left = settlements.left_of((row.list_no, row.line_no))
        count = prerefund.sold_of(sold, left, actual_base)
        found = prerefund.settle(
            _stands(row, book), row.base, actual_base, row.refund_rate, handled_on=row.handled_on, on=day_of(at)
        )
        _keep(row, book, found, "settled", actual_base, at, {"sold": f"{count:f}", "unsold": f"{left - count:f}"})
    audit.record(
        "tax.prerefund.settle", object_kind="prerefund", object_id=number, after={"difference": str(found.difference)}
    )  # fmt: skip
    return found


def recover(number: int, reason: str, *, at: datetime) -> Settled:
    """追回: the window is over and nothing was settled."""
    require(DECIDE)
    reason = whole(reason, 300, "理由", "The reason", field="reason")
    if not reason:
        raise refused("rule.export.reason")
    with scope(PLATFORM):
        row, book = _held(number, None, ("open",))
        found = prerefund.recover(_stands(row, book), handled_on=row.handled_on, on=day_of(at))
        _keep(row, book, found, "recovered", Decimal(0), at, {})
    audit.record(
        "tax.prerefund.recover", object_kind="prerefund", object_id=number, after={"difference": str(found.difference)},
        reason=reason,
    )  # fmt: skip
    return found


def _held(number: int, firm: int | None, states: tuple[str, ...]) -> tuple[Prerefund, RefundLedger]:
    """The line, with the firm's account locked first as whoever books a return does. Refused `rule.export.prerefund_unknown`."""
    rows = Prerefund.objects.filter(pk=number)
    seen = (rows if firm is None else rows.filter(organisation_id=firm)).first()
    if seen is None:
        raise refused("rule.export.prerefund_unknown")
    book = ledger.open_(seen.organisation_id, [(seen.list_no, seen.line_no)])
    row = rows.select_for_update().filter(state__in=states).first()
    if row is None:
        raise refused("rule.export.prerefund_unknown")
    return row, book


def _stands(row: Prerefund, book: RefundLedger) -> Decimal:
    """What stands of the line's refund: paid, less what was paid back."""
    standing = book.lines[row.list_no, row.line_no]
    return standing.refunded - standing.clawed


def _keep(
    row: Prerefund, book: RefundLedger, found: Settled, state: str, actual_base: Decimal, at: datetime, more: dict[str, str],
) -> None:  # fmt: skip
    """`difference` is the whole of it since the pre-refund; an earlier settlement stays in the assessment."""
    kept = row.assessment.get("earlier", [])
    earlier = settlements.superseded(row, settlements.AGAIN) if row.state == "settled" else kept
    stands = _stands(row, book) + found.difference
    ledger.write(row.filing, book.change((row.list_no, row.line_no), found.difference), at=at, reference=state)
    row.state, row.actual_base, row.difference, row.settled_at = state, actual_base, stands - row.refunded, at
    row.assessment = found.as_dict() | more | {"earlier": earlier}
    row.save()
