"""Self-report against port and platform, by the thresholds of the day (handbook §7.4; P).

Algorithm `mirror.v1` (docs/algorithms/statistics_collection.md). What comes of it stays inside statistics: it is no evidence against a firm.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.reference.rates import rate
from pilotzone.rooms.statistics.errors import refused

ALGORITHM = "mirror.v1"
AGREES, QUERY, REPLACED, PORT_WINS, MISSING, UNSEEN, NONE = (
    "agrees", "query", "replaced", "port_wins", "missing", "unseen", "none"
)  # fmt: skip
SELF, PORT, PLATFORM = "self", "port", "platform"
PORT_COUNTS = frozenset(
    {"9610", "1210"}
)  # every list of these modes passes the port: more there than reported is unreported


@dataclass(frozen=True, slots=True)
class Mirrored:
    """The figure statistics use, from where, why; `difference` as a part of the larger one, None with nothing beside it."""

    value: Decimal | None
    source: str
    verdict: str
    difference: Decimal | None
    compared: str

    @property
    def marked(self) -> bool:
        """Whether the figure carries a mark of data quality."""
        return self.verdict not in (AGREES, UNSEEN)


def mirror(
    own: Decimal | None, port: Decimal | None, platform: Decimal | None, *, mode: str, on: date
) -> Mirrored:  # fmt: skip
    """The verdict on one figure of one firm and month; None: nothing is known there, which is not zero.

    The port decides where it sees the trade; the platform alone leads to a query, never to a replacement.
    """
    for value in (own, port, platform):
        if value is not None and not (value.is_finite() and value >= 0):
            raise refused("statistics.mirror.negative")
    if own is None:
        beside = PORT if port is not None else PLATFORM if platform is not None else ""
        found = port if port is not None else platform
        return Mirrored(found, beside, MISSING if beside else NONE, None, beside)
    if port is not None:
        gap = difference(own, port)
        if mode in PORT_COUNTS and port > own:
            return Mirrored(port, PORT, PORT_WINS, gap, PORT)
        if gap > _bound("replace", on):
            return Mirrored(port, PORT, REPLACED, gap, PORT)
        return Mirrored(own, SELF, QUERY if gap > _bound("query", on) else AGREES, gap, PORT)
    if platform is None:
        return Mirrored(own, SELF, UNSEEN, None, "")
    gap = difference(own, platform)
    return Mirrored(own, SELF, QUERY if gap > _bound("query", on) else AGREES, gap, PLATFORM)


def difference(one: Decimal, other: Decimal) -> Decimal:
    """|a − b| ÷ the larger; nothing against nothing differs by nothing."""
    larger = max(one, other)
    return abs(one - other) / larger if larger else Decimal(0)


def _bound(name: str, on: date) -> Decimal:
    return rate(f"statistics.mirror.{name}", on=on).number
