"""What a rule reports: a code, where in the document, and the words of its sentence."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any


@dataclass(slots=True)
class Trouble:
    """`document` and `line` count from 1; 0 means the message, or the head. `source` overrides the catalogue."""

    code: str
    element: str = ""
    line: int = 0
    document: int = 0
    words: dict[str, Any] = field(default_factory=dict)
    source: str = ""


def number(text: str | None) -> Decimal | None:
    """A plain decimal, or None for absent, empty and malformed text (the schema has refused that already)."""
    if not text:
        return None
    try:
        value = Decimal(text)
    except InvalidOperation:
        return None
    return value if value.is_finite() else None


def plain(value: Decimal) -> str:
    """Without exponent and without superfluous zeros."""
    return f"{value:f}" if value == value.to_integral() else f"{value.normalize():f}"
