"""From the sums per firm of a month to its published cells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from pilotzone.rooms.tracking.engine.disclosure import ALL, Place, Rule, hidden
from pilotzone.rooms.tracking.engine.months import Figure


@dataclass(frozen=True, slots=True)
class Sum:
    """What one firm did in one unit and way in a month; amounts in yuan, `unvalued` trades without one."""

    unit: str
    way: str
    firm: int
    declared: int = 0
    released: int = 0
    returned: int = 0
    unvalued: int = 0
    value: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)


def figures(sums: Iterable[Sum], rule: Rule) -> list[Figure]:
    """Every cell and total of a month that holds something, the protected ones without their amounts.

    Returns are a table of their own: that somebody sent goods back is another secret than how much he sells.
    """
    told = list(sums)
    business: dict[Place, dict[int, tuple[Decimal, ...]]] = {}
    returns: dict[Place, dict[int, tuple[Decimal, ...]]] = {}
    cells: dict[Place, list[Sum]] = {}
    for one in told:
        if one.declared or one.released:
            amounts = (Decimal(one.declared), Decimal(one.released), one.value, one.tax)
            business.setdefault((one.unit, one.way), {})[one.firm] = amounts
        if one.returned:
            returns.setdefault((one.unit, one.way), {})[one.firm] = (Decimal(one.returned),)
        for unit in (one.unit, ALL):
            for way in (one.way, ALL):
                cells.setdefault((unit, way), []).append(one)
    shut, shut_returns = hidden(business, rule), hidden(returns, rule)
    return [_figure(place, cells[place], place in shut, place in shut_returns) for place in sorted(cells)]


def _figure(place: Place, parts: list[Sum], closed: bool, returns_closed: bool) -> Figure:
    returned = None if returns_closed else sum(one.returned for one in parts)
    if closed:
        return Figure(*place, True, returns_closed, False, None, None, None, returned, None, None)
    unvalued = any(one.unvalued for one in parts)
    return Figure(
        *place, False, returns_closed, unvalued,
        firms=len({one.firm for one in parts if one.declared or one.released}),
        declared=sum(one.declared for one in parts), released=sum(one.released for one in parts), returned=returned,
        value=None if unvalued else sum((one.value for one in parts), Decimal(0)),
        tax=None if unvalued else sum((one.tax for one in parts), Decimal(0)),
    )  # fmt: skip
