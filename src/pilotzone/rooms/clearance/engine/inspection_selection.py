"""Which consignments are proposed for inspection: dated rules with weights, and a control sample. inspection_rules.v1

A consignment's facts go in; out come the rules that hit, each with its weight and the fact it saw, so that any selection
unfolds into its parts. The draw of the control sample comes in as a number: this module knows no chance and no secret.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

FACTS = ("value", "flow", "mode", "customs", "firm_days", "firm_findings", "agent_findings")
NUMBERS = frozenset({"value", "firm_days", "firm_findings", "agent_findings"})
Fact = Decimal | str
_OPS: dict[str, Callable[[Any, Any], bool]] = {
    "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "gt": lambda a, b: a > b, "ge": lambda a, b: a >= b,
    "eq": lambda a, b: a == b, "in": lambda a, b: a in b,
}  # fmt: skip
ORDERED = ("lt", "le", "gt", "ge")
LARGEST_WEIGHT = 1000


@dataclass(frozen=True, slots=True)
class Condition:
    """One comparison of a fact. A fact nobody knows meets no condition."""

    fact: str
    op: str
    value: Any

    def holds(self, facts: Mapping[str, Fact]) -> bool:
        seen = facts.get(self.fact)
        return seen is not None and bool(_OPS[self.op](seen, self.value))


@dataclass(frozen=True, slots=True)
class SelectionRule:
    """A rule hits where all its conditions hold."""

    key: str
    zh: str
    en: str
    weight: int
    when: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Edition:
    """The rules from a day on."""

    name: str
    since: date
    threshold: int
    control: Decimal
    rules: tuple[SelectionRule, ...]
    tag: str = "P"


@dataclass(frozen=True, slots=True)
class Selection:
    """What an edition says of a consignment. `hits`: {key, zh, en, weight, seen: {fact: value}}."""

    selected: bool
    control: bool
    score: int
    hits: tuple[dict[str, Any], ...]


def select(facts: Mapping[str, Fact], edition: Edition, draw: Decimal) -> Selection:
    """Proposed by rule where the weights reach the threshold; else in the control sample where `draw` (in [0, 1)) is below
    its rate. A consignment that the rules select is never counted as control."""
    hits: tuple[dict[str, Any], ...] = tuple(
        {"key": rule.key, "zh": rule.zh, "en": rule.en, "weight": rule.weight,
         "seen": {one.fact: str(facts[one.fact]) for one in rule.when}}
        for rule in edition.rules if all(one.holds(facts) for one in rule.when)
    )  # fmt: skip
    score = sum(hit["weight"] for hit in hits)
    by_rule = score >= edition.threshold
    control = not by_rule and draw < edition.control
    return Selection(by_rule or control, control, score, hits)


def draw_of(hexadecimal: str) -> Decimal:
    """A keyed hash as a number in [0, 1): who does not hold the key cannot foresee it, who does gets the same again."""
    return Decimal(int(hexadecimal[:12], 16)) / Decimal(2**48)


def in_force(editions: Sequence[Edition], on: date) -> Edition | None:
    """The edition of a day: the latest that began by then; of two from one day the later in the list."""
    begun = sorted((one for one in editions if one.since <= on), key=lambda one: one.since)
    return begun[-1] if begun else None


def read(raw: object) -> tuple[Edition, ...]:
    """Editions as data/inspection/rules.yaml writes them. ValueError says what is wrong with the first that is not."""
    if not isinstance(raw, Mapping) or not isinstance(raw.get("editions"), list) or not raw["editions"]:
        raise ValueError("editions: a list is wanted")
    return tuple(_edition(one, str(raw.get("tag", "P"))) for one in raw["editions"])


def _edition(raw: Any, tag: str) -> Edition:
    if not isinstance(raw, Mapping):
        raise ValueError("an edition is a mapping")
    name = _text(raw, "name", "an edition")
    since, threshold = raw.get("from"), raw.get("threshold")
    if not isinstance(since, date):
        raise ValueError(f"{name}: from is a day")
    if type(threshold) is not int or not 0 < threshold <= LARGEST_WEIGHT:
        raise ValueError(f"{name}: threshold is a whole number from 1 to {LARGEST_WEIGHT}")
    try:
        control = Decimal(str(raw.get("control")))
    except InvalidOperation:
        raise ValueError(f"{name}: control is a number") from None
    if not (control.is_finite() and 0 <= control <= 1):
        raise ValueError(f"{name}: control lies between 0 and 1")
    rows = raw.get("rules")
    if not isinstance(rows, list) or not rows:
        raise ValueError(f"{name}: rules is a list")
    rules = tuple(_rule(row, name) for row in rows)
    if len({rule.key for rule in rules}) < len(rules):
        raise ValueError(f"{name}: two rules of one key")
    return Edition(name, since, threshold, control, rules, tag)


def _rule(raw: Any, where: str) -> SelectionRule:
    if not isinstance(raw, Mapping):
        raise ValueError(f"{where}: a rule is a mapping")
    key = _text(raw, "key", where)
    weight, when = raw.get("weight"), raw.get("when")
    if type(weight) is not int or not 0 < weight <= LARGEST_WEIGHT:
        raise ValueError(f"{where} {key}: weight is a whole number from 1 to {LARGEST_WEIGHT}")
    if not isinstance(when, list) or not when:
        raise ValueError(f"{where} {key}: when is a list of conditions")
    zh, en = _text(raw, "zh", f"{where} {key}"), _text(raw, "en", f"{where} {key}")
    return SelectionRule(key, zh, en, weight, tuple(_condition(one, f"{where} {key}") for one in when))


def _condition(raw: Any, where: str) -> Condition:
    if not isinstance(raw, Mapping) or raw.get("fact") not in FACTS or raw.get("op") not in _OPS:
        raise ValueError(f"{where}: a condition names a fact of {', '.join(FACTS)} and an op of {', '.join(_OPS)}")
    fact, op, value = raw["fact"], raw["op"], raw.get("value")
    several = value if op == "in" else [value]
    if not isinstance(several, list) or not several:
        raise ValueError(f"{where}: in wants a list")
    if fact not in NUMBERS:
        if op in ORDERED or not all(isinstance(one, str) for one in several):
            raise ValueError(f"{where}: {fact} is compared as text, by eq or in")
        return Condition(fact, op, tuple(several) if op == "in" else value)
    try:
        numbers = tuple(Decimal(str(one)) for one in several if type(one) is not bool)
    except InvalidOperation:
        raise ValueError(f"{where}: {fact} is compared with numbers") from None
    if len(numbers) < len(several) or not all(one.is_finite() for one in numbers):
        raise ValueError(f"{where}: {fact} is compared with numbers")
    return Condition(fact, op, numbers if op == "in" else numbers[0])


def _text(raw: Mapping[str, Any], name: str, where: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{where}: {name} is missing")
    return value.strip()
