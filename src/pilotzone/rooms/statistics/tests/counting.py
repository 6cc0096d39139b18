"""Made-up lists (合成数据) as the cube's tests count them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal

from pilotzone.rooms.statistics.engine.counting import Counted, Goods, Listed, counted

RATE = Decimal("6.5")
UNITS = ("zone.districts.d360102", "zone.districts.d360103", "")


def worth(amount: Decimal, currency: str, on: date) -> tuple[Decimal | None, Decimal | None]:
    """A made-up rate; currency 999 has none."""
    if currency == "999":
        return None, None
    return (amount * RATE, amount) if currency == "502" else (amount, amount / RATE)


def listed(
    trade: int, *, firm: int = 1, day: int = 3, month: int = 11, flow: str = "I", mode: str = "9610", unit: str = UNITS[0],
    customs: str = "4010", back: int | None = None, hs: Iterable[str] = ("6109100010",), country: str = "116",
    amount: str = "100.00", currency: str = "142", transport: str = "5", cost: str = "0",
) -> Listed:  # fmt: skip
    """A released list; `back` days later it returned."""
    released = date(2021, month, day)
    lines = tuple(Goods(code, country, Decimal(amount), currency, Decimal(1)) for code in hs)
    return Listed(
        trade, flow, mode, firm, unit, customs, transport, released,
        None if back is None else released + timedelta(days=back), None, Decimal(cost), lines,
    )  # fmt: skip


def facts(*lists: Listed) -> list[Counted]:
    """What they count."""
    return [fact for one in lists for fact in counted(one, worth)]
