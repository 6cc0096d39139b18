"""The form of an item: a subset of JSON Schema, read once, judged the same for page, API and draft.

The subset: an object with `properties` and `required`. A property is string (minLength, maxLength, pattern, enum, format date),
integer or number (minimum, maximum, multipleOf a power of ten), boolean (const true: must be ticked) or an array of strings with an
enum. `title` is Chinese, `x-en` English, `x-enum-en` the English of an enum, `x-hint`/`x-hint-en` a line of help, `x-ahead` a day
not past, `x-private` that no notice repeats it. Anything else is refused when the file is checked. Numbers are kept as text, so that no place is lost.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pilotzone.rooms.services.errors import Finding, finding

LONGEST, LINE = 2000, 200
TEXT, LONG, DAY, WHOLE, NUMBER, TICK, CHOICE, CHOICES = (
    "text",
    "long",
    "day",
    "whole",
    "number",
    "tick",
    "choice",
    "choices",
)
WORDS = {
    TEXT: ("文字", "text"), LONG: ("文字", "text"), CHOICE: ("文字", "text"), DAY: ("日期（yyyy-mm-dd）", "a day (yyyy-mm-dd)"),
    WHOLE: ("整数", "a whole number"), NUMBER: ("数字", "a number"), TICK: ("是或否", "yes or no"),
    CHOICES: ("列出的若干值", "some of the values listed"),
}  # fmt: skip
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_BREAKS = re.compile(r"[\r\n\t]+")
MOST_DIGITS = 24


@dataclass(frozen=True, slots=True)
class Field:
    """One field as a page shows it and `judge` judges it. `choices`: value, Chinese, English."""

    key: str
    kind: str
    zh: str
    en: str
    must: bool
    most: int = LINE
    least: int = 0
    choices: tuple[tuple[str, str, str], ...] = ()
    pattern: str = ""
    low: str = ""
    high: str = ""
    places: int | None = None
    ahead: bool = False
    private: bool = False
    hint_zh: str = ""
    hint_en: str = ""


def fields(schema: Mapping[str, Any]) -> tuple[Field, ...]:
    """The fields of a checked schema, in its order."""
    must = set(schema.get("required", ()))
    return tuple(_field(key, node, key in must) for key, node in schema["properties"].items())


def judge(
    asked: Sequence[Field], values: Mapping[str, Any], *, on: date, whole: bool = True
) -> tuple[dict[str, Any], list[Finding]]:
    """The values as they are kept, and everything wrong. With `whole` false (a draft) what is missing is no fault.

    A faulty value of a draft is kept as it was typed where it is text, so that nobody types it again.
    """
    kept: dict[str, Any] = {}
    wrong = [
        finding(str(key)[:60], "rule.form.unknown", value=str(key)[:40])
        for key in values
        if key not in {f.key for f in asked}
    ]
    for one in asked:
        value = values.get(one.key)
        if value is None or value == "" or value == []:
            if one.must and whole:
                wrong.append(_said(one, "rule.form.true" if one.kind == TICK else "rule.form.missing"))
            continue
        clean, fault = _value(one, value, on)
        if fault is not None:
            wrong.append(fault)
            if isinstance(value, str):
                kept[one.key] = _CONTROL.sub("", value)[:LONGEST]
        elif clean is False and one.must and whole:
            wrong.append(_said(one, "rule.form.true"))
        else:
            kept[one.key] = clean
    return kept, wrong


def _field(key: str, node: Mapping[str, Any], must: bool) -> Field:
    inner = node.get("items", node)
    told = {"key": key, "zh": node["title"], "en": node["x-en"], "must": must, "private": bool(node.get("x-private"))}
    hints = {"hint_zh": node.get("x-hint", ""), "hint_en": node.get("x-hint-en", "")}
    english = inner.get("x-enum-en") or inner.get("enum", ())
    choices = tuple((value, value, en) for value, en in zip(inner.get("enum", ()), english, strict=True))
    match node["type"]:
        case "array":
            return Field(kind=CHOICES, choices=choices, **told, **hints)
        case "boolean":
            return Field(kind=TICK, **told, **hints)
        case "integer" | "number" as kind:
            places = -Decimal(str(node["multipleOf"])).as_tuple().exponent if "multipleOf" in node else None  # type: ignore[operator]  # a checked schema has no infinite step
            return Field(
                kind=WHOLE if kind == "integer" else NUMBER, low=str(node.get("minimum", "")), high=str(node.get("maximum", "")),
                places=places, **told, **hints,
            )  # fmt: skip
    most = node.get("maxLength", LINE)
    if node.get("format") == "date":
        return Field(kind=DAY, ahead=bool(node.get("x-ahead")), **told, **hints)
    kind = CHOICE if choices else LONG if most > LINE else TEXT
    return Field(
        kind=kind,
        most=most,
        least=node.get("minLength", 0),
        choices=choices,
        pattern=node.get("pattern", ""),
        **told,
        **hints,
    )


def _value(one: Field, value: Any, on: date) -> tuple[Any, Finding | None]:
    wrong_type = (None, _said(one, "rule.form.type", wanted=WORDS[one.kind][0], wanted_en=WORDS[one.kind][1]))
    if one.kind == TICK:
        known = {True: True, False: False, "true": True, "on": True, "false": False, "off": False}
        return (known[value], None) if isinstance(value, bool | str) and value in known else wrong_type
    if one.kind == CHOICES:
        values = value if isinstance(value, list) else [value]
        if not all(isinstance(each, str) for each in values):
            return wrong_type
        allowed = [choice[0] for choice in one.choices]
        if set(values) - set(allowed):
            return None, _said(one, "rule.form.choice")
        return [each for each in allowed if each in values], None
    if one.kind in (WHOLE, NUMBER):
        return (
            _number(one, value) if not isinstance(value, bool) and isinstance(value, int | float | str) else wrong_type
        )
    if not isinstance(value, str):
        return wrong_type
    return _text(one, value, on)


def _text(one: Field, value: str, on: date) -> tuple[Any, Finding | None]:
    text = _CONTROL.sub("", value).replace("\r\n", "\n").strip()
    if one.kind != LONG:
        text = _BREAKS.sub(" ", text)
    if len(text) > one.most:
        return None, _said(one, "rule.form.too_long", most=one.most)
    if one.kind == CHOICE and text not in {choice[0] for choice in one.choices}:
        return None, _said(one, "rule.form.choice")
    if one.kind == DAY:
        try:
            day = date.fromisoformat(text) if len(text) == 10 else None
        except ValueError:
            day = None
        if day is None:
            return None, _said(one, "rule.form.type", wanted=WORDS[DAY][0], wanted_en=WORDS[DAY][1])
        return (None, _said(one, "rule.form.ahead")) if one.ahead and day < on else (text, None)
    if len(text) < one.least:
        return None, _said(one, "rule.form.too_short", least=one.least)
    if one.pattern and not re.fullmatch(one.pattern, text):
        return None, _said(one, "rule.form.pattern", value=text[:40])
    return text, None


def _number(one: Field, value: float | str) -> tuple[Any, Finding | None]:
    wrong_type = (None, _said(one, "rule.form.type", wanted=WORDS[one.kind][0], wanted_en=WORDS[one.kind][1]))
    text = str(value).strip().replace(",", "")
    if len(text) > MOST_DIGITS or not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
        return wrong_type
    try:
        number = Decimal(text)
    except InvalidOperation:
        return wrong_type
    places = max(0, -int(number.normalize().as_tuple().exponent))
    if one.kind == WHOLE and places:
        return wrong_type
    if one.places is not None and places > one.places:
        return None, _said(one, "rule.form.places", places=one.places)
    if one.low and number < Decimal(one.low):
        return None, _said(one, "rule.form.low", low=one.low)
    if one.high and number > Decimal(one.high):
        return None, _said(one, "rule.form.high", high=one.high)
    return f"{number:f}", None


def _said(one: Field, code: str, **values: Any) -> Finding:
    return finding(one.key, code, zh=one.zh, en=one.en, **values)
