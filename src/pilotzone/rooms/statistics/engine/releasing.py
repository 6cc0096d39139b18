"""A month as it may be told: amounts by firm and cell become linked tables, protected, also against what was told before.

Algorithm `release.v2` (docs/algorithms/statistics_release.md). Tables: flow by mode, country and goods (the largest eight of each,
the others together), each once by port and once by registered; countries below their region, the others of a region together; flow by
district. Coverages bind each other: platform less port is a
cell like any other, though nobody prints it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pilotzone.rooms.statistics.engine.disclosure.cells import Cells, Dimension, Key, Record, key, tabulate
from pilotzone.rooms.statistics.engine.disclosure.rules import Rules
from pilotzone.rooms.statistics.engine.regions import REST

ALGORITHM = "release.v2"
TOP = 8
OTHER, NONE = "other", "-"
INSIDE, OUTSIDE = "in", "out"
DIMENSIONS = ("", "mode", "country", "region", "hs2", "unit")
_REGION = "r."  # before a region's key in the classification of countries: no country has such a code
COVERAGES = {"port": ("port", INSIDE), "registered": ("home", INSIDE), "platform": ("", "")}


@dataclass(frozen=True, slots=True)
class Amount:
    """What one firm did: codes as facts have them, yuan and dollars (0 where no rate tells them), orders; lines, and how many of
    them have no yuan (`unvalued`) or no dollars (`undollared`)."""

    firm: int
    flow: str
    mode: str
    country: str
    hs2: str
    unit: str
    port: bool
    cny: Decimal
    usd: Decimal
    orders: int
    lines: int = 1
    unvalued: int = 0
    undollared: int = 0


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes a release names; the rest of countries and goods is OTHER. A later vintage keeps those of the first.

    `regions`: country → region of that month; empty in releases told before there were regions.
    """

    modes: tuple[str, ...]
    countries: tuple[str, ...]
    goods: tuple[str, ...]
    units: tuple[str, ...]
    regions: Mapping[str, str] = field(default_factory=dict)


def codes_of(rows: Sequence[Amount], before: Codes | None = None, regions: Mapping[str, str] | None = None) -> Codes:
    """The largest countries and chapters, every mode and unit; those of `before` stay."""
    kept = before or Codes((), (), (), ())
    return Codes(
        _also(kept.modes, {row.mode or NONE for row in rows}),
        kept.countries or _largest((row.country, row.cny) for row in rows),
        kept.goods or _largest((row.hs2, row.cny) for row in rows),
        _also(kept.units, {row.unit for row in rows if row.unit}),
        kept.regions if before else dict(regions or {}),
    )


def placed(row: Amount, codes: Codes) -> dict[str, str]:
    """The codes of a row in the tables."""
    return {
        "flow": row.flow,
        "mode": row.mode or NONE,
        "country": row.country if row.country in codes.countries else _other(row.country, codes),
        "hs2": row.hs2 if row.hs2 in codes.goods else OTHER,
        "port": INSIDE if row.port else OUTSIDE,
        "home": INSIDE if row.unit else OUTSIDE,
    }


def tables(rows: Iterable[Amount], codes: Codes) -> Cells:
    """All linked tables of a release; amounts in yuan by firm."""
    told = [(row, placed(row, codes)) for row in rows]
    flat = [Dimension("flow", {"E": "", "I": ""}), Dimension("mode", dict.fromkeys(codes.modes, "")),
            Dimension("country", _countries(codes)),
            Dimension("hs2", dict.fromkeys([*codes.goods, OTHER], "")),
            Dimension("port", {INSIDE: "", OUTSIDE: ""}), Dimension("home", {INSIDE: "", OUTSIDE: ""})]  # fmt: skip
    records = [Record(place, str(row.firm), float(row.cny)) for row, place in told]
    wanted = [("flow", by, side) for by in ("mode", "country", "hs2") for side in ("port", "home")]
    cells = tabulate(records, flat, wanted)
    homes = Dimension("home", {INSIDE: "", OUTSIDE: "", **dict.fromkeys(codes.units, INSIDE)})
    local = tabulate(
        [Record(place | {"home": row.unit or OUTSIDE}, str(row.firm), float(row.cny)) for row, place in told],
        [flat[0], homes], [("flow", "home")],
    )  # fmt: skip
    for cell, amounts in local.cells.items():
        cells.cells.setdefault(cell, amounts)
    known = {(one.whole, frozenset(one.parts)) for one in cells.sums}
    cells.sums += [one for one in local.sums if (one.whole, frozenset(one.parts)) not in known]
    return cells


