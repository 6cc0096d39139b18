"""Roles and what they may do, read from data/units/roles.yaml. The permission matrix is this table and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

from pilotzone.base.errors import Refused
from pilotzone.base.written import plain


@dataclass(frozen=True)
class Action:
    """Something a role may do: a dotted key and its words."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True)
class Role:
    """`kind` is the actor's kind, `side` organisation, unit or none, `unit` the path its unit lies at or below."""

    code: str
    zh: str
    en: str
    kind: str
    side: str
    unit: str
    may: frozenset[str]


def actions() -> tuple[Action, ...]:
    """Every action, in the order of the file."""
    return _table()[0]


def roles() -> tuple[Role, ...]:
    """Every role, in the order of the file."""
    return tuple(_table()[1].values())


def role(code: str) -> Role:
    """The role of that code. Refused `kernel.access.role` for another."""
    found = _table()[1].get(code)
    if found is None:
        raise Refused(
            code="kernel.access.role",
            zh=f"没有“{code}”这一角色。",
            en=f"There is no role “{code}”.",
            source="data/units/roles.yaml",
        )
    return found


def clash(codes: frozenset[str], more: frozenset[str] = frozenset()) -> tuple[Action, Action] | None:
    """The first two duties that must be apart and that these roles, with `more` actions, would put into one hand."""
    may = more.union(*(role(code).may for code in codes))
    by_key = {action.key: action for action in actions()}
    for one, other in _table()[2]:
        if one in may and other in may:
            return by_key[one], by_key[other]
    return None


@lru_cache(maxsize=1)
def _table() -> tuple[tuple[Action, ...], dict[str, Role], tuple[tuple[str, str], ...]]:
    raw = read("roles.yaml")
    known = tuple(Action(key, words["zh"], words["en"]) for key, words in raw["actions"].items())
    keys = {action.key for action in known}
    table = {
        code: Role(code, row["zh"], row["en"], row["kind"], row["side"], row.get("unit", ""), frozenset(row["may"]))
        for code, row in raw["roles"].items()
    }
    for each in table.values():
        if unknown := each.may - keys:
            raise ValueError(f"roles.yaml: {each.code} may do what is no action: {sorted(unknown)}")
    return known, table, tuple((one, other) for one, other in raw["apart"])


def read(name: str) -> Any:
    """A file of data/units as plain data."""
    return plain(files("pilotzone").joinpath("data", "units", name).read_text(encoding="utf-8"))
