"""What declared figures come to: a body of the city speaks for the whole, counties for their own part. plan_lights.v3"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

RATIOS = frozenset({"%", "events/park"})  # not to be added up


@dataclass(frozen=True, slots=True)
class Said:
    """A verified figure of one body for one month; `part`: of a county or development zone, which says nothing of the others."""

    month: date
    unit: str
    value: Decimal
    part: bool


@dataclass(frozen=True, slots=True)
class Figure:
    """What they come to, and which of them made it up."""

    value: Decimal
    rows: tuple[Said, ...]


def figure(kind: str, year: int, kinds: Mapping[int, str], said: Sequence[Said], *, additive: bool) -> Figure | None:
    """The figure of a target of that kind for a year; None where nobody declared one that counts. `said` begins with the newest.

    annual, new: what was declared within the year. stock: the newest up to its end. total: the same without the years asked for as new
    (`kinds`: year → kind); who told no total counts with what was declared of those years, added up.
    """
    if kind in ("annual", "new"):
        return whole([one for one in said if one.month.year == year], additive=additive)
    told = [one for one in said if one.month.year <= year]
    return _total(kinds, told, additive=additive) if kind == "total" else whole(told, additive=additive)


def _total(kinds: Mapping[int, str], said: Sequence[Said], *, additive: bool) -> Figure | None:
    """A total: of who speaks for the whole, year by year if need be; else of every county its total, or what it told year by year."""
    totals = [one for one in said if kinds.get(one.month.year) != "new"]
    single = [one for one in said if kinds.get(one.month.year) == "new"]
    found = [whole(totals, additive=additive)]
    if not any(not one.part for one in totals):
        by_whole = any(not one.part for one in single)
        told = set() if by_whole else {one.unit for one in totals}
        years = [
            whole([one for one in single if one.month.year == year and one.unit not in told], additive=additive)
            for year in sorted({one.month.year for one in single})
        ]
        found = years if by_whole else [*found, *years]
    known = [one for one in found if one is not None]
    return (
        Figure(sum((one.value for one in known), Decimal(0)), tuple(row for one in known for row in one.rows))
        if known
        else None
    )


def whole(said: Sequence[Said], *, additive: bool) -> Figure | None:
    """The newest of a body that speaks for the whole, else the newest of every county added up; None of ratios of counties alone."""
    spoken = next((one for one in said if not one.part), None)
    if spoken is not None:
        return Figure(spoken.value, (spoken,))
    newest: dict[str, Said] = {}
    for one in said:
        newest.setdefault(one.unit, one)
    if not newest or not additive:
        return None
    return Figure(sum((one.value for one in newest.values()), Decimal(0)), tuple(newest.values()))


def grown(month: date, said: Sequence[Said], *, additive: bool) -> Decimal | None:
    """What a figure counted from each year's beginning grew by in a month; None unless that month and the one before were declared, for
    the whole or by the same counties."""
    now = whole([one for one in said if one.month == month], additive=additive)
    if now is None or month.month == 1:
        return now.value if now else None
    before = whole([one for one in said if one.month == month.replace(month=month.month - 1)], additive=additive)
    if before is None or now.value < before.value or _tellers(now) != _tellers(before):
        return None
    return now.value - before.value


def _tellers(found: Figure) -> frozenset[str]:
    """The counties a figure is added up of; nobody where a body speaks for the whole."""
    return frozenset(row.unit for row in found.rows if row.part)
