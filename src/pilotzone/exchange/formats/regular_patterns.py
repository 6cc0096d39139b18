"""The definitions as regular expressions: one per part, which measures and takes apart in one go.

A pattern matches only values the schema of the edition takes as they stand, with nothing to fold, default or
unescape. What it does not match may still be valid; that is for the schema to say.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.shapes import Facets, Message, Part

_BREAK = r"[ \t\n]*+"


@dataclass(frozen=True, slots=True)
class PartPattern:
    """`pattern` gives one group per name, None where an optional element is absent."""

    pattern: re.Pattern[str]
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MessagePattern:
    """How the documents and blocks of one message look with one prefix, with or without white space between tags.

    `opening` and `closing` stand around a document (empty where the document is its head); `end` closes the message.
    """

    told: Message
    head: PartPattern
    lines: PartPattern | None
    gap: re.Pattern[str]
    opening: re.Pattern[str]
    closing: re.Pattern[str]
    transfer: PartPattern | None
    subscribe: PartPattern | None
    most_subscribes: int
    end: re.Pattern[str]


@cache
def patterns(name: str, edition: str, prefix: str, spaced: bool) -> MessagePattern:
    """`prefix` is "ceb:" or "" (default name space)."""
    told = message(name, edition)
    gap = _BREAK if spaced else ""
    node = f"{prefix}{told.node}"
    return MessagePattern(
        told=told,
        head=_part(told.head, prefix, gap),
        lines=_part(told.lines, prefix, gap) if told.lines else None,
        gap=re.compile(gap),
        opening=re.compile("" if told.flat else f"<{node}>{gap}"),
        closing=re.compile("" if told.flat else f"</{node}>{gap}"),
        transfer=_part(told.blocks["BaseTransfer"], prefix, _BREAK) if told.envelope else None,
        subscribe=_part(told.blocks["BaseSubscribe"], prefix, _BREAK) if told.envelope else None,
        most_subscribes=next((slot.high or 0 for slot in told.envelope if slot.name == "BaseSubscribe"), 0),
        end=re.compile(f"</{prefix}{name}>[ \t\n]*+"),
    )


def values_of(names: tuple[str, ...], texts: tuple[str | None, ...]) -> dict[str, str]:
    """Name → text of a match; an absent optional element has no key."""
    if None in texts:
        return {name: text for name, text in zip(names, texts, strict=True) if text is not None}
    return dict(zip(names, texts, strict=True))  # type: ignore[arg-type]  # no None among them


def _part(part: Part, prefix: str, gap: str) -> PartPattern:
    inside = "".join(
        _element(f"{prefix}{field.element}", value(field.facets), gap, required=field.required) for field in part.fields
    )
    tag = f"{prefix}{part.name}"
    return PartPattern(
        re.compile(f"<{tag}>{gap}{inside}</{tag}>{gap}"),
        tuple(field.element for field in part.fields),
    )


def _element(tag: str, inside: str, gap: str, *, required: bool) -> str:
    whole = f"<{tag}>({inside})</{tag}>{gap}"
    return whole if required else f"(?:{whole})?+"


def value(facets: Facets) -> str:
    """The texts one pattern takes of a field; `any` content is left to the schema."""
    if facets.base == "any":
        return r"(?!)"
    if facets.fixed is not None:
        return re.escape(facets.fixed)
    if facets.base == "int":
        return f"[0-9]{{1,{min(facets.digits or 9, 9)}}}+"
    if facets.base == "decimal":
        fraction = facets.fraction or 0
        whole = (facets.digits or 19) - fraction
        return f"[0-9]{{1,{whole}}}+" + (rf"(?:\.[0-9]{{1,{fraction}}}+)?+" if fraction else "")
    low = max(facets.low, 1) if facets.default is not None else facets.low
    high = "" if facets.high is None else facets.high
    # an inverted set of one character is searched by the fast loop of `re`; white space that is folded is left out
    letters = r"[^< \t\n]" if facets.collapse else "[^<]"
    return f"{letters}{{{low},{high}}}+"
