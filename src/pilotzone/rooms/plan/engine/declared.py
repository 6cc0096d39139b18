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

    annual, new: what was declared within the year. stock: the newest up to its end. total: the same, but where nothing was declared of
    a year that asks for the total, what was declared year by year of those asked for as new (`kinds`: year → kind) is added up.
    """
    own = [one for one in said if one.month.year == year]
    if kind in ("annual", "new"):
        return whole(own, additive=additive)
    if kind == "total" and not (own and kinds.get(year) != "new"):
        years = [
            whole([one for one in said if one.month.year == new], additive=additive)
            for new, asked in sorted(kinds.items())
            if asked == "new" and new <= year
        ]
        found = [one for one in years if one is not None]
        if found:
            return Figure(
                sum((one.value for one in found), Decimal(0)), tuple(row for one in found for row in one.rows)
            )
    return whole([one for one in said if one.month.year <= year], additive=additive)


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
