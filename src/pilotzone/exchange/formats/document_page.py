"""The documentation of a message as plain data: for pages, the API and the notes of a template."""

from __future__ import annotations

from typing import Any

from pilotzone.exchange.formats.definitions import editions_of, message, message_names
from pilotzone.exchange.formats.shapes import Field, Message, Part

_NEEDS = {"M": "必填 mandatory", "O": "选填 optional", "C": "条件必填 conditional"}


def catalogue() -> list[dict[str, Any]]:
    """One row a message: name, zh, en, direction, sender, receipt, editions, number of fields, confidence."""
    told = [message(name, editions_of(name)[-1]) for name in message_names()]
    return [
        {
            "name": one.name,
            "zh": one.zh,
            "en": one.en,
            "direction": one.direction,
            "sender_zh": one.sender_zh,
            "sender_en": one.sender_en,
            "purpose_zh": one.purpose_zh,
            "purpose_en": one.purpose_en,
            "receipt": one.receipt,
            "editions": list(editions_of(one.name)),
            "fields": sum(len(part.fields) for part in one.parts),
            "confidence": one.confidence,
        }
        for one in told
    ]


def page(name: str, edition: str) -> dict[str, Any]:
    """Everything a page about one message shows: its words, parts with occurrence, fields, what editions change."""
    told = message(name, edition)
    return {
        "name": told.name,
        "zh": told.zh,
        "en": told.en,
        "edition": edition,
        "source": told.source,
        "key": list(told.key),
        "documents": _occurs(told.low, told.high),
        "parts": [
            {
                "name": part.name,
                "occurs": _occurs(part.low, part.high),
                "fields": [_row(field) for field in part.fields],
            }
            for part in told.parts
        ],
        "envelope": [{"name": slot.name, "occurs": _occurs(slot.low, slot.high)} for slot in told.envelope],
        "differences": differences(name),
    }


def fields(name: str) -> dict[str, Any]:
    """A message with all its editions side by side: its words and, part by part, every field once.

    A field carries `editions` ({edition: type, need M, O or C, preset value}, the older first), `differs` where they do
    not say the same, and a mark to link to (`OrderHead.orderNo`). Parts of the envelope come last.
    Raises Refused `format.unknown_message`.
    """
    told = {edition: message(name, edition) for edition in editions_of(name)}
    last = list(told.values())[-1]
    blocks = [slot.name for slot in last.envelope if slot.name in last.blocks]
    parts = [
        *(_beside({edition: one.parts[at] for edition, one in told.items()}) for at in range(len(last.parts))),
        *(_beside({edition: one.blocks[block] for edition, one in told.items()}) for block in blocks),
    ]
    summary = next(one for one in catalogue() if one["name"] == last.name)
    return {
        **summary,
        "field_count": summary["fields"],
        "key": list(last.key),
        "node": last.node,
        "documents": {edition: _occurs(one.low, one.high) for edition, one in told.items()},
        "sources": {edition: one.source for edition, one in told.items()},
        "envelope": [{"name": slot.name, "occurs": _occurs(slot.low, slot.high)} for slot in last.envelope],
        "parts": parts,
    }


def _beside(parts: dict[str, Part]) -> dict[str, Any]:
    last = list(parts.values())[-1]
    elements = {field.element: None for part in parts.values() for field in part.fields}
    return {
        "name": last.name,
        "zh": last.zh,
        "en": last.en,
        "occurs": {edition: _occurs(part.low, part.high) for edition, part in parts.items()},
        "fields": [_side_by_side(element, parts) for element in elements],
    }


def _side_by_side(element: str, parts: dict[str, Part]) -> dict[str, Any]:
    told = {edition: part.by_name[element] for edition, part in parts.items() if element in part.by_name}
    last = list(told.values())[-1]
    editions = {
        edition: {
            "type": one.facets.notation,
            "need": one.need,
            "preset": one.facets.fixed or one.facets.default or "",
        }
        for edition, one in told.items()
    }
    return {
        "element": element,
        "mark": f"{list(parts.values())[-1].name}.{element}",
        "zh": last.zh,
        "en": last.en,
        "editions": editions,
        "differs": len({_words(part.by_name.get(element)) for part in parts.values()}) > 1,
        "codes": last.codes,
        "values": [{"code": value.code, "zh": value.zh, "en": value.en} for value in last.values],
        "rule_zh": last.rule_zh,
        "rule_en": last.rule_en,
        "example": last.example,
    }


def rows(told: Message) -> list[dict[str, str]]:
    """One row a field of the whole message, the part named."""
    return [{"part": part.name, **_row(field)} for part in told.parts for field in part.fields]


def differences(name: str) -> list[dict[str, str]]:
    """What the editions of a message say differently, field by field."""
    editions = editions_of(name)
    if len(editions) < 2:
        return []
    old, new = (message(name, edition) for edition in editions)
    found = []
    for before, after in zip(old.parts, new.parts, strict=True):
        if (before.low, before.high) != (after.low, after.high):
            found.append(_change(before, "", _occurs(before.low, before.high), _occurs(after.low, after.high)))
        for element in {field.element: None for field in (*before.fields, *after.fields)}:
            first, second = (_words(part.by_name.get(element)) for part in (before, after))
            if first != second:
                found.append(_change(before, element, first, second))
    return found


def _change(part: Part, element: str, before: str, after: str) -> dict[str, str]:
    return {"part": part.name, "element": element, "before": before, "after": after}


def _words(field: Field | None) -> str:
    if field is None:
        return "–"
    extra = [f"{name} {value}" for name in ("default", "fixed") if (value := getattr(field.facets, name)) is not None]
    space = ["collapse"] if field.facets.collapse else []
    return ", ".join([field.facets.notation, *extra, *space])


def _row(field: Field) -> dict[str, str]:
    return {
        "element": field.element,
        "zh": field.zh,
        "en": field.en,
        "type": field.facets.notation,
        "need": _NEEDS[field.need],
        "codes": field.codes or "; ".join(f"{value.code} {value.zh} {value.en}" for value in field.values),
        "default": field.facets.fixed or field.facets.default or "",
        "rule_zh": field.rule_zh,
        "rule_en": field.rule_en,
        "example": field.example,
    }


def _occurs(low: int, high: int | None) -> str:
    return f"{low}..{'n' if high is None else high}"
