"""Dated code lists: customs districts, countries, currencies, units, modes, statuses.

A list lies in `data/codes/<name>.csv`; `manifest.yaml` beside it says source, edition, first day and confidence.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from pilotzone.base.errors import Gap
from pilotzone.reference import gaps
from pilotzone.reference.code_files import CodeList, Entry, Manifest, read_folder
from pilotzone.reference.tables import SHIPPED, Table

__all__ = ["Entry", "Manifest", "build", "changes", "current", "entries", "entry", "known", "list_names", "manifest"]


def build(overlay: Path | None) -> dict[str, CodeList]:
    """The shipped lists; where an overlay has the list, its codes stand in place of the shipped ones."""
    lists = read_folder(SHIPPED / "codes")
    if overlay is not None and (overlay / "codes").is_dir():
        for name, over in read_folder(overlay / "codes", under=lists).items():
            lists[name] = lists[name].overlaid(over) if name in lists else over
    return lists


_table = Table(build)
_changes: dict[str, tuple[CodeList, tuple[date, ...]]] = {}


def entry(list_name: str, code: str, *, on: date) -> Entry:
    """The entry of a code on a day. Raises Gap `reference.missing`, `reference.not_yet`, `reference.ended`."""
    series = _list(list_name).series.get(code)
    label = f"{list_name} {code[:30]}"
    if series is None:
        raise gaps.missing(label, label)
    stretch = series.at(on)
    if stretch is None:
        raise gaps.not_yet(label, label, on=on, first=series.starts[0])
    if stretch.value is None:
        raise gaps.ended(label, label, on=on, since=stretch.first)
    return stretch.value


def known(list_name: str, code: str, *, on: date) -> bool:
    """Whether the code is on the list that day. Raises Gap only for an unknown list."""
    series = _list(list_name).series.get(code)
    if series is None:
        return False
    stretch = series.at(on)
    return stretch is not None and stretch.value is not None


def entries(list_name: str, *, on: date) -> tuple[Entry, ...]:
    """All entries valid on a day, in the order of the file."""
    found = (series.at(on) for series in _list(list_name).series.values())
    return tuple(stretch.value for stretch in found if stretch is not None and stretch.value is not None)


def changes(list_name: str) -> tuple[date, ...]:
    """The days on which an entry of the list begins or ends, in their order: between two of them nothing changes."""
    known = _list(list_name)
    found = _changes.get(list_name)
    if found is None or found[0] is not known:
        days = {first for series in known.series.values() for first in series.starts}
        found = _changes[list_name] = known, tuple(sorted(days))
    return found[1]


def current() -> object:
    """The lists as they are now: another object after every reload, so that what was made of them can be made anew."""
    return _table()


def list_names() -> tuple[str, ...]:
    """Names of all lists, sorted."""
    return tuple(sorted(_table()))


def manifest(list_name: str) -> Manifest:
    """Where a list comes from."""
    return _list(list_name).manifest


def _list(name: str) -> CodeList:
    found = _table().get(name)
    if found is None:
        raise _no_list(name)
    return found


def _no_list(name: str) -> Gap:
    return gaps.missing(f"代码表 {name}", f"code list {name}")
