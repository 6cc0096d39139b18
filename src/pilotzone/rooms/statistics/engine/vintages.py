"""Every figure as it was published: preliminary, revised, final; and what revisions have been like.

Algorithm `revisions.v1` (docs/algorithms/statistics_revisions.md). Nothing published is ever overwritten.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "revisions.v1"
PRELIMINARY, REVISED, FINAL = "preliminary", "revised", "final"
STAGES = (PRELIMINARY, REVISED, FINAL)
NAMES = {
    PRELIMINARY: ("初步数", "preliminary figures"),
    REVISED: ("修订数", "revised figures"),
    FINAL: ("最终数", "final figures"),
}  # as sentences name them, zh and en
_FINAL_MONTHS = 6  # after the end of the year (handbook §7.4, P)


@dataclass(frozen=True, slots=True)
class Vintage:
    """One publication of one figure: the period it is of ("2020-11"), its stage, its day."""

    period: str
    stage: str
    on: date
    value: float


@dataclass(frozen=True, slots=True)
class Row:
    """A period with every value it had; `revision` from the first to the last, `relative` as a part of the first."""

    period: str
    values: tuple[Vintage, ...]
    revision: float | None
    relative: float | None


@dataclass(frozen=True, slots=True)
class Revisions:
    """Over the revised periods: mean revision, mean absolute revision, root mean square, the t value of the mean.

    Relative ones are parts of the first value. `biased`: the mean lies further from zero than chance lets expect at 5 %;
    None below three periods.
    """

    periods: int
    mean: float
    absolute: float
    root: float
    mean_relative: float | None
    absolute_relative: float | None
    t: float | None
    biased: bool | None


def stage(period: date, on: date) -> str:
    """What a publication on a day would be of a month: preliminary in the month after, revised later, final from six months after the year."""
    end_of_year = date(period.year, 12, 31)
    final = date(end_of_year.year + 1, _FINAL_MONTHS, 30)
    if on > final:
        return FINAL
    following = (date(period.year, period.month, 1) + timedelta(days=32)).replace(day=1)
    return PRELIMINARY if on < (following + timedelta(days=32)).replace(day=1) else REVISED


def overtaking(kind: str, told: Iterable[str]) -> str:
    """The stage, of those published of a month, after which `kind` is published no more: itself or a later one; empty where none is."""
    later = STAGES[STAGES.index(kind) :]
    return max((one for one in told if one in later), key=STAGES.index, default="")


def named(kind: str, prefix: str = "stage") -> dict[str, Any]:
    """A stage for a sentence: {prefix} in Chinese, {prefix}_en; one nobody knows stays itself."""
    zh, en = NAMES.get(kind, (kind, kind))
    return {prefix: zh, f"{prefix}_en": en}


def table(vintages: Iterable[Vintage]) -> list[Row]:
    """The revision table by period. Out of order: `statistics.vintage.order`; anything after final: `statistics.vintage.final`."""
    periods: dict[str, list[Vintage]] = {}
    for one in sorted(vintages, key=lambda one: (one.period, one.on)):
        if not math.isfinite(one.value):
            raise refused("statistics.number", what=one.period)
        before = periods.setdefault(one.period, [])
        _follows(before, one)
        before.append(one)
    return [_row(period, found) for period, found in periods.items()]


def summary(rows: Sequence[Row]) -> Revisions:
    """What revisions have been like; `statistics.vintage.none` where nothing was revised yet."""
    moved = [row.revision for row in rows if row.revision is not None]
    if not moved:
        raise refused("statistics.vintage.none")
    parts = [row.relative for row in rows if row.relative is not None]
    n, mean = len(moved), math.fsum(moved) / len(moved)
    spread = math.sqrt(math.fsum((one - mean) ** 2 for one in moved) / (n - 1)) if n > 1 else 0.0
    t = mean / (spread / math.sqrt(n)) if spread else None
    biased = None if n < 3 else (abs(t) > _critical(n - 1) if t is not None else mean != 0)
    return Revisions(
        n, mean, math.fsum(map(abs, moved)) / n, math.sqrt(math.fsum(one * one for one in moved) / n),
        math.fsum(parts) / len(parts) if parts else None, math.fsum(map(abs, parts)) / len(parts) if parts else None,
        t, biased,
    )  # fmt: skip


def _follows(before: Sequence[Vintage], one: Vintage) -> None:
    if one.stage not in STAGES:
        raise refused("statistics.vintage.order", period=one.period, **named(one.stage))
    if not before:
        return
    last = before[-1]
    if last.stage == FINAL:
        raise refused("statistics.vintage.final", period=one.period)
    again = last.stage == REVISED == one.stage  # a month may be revised more than once
    if one.on <= last.on or (STAGES.index(one.stage) <= STAGES.index(last.stage) and not again):
        raise refused("statistics.vintage.order", period=one.period, **named(one.stage))


def _row(period: str, found: Sequence[Vintage]) -> Row:
    if len(found) < 2:
        return Row(period, tuple(found), None, None)
    revision = found[-1].value - found[0].value
    return Row(period, tuple(found), revision, revision / abs(found[0].value) if found[0].value else None)


def _critical(degrees: int) -> float:
    from scipy.special import stdtrit

    return float(stdtrit(degrees, 0.975))
