"""What may still be done with a receipt's money, and with a document that stands behind it. The database says the same."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from pilotzone.rooms.fx.engine.amounts import ZERO, shown
from pilotzone.rooms.fx.errors import Reason, reason

SETTLE, CREDIT, RETURN, REFUND = "SETTLE", "CREDIT", "RETURN", "REFUND"
EVENTS = (SETTLE, CREDIT, RETURN, REFUND)
RECEIVED, APPLIED, ASKED, DONE, REFUSED = "received", "applied", "asked", "done", "refused"
STATES = (RECEIVED, APPLIED, ASKED, DONE, REFUSED)


@dataclass(frozen=True, slots=True)
class Holding:
    """A receipt in its own currency: settled to RMB, credited to the current account, returned unsettled, refunded."""

    amount: Decimal
    settled: Decimal = ZERO
    credited: Decimal = ZERO
    returned: Decimal = ZERO
    refunded: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """What nobody decided about yet."""
        return self.amount - self.settled - self.credited - self.returned

    @property
    def refundable(self) -> Decimal:
        """What was settled or credited and not sent back yet."""
        return self.settled + self.credited - self.refunded

    def why_not(self, event: str, amount: Decimal) -> Reason | None:
        """Why an event cannot be entered; None where it can."""
        room = self.refundable if event == REFUND else self.left
        if ZERO < amount <= room:
            return None
        code = "rule.fx.refund_over" if event in (REFUND, RETURN) else "rule.fx.settle_over"
        return reason(code, amount=shown(amount), left=shown(room))

    def after(self, event: str, amount: Decimal) -> Holding:
        """The holding after an event that can be entered."""
        field = {SETTLE: "settled", CREDIT: "credited", RETURN: "returned", REFUND: "refunded"}[event]
        return replace(self, **{field: getattr(self, field) + amount})


def usable(usd: Decimal, used: Decimal, wanted: Decimal, number: str) -> Reason | None:
    """Why a document cannot serve for so many dollars; None where it can."""
    if ZERO < wanted <= usd - used:
        return None
    return reason("rule.fx.used_up", number=number, used=shown(used), left=shown(usd - used), usd=shown(wanted))
