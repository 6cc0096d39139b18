"""Growth on a year before, concentration, and the development index 发展指数 (handbook §7.3, P)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "development.v1"
_CAP, _HUNDRED = Decimal("1.2"), Decimal(100)
WEIGHTS = {
    "scale": Decimal("0.30"), "structure": Decimal("0.15"), "quality": Decimal("0.25"), "efficiency": Decimal("0.20"),
    "actors": Decimal("0.10"),
}  # fmt: skip


def on_year(now: Decimal | None, year_before: Decimal | None) -> Decimal | None:
    """x ÷ x₋₁₂ − 1; None ("n/a") where either is missing or the year before was zero."""
    return None if now is None or not year_before else now / year_before - 1


def concentration(values: Mapping[str, Decimal]) -> Decimal | None:
    """The Herfindahl–Hirschman index Σ s², between 0 and 1; None where there is nothing. Negative values are refused."""
    if any(not (value.is_finite() and value >= 0) for value in values.values()):
        raise refused("statistics.number", what="HHI")
    whole = sum(values.values(), Decimal(0))
    return sum(((value / whole) ** 2 for value in values.values()), Decimal(0)) if whole else None


def largest(values: Mapping[str, Decimal], count: int = 10) -> list[tuple[str, Decimal]]:
    """The largest, by value and then by name."""
    return sorted(values.items(), key=lambda one: (-one[1], one[0]))[:count]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the index: weight, value, target, what is counted of it (value ÷ target, at most 1.2), and its points."""

    name: str
    weight: Decimal
    value: Decimal | None
    target: Decimal
    counted: Decimal | None
    points: Decimal | None


@dataclass(frozen=True, slots=True)
class Development:
    """The index, its parts; None where a part has no value: an index of less than its parts is no index."""

    index: Decimal | None
    parts: tuple[Part, ...]
    algorithm: str = ALGORITHM


def development(
    values: Mapping[str, Decimal | None], targets: Mapping[str, Decimal], weights: Mapping[str, Decimal] | None = None
) -> Development:  # fmt: skip
    """Σ w · min(x ÷ target, 1.2) · 100, unfolded; `statistics.growth.plan` where weights or targets do not do."""
    weigh = WEIGHTS if weights is None else weights
    if (
        sum(weigh.values(), Decimal(0)) != 1
        or any(w < 0 for w in weigh.values())
        or any(targets.get(n, 0) <= 0 for n in weigh)
    ):
        raise refused("statistics.growth.plan")
    parts = []
    for name, weight in weigh.items():
        value = values.get(name)
        counted = None if value is None else min(max(value, Decimal(0)) / targets[name], _CAP)
        points = None if counted is None else weight * counted * _HUNDRED
        parts.append(Part(name, weight, value, targets[name], counted, points))
    missing = any(part.points is None for part in parts)
    index = None if missing else sum((part.points for part in parts if part.points is not None), Decimal(0))
    return Development(index, tuple(parts))
