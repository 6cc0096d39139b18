"""Which cells tell on a respondent, and how far from the truth whoever guesses must be kept (Willenborg & de Waal 2001)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from pilotzone.reference.rates import rate

THRESHOLD, DOMINANCE, PERCENT = "threshold", "dominance", "p_percent"


@dataclass(frozen=True, slots=True)
class Rules:
    """`fewest` respondents; `shares`: (n, what the n largest may hold); `p`: how closely the second largest may at best
    estimate the largest. A rule of 0 or () is not applied. Respondents of a zero amount do not count."""

    fewest: int = 3
    shares: tuple[tuple[int, float], ...] = ((1, 0.85), (2, 0.95))
    p: float = 0.10

    def broken(self, amounts: Mapping[str, float]) -> tuple[str, ...]:
        """The rules a cell breaks; an empty cell is no secret."""
        ranked = _ranked(amounts)
        whole = sum(ranked)
        if not ranked or whole <= 0:
            return ()
        told = []
        if len(ranked) < self.fewest:
            told.append(THRESHOLD)
        if any(sum(ranked[:n]) > share * whole * (1 + 1e-12) for n, share in self.shares):
            told.append(DOMINANCE)
        if self.p and whole - sum(ranked[:2]) < self.p * ranked[0] * (1 - 1e-12):
            told.append(PERCENT)
        return tuple(told)

    def reach(self, amounts: Mapping[str, float]) -> float:
        """How far a sensitive cell must be able to lie above, and below down to zero, what it holds.

        The largest of: p % of its largest respondent; what dominance lacks (Σ n largest ÷ share − value); what p % lacks. Where
        no rule says how far, as with the threshold alone, p % of the largest respondent.
        """
        ranked = _ranked(amounts)
        if not ranked:
            return 0.0
        whole, far = sum(ranked), (self.p or 0.10) * ranked[0]
        lacks = [sum(ranked[:n]) / share - whole for n, share in self.shares]
        return max([far, self.p * ranked[0] - (whole - sum(ranked[:2])), *lacks])


def rules_on(day: date) -> Rules:
    """The zone's rules on a day (data/rates/statistics.yaml, tag P)."""
    return Rules(
        int(rate("statistics.protect.firms", on=day).number),
        (
            (1, float(rate("statistics.protect.top1", on=day).number)),
            (2, float(rate("statistics.protect.top2", on=day).number)),
        ),
        float(rate("statistics.protect.p", on=day).number),
    )


def _ranked(amounts: Mapping[str, float]) -> list[float]:
    return sorted((abs(amount) for amount in amounts.values() if amount), reverse=True)
