"""What somebody typed into a form, read strictly."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.http import HttpRequest, QueryDict

from pilotzone.base.errors import Refused
from pilotzone.base.money import decimal
from pilotzone.rooms.fx.errors import refused

LONGEST = 200


def text(source: QueryDict, name: str, longest: int = LONGEST) -> str:
    """A field without NULs and blanks around it; of what is too long one character more than fits, so that it is refused."""
    return source.get(name, "").replace("\0", "").strip()[: longest + 1]


def amount(request: HttpRequest, name: str) -> Decimal | None:
    """A number, None where the field is empty. Raises Refused `rule.fx.amount`."""
    written = text(request.POST, name, 40).replace(",", "")
    try:
        return decimal(written) if written else None
    except Refused:
        raise refused("rule.fx.amount", text=written, most="999999999999.99") from None


def day(written: str) -> date | None:
    """A day, None where the field is empty. Raises Refused `rule.fx.day`."""
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise refused("rule.fx.day", text=written[:20]) from None


def day_or_none(written: str) -> date | None:
    """The same for a filter: nonsense filters nothing."""
    try:
        return day(written)
    except Refused:
        return None
