"""Tax on personal articles by post and B-class express 行邮税: the other personal channel (handbook §2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.base.money import to_cents, yuan
from pilotzone.reference.rates import Rate
from pilotzone.rooms.tax.engine.order import ZERO
from pilotzone.rooms.tax.engine.parameters import Parameters
from pilotzone.rooms.tax.errors import Reason, reason, refused

# article groups of the rate table: food, books, toys · textiles, appliances, cosmetics · tobacco, alcohol, watches
GROUPS = {1: "parcel.rate.low", 2: "parcel.rate.middle", 3: "parcel.rate.high"}


@dataclass(frozen=True, slots=True)
class ParcelTax:
    """`statutory`: value × rate in whole cents; `total`: what is levied, zero up to the exemption; or refused."""

    allowed: bool
    statutory: Decimal
    total: Decimal
    reasons: tuple[Reason, ...]
    parameters: tuple[Rate, ...]


def parcel_tax(
    articles: tuple[tuple[int, Decimal], ...],
    *,
    on: date,
    from_hkmotw: bool = False,
    one_indivisible: bool = False,
) -> ParcelTax:
    """The tax of one parcel that arrived on the Shanghai day `on`.

    `articles`: (group 1 to 3, dutiable value in yuan). `from_hkmotw`: sent from Hong Kong, Macao or Taiwan, whose
    value cap is lower. `one_indivisible`: a single self-use article, which may be above the cap. Tax up to the
    exemption is not levied; above it, all of it is. Raises Refused for bad input, Gap for days without a rate.
    """
    law = Parameters(on)
    statutory = value = ZERO
    for group, worth in articles:
        if group not in GROUPS:
            raise refused("rule.parcel.group", group=group)
        if not worth.is_finite() or worth <= 0:
            raise refused("rule.tax.negative", name_zh="物品价值", name_en="The value of an article")
        statutory += worth * law[GROUPS[group]]
        value += worth
    statutory = to_cents(statutory)
    cap_key = "parcel.value_cap.hkmotw" if from_hkmotw else "parcel.value_cap.other"
    cap, exempt = law[cap_key], law["parcel.exempt_tax_max"]
    if value > cap and not one_indivisible:
        told = reason("rule.parcel.over_cap", source=law.source(cap_key), value=yuan(value), cap=yuan(cap))
        return ParcelTax(False, statutory, ZERO, (told,), law.used())
    return ParcelTax(True, statutory, statutory if statutory > exempt else ZERO, (), law.used())
