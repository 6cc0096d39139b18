"""Whether an estimate may be published, by its coefficient of variation (handbook §7.4: CV ≤ 5 % total, ≤ 15 % cells; P)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pilotzone.reference.rates import rate

GOOD, CAREFUL, WITHHELD = "good", "careful", "withheld"


@dataclass(frozen=True, slots=True)
class Grade:
    """`good`, `careful` (shown with a warning) or `withheld`; and the bounds of the day it was judged by."""

    grade: str
    good_to: float
    careful_to: float


def grade(cv: float | None, *, total: bool, on: date) -> Grade:
    """The grade of a CV on a day; a total is held to a narrower bound than a cell. Without a CV it is withheld."""
    good = float(rate("statistics.cv.total" if total else "statistics.cv.cell", on=on).number)
    careful = float(rate("statistics.cv.most", on=on).number)
    told = GOOD if cv is not None and cv <= good else CAREFUL if cv is not None and cv <= careful else WITHHELD
    return Grade(told, good, careful)
