"""Amounts of money and strict plain decimals.

Rounding happens once, at the end, half up to the cent (handbook §0.1); nothing here rounds on the way.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache

from pilotzone.base.errors import Refused

CENT = Decimal("0.01")
_GUARD, _BELOW_TIE = Decimal(1).scaleb(-14), Decimal("0.00499")
# ASCII digits only: Decimal also takes full-width digits, exponents, NaN and Infinity; no customs system does
_LONGEST = 50  # sign, 28 digits, point, 20 decimals
_PLAIN = re.compile(r"-?[0-9]{1,28}(?:\.[0-9]{1,20})?", re.ASCII)
# wide enough that an amount of 28 digits with 20 decimals is never rounded by the context itself
_WIDE = Context(prec=96, rounding=ROUND_HALF_UP)


def to_cents(amount: Decimal) -> Decimal:
    """`amount` rounded half up to two decimals, away from zero on a tie (−0.005 → −0.01), never −0.00.

    What differs from a tie only behind the 14th decimal is a tie: that far down lies the noise of a division
    (a third of 33.50 at 9 % is 1.005 exactly, although no decimal fraction can say so).
    """
    rounded = _WIDE.quantize(amount, CENT)
    # only just below a tie does the 14th decimal decide; to round there first costs five times as much
    if not _WIDE.subtract(amount, rounded).copy_abs() <= _BELOW_TIE:
        rounded = _WIDE.quantize(_WIDE.quantize(amount, _GUARD), CENT)
    return rounded if rounded else abs(rounded)


def decimal(text: str) -> Decimal:
    """The number written in `text`: ASCII digits, at most one point, an optional leading minus, nothing else.

    Raises Refused `rule.number` for blanks, spaces, a plus sign, exponents, NaN, Infinity, full-width
    digits, more than 28 digits before or 20 after the point.
    """
    found = _plain(text) if isinstance(text, str) else None
    if found is None:
        shown = str(text)[:40]
        raise Refused(
            code="rule.number",
            zh=f"“{shown}”不是普通十进制数字(只接受半角数字、一个小数点、可带负号)",
            en=f"“{shown}” is not a plain decimal number (ASCII digits, one point, optional minus)",
            source="PilotZone base.money",
        )
    return found


def _plain(text: str) -> Decimal | None:
    # the papers of a trade, and the trades of a day, repeat their amounts; a long text is no amount
    return _number(text) if len(text) <= _LONGEST else None


@lru_cache(maxsize=16384)
def _number(text: str) -> Decimal | None:
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def apportion(total: Decimal, weights: Sequence[Decimal]) -> list[Decimal]:
    """Shares of `total` by `weights`, not rounded to cents; a plain `sum` of them is exactly `total`.

    Shares carry 18 decimals (fewer above ten thousand million); the last share with a weight takes what
    division left over. All weights zero: equal shares. No weights: allowed only for a zero total. Negative
    weights raise ValueError.
    """
    if not weights:
        if total:
            raise ValueError("an amount cannot be apportioned over nothing")
        return []
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    if not any(weights):
        weights = [Decimal(1)] * len(weights)
    whole = sum(weights, Decimal(0))
    # a sum in the default context of 28 digits must stay exact for the caller
    places = Decimal(1).scaleb(-max(2, min(18, 26 - total.adjusted())))
    shares = [_share(total, weight, whole, places) for weight in weights]
    last = max(index for index, weight in enumerate(weights) if weight)
    given = sum((share for index, share in enumerate(shares) if index != last), Decimal(0))
    shares[last] = _WIDE.subtract(total, given)
    return shares


def _share(total: Decimal, weight: Decimal, whole: Decimal, places: Decimal) -> Decimal:
    return _WIDE.divide(_WIDE.multiply(total, weight), whole).quantize(places, context=_WIDE)


def yuan(amount: Decimal) -> str:
    """`amount` as text with two decimals and no separators: `1234.50`."""
    return format(to_cents(amount), "f")
