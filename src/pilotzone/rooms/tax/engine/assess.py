"""Retail import comprehensive tax 跨境电商综合税 of one order on one day."""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal, localcontext

from pilotzone.base.money import to_cents
from pilotzone.rooms.tax.engine import limits
from pilotzone.rooms.tax.engine.assessment import Assessment, ItemTax
from pilotzone.rooms.tax.engine.consumption import Line, charge
from pilotzone.rooms.tax.engine.formulas import taxes
from pilotzone.rooms.tax.engine.goods import classify, mfn_tariff
from pilotzone.rooms.tax.engine.limits import rule_on_limits
from pilotzone.rooms.tax.engine.order import ZERO, Item, Order, verify
from pilotzone.rooms.tax.engine.parameters import Parameters
from pilotzone.rooms.tax.engine.price import dutiable_prices, order_price
from pilotzone.rooms.tax.errors import refused

# wide enough that no product of two message fields is rounded on the way; the caller's context does not matter
_WIDE = Context(prec=50, rounding=ROUND_HALF_UP)


def assess(order: Order, *, on: date, used: Decimal = ZERO, usd_cny: Decimal | None = None) -> Assessment:
    """The channel and the taxes of an order accepted on the Shanghai day `on`.

    `used`: yuan of the annual quota already used, reservations included. `usd_cny`: yuan for a US dollar that day,
    asked for only where the class of a beer hangs on it. Limits come first: a refused order is not taxed.

    Raises Refused (`rule.tax.*`) for input that cannot be taxed and Gap (`reference.*`) for law or goods that
    are not recorded for that day; never guesses.
    """
    with localcontext(_WIDE):
        verify(order)
        if not used.is_finite() or used < 0:
            raise refused("rule.tax.negative", name_zh="本年已用额度", name_en="The quota used this year")
        law = Parameters(on)
        prices = dutiable_prices(order)
        price, used = order_price(prices), to_cents(used)
        ruling = rule_on_limits(order, price, used, law)
        items: tuple[ItemTax, ...] = ()
        if ruling.channel != limits.REFUSED:
            in_full = ruling.channel == limits.FULL
            items = tuple(
                _tax_line(number, item, line_price, law, in_full, usd_cny)
                for number, (item, line_price) in enumerate(zip(order.items, prices, strict=True), start=1)
            )
        return Assessment(
            on=on,
            channel=ruling.channel,
            row=ruling.row,
            price=price,
            used=used,
            counts=price if items else ZERO,
            items=items,
            total=sum((item.total for item in items), ZERO),
            reasons=ruling.reasons,
            parameters=law.used(),
        )


def _tax_line(
    number: int, item: Item, price: Decimal, law: Parameters, in_full: bool, usd_cny: Decimal | None
) -> ItemTax:
    known = classify(number, item, law.on)
    duty = charge(known.excise, Line(number, item, price, usd_cny), law)
    tariff_rate = mfn_tariff(number, item, law.on) if in_full else law["import.tariff_within_limit"]
    vat_rate = law[f"vat.{known.vat}"]
    share = Decimal(1) if in_full else law["import.discount_factor"]
    return ItemTax(
        line=number,
        hs=item.hs,
        quantity=item.quantity,
        price=price,
        tariff_rate=tariff_rate,
        excise_rate=duty.rate,
        specific=duty.specific,
        vat_rate=vat_rate,
        vat_class=known.vat,
        excise_class=known.excise,
        share=share,
        taxes=taxes(price, tariff=tariff_rate, excise=duty.rate, specific=duty.specific, vat=vat_rate, share=share),
        why_zh=duty.why_zh,
        why_en=duty.why_en,
        told_by=known.told_by,
        tag=known.tag,
    )
