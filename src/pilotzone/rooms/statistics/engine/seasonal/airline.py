"""The airline model (0,1,1)(0,1,1)₁₂ with regressors, by exact maximum likelihood (Box & Jenkins 1976, ch. 9).

(1−B)(1−B¹²)(y − Xβ) = (1 + θB)(1 + ΘB¹²)ε. The differences are a moving average with a band of covariances, so likelihood, generalised
least squares and forecasts come from one banded Cholesky factor.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.linalg import cho_solve_banded, cholesky_banded, solve_banded
from scipy.optimize import minimize

Vector = np.ndarray[Any, np.dtype[np.float64]]
SEASON = 12
_BAND, _EDGE = 13, 0.98


@dataclass(frozen=True, eq=False)
class Airline:
    """A fitted model: θ and Θ, coefficients with their standard errors, σ², log likelihood, AIC."""

    theta: float
    seasonal: float
    beta: Vector
    errors: Vector
    sigma2: float
    likelihood: float
    aic: float

    @property
    def t(self) -> Vector:
        """The t values of the coefficients."""
        return np.asarray(self.beta / self.errors)


def differenced(y: Vector) -> Vector:
    """(1−B)(1−B¹²) along the first axis."""
    yearly = y[SEASON:] - y[:-SEASON]
    return np.asarray(yearly[1:] - yearly[:-1])


def fit(y: Vector, x: Vector) -> Airline:
    """The model of a series and its regressors (columns; none is allowed)."""
    z, w = differenced(y), differenced(x)

    def cost(at: Vector) -> float:
        return -_likelihood(z, w, float(at[0]), float(at[1]))[0]

    bounds = [(-_EDGE, _EDGE), (-_EDGE, _EDGE)]
    found = minimize(
        cost, np.array([-0.4, -0.5]), method="Nelder-Mead", bounds=bounds, options={"xatol": 1e-5, "fatol": 1e-7}
    )
    theta, seasonal = float(found.x[0]), float(found.x[1])
    likelihood, beta, sigma2, spread = _likelihood(z, w, theta, seasonal)
    errors = np.sqrt(np.maximum(np.diag(spread), 1e-300) * sigma2)
    return Airline(theta, seasonal, beta, errors, sigma2, likelihood, -2 * likelihood + 2 * (len(beta) + 3))


def forecast(y: Vector, model: Airline, ahead: int) -> Vector:
    """The next values of a series without regressors' part; backwards in time it is the forecast of the turned series."""
    z = differenced(y)
    gammas = _covariances(model.theta, model.seasonal)
    weights = cho_solve_banded((_factor(len(z), gammas), True), z)
    told = list(map(float, y[-_BAND:]))
    for h in range(1, ahead + 1):
        step = sum(gammas[lag] * weights[len(z) + h - lag - 1] for lag in range(h, _BAND + 1))
        told.append(told[-1] + told[-SEASON] - told[-SEASON - 1] + float(step))
    return np.array(told[_BAND:])


def whitened(columns: Vector, model: Airline) -> Vector:
    """The differences of columns, made independent and of equal variance under the model."""
    z = differenced(columns)
    factor = _factor(len(z), _covariances(model.theta, model.seasonal))
    return np.asarray(solve_banded((_BAND, 0), factor, z))


def _covariances(theta: float, seasonal: float) -> Vector:
    told = np.zeros(_BAND + 1)
    told[0] = (1 + theta**2) * (1 + seasonal**2)
    told[1] = theta * (1 + seasonal**2)
    told[11] = told[13] = theta * seasonal
    told[12] = seasonal * (1 + theta**2)
    return told


def _factor(n: int, gammas: Vector) -> Vector:
    return np.asarray(cholesky_banded(np.repeat(gammas[:, None], n, axis=1), lower=True))


def _likelihood(z: Vector, w: Vector, theta: float, seasonal: float) -> tuple[float, Vector, float, Vector]:
    """Log likelihood concentrated over β and σ², with both, and the covariance of β without σ²."""
    n = len(z)
    factor = _factor(n, _covariances(theta, seasonal))
    white = solve_banded((_BAND, 0), factor, np.column_stack([z, w]))
    left, right = white[:, 0], white[:, 1:]
    spread = np.linalg.pinv(right.T @ right)
    beta = spread @ (right.T @ left)
    sigma2 = float(np.sum((left - right @ beta) ** 2)) / n
    value = -0.5 * n * (math.log(2 * math.pi * max(sigma2, 1e-300)) + 1) - float(np.sum(np.log(factor[0])))
    return value, beta, sigma2, spread
