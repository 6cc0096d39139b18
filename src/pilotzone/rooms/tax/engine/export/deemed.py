"""核定征收: deemed profit of zone retail exporters and the brackets of small firms by year (handbook §3.3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.base.money import to_cents, yuan
from pilotzone.rooms.tax.engine.export.line import whole_cents
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter
from pilotzone.rooms.tax.engine.unfold import Step
from pilotzone.rooms.tax.errors import refused

ALGORITHM = "deemed_profit/2020-01-01"
SMALL = ("cit.small.income_max", "cit.small.staff_max", "cit.small.assets_max")


@dataclass(frozen=True, slots=True)
class Deemed:
    """Taxable income, whether the firm is small 小型微利, the tax, and how it came about."""

    year: int
    income: Decimal
    small: bool
    tax: Decimal
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data; money with two decimals."""
        return {
            "algorithm": ALGORITHM, "year": self.year, "income": yuan(self.income), "small": self.small,
            "tax": yuan(self.tax), "steps": [step.as_dict() for step in self.steps],
        }  # fmt: skip


def deemed(
    revenue: Decimal, year: int, *, staff: int = 0, assets: Decimal = Decimal(0), exempt: Decimal = Decimal(0)
) -> Deemed:
    """The tax of a year on `revenue` less `exempt` (免税收入, CIT law article 26); amounts in yuan.

    Raises Gap `reference.not_yet` before 2020. The 15 % rate of high-tech firms does not apply here.
    """
    whole_cents(revenue, "收入总额")
    if revenue < 0 or staff < 0 or assets < 0 or not 0 <= exempt <= revenue:
        raise refused("rule.export.money", name="收入总额", value=format(revenue, "f"))
    law = Parameters(date(year, 12, 31))
    share = law["cit.deemed_profit"]
    income = to_cents((revenue - exempt) * share)
    steps = [
        Step(
            0, "income", "应纳税所得额＝收入总额×应税所得率", "Taxable income = revenue × deemed profit rate", "I = (S − X)·p",
            (("S", yuan(revenue)), ("X", yuan(exempt)), ("p", format(share, "f"))), yuan(income), _told(law, "cit.deemed_profit"),
        )
    ]  # fmt: skip
    small = _small(law, income, staff, assets)
    if small:
        first = min(income, law["cit.small.first_part_max"])
        low, high = law["cit.small.first_part_rate"], law["cit.small.second_part_rate"]
        tax = to_cents(first * low + (income - first) * high)
        steps.append(
            Step(
                0, "small", "小型微利企业分档计算", "Small firm, by brackets", "T = I₁·a + (I − I₁)·b",
                (("I₁", yuan(first)), ("I", yuan(income)), ("a", format(low, "f")), ("b", format(high, "f"))), yuan(tax),
                _told(law, "cit.small."),
            )
        )  # fmt: skip
    else:
        rate = law["cit.rate"]
        tax = to_cents(income * rate)
        steps.append(
            Step(
                0, "ordinary", "不属于小型微利企业，按法定税率", "Not a small firm: statutory rate", "T = I·t",
                (("I", yuan(income)), ("t", format(rate, "f"))), yuan(tax), _told(law, "cit.rate", "cit.small."),
            )
        )  # fmt: skip
    return Deemed(year, income, small, tax, tuple(steps))


def _small(law: Parameters, income: Decimal, staff: int, assets: Decimal) -> bool:
    """By income, staff and assets. A year in which the preference is not in force has no small firms."""
    try:
        most = [law[key] for key in SMALL]
        law["cit.small.first_part_rate"]
    except Gap:
        return False
    return income <= most[0] and staff <= most[1] and assets <= most[2]


def _told(law: Parameters, *prefixes: str) -> tuple[dict[str, str], ...]:
    return tuple(parameter(one) for one in law.used() if one.key.startswith(prefixes))