def cell_of(coverage: str, flow: str, dimension: str, code: str) -> Key:
    """The cell of a published number; a district is of the registered coverage alone."""
    side, inside = COVERAGES[coverage]
    if dimension == "unit":
        return key({"flow": flow, "home": code})
    if dimension == "region":
        dimension, code = "country", _REGION + code
    return key({"flow": flow, side or "port": inside, dimension or "mode": code})


def inside(row: Amount, coverage: str) -> bool:
    """Whether a row is of a coverage."""
    return {"port": row.port, "registered": bool(row.unit), "platform": True}[coverage]


def _other(country: str, codes: Codes) -> str:
    return f"{OTHER}.{codes.regions.get(country, REST)}" if codes.regions else OTHER


def _countries(codes: Codes) -> dict[str, str]:
    """Every country that is named and the others, below their region; flat where the release knows no regions."""
    if not codes.regions:
        return dict.fromkeys([*codes.countries, OTHER], "")
    keys = sorted({*codes.regions.values(), REST})
    told = {_REGION + name: "" for name in keys} | {f"{OTHER}.{name}": _REGION + name for name in keys}
    return told | {code: _REGION + codes.regions.get(code, REST) for code in codes.countries}


def concentrated(rows: Sequence[Amount], rules: Rules) -> Decimal | None:
    """Σ of the squared amounts of the countries, in yuan²; None where a single country would have to be hidden for itself, for the sum
    would tell of it."""
    by_country: dict[str, dict[str, float]] = {}
    for row in rows:
        found = by_country.setdefault(row.country, {})
        found[str(row.firm)] = found.get(str(row.firm), 0.0) + float(row.cny)
    if any(rules.broken(amounts) for amounts in by_country.values()):
        return None
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.country] = sums.get(row.country, Decimal(0)) + row.cny
    return sum((value * value for value in sums.values()), Decimal(0))


def told_in(money: str, rows: Sequence[Amount]) -> Decimal | None:
    """The sum in `cny` or `usd` of what rates tell; None where there are rows and no rate tells any of them."""
    lacking = sum(row.unvalued if money == "cny" else row.undollared for row in rows)
    if rows and lacking >= sum(row.lines for row in rows):
        return None
    return sum((getattr(row, money) for row in rows), Decimal(0))


def code_in(row: Amount, dimension: str, codes: Codes) -> str:
    """The code of a row by a dimension of a release; empty where it has none to be shown by."""
    if dimension == "unit":
        return row.unit
    if dimension == "region":
        return codes.regions.get(row.country, REST)
    return placed(row, codes)[dimension] if dimension else ""


def _largest(rows: Iterable[tuple[str, Decimal]]) -> tuple[str, ...]:
    sums: dict[str, Decimal] = {}
    for code, amount in rows:
        if code:
            sums[code] = sums.get(code, Decimal(0)) + amount
    return tuple(sorted(sorted(sums, key=lambda code: (-sums[code], code))[:TOP]))


def _also(kept: tuple[str, ...], more: set[str]) -> tuple[str, ...]:
    return tuple(sorted({*kept, *more}))


def packed(codes: Codes) -> Mapping[str, Any]:
    """Codes as plain data."""
    return {
        "modes": codes.modes,
        "countries": codes.countries,
        "goods": codes.goods,
        "units": codes.units,
        "regions": codes.regions,
    }


def unpacked(told: Mapping[str, Any]) -> Codes:
    """The codes again."""
    modes, countries, goods, units = (tuple(told[name]) for name in ("modes", "countries", "goods", "units"))
    return Codes(modes, countries, goods, units, dict(told.get("regions", {})))
