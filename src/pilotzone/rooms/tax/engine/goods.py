"""Which VAT rate, which consumption tax and which tariff a goods line falls under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.reference.goods import goods
from pilotzone.rooms.tax.engine.order import Item
from pilotzone.rooms.tax.errors import refused

# kind: (VAT class, consumption-tax class); kinds as in `pilotzone tax import --json`
KINDS: dict[str, tuple[str, str]] = {
    "ordinary": ("standard", "none"),
    "reduced_vat": ("reduced", "none"),
    "cosmetics": ("standard", "cosmetics"),
    "wine": ("standard", "wine"),
    "beer": ("standard", "beer"),
    "spirits": ("standard", "spirits"),
    "watch": ("standard", "watch"),
    "jewellery": ("standard", "jewellery"),
}


@dataclass(frozen=True, slots=True)
class TaxClass:
    """How a line is taxed. `vat`: standard or reduced; `excise`: none or a class of `consumption.METHODS`;
    `told_by`: `kind` or `hs`, with the confidence tag of the goods table in `tag`."""

    vat: str
    excise: str
    told_by: str
    tag: str = ""


def classify(line: int, item: Item, on: date) -> TaxClass:
    """The line's class by its kind, else by its HS code on that day.

    Raises Gap `reference.hs_unknown` for a code the goods table does not know: never a guess.
    """
    if item.kind:
        classes = KINDS.get(item.kind)
        if classes is None:
            raise refused("rule.tax.kind", line=line, kind=item.kind[:40], kinds=", ".join(KINDS))
        return TaxClass(*classes, told_by="kind")
    if not item.hs:
        raise refused("rule.tax.no_goods", line=line)
    found = goods(item.hs, on=on)
    return TaxClass(found.vat_class, found.ct_class, told_by="hs", tag=found.tag)


def mfn_tariff(line: int, item: Item, on: date) -> Decimal:
    """The most-favoured-nation rate as a fraction: the line's own, else the goods table's.

    Raises Gap `reference.mfn_tariff` where neither knows it; needed only where tax is levied in full.
    """
    if item.mfn_tariff is not None:
        return item.mfn_tariff
    rate = goods(item.hs, on=on).mfn_tariff if item.hs else None
    if rate is None:
        raise Gap(
            code="reference.mfn_tariff",
            zh=f"第{line}行商品{item.hs}的最惠国关税税率未录入，全额征税须先补充",
            en=f"Line {line}: the tariff rate of {item.hs or 'these goods'} is not recorded; full tax needs it",
            source="进出口税则",
            whose="zone",
            mend_zh="在商品表补充税率，或在商品行给出税率",
            mend_en="Add the rate to the goods table or give it with the line",
        )
    return rate
