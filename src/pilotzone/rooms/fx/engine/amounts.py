"""Amounts of a currency, and their US dollars: currencies by the code list, decimals by the currency, nothing absurd."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pilotzone.base.errors import Refused
from pilotzone.base.money import decimal, to_cents, yuan
from pilotzone.reference import codes
from pilotzone.rooms.fx.errors import refused

ZERO = Decimal(0)
MOST = Decimal("999999999999.99")
USD, CNY = "USD", "CNY"
SHOWN = 40


def currency_of(text: str, *, on: date) -> str:
    """The ISO code of a currency given by ISO or customs code. Raises Refused `rule.fx.currency`."""
    for entry in codes.entries("currency", on=on):
        if text in (entry.code, entry.extra.get("iso")):
            return entry.extra["iso"]
    raise refused("rule.fx.currency", text=str(text)[:SHOWN])


def amount_of(text: str | Decimal, currency: str, *, on: date) -> Decimal:
    """An amount above zero of an ISO currency. Raises Refused `rule.fx.amount`, `rule.fx.amount_decimals`."""
    try:
        amount = decimal(text if isinstance(text, str) else format(text, "f"))
    except (Refused, ValueError):
        amount = ZERO
    if not ZERO < amount <= MOST:
        raise refused("rule.fx.amount", text=str(text)[:SHOWN], most=MOST)
    places = next(
        int(entry.extra.get("decimals") or 2)
        for entry in codes.entries("currency", on=on)
        if entry.extra.get("iso") == currency
    )
    exponent = amount.normalize().as_tuple().exponent
    if not isinstance(exponent, int) or -exponent > min(places, 2):
        raise refused("rule.fx.amount_decimals", currency=currency, places=min(places, 2))
    return amount


def in_usd(amount: Decimal, currency: str, rates: Mapping[str, Decimal], *, on: date) -> Decimal:
    """US dollars to the cent by the table of the month's start. Raises Refused `rule.fx.rate_missing`.

    `rates`: ISO currency → dollars for one unit. Never below one cent for an amount above zero.
    """
    if currency == USD:
        return amount
    if (rate := rates.get(currency)) is None:
        raise refused("rule.fx.rate_missing", month=f"{on:%Y-%m}", currency=currency)
    return max(to_cents(amount * rate), Decimal("0.01"))


def share(part: Decimal, whole: Decimal) -> str:
    """A share as text: `96.00%`, cut off and never rounded up."""
    return f"{int(part * 10000 / whole) / 100:.2f}%" if whole else "0.00%"


def shown(usd: Decimal) -> str:
    """Dollars as text with two decimals."""
    return yuan(usd)
