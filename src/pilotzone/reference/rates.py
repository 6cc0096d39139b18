"""Values a document can change: limits, rates, deadlines, switches. `rate("vat.standard", on=day)`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from pilotzone.reference import gaps
from pilotzone.reference.rate_files import Names, Rate, Rates, read_folder
from pilotzone.reference.tables import SHIPPED, Table

__all__ = ["Rate", "build", "history", "keys", "names", "rate", "rates_on"]


def build(overlay: Path | None) -> Rates:
    """The shipped series; from its first day on, an overlay's series stands in place of the shipped one."""
    table = read_folder(SHIPPED / "rates")
    if overlay is not None and (overlay / "rates").is_dir():
        table = table.overlaid(read_folder(overlay / "rates"))
    return table


_table = Table(build)
_MOST = 20_000


class _Memory:
    """The answers of the days asked for, as long as the table stands: a batch asks for the same a thousand times."""

    def __init__(self) -> None:
        self.table: Rates | None = None
        self.found: dict[tuple[str, date], Rate] = {}


_memory = _Memory()


def rate(key: str, *, on: date) -> Rate:
    """The value of `key` valid on the Shanghai day `on`.

    Raises Gap: `reference.missing` (unknown key), `reference.not_yet`, `reference.ended`.
    """
    table = _table()
    if table is not _memory.table or len(_memory.found) > _MOST:
        _memory.table, _memory.found = table, {}
    found = _memory.found.get((key, on))
    if found is None:
        found = _memory.found[key, on] = _rate(table, key, on)
    return found


def _rate(table: Rates, key: str, on: date) -> Rate:
    series = table.series.get(key)
    if series is None:
        raise gaps.missing(key, key)
    stretch = series.at(on)
    if stretch is None:
        known = names(key)
        raise gaps.not_yet(f"{known.zh}({key})", f"{known.en} ({key})", on=on, first=series.starts[0])
    if stretch.value is None:
        known = names(key)
        raise gaps.ended(
            f"{known.zh}({key})",
            f"{known.en} ({key})",
            on=on,
            since=stretch.first,
            document=table.endings.get((key, stretch.first), ""),
        )
    return stretch.value


def names(key: str) -> Names:
    """Chinese and English name, unit and deciding day of a key; Gap `reference.missing` if unknown."""
    known = _table().names.get(key)
    if known is None:
        raise gaps.missing(key, key)
    return known


def history(key: str) -> tuple[tuple[date, Decimal | str | None], ...]:
    """Every first day of a key with the value from then on, None where nothing is valid; Gap if unknown."""
    series = _table().series.get(key)
    if series is None:
        raise gaps.missing(key, key)
    return tuple((part.first, part.value.value if part.value else None) for part in series.stretches)


def keys() -> tuple[str, ...]:
    """Every known key, sorted."""
    return tuple(sorted(_table().series))


def rates_on(prefix: str, *, on: date) -> tuple[Rate, ...]:
    """All values under a prefix (`import.`) that are valid on a day, by key."""
    found = []
    for key in keys():
        if key.startswith(prefix):
            stretch = _table().series[key].at(on)
            if stretch is not None and stretch.value is not None:
                found.append(stretch.value)
    return tuple(found)
