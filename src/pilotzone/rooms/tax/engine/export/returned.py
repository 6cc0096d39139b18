"""What a return of exported goods (213/215) does to the tax of a line: repaid, taken off, declared less, or nothing (regulations §1.8).

A line that was refunded repays the share of what came back, to the cent over all its part returns; one that is applied for
is paid and then repaid, or filed anew with less; one that is not filed is declared with what is left; an exempt one owes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.money import to_cents, yuan
from pilotzone.rooms.tax.engine.export.ledger import APPLIED, REFUNDED, Standing
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter
from pilotzone.rooms.tax.engine.unfold import Step
from pilotzone.rooms.tax.errors import Reason, reason, refused

ALGORITHM, LAW = "export_return/2020-03-27", "export.return.repay"
REPAY, REDUCE, DECLARE_LESS, NOTHING, OFFSET = "repay", "reduce", "less", "nothing", "offset"
UNDONE = "undone"  # a cancellation made it come back, and customs released the list again
EFFECTS = (REPAY, REDUCE, DECLARE_LESS, NOTHING, OFFSET, UNDONE)
_EXEMPT, _TAXED = ("no_invoice", "exempt"), "taxed"


@dataclass(frozen=True, slots=True)
class Back:
    """Of one line: declared quantity, what came back earlier, what comes back now."""

    declared: Decimal
    before: Decimal
    now: Decimal

    @property
    def share(self) -> Decimal:
        """Of the line, after this return: 0 to 1."""
        return (self.before + self.now) / self.declared

    @property
    def left(self) -> Decimal:
        """What stays abroad, as a share of the line."""
        return 1 - self.share


@dataclass(frozen=True, slots=True)
class Effect:
    """What happens to the tax: `amount` in yuan is repaid (REPAY) or will be (REDUCE); zero for the others."""

    kind: str
    amount: Decimal
    reasons: tuple[Reason, ...]
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data to keep with the return; unfolds later as it was decided then."""
        return {
            "algorithm": ALGORITHM, "effect": self.kind, "amount": yuan(self.amount),
            "reasons": [one.as_dict() for one in self.reasons], "steps": [step.as_dict() for step in self.steps],
        }  # fmt: skip


def effect(back: Back, at: Standing, treatment: str, *, on: date, repaid: Decimal = Decimal(0)) -> Effect:
    """Decide on the day `on` the return was closed; `repaid`: for earlier returns of the line.

    Refused `rule.export.returned_quantity` for more than was declared, nothing or less; Gap before the law.
    """
    check(back)
    law = Parameters(on)
    law.text(LAW)
    if at.state in (REFUNDED, APPLIED):
        whole = at.refunded if at.state == REFUNDED else at.amount
        due = to_cents(whole * back.share) - repaid
        # an earlier settlement or recovery may have taken back part of it: never more than was paid
        amount = max(Decimal(0), min(due, whole - at.clawed))
        kind = REPAY if at.state == REFUNDED else REDUCE
        told = reason(f"rule.export.returned_{kind}", source=law.source(LAW), amount=yuan(amount))
        return Effect(kind, amount, (told,), (_step(back, whole, repaid, amount, law),))
    kind = NOTHING if treatment in _EXEMPT else OFFSET if treatment == _TAXED else DECLARE_LESS
    told = reason(
        f"rule.export.returned_{kind}", source=law.source(LAW), left=format(back.declared - back.before - back.now, "f")
    )
    return Effect(kind, Decimal(0), (told,), (_step(back, Decimal(0), repaid, Decimal(0), law),))


def check(back: Back) -> None:
    """Refused `rule.export.returned_quantity` for more than was declared, nothing or less."""
    if back.declared <= 0 or back.now <= 0 or back.before < 0 or back.before + back.now > back.declared:
        raise refused(
            "rule.export.returned_quantity", now=format(back.now, "f"), before=format(back.before, "f"),
            declared=format(back.declared, "f"),
        )  # fmt: skip


def undone(amount: Decimal, on: date) -> Reason:
    """Why what a cancellation made come back counts no more: `amount` yuan that were repaid are the firm's again."""
    law = Parameters(on)
    law.text(LAW)
    return reason("rule.export.returned_undone", source=law.source(LAW), amount=yuan(amount))


def net(amount: Decimal, declared: Decimal, back: Decimal) -> Decimal:
    """What of a base is left to be refunded after `back` of `declared` came back, to the cent."""
    return to_cents(amount * (declared - back) / declared)


def _step(back: Back, whole: Decimal, repaid: Decimal, amount: Decimal, law: Parameters) -> Step:
    return Step(
        1, "returned", "应补税款＝已退（申报）税额×累计退运数量÷申报数量－此前已补", "Repaid = refunded (or applied for) × returned so far ÷ declared − repaid before",
        "R·q/Q − C",
        (
            ("R", yuan(whole)), ("q", format(back.before + back.now, "f")), ("Q", format(back.declared, "f")), ("C", yuan(repaid)),
        ),
        yuan(amount), tuple(parameter(one) for one in law.used()),
    )  # fmt: skip
