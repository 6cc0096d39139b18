"""销售后核算: a firm settles its pre-refunded 9810 lines; what is not settled in time the tax authority recovers."""

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
from pilotzone.rooms.tax.engine.export.prerefund import Settled
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.models import Prerefund
from pilotzone.rooms.tax.operations.export import ledger
from pilotzone.rooms.tax.operations.export.firms import DECIDE, own_firm


def settle(number: int, actual_base: Decimal, *, at: datetime) -> Settled:
    """Settle one line by what its sale really gave (net amount or FOB, in yuan)."""
    firm = own_firm()
    with scope(PLATFORM):
        row = _open(number, firm)
        found = prerefund.settle(
            row.refunded, row.base, actual_base, row.refund_rate, handled_on=row.handled_on, on=day_of(at)
        )
        _keep(row, found, "settled", actual_base, at)
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
        row = _open(number, None)
        found = prerefund.recover(row.refunded, handled_on=row.handled_on, on=day_of(at))
        _keep(row, found, "recovered", Decimal(0), at)
    audit.record(
        "tax.prerefund.recover", object_kind="prerefund", object_id=number, after={"difference": str(found.difference)},
        reason=reason,
    )  # fmt: skip
    return found


def _open(number: int, firm: int | None) -> Prerefund:
    rows = Prerefund.objects.select_for_update().filter(pk=number, state="open")
    row = (rows if firm is None else rows.filter(organisation_id=firm)).first()
    if row is None:
        raise refused("rule.export.prerefund_unknown")
    return row


def _keep(row: Prerefund, found: Settled, state: str, actual_base: Decimal, at: datetime) -> None:
    key = (row.list_no, row.line_no)
    book = ledger.open_(row.organisation_id, [key])
    ledger.write(row.filing, book.change(key, found.difference), at=at, reference=state)
    row.state, row.actual_base, row.difference, row.settled_at = state, actual_base, found.difference, at
    row.assessment = found.as_dict()
    row.save()
