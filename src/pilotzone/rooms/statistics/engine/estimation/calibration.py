"""Weights that meet known totals: GREG (linear), post-stratification, raking (Deville & Särndal 1992)."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pilotzone.rooms.statistics.engine.estimation.sample import Column, Sample
from pilotzone.rooms.statistics.engine.finite import finite
from pilotzone.rooms.statistics.errors import refused

_STEPS, _CLOSE, _DEEPEST = 200, 1e-10, 40.0


@dataclass(frozen=True, eq=False)
class Calibration:
    """Auxiliary columns and their known totals; `raking` keeps every weight positive, else the distance is linear."""

    x: Column
    totals: Column
    raking: bool = False

    def weights(self, design: Column) -> Column:
        """The calibrated weights; `statistics.sample.calibration` where the totals cannot be met."""
        return self._raked(design) if self.raking else self._step(design, self.totals - design @ self.x, design)[0]

    def residuals(self, weights: Column, linear: Column) -> Column:
        """What of a linearised variable the auxiliary columns do not explain, by weighted regression."""
        weighted = self.x * weights[:, None]
        beta = np.linalg.lstsq(weighted.T @ self.x, weighted.T @ linear, rcond=None)[0]
        return np.asarray(linear - self.x @ beta)

    def _step(self, weights: Column, gap: Column, design: Column) -> tuple[Column, Column]:
        moment = (self.x * weights[:, None]).T @ self.x
        size = np.sqrt(np.maximum(np.diag(moment), 0))
        if not size.all():
            raise refused(
                "statistics.sample.calibration",
                why="有辅助变量在样本中全为零",
                why_en="an auxiliary variable is zero for every unit of the sample",
            )
        scaled = moment / np.outer(size, size)
        step = np.linalg.lstsq(scaled, gap / size, rcond=1e-11)[0]
        if np.abs(scaled @ step - gap / size).max() > 1e-7 * (1 + np.abs(gap / size).max()):
            raise refused(
                "statistics.sample.calibration", why="各总量互相矛盾", why_en="the totals contradict each other"
            )
        moved = self.x @ (step / size)
        return np.asarray(weights * (1 + moved)), np.asarray(moved)

    def _raked(self, design: Column) -> Column:
        """Newton steps on w = d·exp(x·λ)."""
        weights, moved = design, np.zeros(len(design))
        for _ in range(_STEPS):
            gap = self.totals - weights @ self.x
            if np.abs(gap).max() <= _CLOSE * (1 + np.abs(self.totals).max()):
                return weights
            _, step = self._step(weights, gap, design)
            moved = moved + step * min(1.0, 1.0 / max(float(np.abs(step).max()), 1e-300))
            if np.abs(moved).max() > _DEEPEST:
                break
            weights = np.asarray(design * np.exp(moved))
        raise refused("statistics.sample.calibration", why="迭代不收敛", why_en="raking does not converge")


def greg(found: Sample, known: Mapping[str, float]) -> Calibration:
    """The generalised regression estimator: `known` gives columns and their totals; `""` is the number of units."""
    names = list(known)
    columns = [np.ones(len(found)) if name == "" else found.column(name) for name in names]
    return Calibration(np.column_stack(columns), np.array(finite(known.values(), "known totals")))


def post_strata(found: Sample, groups: Sequence[Hashable], known: Mapping[Hashable, float]) -> Calibration:
    """Known numbers of units of the groups; a group without an answer is refused by name."""
    return Calibration(*_margins(found, [(groups, known)]))


def raking(
    found: Sample, margins: Sequence[tuple[Sequence[Hashable], Mapping[Hashable, float]]]
) -> Calibration:  # fmt: skip
    """Known numbers of several groupings at once; they must add up to the same."""
    return Calibration(*_margins(found, margins), raking=True)


def _margins(
    found: Sample, margins: Sequence[tuple[Sequence[Hashable], Mapping[Hashable, float]]]
) -> tuple[Column, Column]:  # fmt: skip
    columns, totals, sums = [], [], []
    for groups, known in margins:
        if len(groups) != len(found):
            raise refused("statistics.columns", what="groups")
        for strange in set(groups) - set(known):
            raise refused("statistics.columns", what=f"{strange}")
        for group, count in known.items():
            here = np.array([1.0 if one == group else 0.0 for one in groups])
            if not here.any() and count:
                raise refused("statistics.sample.silent", group=group)
            if here.any():
                columns.append(here)
                totals.append(finite([count], str(group))[0])
        sums.append(sum(known.values()))
    if max(sums) - min(sums) > 1e-9 * max(sums):
        sums_ = ", ".join(f"{one:g}" for one in sums)
        raise refused(
            "statistics.sample.calibration", why=f"各边际合计不同：{sums_}", why_en=f"the margins add up to {sums_}"
        )
    return np.column_stack(columns), np.array(totals)
