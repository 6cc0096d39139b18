"""What an agreement lets a department see of a resource: pure. Rows by the filter, fields by the grant, values by their class.

Field by field: not granted is refused; granted and public or internal is whole; granted and personal or sensitive is masked unless
the owner granted the whole value; important is never handed out. An owner's own department needs no agreement.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from pilotzone.exchange.catalogue.shapes import REFUSED, UNCONDITIONAL, Resource
from pilotzone.exchange.hub.errors import refused
from pilotzone.kernel.masking import MASKED, mask_field

IMPORTANT, OPEN = "important", frozenset({"public", "internal"})
MOST_ROWS, MOST_ROW_BYTES = 1000, 1024 * 1024
SURELY_FITS = MOST_ROW_BYTES // 8  # characters: at most six bytes each, and the names of the fields
Row = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Right:
    """What is granted: fields, those of them whose whole value, rows (field: allowed values), rows a day, the last day."""

    agreement: int | None
    fields: frozenset[str]
    whole: frozenset[str] = frozenset()
    rows: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    volume: int = 10_000
    until: date | None = None
    state: str = "granted"
    article: str = ""


def without_agreement(resource: Resource) -> Right:
    """What an unconditional resource gives every department; Refused `hub.not_shared`, `hub.no_grant` for the others."""
    if resource.sharing == REFUSED:
        raise refused("hub.not_shared", basis=resource.basis)
    if resource.sharing != UNCONDITIONAL:
        raise refused("hub.no_grant")
    open_ = frozenset(one.name for one in resource.fields if one.klass in OPEN)
    return Right(None, open_, article=resource.basis)


def judge(resource: Resource, right: Right, fields: Sequence[str], *, day: date, used: int) -> tuple[str, ...]:
    """The fields to answer: those asked for, or all granted. Refused for the first thing that does not hold."""
    if resource.sharing == REFUSED:
        raise refused("hub.not_shared", basis=resource.basis)
    if right.state == "revoked":
        raise refused("hub.ended")
    if right.state != "granted":
        raise refused("hub.no_grant")
    if right.until is not None and right.until < day:
        raise refused("hub.expired", day=right.until.isoformat())
    if used >= right.volume:
        raise refused("hub.volume", used=used, volume=right.volume)
    wanted = tuple(dict.fromkeys(fields)) or tuple(name for name in resource.names if name in right.fields)
    for name in wanted:
        found = resource.field(name)
        if found is None:
            raise refused("hub.field_unknown", field=name[:60])
        if name not in right.fields:
            raise refused("hub.field_not_granted", field=name)
        if found.klass == IMPORTANT:
            raise refused("hub.important", field=name)
    return wanted


def cut(
    resource: Resource, right: Right, fields: Sequence[str], where: Mapping[str, str], rows: Iterable[Row]
) -> list[dict[str, str]]:
    """The rows the agreement covers and the question meant, with these fields, masked by class.

    Refused `hub.rows_many`, `hub.row_large`: nothing is cut off silently.
    """
    return Cutter(resource, right, fields).cut(where, rows)


class Cutter:
    """`cut` for one resource, right and choice of fields, asked once how each field is shown."""

    def __init__(self, resource: Resource, right: Right, fields: Sequence[str]) -> None:
        self._right = right
        self._fields = [(name, _shower(resource, right, name)) for name in fields]

    def cut(self, where: Mapping[str, str], rows: Iterable[Row]) -> list[dict[str, str]]:
        """As the function of that name."""
        kept = [
            row
            for row in rows
            if _covered(self._right, row) and all(_text(row.get(name)) == value for name, value in where.items())
        ]
        if len(kept) > MOST_ROWS:
            raise refused("hub.rows_many", most=MOST_ROWS)
        told = [{name: show(_text(row.get(name))) for name, show in self._fields} for row in kept]
        for row in told:
            size = sum(map(len, row.values()))
            if size < SURELY_FITS:
                continue
            if (
                size > MOST_ROW_BYTES
                or len(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace")) > MOST_ROW_BYTES
            ):
                raise refused("hub.row_large", most=MOST_ROW_BYTES)
        return told


def _shower(resource: Resource, right: Right, name: str) -> Callable[[str], str]:
    """How this agreement shows values of a field: whole, masked by class, of a field nobody granted nothing."""
    found = resource.field(name)
    if found is None or name not in right.fields or found.klass == IMPORTANT:
        return _nothing
    if found.klass in OPEN or (found.klass in MASKED and name in right.whole):
        return str
    return partial(mask_field, kind=found.type, klass=found.klass)


def _nothing(_value: str) -> str:
    return ""


def _covered(right: Right, row: Row) -> bool:
    return all(_text(row.get(name)) in allowed for name, allowed in right.rows.items())


def _text(value: object) -> str:
    if isinstance(value, str):
        return str(value)
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)
