"""What can be asked of a sample: a value for given weights, and its linearised variable (Taylor; Särndal et al. 1992, 5.5).

Of every quantity holds: value(w) ≈ value + Σ wᵢ·linear(w)ᵢ for weights near w, so the variance of the sum is that of the value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from pilotzone.rooms.statistics.engine.estimation.sample import Column, Sample
from pilotzone.rooms.statistics.errors import refused


class Quantity(Protocol):
    """A total, a mean, a ratio."""

    def value(self, weights: Column) -> float:
        """The estimate under these weights; `statistics.sample.zero` where it would divide by zero."""

    def linear(self, weights: Column) -> Column:
        """The linearised variable of each unit."""


@dataclass(frozen=True, eq=False)
class Total:
    """Σ wy."""

    y: Column

    def value(self, weights: Column) -> float:
        return float(weights @ self.y)

    def linear(self, weights: Column) -> Column:
        return self.y


@dataclass(frozen=True, eq=False)
class Ratio:
    """`times` · Σ wy ÷ Σ wx. A mean is a ratio to 1, a ratio estimator of a total has the known total of x as `times`."""

    y: Column
    x: Column
    times: float = 1.0
    what: str = "x"

    def value(self, weights: Column) -> float:
        return self.times * float(weights @ self.y) / self._below(weights)

    def linear(self, weights: Column) -> Column:
        below = self._below(weights)
        return np.asarray(self.times * (self.y - float(weights @ self.y) / below * self.x) / below)

    def _below(self, weights: Column) -> float:
        below = float(weights @ self.x)
        if abs(below) <= 1e-12 * float(weights @ np.abs(self.x)) or below == 0:
            raise refused("statistics.sample.zero", what=self.what)
        return below


def total(found: Sample, y: str, *, domain: Sequence[bool] | None = None) -> Total:
    """The total of a column, of a domain where one is given."""
    return Total(found.column(y) * found.where(domain))


def mean(found: Sample, y: str, *, domain: Sequence[bool] | None = None) -> Ratio:
    """The mean of a column over everybody or over a domain; a column of 0 and 1 gives a proportion."""
    inside = found.where(domain)
    return Ratio(found.column(y) * inside, inside, what="domain")


def count(found: Sample, *, domain: Sequence[bool] | None = None) -> Total:
    """How many units a domain has."""
    return Total(found.where(domain))


def proportion(found: Sample, mask: Sequence[bool], *, domain: Sequence[bool] | None = None) -> Ratio:
    """Which share of the units (of a domain) has a mark."""
    inside = found.where(domain)
    return Ratio(found.where(mask) * inside, inside, what="domain")


def ratio(found: Sample, y: str, x: str, *, domain: Sequence[bool] | None = None) -> Ratio:
    """The ratio of two totals."""
    inside = found.where(domain)
    return Ratio(found.column(y) * inside, found.column(x) * inside, what=x)


def ratio_total(found: Sample, y: str, x: str, known: float, *, domain: Sequence[bool] | None = None) -> Ratio:
    """The ratio estimator of a total: the known total of x times the ratio of y to x."""
    return Ratio(found.column(y) * found.where(domain), found.column(x), known, x)
