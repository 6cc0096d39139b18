"""Hypothesis strategies from the definitions: legal values, legal documents, and single breaks of them."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.shapes import Facets, Field, Part
from pilotzone.exchange.formats.tests.making import EVERY

# characters XML allows and a reader gives back unchanged (a carriage return is escaped by the builder)
_CHARACTERS = st.characters(
    codec="utf-8",
    exclude_categories=("Cs",),
    exclude_characters="".join(map(chr, (*range(9), 11, 12, *range(14, 32)))) + "\ufffe\uffff",
)


def text(low: int, high: int) -> st.SearchStrategy[str]:
    return st.text(_CHARACTERS, min_size=low, max_size=min(high, low + 30))


@st.composite
def number(draw, facets: Facets) -> str:
    if facets.base == "int":
        bound = min(10 ** (facets.digits or 9) - 1, 2**31 - 1)
        return str(draw(st.integers(-bound, bound)))
    whole = 10 ** ((facets.digits or 19) - (facets.fraction or 0)) - 1
    places = draw(st.integers(0, facets.fraction or 0))
    return f"{draw(st.decimals(-whole, whole, places=places, allow_nan=False, allow_infinity=False)):f}"


def value(field: Field) -> st.SearchStrategy[str]:
    """A value the schema takes; an element with a default or fixed value is never empty, so that it reads back equal."""
    facets = field.facets
    if facets.fixed is not None:
        return st.just(facets.fixed)
    if facets.base in ("decimal", "int"):
        return number(facets)
    low = max(facets.low, 1) if facets.default is not None else facets.low
    made = text(low, facets.high if facets.high is not None else 60)
    return (
        made.map(lambda told: told.strip() or "0" * low).filter(lambda told: len(told) >= low)
        if facets.collapse
        else made
    )


@st.composite
def part_values(draw, part: Part) -> dict[str, str]:
    return {field.element: draw(value(field)) for field in part.fields if field.required or draw(st.booleans())}


@st.composite
def messages(draw):
    """(definition, documents) of any message in any edition."""
    name, edition = draw(st.sampled_from(EVERY))
    told = message(name, edition)
    documents = []
    for _ in range(draw(st.integers(1, min(2, told.high or 2)))):
        low, high = (told.lines.low, min(told.lines.high or 3, 3)) if told.lines else (0, 0)
        lines = [draw(part_values(told.lines)) for _ in range(draw(st.integers(low, high)))] if told.lines else []
        documents.append((draw(part_values(told.head)), lines))
    return told, documents


def too_long(facets: Facets) -> str:
    if facets.base == "decimal":
        return str(Decimal(10) ** 25)
    if facets.base == "int":
        return "9" * 12
    return "x" * ((facets.high or 0) + 1)
