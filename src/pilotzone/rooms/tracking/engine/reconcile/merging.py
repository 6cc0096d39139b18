"""Joins ledgers that come in the order of their keys; memory holds one key at a time, however many rows there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from pilotzone.rooms.tracking.engine.reconcile.records import Billed, Bundle, Held, Linked, Listed, Registered

_END = "\U0010ffff"  # above every key


class _Side:
    """One ordered stream and its next row. A key below the one before raises ValueError: rows would be lost silently."""

    __slots__ = ("_name", "_rows", "key", "row")

    def __init__(self, rows: Iterable[Any], name: str) -> None:
        self._rows, self._name = iter(rows), name
        self.key, self.row = "", None
        self._step()

    def take(self, key: str) -> list[Any]:
        """The rows of this key, when it is the next."""
        taken: list[Any] = []
        while self.key == key:
            taken.append(self.row)
            self._step()
        return taken

    def _step(self) -> None:
        row = next(self._rows, None)
        if row is None:
            self.key = _END
            return
        if row.key < self.key:
            raise ValueError(f"{self._name}: {row.key!r} comes after {self.key!r}")
        self.key, self.row = row.key, row


def bundles(
    lists: Iterable[Listed], bills: Iterable[Billed] = (), held: Iterable[Held] = (),
    registered: Iterable[Registered] = (), linked: Iterable[Linked] = (),
) -> Iterator[Bundle]:  # fmt: skip
    """What all sides say, key by key in ascending order."""
    sides = [
        _Side(rows, name)
        for rows, name in (
            (lists, "lists"), (bills, "bills"), (held, "held"), (registered, "registered"), (linked, "linked")
        )
    ]  # fmt: skip
    while (key := min([side.key for side in sides])) != _END:
        yield Bundle(key, *[side.take(key) if side.key == key else [] for side in sides])
