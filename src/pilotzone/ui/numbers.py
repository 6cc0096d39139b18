"""Figures as officials read them: thousands grouped, large ones in 万 and 亿 (English: k, M, bn), nothing rounded unseen."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

DASH = "—"
_CHINESE = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
_ENGLISH = ((Decimal(10**9), "bn"), (Decimal(10**6), "M"), (Decimal(10**4), "k"))


def number(value: object) -> Decimal | None:
    """The value as a decimal; None for nothing, text, NaN and infinity."""
    if value is None or isinstance(value, bool) or value == "":
        return None
    try:
        result = Decimal(str(value))
    except InvalidOperation:
        return None
    return result if result.is_finite() else None


def grouped(value: object, places: int | None = None) -> str:
    """1234567.5 as "1,234,567.5" (or with `places` decimals); a dash where there is no number."""
    figure = number(value)
    if figure is None:
        return DASH
    if places is not None:
        figure = figure.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{figure:,f}"


def money(value: object) -> str:
    """An amount with two decimals, grouped."""
    return grouped(value, 2)


def scaled(value: object, language: str = "zh-hans", places: int = 2) -> str:
    """A large figure in the unit its readers use: 123456789 as "1.23 亿" or "123.46 M"; small ones in full."""
    figure = number(value)
    if figure is None:
        return DASH
    for size, name in _ENGLISH if language.startswith("en") else _CHINESE:
        if abs(figure) >= size:
            divisor = Decimal(1000) if name == "k" else size
            return f"{grouped(figure / divisor, places)} {name}"
    return grouped(figure)


def share(done: object, total: object) -> int:
    """How much of `total` is done, in whole percent between 0 and 100; never 100 before the end."""
    part, whole = number(done), number(total)
    if part is None or not whole or whole < 0 or part <= 0:
        return 0
    return 100 if part >= whole else min(99, int(part * 100 / whole))
