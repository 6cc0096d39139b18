"""轧差 (F6): a firm says which overseas costs were netted against a receipt; both gross legs are reported."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx.engine.amounts import ZERO, amount_of, shown
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.netting import net
from pilotzone.rooms.fx.errors import refused, refused_as
from pilotzone.rooms.fx.models import Receipt
from pilotzone.rooms.fx.operations.linking import open_or_refused
from pilotzone.rooms.fx.queries import facts
from pilotzone.rooms.fx.queries.receipts import access_own


def net_costs(*, receipt: int, costs: Sequence[tuple[str, Decimal]], at: datetime) -> dict[str, Any]:
    """Declare costs (kind, amount in the receipt's currency) that were taken off before the money came.

    The gross receipt is what came plus the costs; documents may then stand for the gross. Declared again, the former
    declaration falls. Raises Refused `rule.fx.net_…`, `rule.fx.link_over` where links would exceed the new gross.
    """
    require("fx.apply")
    own = access_own(receipt)
    with scope(PLATFORM):
        locked = Receipt.objects.select_for_update().get(pk=own.pk)
        open_or_refused(locked)
        told = [(kind.strip(), amount_of(amount, locked.currency, on=locked.received_on)) for kind, amount in costs]
        total = sum((amount for _, amount in told), ZERO)
        payee = facts.payee_of(locked)
        law = Law(locked.received_on)
        netted = net(locked.amount + total, told, law=law, klass=payee.klass or "A", kind=payee.kind)
        if not netted.ok:
            raise refused_as(netted.reasons[0])
        usd = (locked.usd * total / locked.amount).quantize(Decimal("0.01"))
        if locked.linked_usd > locked.usd + usd:
            raise refused("rule.fx.link_over", left=shown(locked.usd + usd))
        locked.netted_usd = usd
        locked.legs = (
            [{"leg": one.leg, "amount": shown(one.amount), "kind": one.kind, "bop": one.bop} for one in netted.legs]
            if told
            else []
        )
        locked.save(update_fields=["netted_usd", "legs"])
    after = {"costs": shown(total), "kinds": [kind for kind, _ in told]}
    audit.record("fx.net", object_kind="fx.receipt", object_id=receipt, after=after)
    return {"legs": locked.legs, "reason": netted.reasons[0].as_texts()}
