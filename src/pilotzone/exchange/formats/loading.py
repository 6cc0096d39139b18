"""Reads data/messages/*.yaml into plain dictionaries and turns the compact notations into facets."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

from pilotzone.base.written import plain
from pilotzone.exchange.formats.shapes import Facets, Field, Part, Value

FOLDER = Path(__file__).resolve().parents[2] / "data" / "messages"
EDITIONS = ("2018", "2022")

_TEXT = re.compile(r"C(\d*)\.\.(\d+)")


@cache
def document(name: str) -> dict[str, Any]:
    """One shipped YAML file (name without ending) as plain data."""
    loaded: dict[str, Any] = plain((FOLDER / f"{name}.yaml").read_bytes())
    return loaded


def span(text: str) -> tuple[int, int | None]:
    """'1..100' → (1, 100); '0..n' → (0, None)."""
    low, high = text.split("..")
    return int(low), None if high == "n" else int(high)


def facets(notation: str, spec: dict[str, Any]) -> Facets:
    """The compact type notation of the definition files (see docs/messages.md) with default, fixed and space."""
    base, low, high, digits, fraction = "string", 0, None, None, None
    if notation == "any":
        base = "any"
    elif notation.startswith("N"):
        base, (digits, fraction) = "decimal", map(int, notation[1:].split(","))
    elif notation.startswith("I"):
        base, digits = "int", int(notation[1:]) if notation[1:] else None
    elif found := _TEXT.fullmatch(notation):
        low, high = int(found[1] or 0), int(found[2])
    elif notation != "S":
        low = high = int(notation[1:])
    return Facets(
        base=base,
        low=low,
        high=high,
        digits=digits,
        fraction=fraction,
        default=spec.get("default"),
        fixed=spec.get("fixed"),
        collapse=spec.get("space") == "collapse",
    )


def part(name: str, spec: dict[str, Any], *, edition: str, direction: str) -> Part:
    """A part of one edition; absent fields left out; `spec` overrides the vocabulary of elements.yaml."""
    spec = spec | spec.get(edition, {})
    low, high = span(spec.get("occurs", "1..1"))
    fields = tuple(
        field(element, told, edition=edition, direction=direction)
        for element, told in spec["fields"].items()
        if edition in told.get("editions", EDITIONS)
    )
    return Part(name, spec.get("zh", ""), spec.get("en", ""), low, high, fields)


def field(element: str, told: dict[str, Any], *, edition: str, direction: str) -> Field:
    """One field of one edition: the vocabulary, then the message's own words, then the edition's deviation."""
    known = {} if "zh" in told else document("elements").get(element, {})
    spec = known | told | told.get(direction, {}) | told.get(edition, {})
    rule_zh, rule_en = spec.get("rule", ("", ""))
    return Field(
        element=element,
        zh=spec["zh"],
        en=spec["en"],
        need=spec.get("need", "M"),
        facets=facets(spec["type"], spec),
        kind=spec.get("kind", "text"),
        codes=spec.get("codes", ""),
        values=tuple(_value(code, words) for code, words in spec.get("values", {}).items()),
        example=spec.get("example", ""),
        rule_zh=rule_zh,
        rule_en=rule_en,
        tolerate_missing=spec.get("tolerate") == "missing",
    )


def _value(code: str, words: list[str]) -> Value:
    mode = words[2].removeprefix("mode ") if len(words) > 2 else ""
    return Value(code, words[0], words[1], mode)
