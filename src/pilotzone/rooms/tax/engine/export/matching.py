"""The monthly match: registered rows ↔ lines of released lists, by list number and line (handbook §3.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pilotzone.rooms.tax.engine.export.line import SixFields

Key = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Match:
    """Keys that agree, that differ (with the fields), and that one side alone has. They add up: see `adds_up`."""

    matched: tuple[Key, ...]
    differing: tuple[tuple[Key, tuple[str, ...]], ...]
    only_registered: tuple[Key, ...]
    only_released: tuple[Key, ...]

    @property
    def released(self) -> int:
        """How many released lines there were."""
        return len(self.matched) + len(self.differing) + len(self.only_released)

    @property
    def registered(self) -> int:
        """How many rows were registered."""
        return len(self.matched) + len(self.differing) + len(self.only_registered)

    @property
    def share(self) -> Decimal | None:
        """Matched by released, four decimals; None where nothing was released."""
        return (Decimal(len(self.matched)) / self.released).quantize(Decimal("0.0001")) if self.released else None

    def counts(self) -> dict[str, Any]:
        """The report's numbers."""
        return {
            "registered": self.registered, "released": self.released, "matched": len(self.matched),
            "differing": len(self.differing), "only_registered": len(self.only_registered),
            "only_released": len(self.only_released), "share": None if self.share is None else str(self.share),
        }  # fmt: skip


def match(registered: Mapping[Key, SixFields], released: Mapping[Key, SixFields]) -> Match:
    """Compare both sides of a month; order of keys does not matter."""
    both = sorted(registered.keys() & released.keys())
    apart = {key: registered[key].differs(released[key]) for key in both}
    return Match(
        tuple(key for key in both if not apart[key]),
        tuple((key, apart[key]) for key in both if apart[key]),
        tuple(sorted(registered.keys() - released.keys())),
        tuple(sorted(released.keys() - registered.keys())),
    )
