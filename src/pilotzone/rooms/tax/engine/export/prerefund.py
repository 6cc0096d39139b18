"""9810 离境即退税、销售再核算: may goods be pre-refunded, and what their sale settles (handbook §3.8)."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.base.money import to_cents, yuan
from pilotzone.rooms.tax.engine.export.deadline import first_of_next_month
from pilotzone.rooms.tax.engine.export.line import whole_cents
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter
from pilotzone.rooms.tax.engine.unfold import Step
from pilotzone.rooms.tax.errors import refused

MODE = "9810"
ALGORITHM = "prerefund_9810/2025-01-27"
SWITCH, MARKER, MONTH = "refund.9810_prerefund", "refund.9810_marker", "refund.9810_settle_month"


@dataclass(frozen=True, slots=True)
class Window:
    """When a pre-refund is settled: from the first of the next month to the end of April of the next year."""

    first: date
    last: date
    marker: str
    parameters: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Settled:
    """`actual`: the refund of what was sold; `difference` above zero is paid in addition, below it is paid back."""

    actual: Decimal
    difference: Decimal
    step: Step

    def as_dict(self) -> dict[str, Any]:
        """Plain data; money with two decimals."""
        return {
            "algorithm": ALGORITHM, "actual": yuan(self.actual), "difference": yuan(self.difference),
            "pay_back": yuan(max(Decimal(0), -self.difference)), "receive": yuan(max(Decimal(0), self.difference)),
            "steps": [self.step.as_dict()],
        }  # fmt: skip


def window(handled_on: date) -> Window:
    """The window of a pre-refund handled that day. Refused `rule.export.prerefund_early` before 2025-01-27."""
    law = Parameters(handled_on)
    try:
        law[SWITCH]
    except Gap as gap:
        raise refused("rule.export.prerefund_early", source=gap.source, day=handled_on.isoformat()) from gap
    month, year = int(law[MONTH]), handled_on.year + 1
    last = date(year, month, monthrange(year, month)[1])
    marker = law.text(MARKER)
    return Window(first_of_next_month(handled_on), last, marker, tuple(parameter(one) for one in law.used()))


def allowed(mode: str, *, sold: bool, on: date, overdue: int) -> Window:
    """Whether a line may be pre-refunded: 9810, not sold yet, nothing left unsettled too long. Else Refused.

    What is not filed apart as sold counts as unsold.
    """
    if mode != MODE:
        raise refused("rule.export.prerefund_mode", mode=mode)
    if sold:
        raise refused("rule.export.prerefund_sold")
    if overdue:
        raise refused("rule.export.prerefund_overdue", n=overdue)
    return window(on)


def settle(
    refunded: Decimal, base: Decimal, actual_base: Decimal, refund: Decimal, *, handled_on: date, on: date
) -> Settled:
    """Settle one line by what its sale really gave; unsold or sent back goods bring an `actual_base` without them.

    `refunded` is what stands of the pre-refund that day, after what came back and any settlement before: a price that fell
    after the first settlement is settled once more. The rate is that of the day of export, whatever later months bring.

    Refused `rule.export.settle_early` before the window opens; after it ends everything is recovered (`recover`).
    """
    span = window(handled_on)
    whole_cents(actual_base, "实际销售计退税金额")
    if actual_base < 0:
        raise refused("rule.export.money", name="实际销售计退税金额", value=format(actual_base, "f"))
    if on < span.first:
        raise refused("rule.export.settle_early", first=span.first.isoformat())
    if on > span.last:
        raise refused("rule.export.settle_late", last=span.last.isoformat())
    actual = to_cents(actual_base * refund)
    step = Step(
        0, "settle", "销售核算：多退少补", "Settlement by the real sale", "Δ = A·r − R",
        (("N", yuan(base)), ("A", yuan(actual_base)), ("r", format(refund, "f")), ("R", yuan(refunded))),
        yuan(actual - refunded), span.parameters,
    )  # fmt: skip
    return Settled(actual, actual - refunded, step)


def sold_of(sold: Decimal | None, left: Decimal, actual_base: Decimal) -> Decimal:
    """How much of what did not come back was sold: all of it where nobody says. Refused `rule.export.settle_sold`."""
    told = left if sold is None else sold
    if not 0 <= told <= left or (told == 0 and actual_base > 0):
        raise refused("rule.export.settle_sold", sold=format(told, "f"), left=format(left, "f"))
    return told


def recover(refunded: Decimal, *, handled_on: date, on: date) -> Settled:
    """Not settled in time: the whole pre-refund is paid back. Refused `rule.export.settle_open` inside the window."""
    span = window(handled_on)
    if on <= span.last:
        raise refused("rule.export.settle_open", last=span.last.isoformat())
    step = Step(
        0, "recover", "逾期未核算：追回预退税款", "Not settled in time: recovered", "Δ = −R", (("R", yuan(refunded)),),
        yuan(-refunded), span.parameters,
    )  # fmt: skip
    return Settled(Decimal(0), -refunded, step)
