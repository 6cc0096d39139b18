"""The amounts: 免退税 of trading firms, 免抵退 of producers, to the cent (handbook §3.4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.base.money import to_cents, yuan
from pilotzone.reference.calendar import on_or_after
from pilotzone.reference.goods import goods
from pilotzone.rooms.tax.engine.export.line import whole_cents
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter
from pilotzone.rooms.tax.engine.unfold import Step
from pilotzone.rooms.tax.errors import refused

TRADE, PRODUCTION = "export_refund_trade/2012-07-01", "export_refund_production/2012-07-01"
TRADE_FORMULA, PRODUCTION_FORMULA = "refund.formula.trade", "refund.formula.production"
MONTH_FIRST, SAME_DAY = "month_first", "same_day"
Told = tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Base:
    """What one line is refunded on: net amount of the special invoice (trading firm) or FOB in yuan (producer)."""

    label: str
    amount: Decimal
    vat: Decimal
    refund: Decimal
    law: Told = ()
    materials: Decimal = Decimal(0)


def base_of(
    label: str, hs: str, exported_on: date, amount: Decimal, *, refund: Decimal | None = None,
    vat: Decimal | None = None, materials: Decimal = Decimal(0), formula: str = TRADE_FORMULA,
) -> Base:  # fmt: skip
    """A line with its rates on the day of export: its own where given, else the goods table's.

    Raises Gap `reference.refund_rate` where neither knows the refund rate; Refused `rule.export.rate` above the VAT rate.
    """
    law = Parameters(exported_on)
    law.text(formula)
    if vat is None:
        vat = law[f"vat.{goods(hs, on=exported_on).vat_class}"]
    if refund is None:
        found = goods(hs, on=exported_on)
        if found.refund_rate is None:
            raise Gap(
                code="reference.refund_rate", zh=f"商品{hs}的出口退税率未录入，不能计算退税",
                en=f"The refund rate of {hs} is not recorded; the refund cannot be computed", source="出口退税率文库",
                whose="zone", mend_zh="在商品表补充退税率，或在申报行给出退税率",
                mend_en="Add the rate to the goods table or give it with the line",
            )  # fmt: skip
        refund = found.refund_rate
    if not 0 <= refund <= vat:
        raise refused("rule.export.rate", refund=format(refund, "f"), vat=format(vat, "f"))
    return Base(label, whole_cents(amount, label), vat, refund, tuple(parameter(one) for one in law.used()), materials)


@dataclass(frozen=True, slots=True)
class Refund:
    """`refund`: what is paid back; `cost`: what goes into cost (trade) or stays not deductible (production)."""

    algorithm: str
    refund: Decimal
    cost: Decimal
    lines: tuple[tuple[str, Decimal], ...]
    steps: tuple[Step, ...]
    credited: Decimal = Decimal(0)
    carry: Decimal = Decimal(0)
    payable: Decimal = Decimal(0)

    def as_dict(self) -> dict[str, Any]:
        """Plain data to keep with the filing; money with two decimals, steps as `unfold` tells them."""
        return {
            "algorithm": self.algorithm, "refund": yuan(self.refund), "cost": yuan(self.cost),
            "credited": yuan(self.credited), "carry": yuan(self.carry), "payable": yuan(self.payable),
            "lines": [{"label": label, "refund": yuan(amount)} for label, amount in self.lines],
            "steps": [step.as_dict() for step in self.steps],
        }  # fmt: skip


def trade(bases: Sequence[Base]) -> Refund:
    """免退税: refund = net × refund rate; cost = net × (VAT rate − refund rate). Each line is rounded, then added."""
    steps, lines, cost = [], [], Decimal(0)
    for number, one in enumerate(bases, start=1):
        back, kept = to_cents(one.amount * one.refund), to_cents(one.amount * (one.vat - one.refund))
        lines.append((one.label, back))
        cost += kept
        inputs = (("N", yuan(one.amount)), ("v", _plain(one.vat)), ("r", _plain(one.refund)))
        steps.append(
            Step(
                number, "refund", f"{one.label} 应退税额", f"{one.label} refund", "R = N·r", inputs, yuan(back), one.law
            )
        )
        steps.append(
            Step(
                number,
                "cost",
                f"{one.label} 转入成本",
                f"{one.label} into cost",
                "C = N·(v − r)",
                inputs,
                yuan(kept),
                one.law,
            )
        )
    total = sum((back for _, back in lines), Decimal(0))
    parts = tuple((label, yuan(back)) for label, back in lines)
    steps.append(
        Step(
            0,
            "total",
            "退税额合计（逐行四舍五入后相加）",
            "Refund, sum of the rounded lines",
            "Σ",
            parts,
            yuan(total),
            (),
        )
    )
    return Refund(TRADE, total, cost, tuple(lines), tuple(steps))


def production(bases: Sequence[Base], *, output: Decimal, input_: Decimal, opening: Decimal = Decimal(0)) -> Refund:
    """免抵退: of a month. `output` domestic output tax, `input_` input tax, `opening` what was carried in (留抵)."""
    for name, amount in (("内销销项", output), ("进项", input_), ("上期留抵", opening)):
        if whole_cents(amount, name) < 0:
            raise refused("rule.export.money", name=name, value=format(amount, "f"))
    lost = to_cents(sum(((one.amount - one.materials) * (one.vat - one.refund) for one in bases), Decimal(0)))
    credit = to_cents(sum(((one.amount - one.materials) * one.refund for one in bases), Decimal(0)))
    payable = output - (input_ - lost) - opening
    left = max(Decimal(0), -payable)
    back = min(left, credit)
    law = tuple({told["key"]: told for one in bases for told in one.law}.values())
    fob = tuple((one.label, yuan(one.amount - one.materials)) for one in bases)
    steps = (
        Step(0, "not_deductible", "不得免征和抵扣税额", "Not exempt, not deductible", "D = Σ (FOB − M)·(v − r)", fob, yuan(lost), law),
        Step(
            0, "payable", "应纳税额", "Tax payable", "T = O − (I − D) − B",
            (("O", yuan(output)), ("I", yuan(input_)), ("D", yuan(lost)), ("B", yuan(opening))), yuan(payable), (),
        ),
        Step(0, "credit", "免抵退税额", "Exempt, credit and refund amount", "E = Σ (FOB − M)·r", fob, yuan(credit), law),
        Step(
            0, "refund", "应退税额", "Refund", "T ≥ 0: R = 0; T < 0: R = min(−T, E)",
            (("T", yuan(payable)), ("E", yuan(credit))), yuan(back), (),
        ),
        Step(0, "credited", "免抵税额", "Credited", "E − R", (("E", yuan(credit)), ("R", yuan(back))), yuan(credit - back), ()),
        Step(0, "carry", "结转下期留抵", "Carried forward", "max(0, −T) − R", (("T", yuan(payable)), ("R", yuan(back))), yuan(left - back), ()),
    )  # fmt: skip
    return Refund(PRODUCTION, back, lost, shares(back, bases), steps, credit - back, left - back, payable)


def shares(back: Decimal, bases: Sequence[Base]) -> tuple[tuple[str, Decimal], ...]:
    """The refund of a month by lines, in proportion to FOB × refund rate; the last with a weight takes the cents."""
    weights = [(one.amount - one.materials) * one.refund for one in bases]
    whole = sum(weights, Decimal(0))
    given = [to_cents(back * weight / whole) if whole else Decimal(0) for weight in weights]
    if whole:
        last = max(index for index, weight in enumerate(weights) if weight)
        given[last] += back - sum(given, Decimal(0))
    return tuple((one.label, part) for one, part in zip(bases, given, strict=True))


def rate_day(exported_on: date, method: str) -> date:
    """The day whose middle rate converts FOB: the month's first working day, or the day itself (fixed for a year)."""
    if method not in (MONTH_FIRST, SAME_DAY):
        raise refused("rule.export.fx_method", method=method[:20])
    return on_or_after(exported_on.replace(day=1)).day if method == MONTH_FIRST else exported_on


def fob_yuan(fob: Decimal, rate: Decimal) -> Decimal:
    """FOB in foreign currency × middle rate (yuan for one unit), rounded to the cent."""
    return to_cents(fob * rate)


def _plain(number: Decimal) -> str:
    return format(number, "f")
