"""One linear programme: the least of a cost under equations and bounds (HiGHS, by scipy)."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

Vector = np.ndarray[Any, np.dtype[np.float64]]
SOLVED, INFEASIBLE = 0, 2


def least(cost: Vector, sums: Any, right: Vector, low: Vector, high: Vector) -> tuple[int, Vector, float]:
    """(status, values, least cost) of cost·x where sums·x = right and low ≤ x ≤ high; without equations `sums` is None.

    Status `SOLVED`, `INFEASIBLE`, or another of scipy's, without values.
    """
    equations = LinearConstraint(sums, right, right) if sums is not None else ()
    # no variable is whole: then it is a plain linear programme, with less work around it than linprog
    solved = milp(cost, constraints=equations, bounds=Bounds(low, high))
    if solved.status != SOLVED:
        return int(solved.status), np.empty(0), 0.0
    return SOLVED, solved.x, float(solved.fun)
