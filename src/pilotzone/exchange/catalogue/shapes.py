"""What a shared resource is: who owns it, its fields with their classes, how it is shared and how well."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

CLASSES = ("public", "internal", "personal", "sensitive", "important")
UNCONDITIONAL, CONDITIONAL, REFUSED = "unconditional", "conditional", "refused"
KINDS = (UNCONDITIONAL, CONDITIONAL, REFUSED)
KIND_WORDS = {
    UNCONDITIONAL: ("无条件共享", "unconditional sharing"), CONDITIONAL: ("有条件共享", "conditional sharing"),
    REFUSED: ("不予共享", "no sharing"),
}  # fmt: skip
CLASS_WORDS = {
    "public": ("公开", "public"), "internal": ("内部", "internal"), "personal": ("个人信息", "personal"),
    "sensitive": ("敏感个人信息", "sensitive"), "important": ("重要数据", "important"),
}  # fmt: skip
TYPES = ("text", "code", "number", "money", "date", "time", "flag", "name", "id", "phone", "card", "address")


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its name in messages, its words, its type and the class of what stands in it."""

    name: str
    zh: str
    en: str
    type: str
    klass: str


@dataclass(frozen=True, slots=True)
class Level:
    """The level of service the owner promises: availability in per cent, answer in milliseconds."""

    availability: Decimal
    answer_ms: int


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a resource: since when it is in force, and what changed by it."""

    version: str
    since: date
    zh: str
    en: str


@dataclass(frozen=True, slots=True)
class Resource:
    """One entry of the catalogue. `key` is the field a query names, `concerns` the field that names the firm (credit code)
    or nothing; `cycle_days` is how often the owner renews it; `sample` is synthetic, in the order of `fields`; `files` are (address below
    this zone's, media type) of what anybody may fetch; `history` are its versions, the newest first, `earlier` the entries of before it
    that a zone's files still hold, the latest first."""

    code: str
    owner: str
    version: str
    since: date
    tag: str
    zh: str
    en: str
    abstract_zh: str
    abstract_en: str
    sharing: str
    basis: str
    cycle_days: int
    key: str
    concerns: str
    level: Level
    fields: tuple[Field, ...]
    sample: tuple[str, ...]
    words: str = field(default="", compare=False)
    files: tuple[tuple[str, str], ...] = ()
    history: tuple[Version, ...] = ()
    earlier: tuple[Resource, ...] = field(default=(), compare=False, repr=False)
    _by_name: dict[str, Field] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        self._by_name.update({one.name: one for one in self.fields})

    def field(self, name: str) -> Field | None:
        """The field of that name."""
        return self._by_name.get(name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(one.name for one in self.fields)

    @property
    def worst(self) -> str:
        """The strictest class among its fields."""
        return CLASSES[max(CLASSES.index(one.klass) for one in self.fields)]
