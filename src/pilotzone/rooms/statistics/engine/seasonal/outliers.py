"""Finding months that stand out: forward, one at a time, then backward (Chen & Liu 1993, as in X-13 and TRAMO, with AO and LS)."""

from __future__ import annotations

import numpy as np

from pilotzone.rooms.statistics.engine.seasonal import airline
from pilotzone.rooms.statistics.engine.seasonal.airline import Airline, Vector
from pilotzone.rooms.statistics.engine.seasonal.regressors import ADDITIVE, SHIFT, Event, event

CRITICAL, _MOST, _ENDS = 3.9, 8, 2
_NORMAL = 1.4826


def found(y: Vector, x: Vector, months: list[int]) -> list[Event]:
    """The events whose t value passes `CRITICAL`, at most eight, by month. `x`: the regressors that are in the model anyhow."""
    told: list[Event] = []
    candidates = [Event(month, kind) for month in months[_ENDS:-_ENDS] for kind in (ADDITIVE, SHIFT)]
    columns = np.column_stack([event(months, one) for one in candidates])
    while len(told) < _MOST:
        model = airline.fit(y, _with(x, told, months))
        scores = np.abs(_scores(y, _with(x, told, months), columns, model))
        scores[[i for i, one in enumerate(candidates) if one in told]] = 0.0
        best = int(np.argmax(scores))
        if scores[best] < CRITICAL:
            break
        told.append(candidates[best])
    while told:
        t = np.abs(airline.fit(y, _with(x, told, months)).t[x.shape[1] :])
        worst = int(np.argmin(t))
        if t[worst] >= CRITICAL:
            break
        told.pop(worst)
    return sorted(told, key=lambda one: (one.month, one.kind))


def _with(x: Vector, events: list[Event], months: list[int]) -> Vector:
    return np.column_stack([x, *(event(months, one) for one in events)]) if events else x


def _scores(y: Vector, x: Vector, columns: Vector, model: Airline) -> Vector:
    """The t value each candidate would have beside the regressors, with a deviation that outliers do not raise."""
    white = airline.whitened(np.column_stack([y, x, columns]), model)
    left, inside, outside = white[:, 0], white[:, 1 : 1 + x.shape[1]], white[:, 1 + x.shape[1] :]
    if x.shape[1]:
        basis, _ = np.linalg.qr(inside)
        left, outside = left - basis @ (basis.T @ left), outside - basis @ (basis.T @ outside)
    sigma = _NORMAL * float(np.median(np.abs(left)))
    size = np.sqrt((outside**2).sum(axis=0))
    return np.asarray(np.where(size > 1e-8, (outside.T @ left) / np.maximum(size, 1e-8), 0.0) / max(sigma, 1e-300))
