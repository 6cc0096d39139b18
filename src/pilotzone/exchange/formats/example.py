"""Example values from the definitions: for documentation, Excel templates and tests. All identities are synthetic."""

from __future__ import annotations

from pilotzone.exchange.formats.shapes import Field, Message, Part


def example_document(told: Message, *, lines: int = 1) -> tuple[dict[str, str], list[dict[str, str]]]:
    """(head, lines) of one legal document: every mandatory field and every field that has an example."""
    part = told.lines
    rows = [example_values(part, number) for number in range(1, lines + 1)] if part else []
    return example_values(told.head), rows


def example_transfer(told: Message) -> dict[str, str]:
    """A BaseTransfer block; the enterprise is synthetic."""
    return {"copCode": "36019600EC", "copName": "演示电商有限公司", "dxpMode": "DXP", "dxpId": "DXPENT0000000001"}


def example_values(part: Part, number: int = 1) -> dict[str, str]:
    """Example values of one part; `number` is the line number."""
    values = {}
    for field in part.fields:
        text = str(number) if field.kind == "position" else example_of(field)
        if text or field.required:
            values[field.element] = text
    return values


def example_of(field: Field) -> str:
    """The field's own example, else its only sensible value, else for mandatory fields a filler that fits its facets."""
    facets = field.facets
    if facets.fixed is not None:
        return facets.fixed
    if field.example and _fits(field):
        return field.example
    if not field.required:
        return ""
    if field.values:
        return field.values[0].code
    if facets.base in ("decimal", "int"):
        return "1"
    return "0" * max(facets.low, 1)


def _fits(field: Field) -> bool:
    facets = field.facets
    if field.values and not any(value.code == field.example for value in field.values):
        return False
    return facets.low <= len(field.example) <= (facets.high or len(field.example))
