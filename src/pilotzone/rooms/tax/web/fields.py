"""Fields of the export side's forms as plain data, and what was typed into them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import HttpRequest

from pilotzone.base.errors import Refused
from pilotzone.base.money import decimal
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.errors import refused

LONGEST = 2000  # the longest field, an answer


@dataclass(frozen=True)
class Field:
    """One field: its name, label, kind (text, date, number, month, select, check, area), value, choices."""

    name: str
    label: str
    kind: str = "text"
    value: str = ""
    choices: Sequence[tuple[Any, str]] = ()
    required: bool = True
    help: str = ""
    most: int = 60

    @property
    def checked(self) -> bool:
        """Whether a box is ticked."""
        return self.value == "1"


def typed(request: HttpRequest, *names: str) -> dict[str, str]:
    """What was typed, without NULs and blanks at the ends; of what is too long enough to be refused."""
    asked = request.POST if request.method == "POST" else request.GET
    return {name: asked.get(name, "").replace("\0", "").strip()[: LONGEST + 1] for name in names}


def day(text: str, name: str) -> date:
    """The day typed; Refused `rule.export.six_fields` for none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refused("rule.export.six_fields", fields=name) from None


def number(text: str, name: str) -> Decimal:
    """A plain number; Refused `rule.export.six_fields` for none."""
    try:
        return decimal(text.replace(",", ""))
    except Refused:
        raise refused("rule.export.six_fields", fields=name) from None


def amount(text: str, name: str) -> Decimal:
    """An amount of money with at most two decimals, zero where nothing is typed."""
    return api.money(text, name) if text else Decimal(0)


def whole(text: str, name: str) -> int:
    """A whole number of at most nine digits."""
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise refused("rule.export.six_fields", fields=name)
    return int(text)


def strange_keys(texts: Sequence[str]) -> list[str]:
    """Those of the typed texts that name no line."""
    return [text for text in texts if not keys_of([text])]


def keys_of(texts: Sequence[str]) -> list[tuple[str, int]]:
    """Chosen lines written list-line; nonsense is left out."""
    found = []
    for text in texts:
        head, _, tail = text.replace("\0", "").rpartition("-")
        if 0 < len(head) <= 20 and tail.isascii() and tail.isdigit() and len(tail) < 4:
            found.append((head, int(tail)))
    return list(dict.fromkeys(found))
