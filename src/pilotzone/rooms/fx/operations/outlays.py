"""代垫 (F7): a platform, carrier or service enterprise advances overseas costs for a client; the client repays."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx.engine.advances import due_on
from pilotzone.rooms.fx.engine.amounts import amount_of, currency_of, shown
from pilotzone.rooms.fx.engine.netting import COSTS
from pilotzone.rooms.fx.errors import refused
from pilotzone.rooms.fx.models import Outlay
from pilotzone.rooms.fx.operations.receiving import day_in, find_firm


def advance(
    *, client: str, kind: str, currency: str, amount: Decimal, advanced_on: date, at: datetime
) -> tuple[int, date]:  # fmt: skip
    """Record an advance of the caller's firm; its number and the last day to repay it.

    Raises Refused `rule.fx.payee_unknown|net_kind|amount…|currency|day|advance_not_yet`.
    """
    actor = require("fx.apply")
    if kind not in COSTS:
        raise refused("rule.fx.net_kind", source="汇发〔2020〕11号", kind=kind[:20])
    day = day_in(advanced_on, at)
    iso = currency_of(currency, on=day)
    due = due_on(day)
    with scope(PLATFORM):
        firm = find_firm(client)
        if firm is None or firm == actor.organisation:
            raise refused("rule.fx.payee_unknown", firm=client[:20] or "—")
        made = Outlay.objects.create(
            organisation_id=actor.organisation or 0, client_id=firm, kind=kind, currency=iso,
            amount=amount_of(amount, iso, on=day), advanced_on=day, due_on=due, recorded_at=at,
        )  # fmt: skip
    audit.record("fx.advance", object_kind="fx.outlay", object_id=made.pk, after={"amount": shown(amount), "due": due})
    return made.pk, due


def repay(*, outlay: int, amount: Decimal) -> Decimal:
    """Record a repayment to the caller's firm; what is still owed. Raises Refused `rule.fx.repay_over`."""
    actor = require("fx.apply")
    with scope(PLATFORM):
        found = Outlay.objects.select_for_update().filter(pk=outlay, organisation_id=actor.organisation or 0).first()
        if found is None:
            raise refused("rule.fx.receipt_unknown")
        paid = amount_of(amount, found.currency, on=found.advanced_on)
        left = found.amount - found.repaid
        if paid > left:
            raise refused("rule.fx.repay_over", amount=shown(paid), left=shown(left))
        Outlay.objects.filter(pk=outlay).update(repaid=found.repaid + paid)
    audit.record("fx.repay", object_kind="fx.outlay", object_id=outlay, after={"amount": shown(paid)})
    return left - paid
