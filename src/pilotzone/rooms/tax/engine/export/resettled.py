"""What a return does to a 9810 pre-refund that was settled by its sale: repaid is the share of what was sold, by what the sale gave.

Unsold goods were counted for nothing when the line was settled, so they come back first and nothing is repaid for them;
whichever of sale and return is told first, the same refund stands in the end (handbook §3.8).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.base.money import to_cents, yuan
from pilotzone.rooms.tax.engine.export.ledger import Standing
from pilotzone.rooms.tax.engine.export.prerefund import SWITCH
from pilotzone.rooms.tax.engine.export.returned import LAW, NOTHING, REPAY, Back, Effect, check
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter
from pilotzone.rooms.tax.engine.unfold import Step
from pilotzone.rooms.tax.errors import reason


@dataclass(frozen=True, slots=True)
class Sale:
    """The newest settlement of a line: refund of what was sold, how much was sold and not; what came back and was repaid since."""

    actual: Decimal
    sold: Decimal
    unsold: Decimal
    before: Decimal = Decimal(0)
    repaid: Decimal = Decimal(0)


def effect(sale: Sale, back: Back, at: Standing, *, on: date) -> Effect:
    """What the return of `back.now` does on the day it was closed. Refused `rule.export.returned_quantity`; Gap before the law."""
    check(back)
    law = Parameters(on)
    law.text(LAW)
    law[SWITCH]
    of_sold = max(Decimal(0), sale.before + back.now - sale.unsold)
    due = to_cents(sale.actual * of_sold / sale.sold) - sale.repaid if sale.sold else Decimal(0)
    amount = max(Decimal(0), min(due, at.refunded - at.clawed))
    step = Step(
        1, "resettled", "应补税款＝核算后退税额×已销售货物累计退运数量÷已销售数量－此前已补", "Repaid = settled refund × sold goods returned so far ÷ sold − repaid before",
        "A·r·q/S − C",
        (("R", yuan(sale.actual)), ("q", format(of_sold, "f")), ("S", format(sale.sold, "f")), ("C", yuan(sale.repaid))),
        yuan(amount), tuple(parameter(one) for one in law.used()),
    )  # fmt: skip
    if not of_sold:
        told = reason("rule.export.returned_unsold", source=law.source(SWITCH), quantity=format(back.now, "f"))
        return Effect(NOTHING, amount, (told,), (step,))
    if not amount:
        return Effect(NOTHING, amount, (reason("rule.export.returned_settled", source=law.source(SWITCH)),), (step,))
    told = reason(f"rule.export.returned_{REPAY}", source=law.source(LAW), amount=yuan(amount))
    return Effect(REPAY, amount, (told,), (step,))
