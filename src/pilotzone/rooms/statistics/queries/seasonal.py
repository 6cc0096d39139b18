"""A monthly series with its adjusted values and trend: of what is published for everybody, of the cube for statisticians.

What cannot be adjusted – too few months, a month hidden or without figure – carries the refusal as a named gap beside the original values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.rooms.statistics.engine.grains import FLAGS
from pilotzone.rooms.statistics.engine.indicators.definitions import Indicator, in_force
from pilotzone.rooms.statistics.engine.indicators.growth import on_year
from pilotzone.rooms.statistics.engine.seasonal import months
from pilotzone.rooms.statistics.engine.seasonal.adjust import ALGORITHM, LEAST, Adjusted, adjust
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.queries.cube import ask
from pilotzone.rooms.statistics.queries.definitions import indicators, new_years
from pilotzone.rooms.statistics.queries.releases import figures, latest

# the indicators that are amounts of a month, with their field of the cube and their flow
ADJUSTABLE = {
    "trade_cny": ("cny", ""), "export_cny": ("cny", "E"), "import_cny": ("cny", "I"), "trade_usd": ("usd", ""),
    "export_usd": ("usd", "E"), "import_usd": ("usd", "I"), "orders": ("orders", ""),
}  # fmt: skip
CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Point:
    """A month: as published (`stage`, `published_on`; empty of the cube), adjusted and trend; growth as parts of one.

    `yearly` is the original value on a year before, `monthly` the adjusted value on the month before.
    """

    month: str
    value: Decimal | None
    hidden: bool
    stage: str
    published_on: date | None
    adjusted: Decimal | None
    trend: Decimal | None
    yearly: Decimal | None
    monthly: Decimal | None


@dataclass(frozen=True, slots=True)
class AdjustedSeries:
    """An indicator in one coverage; `gap` says why nothing is adjusted. `stable`: F of seasonality, 7 and more is clearly seasonal."""

    indicator: Indicator
    coverage: str
    published: bool
    points: tuple[Point, ...]
    gap: Refused | None
    product: bool
    stable: float
    effects: tuple[str, ...]
    least: int = LEAST
    algorithm: str = ALGORITHM


@dataclass(frozen=True, slots=True)
class _Told:
    value: Decimal | None
    hidden: bool = False
    stage: str = ""
    published_on: date | None = None


def adjusted_series(
    indicator: str, coverage: str, *, cube: bool = False, last: date | None = None, known: datetime | None = None
) -> AdjustedSeries:  # fmt: skip
    """The whole series up to the month `last`: the latest published vintages (`known`: as they were published at that moment).

    `cube`: what is counted, before protection, up to the last month that is over; for statisticians. Refused `statistics.cube.question`.
    """
    if indicator not in ADJUSTABLE or coverage not in FLAGS:
        raise refused("statistics.cube.question")
    one = in_force(indicators(), indicator, date.max)
    told = _counted(indicator, coverage, last) if cube else _published(indicator, coverage, last, known)
    start, until = min(told, default=0), max(told, default=-1)
    whole = [told.get(month, _Told(None)) for month in range(start, until + 1)]
    found, gap = None, None
    try:
        found = _adjusted(tuple(None if row.value is None else float(row.value) for row in whole), start)
    except Refused as why:
        gap = why
    smooth: list[Decimal | None] = [_plain(value) for value in found.adjusted] if found else [None] * len(whole)
    trend: list[Decimal | None] = [_plain(value) for value in found.trend] if found else [None] * len(whole)
    points = [
        Point(
            months.name(start + at), row.value, row.hidden, row.stage, row.published_on, smooth[at], trend[at],
            on_year(row.value, whole[at - 12].value) if at >= 12 else None, _growth(smooth, at),
        )
        for at, row in enumerate(whole)
    ]  # fmt: skip
    effects = tuple(f"{effect.name} t={effect.t:.1f}" for effect in found.effects) if found else ()
    return AdjustedSeries(
        one, coverage, not cube, tuple(points), gap, bool(found and found.product), found.stable if found else 0.0, effects
    )  # fmt: skip


def _published(indicator: str, coverage: str, last: date | None, known: datetime | None) -> Mapping[int, _Told]:
    ones = latest(date.min, last or date.max, known=known)
    return {
        months.number(row.month): _Told(row.value, row.hidden, row.stage, row.published_on)
        for row in figures(ones, indicator=indicator, coverage=coverage, dimension="")
    }


def _counted(indicator: str, coverage: str, last: date | None) -> Mapping[int, _Told]:
    require("statistics.work")
    field, flow = ADJUSTABLE[indicator]
    over = months.first_day(months.number(clock.today()) - 1)
    rows = ask(coverage=coverage, by="month", flow=flow, first=date.min, last=min(last or over, over))
    return {
        months.number(date.fromisoformat(f"{row.code}-01")): _Told(
            None if (field == "cny" and row.unvalued) or (field == "usd" and row.undollared) else Decimal(getattr(row, field))
        )
        for row in rows
    }  # fmt: skip


@lru_cache(maxsize=128)
def _adjusted(values: tuple[float | None, ...], start: int) -> Adjusted:
    """A function of its numbers alone, kept because every reader of a month asks for the same."""
    return adjust(values, start, new_years())


def _plain(value: float) -> Decimal:
    return Decimal(repr(value)).quantize(CENT)


def _growth(values: list[Decimal | None], at: int) -> Decimal | None:
    """On the month before; none where that was not above zero, for then a rate says nothing."""
    before = values[at - 1] if at else None
    return on_year(values[at], before) if before is not None and before > 0 else None
