"""F11: money that goes back: the way it came within the days, else a special refund."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.rooms.fx.engine.amounts import shown
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.records import A
from pilotzone.rooms.fx.errors import Reason, reason

BANK, REGISTERED = "bank", "register"


@dataclass(frozen=True, slots=True)
class RefundAdvice:
    """`who`: bank where it handles the refund itself, register where SAFE registers it first."""

    who: str
    special: bool
    reason: Reason
    parameters: tuple[dict[str, str], ...]


def refund(*, received_on: date, on: date, usd: Decimal, klass: str, same_route: bool = True) -> RefundAdvice:
    """Who handles a refund on a day. The last of the days counts as inside; the law is that of the refund's day."""
    law = Law(on)
    days = int(law["fx.refund_days"])
    source = law.source("fx.refund_days")
    if same_route and (on - received_on).days <= days:
        said = reason("rule.fx.refund_route", source=source, days=days)
        return RefundAdvice(BANK, False, said, law.used())
    if klass == A and law.stands("fx.special_refund_aclass_usd"):
        limit = law["fx.special_refund_aclass_usd"]
        if usd <= limit:
            source = law.source("fx.special_refund_aclass_usd")
            said = reason("rule.fx.refund_special_bank", source=source, usd=shown(usd), limit=shown(limit))
            return RefundAdvice(BANK, True, said, law.used())
    said = reason("rule.fx.refund_register", source=source, days=days)
    return RefundAdvice(REGISTERED, True, said, law.used())
