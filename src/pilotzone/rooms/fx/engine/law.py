"""The law of one day, and a memory of which parts of it an advice used."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from pilotzone.base.errors import Gap
from pilotzone.reference.rates import Rate, rate


class Law:
    """Parameters of the Shanghai day `on`. What is used is remembered, to be kept with the advice."""

    __slots__ = ("_used", "on")

    def __init__(self, on: date) -> None:
        self.on = on
        self._used: dict[str, Rate] = {}

    def __getitem__(self, key: str) -> Decimal:
        """The number valid that day; a missing one raises Gap, it is never zero."""
        return self._read(key).number

    def text(self, key: str) -> str:
        """The words valid that day."""
        return str(self._read(key).value)

    def stands(self, key: str) -> bool:
        """Whether a rule is in force that day: it has begun, has not ended and is not switched off."""
        try:
            found = self._read(key)
        except Gap as gap:
            if gap.code == "reference.missing":
                raise
            return False
        return found.value != 0

    def source(self, key: str) -> str:
        """Document and article behind a value that was read before."""
        found = self._used[key]
        return f"{found.document} {found.article}".strip()

    def used(self) -> tuple[dict[str, str], ...]:
        """What was read: {key, value, from, document, article, tag}, in reading order."""
        return tuple(
            {
                "key": found.key, "value": str(found.value), "from": found.valid_from.isoformat(),
                "document": found.document, "article": found.article, "tag": found.tag,
            }
            for found in self._used.values()
        )  # fmt: skip

    def _read(self, key: str) -> Rate:
        found = self._used.get(key)
        if found is None:
            found = self._used[key] = rate(key, on=self.on)
        return found
