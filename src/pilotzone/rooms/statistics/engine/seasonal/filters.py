"""Moving averages of X-11 (Ladiray & Quenneville 2001): Henderson's, the centred year, the seasonal ones. Shortened at the ends."""

from __future__ import annotations

from typing import Any

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]
YEAR = np.array([1.0, *[2.0] * 11, 1.0]) / 24
THREE_BY_THREE = np.array([1.0, 2, 3, 2, 1]) / 9
THREE_BY_FIVE = np.array([1.0, 2, 3, 3, 3, 2, 1]) / 15
THREE_BY_NINE = np.array([1.0, 2, *[3.0] * 7, 2, 1]) / 27


def henderson(length: int) -> Vector:
    """Henderson's weights of an odd length (1916): smoothest among those that keep a cubic."""
    m = (length - 1) // 2 + 2
    j = np.arange(-(m - 2), m - 1, dtype=float)
    above = 315 * ((m - 1) ** 2 - j**2) * (m**2 - j**2) * ((m + 1) ** 2 - j**2) * (3 * m**2 - 16 - 11 * j**2)
    below = 8 * m * (m**2 - 1) * (4 * m**2 - 1) * (4 * m**2 - 9) * (4 * m**2 - 25)
    told = above / below
    return np.asarray(told / told.sum())


def moved(y: Vector, weights: Vector) -> Vector:
    """The moving average; at the ends the weights that have no value are left out and the rest are made to add up to one."""
    first = (
        len(weights) // 2
    )  # numpy's mode "same" answers the longer of both: a short series would come back longer than it was
    here = slice(first, first + len(y))
    above, below = np.convolve(y, weights[::-1])[here], np.convolve(np.ones(len(y)), weights[::-1])[here]
    return np.asarray(above / below)


def by_month(values: Vector, weights: Vector) -> Vector:
    """The moving average of each calendar month over the years."""
    told = np.empty(len(values))
    for month in range(12):
        told[month::12] = moved(values[month::12], weights)
    return told
