"""What the cube is summed by: dimensions, the pairs of them kept ready, and the three coverages that are never mixed."""

from __future__ import annotations

from collections.abc import Sequence

GOODS = {"hs2": 2, "hs4": 4, "hs6": 6, "hs8": 8}
OTHERS = ("country", "mode", "unit", "transport")
DIMENSIONS = ("month", *GOODS, *OTHERS)
GRAINS = (
    "", *GOODS, *OTHERS, *(f"{goods}.{other}" for goods in GOODS for other in OTHERS),
    "country.mode", "country.unit", "country.transport", "mode.unit", "mode.transport", "unit.transport",
)  # fmt: skip
# a fact is of a coverage where the flag holds; the platform's is every fact
FLAGS = {"port": "port", "registered": "registered", "platform": ""}


def grain_of(names: Sequence[str]) -> str | None:
    """The kept sums that answer a question naming these dimensions; None where only the finest cells do."""
    if len(names) > 2:
        return None
    return next((told for told in (".".join(names), ".".join(reversed(names))) if told in GRAINS), None)
