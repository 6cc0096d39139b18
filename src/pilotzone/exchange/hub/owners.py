"""A resource its owner's own system answers for: one signed question over HTTP, an answer that is looked at before anybody sees it.

POST {address}/departments/{owner}/{resource}, {"where": {field: value}, "day"}; {"rows": [{field: value}]} comes back, `{owner}`
without `zone.`. The question is signed as pushes are. A system that failed three times in a row is left alone for ten seconds, so
that one that is away holds nobody up.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from http import HTTPStatus
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

from pilotzone.exchange.catalogue.shapes import Field, Resource
from pilotzone.exchange.channels.asking import Away, ask
from pilotzone.exchange.hub.errors import unavailable
from pilotzone.exchange.hub.providers import Provider
from pilotzone.exchange.hub.pushing import signed
from pilotzone.exchange.hub.rights import MOST_ROW_BYTES

PATIENCE_S = 3.0
LARGEST = 8 * MOST_ROW_BYTES
FAILS, REST_S = 3, 10.0
FLAGS = ("是", "否")
Row = dict[str, object]


@dataclass(slots=True)
class Line:
    """The line to one department's system: how often it failed in a row, and until when it is left alone (steady seconds)."""

    now: Callable[[], float] = time.monotonic
    failed: int = 0
    rests_until: float = field(default=0.0)

    def rests(self) -> bool:
        """Whether it is left alone for the moment."""
        return self.now() < self.rests_until

    def note(self, *, answered: bool) -> None:
        """What became of a question."""
        self.failed = 0 if answered else self.failed + 1
        if self.failed >= FAILS:
            self.rests_until, self.failed = self.now() + REST_S, 0


def provider(resource: Resource, address: Callable[[], str], line: Line) -> Provider:
    """Who answers for a resource over its owner's line.

    Unavailable `hub.no_provider` (no address is set), `hub.owner_away`, `hub.owner_garbled`.
    """

    def answer(where: Mapping[str, str], day: date) -> list[Row]:
        url = address()
        if not url:
            raise unavailable("hub.no_provider")
        if line.rests():
            raise unavailable("hub.owner_away", owner=resource.owner, what="resting")
        path = f"/departments/{resource.owner.removeprefix('zone.')}/{resource.code}"
        target = urlsplit(url).path.rstrip("/") + path
        try:
            status, told = ask(
                url, path, {"where": dict(where), "day": day.isoformat()}, patience_s=PATIENCE_S,
                headers=lambda body: signed(target, body), largest=LARGEST,
            )  # fmt: skip
        except Away as away:
            line.note(answered=False)
            raise unavailable("hub.owner_away", owner=resource.owner, what=str(away)) from None
        line.note(answered=status < HTTPStatus.INTERNAL_SERVER_ERROR)
        if status != HTTPStatus.OK:
            raise unavailable("hub.owner_away", owner=resource.owner, what=f"HTTP {status}")
        return read(resource, told)

    return answer


def read(resource: Resource, told: Mapping[str, Any]) -> list[Row]:
    """The rows of an answer, fields of the catalogue only. Unavailable `hub.owner_garbled` where one is not what it is declared."""
    rows = told.get("rows")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise _garbled(resource, "rows")
    return [_row(resource, row) for row in rows]


def _row(resource: Resource, row: Mapping[str, Any]) -> Row:
    kept: Row = {}
    for one in resource.fields:
        value = row.get(one.name, "")
        if not isinstance(value, str | int | float | bool | None) or not _sound(one, value):
            raise _garbled(resource, one.name)
        kept[one.name] = value
    if kept[resource.key] in ("", None):
        raise _garbled(resource, resource.key)
    return kept


def _sound(one: Field, value: object) -> bool:
    """Whether a value is what the catalogue says of its field; empty is always lawful: the owner does not know it."""
    if value in ("", None):
        return True
    if (isinstance(value, str) and not _text(value)) or (isinstance(value, float) and not isfinite(value)):
        return False
    check = _CHECKS.get(one.type)
    return check is None or check(value)


def _text(value: str) -> bool:
    """Whether a text can be kept and told on: no NUL, no half of a surrogate pair."""
    return "\0" not in value and value.encode("utf-8", "replace").decode() == value


def _money(value: object) -> bool:
    amount = _decimal(value)
    return amount is not None and amount == round(amount, 2)


def _number(value: object) -> bool:
    return _decimal(value) is not None


def _decimal(value: object) -> Decimal | None:
    try:
        amount = Decimal(str(value)) if not isinstance(value, bool) else Decimal("NaN")
    except InvalidOperation:
        return None
    return amount if amount.is_finite() and abs(amount) < Decimal(10) ** 18 else None


def _day(value: object) -> bool:
    return _parses(date.fromisoformat, value)


def _moment(value: object) -> bool:
    return _parses(lambda text: datetime.fromisoformat(text).utcoffset(), value)


def _flag(value: object) -> bool:
    return isinstance(value, bool) or value in FLAGS


def _parses(parse: Callable[[str], object], value: object) -> bool:
    try:
        return parse(str(value)) is not None
    except ValueError:
        return False


def _garbled(resource: Resource, what: str) -> Exception:
    return unavailable("hub.owner_garbled", owner=resource.owner, what=what)


_CHECKS: dict[str, Callable[[object], bool]] = {
    "money": _money, "number": _number, "date": _day, "time": _moment, "flag": _flag,
}  # fmt: skip
