"""What a survey of own brands says: total and share with their errors, or that they are withheld."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pilotzone.rooms.statistics.engine.design.nonresponse import adjusted
from pilotzone.rooms.statistics.engine.estimation import quantities, variance
from pilotzone.rooms.statistics.engine.estimation.estimate import Estimate, estimate
from pilotzone.rooms.statistics.engine.estimation.quality import WITHHELD, grade
from pilotzone.rooms.statistics.engine.estimation.sample import sample


@dataclass(frozen=True, slots=True)
class Asked:
    """A unit that was drawn, and what it answered: exports and own-brand exports in yuan; None where it did not."""

    stratum: str
    probability: float
    exports: float | None
    own: float | None


def estimated(units: Sequence[Asked], *, fewest: int, on: date) -> dict[str, Any]:
    """{asked, answered, total, share}; an estimate is {value, error, cv, low, high, grade}, its numbers None where it is withheld:
    fewer than `fewest` answers, or an error beyond what may be told on that day."""
    heard = [one for one in units if one.exports is not None and one.own is not None]
    told: dict[str, Any] = {"asked": len(units), "answered": len(heard)}
    if len(heard) < fewest or sum(one.exports or 0 for one in heard) <= 0:
        return told | {"total": _withheld(), "share": _withheld()}
    groups = _groups(units)
    chances = adjusted([one.probability for one in units], groups, [one in heard for one in units])
    strata = [group for one, group in zip(units, groups, strict=True) if one in heard]
    found = sample(
        strata, chances, {"x": [one.exports or 0.0 for one in heard], "y": [one.own or 0.0 for one in heard]}
    )
    told["total"] = _told(estimate(found, quantities.total(found, "y"), single=variance.CENTRE), total=True, on=on)
    told["share"] = _told(
        estimate(found, quantities.ratio(found, "y", "x"), single=variance.CENTRE), total=False, on=on
    )
    return told


def _groups(units: Sequence[Asked]) -> list[str]:
    """The strata as adjustment classes; one in which nobody answered is joined with all others."""
    silent = {one.stratum for one in units} - {one.stratum for one in units if one.exports is not None}
    return ["all" if silent else one.stratum for one in units]


def _told(found: Estimate, *, total: bool, on: date) -> dict[str, Any]:
    mark = grade(found.cv, total=total, on=on).grade
    if mark == WITHHELD:
        return _withheld()
    low, high = found.interval(small=True)
    return {
        "value": round(found.value, 6), "error": round(found.error, 6), "cv": None if found.cv is None else round(found.cv, 4),
        "low": round(low, 6), "high": round(high, 6), "grade": mark,
    }  # fmt: skip


def _withheld() -> dict[str, Any]:
    return {"value": None, "error": None, "cv": None, "low": None, "high": None, "grade": WITHHELD}
