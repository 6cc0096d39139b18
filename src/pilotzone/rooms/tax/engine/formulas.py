"""The four formulas of handbook §2.3, from unrounded bases; each tax of a line is rounded once, at the end.

T    = P·t
CT*  = (P + T + Qs) / (1 − rc) · rc + Qs        Qs = 0 by value only; rc = 0 by volume only
VAT* = (P + T + CT*) · rv                       on the full statutory consumption tax
CT   = round(k·CT*),  VAT = round(k·VAT*)       k = 0.70 inside the limits, 1 where levied in full
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pilotzone.base.money import to_cents


@dataclass(slots=True)
class Taxes:
    """What is levied on one line in whole cents, and the statutory amounts behind it, unrounded."""

    tariff: Decimal
    consumption_tax: Decimal
    vat: Decimal
    statutory_consumption_tax: Decimal
    statutory_vat: Decimal

    @property
    def total(self) -> Decimal:
        """Sum of the rounded taxes."""
        return self.tariff + self.consumption_tax + self.vat


def taxes(
    price: Decimal, *, tariff: Decimal, excise: Decimal, specific: Decimal, vat: Decimal, share: Decimal
) -> Taxes:
    """The taxes on a dutiable price. Rates are fractions, `specific` yuan for the line, `share` is k."""
    duty = price * tariff
    full_excise = (price + duty + specific) / (1 - excise) * excise + specific
    full_vat = (price + duty + full_excise) * vat
    return Taxes(
        tariff=to_cents(duty),
        consumption_tax=to_cents(full_excise * share),
        vat=to_cents(full_vat * share),
        statutory_consumption_tax=full_excise,
        statutory_vat=full_vat,
    )
