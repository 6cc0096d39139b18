"""The law of one day, and a memory of which parts of it a computation used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pilotzone.reference.rates import Rate, rate


class Parameters:
    """Reads parameters of the Shanghai day `on`; a missing one raises Gap (`reference.*`), it is never zero."""

    __slots__ = ("_used", "on")

    def __init__(self, on: date) -> None:
        self.on = on
        self._used: dict[str, Rate] = {}

    def __getitem__(self, key: str) -> Decimal:
        """The number valid that day; remembers that it was used."""
        return self._read(key).number

    def text(self, key: str) -> str:
        """The words valid that day; remembers that they were used."""
        return str(self._read(key).value)

    def _read(self, key: str) -> Rate:
        found = self._used.get(key)
        if found is None:
            found = self._used[key] = rate(key, on=self.on)
        return found

    def source(self, key: str) -> str:
        """Document and article behind a value that was read before."""
        return source_of(self._used[key])

    def used(self) -> tuple[Rate, ...]:
        """What was read so far, in reading order."""
        return tuple(self._used.values())


def source_of(found: Rate) -> str:
    """Document and article as one text."""
    return f"{found.document} {found.article}".strip()


_records: dict[int, tuple[Rate, dict[str, str]]] = {}


def parameter(found: Rate) -> dict[str, str]:
    """A used value as the record kept with a decision; keys as in `pilotzone tax import --json`.

    `from` is the first valid day, `tag` the confidence A, B, C or P.
    """
    kept = _records.get(id(found))  # the law is read once, decisions repeat it a million times
    if kept is not None and kept[0] is found:
        return kept[1]
    if len(_records) > 4096:
        _records.clear()
    told = {
        "key": found.key,
        "value": str(found.value),
        "from": found.valid_from.isoformat(),
        "document": found.document,
        "article": found.article,
        "link": found.link,
        "tag": found.tag,
    }
    _records[id(found)] = (found, told)
    return told
