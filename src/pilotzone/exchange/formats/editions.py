"""Which edition judges a message: by day, by business mode, or as told."""

from __future__ import annotations

from datetime import date
from functools import cache, lru_cache

from pilotzone.exchange.formats import loading
from pilotzone.exchange.formats.definitions import edition_title, full_name


@lru_cache(maxsize=4096)
def edition_for(name: str, on: date, override: str | None = None, mark: str = "") -> str:
    """The edition ("2018" or "2022") that judges message `name` on day `on`; an override wins.

    `mark` is the value that names the business mode (orderType of 303, tradeMode of 603): a mode described by a later
    edition is judged by it from the day the mode began, and so is a message only that edition describes from the day the
    live systems took it (editions.yaml). Raises Refused for an unknown edition or name.
    """
    full = full_name(name)
    if override:
        edition_title(override)
        return override
    for edition, begins, marks in _modes():
        if mark and on >= begins and (full, mark) in marks:
            return edition
    for edition, begins, names in _early():
        if full in names and on >= begins:
            return edition
    return _by_day(on)


@lru_cache(maxsize=1)
def marks() -> dict[str, str]:
    """Message name → the element whose value names the business mode."""
    told: dict[str, str] = {}
    for mode in loading.document("editions")["modes"].values():
        for entry in mode["marks"]:
            name, element, _ = entry.split()
            told[name] = element
    return told


@cache
def later_marks(name: str) -> frozenset[str]:
    """The values of the mark of message `name` that a business mode owns, e.g. 9710 and 9810 for 603."""
    return frozenset(mark for _, _, pairs in _modes() for full, mark in pairs if full == name)


def mode(name: str) -> tuple[date, str, str, str]:
    """(first day, edition, zh, en) of a business mode of editions.yaml."""
    told = loading.document("editions")["modes"][name]
    return told["from"], told["edition"], told["zh"], told["en"]


def _by_day(on: date) -> str:
    chosen = ""
    for edition, told in loading.document("editions")["editions"].items():
        if told["from"] is None or told["from"] <= on:
            chosen = edition
    return chosen


@lru_cache(maxsize=1)
def _modes() -> tuple[tuple[str, date, frozenset[tuple[str, str]]], ...]:
    rows = []
    for told in loading.document("editions")["modes"].values():
        pairs = frozenset((entry.split()[0], entry.split()[2]) for entry in told["marks"])
        rows.append((told["edition"], told["from"], pairs))
    return tuple(rows)


@lru_cache(maxsize=1)
def _early() -> tuple[tuple[str, date, frozenset[str]], ...]:
    told = loading.document("editions")["early"].values()
    return tuple((one["edition"], one["from"], frozenset(one["messages"])) for one in told)
