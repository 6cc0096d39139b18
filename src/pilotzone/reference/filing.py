"""The filing form 备案表 as data: sections, fields, licences and commitments by role, each with its legal basis."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pilotzone.base.written import plain
from pilotzone.reference.tables import SHIPPED

__all__ = ["Asked", "Commitment", "Form", "LicenceKind", "Section", "form"]
ALL = "all"


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: its key and its words."""

    key: str
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A field. `registers`: who tells it, the first one's word counts; `must` is settled for the roles asked about.

    `open`: told before anybody is verified; `public`: shown to everybody; `light`: changes without a review;
    `needs` is the field with which it must be filled; `ahead`: a day that lies ahead.
    """

    key: str
    section: str
    zh: str
    en: str
    kind: str
    must: bool
    most: int
    check: str
    choices: tuple[str, ...]
    registers: tuple[str, ...]
    open: bool
    public: bool
    light: bool
    needs: str
    ahead: bool
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class LicenceKind:
    """A kind of licence. Of a `group` one suffices; `words` must stand in its scope; `ends`: it has a last day."""

    key: str
    zh: str
    en: str
    must: bool
    group: str
    words: str
    ends: bool
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class Commitment:
    """A promise to sign."""

    key: str
    zh: str
    en: str
    source: str
    tag: str


@dataclass(frozen=True, slots=True)
class Form:
    """What is asked of some roles."""

    sections: tuple[Section, ...]
    fields: tuple[Asked, ...]
    licences: tuple[LicenceKind, ...]
    commitments: tuple[Commitment, ...]

    @property
    def by_key(self) -> Mapping[str, Asked]:
        """The fields by their key."""
        return {one.key: one for one in self.fields}


def form(roles: Iterable[str]) -> Form:
    """The form for these roles (codes of data/units/roles.yaml); for none, what is asked of everybody."""
    return _form(frozenset(roles))


@lru_cache(maxsize=256)
def _form(roles: frozenset[str]) -> Form:
    raw = _raw()
    fields = tuple(_asked(row, roles) for row in raw["fields"] if _for(row.get("roles", ALL), roles))
    used = {one.section for one in fields}
    return Form(
        tuple(Section(**row) for row in raw["sections"] if row["key"] in used),
        fields,
        tuple(_licence(row, roles) for row in raw["licences"] if _for(row["roles"], roles)),
        tuple(
            Commitment(row["key"], row["zh"], row["en"], row["document"], row["tag"])
            for row in raw["commitments"]
            if _for(row.get("roles", ALL), roles)
        ),
    )


@lru_cache(maxsize=1)
def _raw() -> Any:
    return plain((SHIPPED / "filing" / "form.yaml").read_text(encoding="utf-8"))


def _for(named: Any, roles: frozenset[str]) -> bool:
    return named == ALL or bool(roles & set(named))


def _asked(row: dict[str, Any], roles: frozenset[str]) -> Asked:
    return Asked(
        key=row["key"], section=row["section"], zh=row["zh"], en=row["en"], kind=row["kind"],
        must=_for(row.get("must", ()), roles), most=row.get("most", 200), check=row.get("check", ""),
        choices=tuple(row.get("choices", ())), registers=tuple(row.get("registers", ())),
        open=row.get("open", False), public=row.get("public", False), light=row.get("light", False),
        needs=row.get("with", ""), ahead=row.get("ahead", False), source=_source(row), tag=row["tag"],
    )  # fmt: skip


def _licence(row: dict[str, Any], roles: frozenset[str]) -> LicenceKind:
    return LicenceKind(
        row["key"], row["zh"], row["en"], _for(row.get("must", ()), roles), row.get("group", ""),
        row.get("words", ""), row["ends"], row["document"], row["tag"],
    )  # fmt: skip


def _source(row: dict[str, Any]) -> str:
    return " ".join(part for part in (row["document"], row.get("article", "")) if part)
