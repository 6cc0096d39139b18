"""One document as a page shows it: every field under its official Chinese name, codes with their words, masked as told."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language

from pilotzone.base.errors import Problem
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.shapes import Field, Part
from pilotzone.reference import codes


def shown(document: Mapping[str, Any], *, on: date) -> dict[str, Any]:
    """A document of the clearance room: title, facts of its head, table of its lines, findings, receipts."""
    told = message(document["message"], document["edition"])
    head = {**document["head"], **document["personal"]}
    english = _english()
    return {
        "id": document["id"],
        "title": document["en"] if english else document["zh"],
        "message": document["message"],
        "state": document["state"],
        "opened": document["opened"],
        "accepted_at": document["accepted_at"],
        "facts": _facts(told.head, head, on),
        "columns": [name(one) for one in _present(told.lines, document["lines"])],
        "lines": [
            [value(one, line.get(one.element, ""), on) for one in _present(told.lines, document["lines"])]
            for line in document["lines"]
        ],
        "findings": document["reasons"],
    }


def _facts(part: Part, head: Mapping[str, str], on: date) -> list[tuple[str, str]]:
    """The head's fields in the order of the specification; what the definition does not know comes last, as it is."""
    known = [(name(one), value(one, head[one.element], on)) for one in part.fields if head.get(one.element)]
    rest = [(name, value) for name, value in head.items() if name not in part.by_name and value]
    return [*known, *rest]


def _present(part: Part | None, lines: list[dict[str, str]]) -> list[Field]:
    """The fields any line fills."""
    return [one for one in part.fields if any(line.get(one.element) for line in lines)] if part else []


def name(one: Field) -> str:
    """The field's name in the reader's language."""
    return one.en if _english() else one.zh


def value(one: Field, text: str, on: date) -> str:
    """The value; a code with its word where the list of that day knows it."""
    for value in one.values:
        if value.code == text:
            return f"{text} {value.en if _english() else value.zh}"
    if one.codes and text:
        try:
            entry = codes.entry(one.codes, text, on=on)
        except Problem:
            return text
        return f"{text} {entry.en if _english() and entry.en else entry.zh}"
    return text


def _english() -> bool:
    return (get_language() or "").startswith("en")
