"""Takes the documents of a regular message apart with the compiled part, where it was built (see `_regular.c`)."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.base import compiled
from pilotzone.exchange.formats.parsed import Document
from pilotzone.exchange.formats.regular_text import Taken
from pilotzone.exchange.formats.rules import clean
from pilotzone.exchange.formats.shapes import Field, Message, Part
from pilotzone.reference import codes

_TEXT, _FOLDED, _NUMBER, _FIXED, _NEVER = range(5)
_MOST_KEPT = 256
_kept: dict[tuple[str, str, str, date], tuple[object, Any]] = {}
_regular = compiled.part("pilotzone.exchange.formats._regular")
AVAILABLE = _regular is not None


def take(raw: bytes, begin: int, prefix: str, told: Message, judged: date | None) -> Taken | None:
    """As `regular_text.take`; None also for entities, empty tags and others which that one knows."""
    on = judged or date.max
    taken = _parser(prefix, told, on).take(raw, begin, f"{on:%Y%m%d}".encode(), clean.sure_digits())
    if taken is None:
        return None
    found, end, breaks = taken
    name = told.node
    documents = [
        Document(name, position, line, head, lines) for position, (head, lines, _, line) in enumerate(found, start=1)
    ]
    suspects = {position for position, one in enumerate(found, start=1) if not one[2]} if judged else set()
    return Taken(documents, suspects, raw[end:], breaks, True)


def _parser(prefix: str, told: Message, on: date) -> Any:
    key, now = (told.name, told.edition, prefix, on), codes.current()
    found = _kept.get(key)
    if found is None or found[0] is not now:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        assert _regular is not None
        lines = _part(told, told.lines, on) if told.lines else None
        made = _regular.Parser(prefix, told.node, told.flat, _part(told, told.head, on), lines)
        found = _kept[key] = now, made
    return found[1]


def _part(told: Message, part: Part, on: date) -> tuple[Any, ...]:
    lines = part is told.lines
    tests, needed = clean.tests_of(told, lines=lines, on=on), clean.needed(told, lines=lines)
    fields = tuple(
        (
            field.element, field.required, *_facets(field), clean.KINDS.index(test.kind), test.good, is_needed,
        )
        for field, test, is_needed in zip(part.fields, tests, needed, strict=True)
    )  # fmt: skip
    return part.name, part.low, -1 if part.high is None else part.high, fields


def _facets(field: Field) -> tuple[int, int, int, bytes]:
    """kind, low, high, fixed: what `regular_patterns.value` says, as numbers."""
    facets = field.facets
    if facets.base == "any":
        return _NEVER, 0, 0, b""
    if facets.fixed is not None:
        return _FIXED, 0, 0, facets.fixed.encode()
    if facets.base == "int":
        return _NUMBER, min(facets.digits or 9, 9), 0, b""
    if facets.base == "decimal":
        fraction = facets.fraction or 0
        return _NUMBER, (facets.digits or 19) - fraction, fraction, b""
    low = max(facets.low, 1) if facets.default is not None else facets.low
    return _FOLDED if facets.collapse else _TEXT, low, -1 if facets.high is None else facets.high, b""
