"""One Excel cell to the text of a field. Excel turns codes into numbers; what it may have lost is never guessed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pilotzone.exchange.formats.shapes import Field

# a double carries 15 significant decimal digits; an identity number typed as a number is already damaged
_SAFE_DIGITS = 15


class Lost(Exception):
    """The cell is a number where digits may have been lost."""

    def __init__(self, shown: str) -> None:
        super().__init__(shown)
        self.shown = shown


def text_of(cell: Any, field: Field | None) -> str:
    """The text of a cell for a field; "" when empty. Raises Lost."""
    if cell is None or cell == "":
        return ""
    if isinstance(cell, str):
        return cell.strip()
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, datetime | date):
        return _moment(cell, field)
    if isinstance(cell, int | float):
        return _number(cell, field)
    return str(cell)


def _moment(cell: date, field: Field | None) -> str:
    kind = field.kind if field else ""
    if kind in ("stamp", "stamp_ms"):
        return cell.strftime("%Y%m%d%H%M%S") + ("000" if kind == "stamp_ms" else "")
    return cell.strftime("%Y%m%d")


def _number(cell: float, field: Field | None) -> str:
    value = Decimal(repr(cell))
    text = f"{value:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    if field is None or field.facets.base in ("decimal", "int"):
        if len(text.lstrip("-").replace(".", "")) > _SAFE_DIGITS:
            raise Lost(text)
        return text
    facets = field.facets
    exact = facets.low == facets.high
    # a code of exactly three characters that shows as 7 was 007 or a mistake: ask, do not guess
    if len(text) > _SAFE_DIGITS or (exact and facets.high is not None and len(text) < facets.high):
        raise Lost(text)
    return text
