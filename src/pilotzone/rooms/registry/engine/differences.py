"""Where the registers differ about one body, field by field, each with its source and time."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from pilotzone.reference.filing import Form

REGISTERS = {
    "samr": ("市场监管", "market regulation"), "customs": ("海关", "customs"), "tax": ("税务", "tax"),
    "safe": ("外汇管理", "SAFE"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What one register says of a body, in our field names, and when it said so."""

    register: str
    facts: Mapping[str, str]
    at: datetime


@dataclass(frozen=True, slots=True)
class Row:
    """One field: (register, value, time) in the order of their weight; `differs` where they do not say the same."""

    field: str
    zh: str
    en: str
    says: tuple[tuple[str, str, datetime], ...]
    differs: bool


def compared(asked: Form, told: Iterable[Told]) -> list[Row]:
    """Every field that a register told, those that differ first."""
    by_register = {one.register: one for one in told}
    rows = []
    for one in asked.fields:
        says = tuple(
            (name, by_register[name].facts[one.key], by_register[name].at)
            for name in one.registers
            if name in by_register and by_register[name].facts.get(one.key)
        )
        if says:
            rows.append(Row(one.key, one.zh, one.en, says, len({plain(text) for _, text, _ in says}) > 1))
    return sorted(rows, key=lambda row: not row.differs)


def settled(asked: Form, told: Iterable[Told]) -> dict[str, str]:
    """The values that count: for each field the first register of its list that tells it."""
    return {row.field: row.says[0][1] for row in compared(asked, told)}


def plain(text: str) -> str:
    """The text without what registers write differently for no reason: width, blanks, brackets, case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()
