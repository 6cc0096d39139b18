"""The answers of a sample as columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from pilotzone.rooms.statistics.engine.finite import finite
from pilotzone.rooms.statistics.errors import refused

Column = np.ndarray[Any, np.dtype[np.float64]]


@dataclass(frozen=True, eq=False)
class Sample:
    """Units that answered: stratum, probability of being drawn and answering, and columns of numbers.

    Made by `sample`; every number is finite, every probability in (0, 1].
    """

    strata: tuple[str, ...]
    probabilities: Column
    columns: Mapping[str, Column] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.strata)

    @property
    def weights(self) -> Column:
        """1/probability: how many units of the frame each stands for."""
        return np.asarray(1.0 / self.probabilities)

    def column(self, name: str) -> Column:
        """A column; `statistics.columns` where there is none of that name."""
        if name not in self.columns:
            raise refused("statistics.columns", what=name)
        return self.columns[name]

    def where(self, mask: Sequence[bool] | None) -> Column:
        """A domain as a column of 1 and 0; without one, everybody."""
        if mask is None:
            return np.ones(len(self))
        if len(mask) != len(self):
            raise refused("statistics.columns", what="domain")
        return np.asarray(mask, dtype=float)


def sample(strata: Sequence[str], probabilities: Sequence[float], columns: Mapping[str, Sequence[float]]) -> Sample:
    """A sample, or `statistics.sample.empty`, `.probability`, `statistics.columns`, `statistics.number`."""
    if not strata:
        raise refused("statistics.sample.empty")
    if len(strata) != len(probabilities):
        raise refused("statistics.columns", what="probabilities")
    chances = finite(probabilities, "probability")
    for row, chance in enumerate(chances):
        if not 0 < chance <= 1:
            raise refused("statistics.sample.probability", row=row)
    for name, column in columns.items():
        if len(column) != len(strata):
            raise refused("statistics.columns", what=name)
    told = {name: np.array(finite(column, name)) for name, column in columns.items()}
    return Sample(tuple(strata), np.array(chances), told)
