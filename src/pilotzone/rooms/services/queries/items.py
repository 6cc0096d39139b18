"""The items of a zone: the shipped files, with the zone's own of the same key in their place; read again when a file changes.

A file that is not in order is left out and told; it closes no other item.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pilotzone.kernel.access.actor import PUBLIC
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.firms import trades
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.roles import actions
from pilotzone.kernel.access.scope import current
from pilotzone.kernel.access.units import shipped
from pilotzone.reference.tables import SHIPPED, overlay
from pilotzone.rooms.services.engine import items
from pilotzone.rooms.services.engine.items import Item, Known
from pilotzone.rooms.services.errors import Finding, finding, refused

FOLDER = "services"
COUNTY_WORDS = ("企业注册地县区", "the county of the firm")
LARGEST = 256 * 1024
Stamp = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Catalogue:
    """Items by key, and what is wrong with files that were left out, by the file."""

    items: Mapping[str, Item]
    faults: Mapping[Path, tuple[Finding, ...]]


def catalogue() -> Catalogue:
    """All items as their files stand now, on trial and ended ones too."""
    return _read(tuple(_stamp(folder) for folder in _folders()), _folders())


def item(key: str) -> Item:
    """One the caller may see: in use or ended, or on trial at the caller's own unit. Refused `service.item.unknown`."""
    found = catalogue().items.get(key)
    if found is None or not visible(found):
        raise refused("service.item.unknown", key=key[:60])
    return found


def visible(one: Item) -> bool:
    """Whether the caller may see an item: one on trial only its author's unit sees."""
    return one.status != items.TRIAL or tries(one)


def tries(one: Item) -> bool:
    """Whether the caller may try it: somebody of its author's unit with that right."""
    actor = current()
    return (
        actor.kind != PUBLIC and may("service.try") and bool(actor.unit_path) and actor.unit_path == path_of(one.author)
    )


def check(path: Path) -> tuple[Item | None, list[Finding]]:
    """What is in a file, or everything wrong with it. OSError where it cannot be read."""
    raw = path.read_bytes()
    if len(raw) > LARGEST:
        return None, [finding("", "format.item.yaml", line=1, why=f"> {LARGEST // 1024} KB")]
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        return None, [finding("", "format.item.yaml", line=line, why="UTF-8")]
    return items.read(text, name=path.stem, known=known())


@lru_cache(maxsize=1)
def known() -> Known:
    """What a file may name."""
    return Known(frozenset(units()), frozenset(trades()), frozenset(one.key for one in actions()))


@lru_cache(maxsize=1)
def units() -> dict[str, tuple[str, str, str]]:
    """Units by their code: path in the tree, Chinese and English name. Those that hold steps are not founded at run time."""
    return {str(row["code"]): (row["path"], row["zh"], row["en"]) for row in shipped()}


def path_of(code: str) -> str:
    """The place of a unit in the tree."""
    return units()[code][0]


@lru_cache(maxsize=256)
def unit_words(path: str) -> tuple[str, str]:
    """The names of a unit by its place; the place itself where nobody is known there."""
    return next(((zh, en) for place, zh, en in units().values() if place == path), (path, path))


def english_of_units(names: set[str]) -> dict[str, str]:
    """The English names of units by their Chinese ones, as the zone's tree has them; of anybody else (a firm, a person) none."""
    return dict(
        Unit.objects.filter(name_zh__in=names).exclude(name_en="").order_by("-pk").values_list("name_zh", "name_en")
    )


def _folders() -> tuple[Path, ...]:
    own = overlay()
    return (SHIPPED / FOLDER,) if own is None else (SHIPPED / FOLDER, own / FOLDER)


def _stamp(folder: Path) -> Stamp:
    try:
        return tuple(sorted((p.name, (s := p.stat()).st_mtime_ns, s.st_size) for p in folder.glob("*.yaml")))
    except OSError:
        return ()


@lru_cache(maxsize=4)
def _read(stamps: tuple[Stamp, ...], folders: tuple[Path, ...]) -> Catalogue:
    found: dict[str, Item] = {}
    faults: dict[Path, tuple[Finding, ...]] = {}
    for stamp, folder in zip(stamps, folders, strict=True):
        for name, _, _ in stamp:
            path = folder / name
            try:
                one, wrong = check(path)
            except OSError:
                continue
            if one is not None:
                found[one.key] = one
            else:
                faults[path] = tuple(wrong)
    return Catalogue(dict(sorted(found.items())), faults)
