"""What is taxed: the goods lines of one order, its freight and insurance, its discounts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pilotzone.rooms.tax.errors import refused

ZERO = Decimal(0)
# the widest number a customs message can carry: N19,5
_WIDEST = Decimal(10) ** 14
_MEASURES = (
    ("含量", "the content"),
    ("片(张)数", "the number of pieces"),
    ("升数", "the litres"),
    ("重量", "the weight"),
)

OPEN_TO_ALL = "open_to_all"  # 打折、满减: every buyer gets it, it lowers the price
MEANS_OF_PAYMENT = "means_of_payment"  # 代金券、优惠券、积分: pays the price, does not lower it


@dataclass(slots=True)
class Item:
    """One goods line. `unit_price` in yuan without tax; the measures are those of the whole line.

    `content`: millilitres or grams; `pieces`: pieces or sheets inside the packages; `litres`: of drinks;
    `weight`: kilograms, only for spreading freight by weight; `mfn_tariff`: a fraction, in place of the goods
    table's; `kind` in place of the look-up by `hs`.
    """

    quantity: Decimal
    unit_price: Decimal
    hs: str = ""
    kind: str = ""
    content: Decimal | None = None
    pieces: Decimal | None = None
    litres: Decimal | None = None
    weight: Decimal | None = None
    mfn_tariff: Decimal | None = None

    @property
    def price(self) -> Decimal:
        """Price of the line in yuan, unrounded."""
        return self.quantity * self.unit_price


@dataclass(frozen=True, slots=True)
class Discount:
    """A rebate on the order: OPEN_TO_ALL lowers the dutiable price, MEANS_OF_PAYMENT does not (税管函〔2016〕73号)."""

    kind: str
    amount: Decimal


@dataclass(slots=True)
class Order:
    """The lines of one order and what is paid for carrying and insuring them. `spread_by`: price or weight."""

    items: tuple[Item, ...]
    freight: Decimal = ZERO
    insurance: Decimal = ZERO
    discounts: tuple[Discount, ...] = ()
    spread_by: str = "price"


def verify(order: Order) -> None:
    """Raise Refused `rule.tax.*` for the first thing that cannot be taxed as it stands."""
    if not order.items:
        raise refused("rule.tax.no_items")
    _amount(order.freight, "运费", "The freight")
    _amount(order.insurance, "保费", "The insurance")
    for discount in order.discounts:
        _amount(discount.amount, "优惠金额", "The discount")
    for line, item in enumerate(order.items, start=1):
        if not (_fits(item.quantity) and _fits(item.unit_price)):
            _refuse_line(line, item)
        if item.mfn_tariff is not None:
            _amount(item.mfn_tariff, f"第{line}行最惠国税率", f"Line {line}: the tariff rate")
        for name, measure in zip(_MEASURES, _measures(item), strict=True):
            if measure is not None and not _fits(measure):
                _refuse_measure(line, name, measure)


def _fits(number: Decimal) -> bool:
    # a NaN must not reach a comparison: it raises there
    return number.is_finite() and 0 < number < _WIDEST


def _measures(item: Item) -> tuple[Decimal | None, ...]:
    return item.content, item.pieces, item.litres, item.weight


def _refuse_line(line: int, item: Item) -> None:
    if item.quantity.is_finite() and item.quantity <= 0:
        raise refused("rule.tax.quantity", line=line)
    if item.unit_price.is_finite() and item.unit_price <= 0:
        raise refused("rule.tax.price", line=line)
    _amount(item.quantity, f"第{line}行数量", f"Line {line}: the quantity")
    _amount(item.unit_price, f"第{line}行单价", f"Line {line}: the price")


def _refuse_measure(line: int, name: tuple[str, str], measure: Decimal) -> None:
    name_zh, name_en = name
    if measure.is_finite() and measure <= 0:
        raise refused("rule.tax.measure", line=line, name_zh=name_zh, name_en=name_en)
    _amount(measure, f"第{line}行{name_zh}", f"Line {line}: {name_en}")


def _amount(value: Decimal, name_zh: str, name_en: str) -> None:
    if not value.is_finite() or value >= _WIDEST:
        raise refused("rule.tax.too_large", name_zh=name_zh, name_en=name_en)
    if value < 0:
        raise refused("rule.tax.negative", name_zh=name_zh, name_en=name_en)
