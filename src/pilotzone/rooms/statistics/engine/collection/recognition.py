"""Which exports declared as general trade were sold online: declarations beside the sales of the firm's shops.

Algorithm `recognition.v1` (docs/algorithms/statistics_collection.md), weights in data/statistics/recognition.yaml, all P. A score
out of 100 with its reasons; a person decides what lies between the two thresholds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "recognition.v1"
ONLINE, REVIEW, OFFLINE = "online", "review", "offline"


@dataclass(frozen=True, slots=True)
class Scale:
    """The weights: points of the goods, of the days, of the value; the window in days; the two thresholds."""

    hs6: int
    hs4: int
    days: int
    value: int
    window: int
    close: Decimal
    far: Decimal
    online: int
    review: int
    modes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Sold:
    """Sales of a firm's shop: goods by HS (six digits at least), day, value in yuan."""

    reference: str
    firm: str
    hs: str
    on: date
    value: Decimal


@dataclass(frozen=True, slots=True)
class Declared:
    """A line of a declaration by its mode."""

    number: str
    firm: str
    hs: str
    on: date
    value: Decimal
    mode: str


@dataclass(frozen=True, slots=True)
class Why:
    """One part of the score, in both languages."""

    points: int
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Recognised:
    """A declaration with its score, the sales it rests on, and the parts of the score."""

    number: str
    verdict: str
    score: int
    sales: tuple[str, ...]
    reasons: tuple[Why, ...]


def scale_of(content: Mapping[str, Any]) -> Scale:
    """The weights of the data file."""
    points, bounds = content["points"], content["thresholds"]
    return Scale(
        points["hs6"], points["hs4"], points["days"], points["value"], content["window_days"], Decimal(content["close"]),
        Decimal(content["far"]), bounds["online"], bounds["review"], frozenset(content["modes"]),
    )  # fmt: skip


def recognise(declared: Iterable[Declared], sold: Iterable[Sold], scale: Scale) -> list[Recognised]:
    """A verdict on every declaration of the modes concerned, the best pairs first; a sale counts for one declaration only.

    A declaration stands beside the one sale that fits best, or beside all fitting sales of its firm together (consolidation).
    """
    firms: dict[str, list[Sold]] = {}
    for sale in sold:
        _positive(sale.value)
        firms.setdefault(sale.firm, []).append(sale)
    waiting = [one for one in declared if one.mode in scale.modes]
    for one in waiting:
        _positive(one.value)
    used: set[str] = set()
    first = [(one, _best(one, firms.get(one.firm, []), used, scale)) for one in waiting]
    told = []
    for one, _ in sorted(first, key=lambda pair: (-pair[1].score, pair[0].on, pair[0].number)):
        found = _best(one, firms.get(one.firm, []), used, scale)
        if found.verdict != OFFLINE:
            used |= set(found.sales)
        told.append(found)
    return sorted(told, key=lambda found: found.number)


def _best(one: Declared, sales: Iterable[Sold], used: set[str], scale: Scale) -> Recognised:
    fitting = sorted(
        (
            sale
            for sale in sales
            if sale.reference not in used and sale.hs[:4] == one.hs[:4] and abs((sale.on - one.on).days) <= scale.window
        ),
        key=lambda sale: (sale.on, sale.reference),
    )
    tried = [[sale] for sale in fitting]
    for digits in (6, 4):
        together = [sale for sale in fitting if sale.hs[:digits] == one.hs[:digits]]
        if len(together) > 1:
            tried.append(together)
    if not tried:
        why = Why(0, "窗口期内没有同类商品的网店销售", "No online sale of such goods in the window")
        return Recognised(one.number, OFFLINE, 0, (), (why,))
    return max((_scored(one, sales_, scale) for sales_ in tried), key=lambda found: (found.score, -len(found.sales)))


def _scored(one: Declared, sales: list[Sold], scale: Scale) -> Recognised:
    same = all(sale.hs[:6] == one.hs[:6] for sale in sales)
    goods = scale.hs6 if same else scale.hs4
    away = max(abs((sale.on - one.on).days) for sale in sales)
    near = round(scale.days * (1 - away / (scale.window + 1)))
    value = sum((sale.value for sale in sales), Decimal(0))
    share = min(value, one.value) / max(value, one.value)
    part = min(Decimal(1), max(Decimal(0), (share - scale.far) / (scale.close - scale.far)))
    fits = int(round(scale.value * part))
    reasons = (
        Why(goods, f"商品编码前{6 if same else 4}位相同", f"the first {6 if same else 4} digits of the goods agree"),
        Why(near, f"与销售相隔{away}天", f"{away} days from the sale"),
        Why(fits, f"金额吻合度{share:.0%}", f"values agree to {share:.0%}"),
    )
    score = goods + near + fits
    verdict = ONLINE if score >= scale.online else REVIEW if score >= scale.review else OFFLINE
    return Recognised(one.number, verdict, score, tuple(sale.reference for sale in sales), reasons)


def _positive(value: Decimal) -> None:
    if not (value.is_finite() and value > 0):
        raise refused("statistics.match.value")
