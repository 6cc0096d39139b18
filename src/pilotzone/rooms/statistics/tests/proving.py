"""Drawn tables, releases and samples, and what must hold of each: small in the tests, at full size under `make proof`.

All drawn data is synthetic (合成数据).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.design.allocation import neyman
from pilotzone.rooms.statistics.engine.design.frame import Listed, take_all
from pilotzone.rooms.statistics.engine.design.nonresponse import adjusted
from pilotzone.rooms.statistics.engine.design.selection import draw
from pilotzone.rooms.statistics.engine.disclosure.attack import Attacker
from pilotzone.rooms.statistics.engine.disclosure.cells import Cells, Dimension, Key, Record, shown, tabulate
from pilotzone.rooms.statistics.engine.disclosure.protect import Protected, protect
from pilotzone.rooms.statistics.engine.disclosure.releases import against, secret
from pilotzone.rooms.statistics.engine.disclosure.rules import Rules
from pilotzone.rooms.statistics.engine.estimation import quantities
from pilotzone.rooms.statistics.engine.estimation.calibration import greg, post_strata
from pilotzone.rooms.statistics.engine.estimation.estimate import JACKKNIFE, Estimate, estimate
from pilotzone.rooms.statistics.engine.estimation.sample import sample

RULES = Rules()


@dataclass
class Told:
    """What a proof saw: how many tables and sensitive cells, and every cell that came out, by name."""

    tables: int = 0
    cells: int = 0
    sensitive: int = 0
    insiders: int = 0
    exposed: int = 0
    refused: int = 0
    secondary: int = 0
    hidden_value: float = 0.0
    value: float = 0.0
    unsafe: list[str] = field(default_factory=list)


def flat(name: str, count: int) -> Dimension:
    """A classification of one level."""
    return Dimension(name, {f"{name}{i}": "" for i in range(count)})


def stepped(name: str, groups: int, each: int) -> Dimension:
    """A classification of two levels, as HS chapters and headings."""
    above = {f"{name}{g}": "" for g in range(groups)}
    return Dimension(name, above | {f"{name}{g}.{i}": f"{name}{g}" for g in range(groups) for i in range(each)})


def leaves(dimension: Dimension) -> list[str]:
    """The codes with none below."""
    return sorted(dimension.above.keys() - set(dimension.above.values()))


def records(chance: np.random.Generator, dimensions: list[Dimension], firms: int, density: float) -> list[Record]:
    """Firms of very different sizes, each in some places of the table."""
    places = [leaves(dimension) for dimension in dimensions]
    told = []
    for place in np.ndindex(*(len(codes) for codes in places)):
        if chance.random() > density:
            continue
        codes = {d.name: codes[i] for d, codes, i in zip(dimensions, places, place, strict=True)}
        for firm in chance.choice(firms, size=min(firms, 1 + int(chance.poisson(3.0))), replace=False):
            told.append(Record(codes, f"f{firm}", round(float(chance.lognormal(5, 1.2)), 2)))
    return told


def two_way(chance: np.random.Generator) -> Cells:
    """One table of 3 to 8 rows and 3 to 8 columns, some with two levels."""
    rows = stepped("a", 2, 3) if chance.random() < 0.3 else flat("a", int(chance.integers(3, 9)))
    columns = flat("b", int(chance.integers(3, 9)))
    return tabulate(records(chance, [rows, columns], int(chance.integers(6, 40)), 0.9), [rows, columns], [["a", "b"]])


def many_way(chance: np.random.Generator) -> Cells:
    """One table of three dimensions, or two or three tables that share margins."""
    dimensions = [
        flat("a", int(chance.integers(2, 5))),
        flat("b", int(chance.integers(2, 5))),
        flat("c", int(chance.integers(2, 4))),
    ]
    tables = [[["a", "b", "c"]], [["a", "b"], ["b", "c"]], [["a", "b"], ["b", "c"], ["a", "c"]]][
        int(chance.integers(3))
    ]
    return tabulate(records(chance, dimensions, int(chance.integers(8, 40)), 0.85), dimensions, tables)


def hold(told: Told, found: Cells, done: Protected) -> None:
    """Attack every sensitive cell of a protected table: the public, and each respondent who is alone in a cell and so knows it."""
    values = found.values()
    told.tables += 1
    told.cells += done.cells
    told.secondary += len(done.secondary & set(found.own()))
    told.hidden_value += done.hidden_value
    told.value += done.hidden_value + done.shown_value
    for unit, known in {"": set[Key](), **found.alone()}.items():
        hidden = done.hidden - known
        shown_ = {cell: value for cell, value in values.items() if cell not in hidden}
        attacker = Attacker(shown_, hidden, found.sums, frozenset(found.free))
        told.insiders += bool(unit)
        for cell, amounts in found.cells.items():
            sizes = {name: abs(amount) for name, amount in amounts.items()}
            if not RULES.broken(sizes) or cell in known or (cell, unit) in done.exposed:
                continue
            told.sensitive += not unit
            reach, value = RULES.reach(sizes), values[cell]
            low, high = attacker.range(cell)
            loose = 1e-3 * reach
            if low > max(found.least(cell, unit), value - reach) + loose or high < value + reach - loose:
                told.unsafe.append(f"{shown(cell)}: {value} known to {unit or 'all'} as {low} … {high}, reach {reach}")
    told.exposed += len(done.exposed)


def suppressed(tables: int, linked: int, seed: int) -> Iterator[Told]:
    """The tables of two dimensions, then those of three and linked ones."""
    for count, make in ((tables, two_way), (linked, many_way)):
        told = Told()
        chance = np.random.default_rng([seed, count])
        for _ in range(count):
            found = make(chance)
            hold(told, found, protect(found, RULES))
        yield told


def differenced(releases: int, seed: int) -> Told:
    """A release, then the same months with late documents, returns and firms that go: attacked with both in hand."""
    told, chance = Told(), np.random.default_rng([seed, 7])
    for _ in range(releases):
        dimensions = [flat("a", int(chance.integers(3, 7))), flat("b", int(chance.integers(3, 7)))]
        first = records(chance, dimensions, int(chance.integers(8, 40)), 0.9)
        second = []
        for row in first:
            turn = chance.random()
            if turn < 0.03:
                continue
            amount = round(row.amount * float(chance.uniform(0.5, 1.5)), 2) if turn < 0.12 else row.amount
            second.append(Record(row.codes, row.unit, amount))
        second += records(chance, dimensions, 40, 0.05)
        before, now = (tabulate(rows, dimensions, [["a", "b"]]) for rows in (first, second))
        hidden: frozenset[Key] = protect(before, RULES).hidden
        both = against(before, hidden, now)
        try:
            done = protect(both, RULES, also=secret(both))
        except Refused as refused:  # nothing goes out; what is out already was safe alone
            if refused.code != "statistics.table.told":
                raise
            told.refused += 1
            continue
        hold(told, both, done)
    return told


@dataclass(frozen=True)
class Covered:
    """How often the interval held the truth, how far the mean of the estimates lay from it, in its standard errors."""

    name: str
    samples: int
    held: int
    bias: float

    @property
    def share(self) -> float:
        """The part of the intervals that held the truth."""
        return self.held / self.samples


def coverage(samples: int, seed: int) -> list[Covered]:
    """Intervals of 95 % from drawn samples of one population, by design, estimator and way of the variance."""
    chance = np.random.default_rng(seed)
    n = 2000
    x = chance.lognormal(4, 0.8, n)
    y = x * chance.lognormal(0.0, 0.3, n) * 1.3 + chance.uniform(0, 8, n)
    z = chance.gamma(2.0, 20.0, n)
    area = chance.integers(0, 3, n)
    frame = [Listed(f"u{i:04d}", f"s{int(np.digitize(x[i], [30, 70, 140]))}", float(x[i])) for i in range(n)]
    at = {unit.key: i for i, unit in enumerate(frame)}
    sure = take_all(frame, 0.30)
    counts, spreads = {}, {}
    for name in sorted({unit.stratum for unit in frame if unit.key not in sure}):
        inside = [at[u.key] for u in frame if u.stratum == name and u.key not in sure]
        counts[name], spreads[name] = len(inside), float(np.std(x[inside]))
    numbers = neyman(counts, spreads, 200, least=30)
    plain = [Listed(unit.key, "all", 1.0) for unit in frame]
    truth = {"y": float(y.sum()), "mean": float(z.mean()), "ratio": float(y.sum() / x.sum()), "area": float(z[area == 1].mean())}  # fmt: skip
    told: dict[str, list[tuple[Estimate, float]]] = {}
    for turn in range(samples):
        drawn = draw(frame, numbers, f"{seed}.{turn}", certain=sure)
        rows = [at[unit.key] for unit in drawn]
        found = sample(
            [u.stratum for u in drawn], [u.probability for u in drawn],
            {"y": [float(y[i]) for i in rows], "x": [float(x[i]) for i in rows], "z": [float(z[i]) for i in rows]},
        )  # fmt: skip
        known = greg(found, {"": float(n), "x": float(x.sum())})
        total = quantities.total(found, "y")
        for name, done in (
            ("PPS, HT total, Taylor", estimate(found, total)),
            ("PPS, HT total, jackknife", estimate(found, total, method=JACKKNIFE)),
            ("PPS, GREG total, Taylor", estimate(found, total, calibration=known)),
        ):
            told.setdefault(name, []).append((done, truth["y"]))
        srs = draw(plain, {"all": 400}, f"{seed}.{turn}")
        here = [at[unit.key] for unit in srs]
        heard = chance.random(len(srs)) < np.where(area[here] == 1, 0.7, 0.9)
        groups = [int(area[i]) for i in here]
        kept = [i for i, yes in zip(here, heard, strict=True) if yes]
        answers = sample(
            [f"{area[i]}" for i in kept], adjusted([u.probability for u in srs], groups, [bool(yes) for yes in heard]),
            {"z": [float(z[i]) for i in kept], "y": [float(y[i]) for i in kept], "x": [float(x[i]) for i in kept]},
        )  # fmt: skip
        domain = [bool(area[i] == 1) for i in kept]
        post = post_strata(answers, [int(area[i]) for i in kept], {a: int((area == a).sum()) for a in range(3)})
        mean = quantities.mean(answers, "z")
        told.setdefault("SRS with non-response, mean, Taylor", []).append((estimate(answers, mean), truth["mean"]))
        told.setdefault("SRS, post-stratified mean, Taylor", []).append(
            (estimate(answers, mean, calibration=post), truth["mean"])
        )
        told.setdefault("SRS, domain mean, Taylor", []).append(
            (estimate(answers, quantities.mean(answers, "z", domain=domain)), truth["area"])
        )
        told.setdefault("SRS, ratio, Taylor", []).append(
            (estimate(answers, quantities.ratio(answers, "y", "x")), truth["ratio"])
        )
        ratio_total = quantities.ratio_total(answers, "y", "x", float(x.sum()))
        told.setdefault("SRS, ratio total, Taylor", []).append((estimate(answers, ratio_total), truth["y"]))
        left_out = estimate(answers, ratio_total, method=JACKKNIFE)
        told.setdefault("SRS, ratio total, jackknife", []).append((left_out, truth["y"]))
    return [_covered(name, found) for name, found in told.items()]


def _covered(name: str, found: list[tuple[Estimate, float]]) -> Covered:
    held = sum(low <= real <= high for done, real in found for low, high in [done.interval(small=True)])
    values = [done.value for done, _ in found]
    spread = float(np.std(values)) / math.sqrt(len(values)) or 1.0
    return Covered(name, len(found), held, (float(np.mean(values)) - found[0][1]) / spread)
