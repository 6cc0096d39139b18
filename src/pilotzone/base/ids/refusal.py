"""What all twins share: taking separators out, and the one way to refuse."""

from __future__ import annotations

from pilotzone.base.errors import Refused

LONGEST = 64


def strip(number: str, separators: str = " -") -> str:
    """`number` without the separators, in capitals. No other character is changed: full-width stays wrong."""
    return number.translate({ord(mark): None for mark in separators}).upper() if number.isascii() else number


def refused(scheme: str, number: str, *, zh: str, en: str, source: str) -> Refused:
    """Refused `rule.id.<scheme>`; the number is shown cut, since it may be hostile or personal."""
    shown = number if len(number) <= LONGEST else number[:LONGEST] + "…"
    return Refused(
        code=f"rule.id.{scheme}",
        zh=f"“{shown}”{zh}",
        en=f"“{shown}” {en}",
        source=source,
        fields={scheme: en},
    )
