"""The reader's named tolerances (spec §2.3): unknown elements in 816, a missing or empty invtNo in 604."""

from __future__ import annotations

from lxml import etree

from pilotzone.exchange.formats.shapes import NAMESPACE, Field, Message, Part


def applies(told: Message) -> bool:
    """Whether the definition grants this message any tolerance."""
    return told.tolerate_unknown or any(field.tolerate_missing for part in told.parts for field in part.fields)


def mend(told: Message, root: etree._Element) -> None:
    """Bring a tree that was already read into the shape of the schema, as far as the tolerances go; in place."""
    for part in told.parts:
        lenient = [field for field in part.fields if field.tolerate_missing]
        for element in root.iter(f"{{{NAMESPACE}}}{part.name}"):
            if told.tolerate_unknown:
                _drop_strangers(part, element)
            for field in lenient:
                _fill(part, field, element)


def _drop_strangers(part: Part, element: etree._Element) -> None:
    for child in list(element):
        if str(child.tag).rpartition("}")[2] not in part.by_name:
            element.remove(child)


def _fill(part: Part, field: Field, element: etree._Element) -> None:
    filler = "0" * max(field.facets.low, 1)
    child = element.find(f"{{{NAMESPACE}}}{field.element}")
    if child is not None:
        if not (child.text or "").strip() and len(child) == 0:
            child.text = filler
        return
    made = etree.Element(f"{{{NAMESPACE}}}{field.element}")
    made.text = filler
    element.insert(_place(part, field, element), made)


def _place(part: Part, field: Field, element: etree._Element) -> int:
    """Behind the last present element that stands before the field."""
    order = [known.element for known in part.fields]
    before = set(order[: order.index(field.element)])
    names = [str(child.tag).rpartition("}")[2] for child in element]
    return max((number + 1 for number, name in enumerate(names) if name in before), default=0)
