"""Explains children that do not follow the definition: missing, unexpected, out of order, too many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pilotzone.exchange.formats.findings import Finding, finding
from pilotzone.exchange.formats.places import line_of, local, path_of
from pilotzone.exchange.formats.shapes import NAMESPACE, SIGNATURE_NAMESPACE, Message, Part


@dataclass(frozen=True)
class Place:
    """One allowed child: its qualified tag, what a sentence calls it, how often, and the finding when there are too many."""

    tag: str
    name: str
    zh: str
    en: str
    low: int
    high: int | None
    crowd: str = "format.repeated"

    @property
    def words(self) -> dict[str, str]:
        return {
            "field_zh": f"{self.zh}（{self.name}）" if self.zh else self.name,
            "field_en": f"{self.en} ({self.name})" if self.en else self.name,
        }


def places(told: Message, parent: etree._Element) -> tuple[Place, ...]:
    """The allowed children of a parent in order; empty where the definition does not describe it."""
    name = local(parent)
    if parent.getparent() is None:
        return (_place(told.node, told.zh, told.en, told.low, told.high, "format.too_many_documents"), *_envelope(told))
    part = next((part for part in told.parts if part.name == name), None) or told.blocks.get(name)
    if part is not None:
        return _fields(part)
    if name == told.node:
        return tuple(
            _place(part.name, part.zh, part.en, part.low, part.high, "format.too_many_lines") for part in told.parts
        )
    return ()


def explain(told: Message, parent: etree._Element) -> Iterator[Finding]:
    """Every reason why the children of `parent` do not fit; nothing when the definition does not describe it."""
    allowed = places(told, parent)
    if not allowed:
        return
    source = f"{told.source} {local(parent)}"
    rank = {place.tag: number for number, place in enumerate(allowed)}
    counts = Counter(child.tag for child in parent)
    here = path_of(parent, told)
    for place in allowed:
        if counts[place.tag] < place.low:
            after = next((child for child in parent if rank.get(child.tag, -1) > rank[place.tag]), parent)
            yield finding(
                "format.missing",
                path=f"{here}/{place.name}",
                line=line_of(after),
                source=f"{source}.{place.name}",
                words=place.words,
            )
        elif place.high is not None and counts[place.tag] > place.high:
            extra = [child for child in parent if child.tag == place.tag][place.high]
            yield finding(
                place.crowd,
                path=path_of(extra, told),
                line=line_of(extra),
                source=source,
                limit=place.high,
                actual=counts[place.tag],
                words=place.words,
            )
    yield from _strangers(told, parent, rank, allowed, source)


def _strangers(
    told: Message, parent: etree._Element, rank: dict[str, int], allowed: tuple[Place, ...], source: str
) -> Iterator[Finding]:
    highest = -1
    for child in parent:
        path, line = path_of(child, told), line_of(child)
        place = rank.get(child.tag)
        if place is None:
            yield finding(
                "format.unexpected", path=path, line=line, source=source, place=local(parent), element=local(child)
            )
        elif place < highest:
            order = f"{allowed[place].name} → {allowed[highest].name}"
            yield finding("format.order", path=path, line=line, source=source, detail=order, words=allowed[place].words)
        else:
            highest = place


def _fields(part: Part) -> tuple[Place, ...]:
    return tuple(_place(field.element, field.zh, field.en, int(field.required), 1) for field in part.fields)


def _envelope(told: Message) -> Iterator[Place]:
    for slot in told.envelope:
        if slot.signature:
            yield Place(
                f"{{{SIGNATURE_NAMESPACE}}}Signature", "Signature", "数字签名", "signature", slot.low, slot.high
            )
        else:
            block = told.blocks[slot.name]
            yield _place(slot.name, block.zh, block.en, slot.low, slot.high)


def _place(name: str, zh: str, en: str, low: int, high: int | None, crowd: str = "format.repeated") -> Place:
    return Place(f"{{{NAMESPACE}}}{name}", name, zh, en, low, high, crowd)
