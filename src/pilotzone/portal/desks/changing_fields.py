"""The fields of a draft as a form shows them: label, value, choices and limits from the message's definition."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.utils.translation import get_language

from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.shapes import Field
from pilotzone.portal.desks import papers

LONG = 200  # characters from which a field is a box of several lines
NUMBERS = ("decimal", "int")
WIDEST_NUMBER = 30


def of_head(told: Mapping[str, Any], *, on: date) -> tuple[list[dict[str, Any]], list[tuple[str, str]]]:
    """(fields to edit, facts that stand) of a draft's head, in the order of the specification."""
    shape, head = message(told["message"], told["edition"]).head, told["head"]
    edit = [
        _field(one, head.get(one.element, ""), f"h.{one.element}")
        for one in shape.fields
        if one.element in told["editable"]
    ]
    facts = [
        (papers.name(one), papers.value(one, head[one.element], on))
        for one in shape.fields
        if head.get(one.element) and one.element not in told["editable"]
    ]
    return edit, facts


def of_lines(told: Mapping[str, Any], *, on: date) -> tuple[list[str], list[dict[str, Any]]]:
    """(column headings, lines) of a draft: each line's cells are a field to edit or a fact."""
    part = message(told["message"], told["edition"]).lines
    if part is None or not told["lines"]:
        return [], []
    shown = [one for one in part.fields if _appears(one, told)]
    rows = [
        {
            "position": line["position"], "off": line["off"], "left": line["left"],
            "cells": [_cell(one, line, told["editable_lines"], on) for one in shown],
        }
        for line in told["lines"]
    ]  # fmt: skip
    return [papers.name(one) for one in shown], rows


def of_all_lines(told: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every field of every line, the compulsory ones apart, for a document that is written from nothing."""
    part = message(told["message"], told["edition"]).lines
    rows = []
    for place, line in enumerate(told["lines"] if part else ()):
        fields = [
            _field(one, line["values"].get(one.element, ""), f"l.{place}.{one.element}")
            for one in (part.fields if part else ())
            if one.element in told["editable_lines"]
        ]
        others = [one for one in fields if not one["required"]]
        rows.append({
            "position": place, "needed": [one for one in fields if one["required"]], "others": others,
            "others_filled": any(one["value"] for one in others),
        })  # fmt: skip
    return rows


def _appears(one: Field, told: Mapping[str, Any]) -> bool:
    """Lines show what any of them says, and what a change may add of the compulsory fields."""
    return any(line["values"].get(one.element) for line in told["lines"]) or (
        one.required and one.element in told["editable_lines"]
    )


def _cell(one: Field, line: Mapping[str, Any], editable: Collection[str], on: date) -> dict[str, Any]:
    text = line["values"].get(one.element, "")
    if one.element not in editable:
        return {"title": papers.name(one), "text": papers.value(one, text, on), "field": None}
    return {"title": papers.name(one), "text": text, "field": _field(one, text, f"l.{line['position']}.{one.element}")}


def _field(one: Field, text: str, name: str) -> dict[str, Any]:
    english = (get_language() or "").startswith("en")
    number = one.facets.base in NUMBERS
    high = one.facets.high or (WIDEST_NUMBER if number else 1000)
    return {
        "name": name, "label": papers.name(one), "value": text, "required": one.required, "high": high,
        "long": high > LONG, "number": number,
        "choices": [(value.code, f"{value.code} {value.en if english else value.zh}") for value in one.values],
    }  # fmt: skip
