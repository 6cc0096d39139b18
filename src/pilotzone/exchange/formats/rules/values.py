"""One value at a time: code lists of the day, allowed values, real dates, sound numbers, identity numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.base.ids import ric
from pilotzone.exchange.formats import editions
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.findings import tolerance
from pilotzone.exchange.formats.rules.trouble import Trouble, number, plain
from pilotzone.exchange.formats.shapes import Field, Message, Part
from pilotzone.reference import codes

# A check gets (field, text, day, edition) and answers (code, words), or None when all is well.
Found = tuple[str, dict[str, Any]] | None
Check = Callable[[Field, str, date, str], Found]

# What has happened when it is reported; other times (departure, summary period) may lie ahead.
_PAST = frozenset(("appTime", "payTime", "accountingDate", "logisticsTime"))
_FORMS = {"stamp": "yyyyMMddHHmmss", "stamp_ms": "yyyyMMddHHmmssSSS", "day": "yyyyMMdd"}
_NUMBERS = frozenset(("amount", "price", "quantity", "weight", "count", "position"))


def check_values(told: Message, values: dict[str, str], *, lines: bool, on: date) -> Iterator[Trouble]:
    """Troubles of the values of a head or a line, field by field; empty and absent values pass."""
    for element in compulsory(told.name, told.edition, lines):
        if not values.get(element, "absent").strip():
            yield Trouble("rule.required", element)
    for element, field, checks in plan(told.name, told.edition, lines):
        text = values.get(element)
        if not text:
            continue
        for check in checks:
            found = check(field, text, on, told.edition)
            if found is not None:
                code, words = found
                yield Trouble(code, element, words=words, source=words.pop("source", ""))


@cache
def compulsory(name: str, edition: str, lines: bool) -> tuple[str, ...]:
    """Texts the specification makes mandatory although a schema (202205 export) lets them be empty or blank."""
    told = message(name, edition)
    part = told.lines if lines else told.head
    return tuple(
        field.element
        for field in (part.fields if part and not told.is_receipt else ())
        if field.required and field.facets.base == "string" and field.facets.default is None and not field.facets.fixed
    )


@cache
def plan(name: str, edition: str, lines: bool) -> tuple[tuple[str, Field, tuple[Check, ...]], ...]:
    """(element, field, checks) of the fields of a head or a line that have any checks."""
    told = message(name, edition)
    part: Part | None = told.lines if lines else told.head
    fields = part.fields if part else ()
    planned = ((field.element, field, tuple(_checks(field, customs=told.is_receipt))) for field in fields)
    return tuple(entry for entry in planned if entry[2])


def _checks(field: Field, *, customs: bool) -> Iterator[Check]:
    if field.codes and field.values:
        yield _coded_then_allowed
    elif field.codes:
        yield _coded
    elif field.values and field.facets.fixed is None and not customs:
        yield _allowed  # what customs itself writes into such a field is taken as it comes
    if field.kind in _FORMS:
        yield dated
    if field.kind in _NUMBERS and field.facets.base in ("decimal", "int"):
        yield numeric
    if field.kind == "hs":
        yield goods_code
    if field.kind == "person":
        yield identity


def _coded(field: Field, text: str, on: date, edition: str) -> Found:
    if field.kind == "status" and text.startswith("-"):
        return None  # processing errors are a class of their own (spec §4)
    try:
        if codes.known(field.codes, text, on=on):
            return None
        told = codes.manifest(field.codes)
    except Gap:
        return "code.list_missing", {"list": field.codes, "day": on}
    # the sentence says 代码表 itself
    words = {
        "value": text,
        "list_zh": told.zh.removesuffix("代码"),
        "list_en": told.en,
        "day": on,
        "source": told.source,
    }
    return f"code.{field.codes}", words


def _coded_then_allowed(field: Field, text: str, on: date, edition: str) -> Found:
    """Outside the list it is a code error; on the list but not for this message a business error."""
    allowed = any(value.code == text for value in field.values)
    return (None if allowed else _coded(field, text, on, edition)) or _allowed(field, text, on, edition)


def _allowed(field: Field, text: str, on: date, edition: str) -> Found:
    value = text.lstrip("0") or "0" if field.facets.base == "int" else text
    found = next((allowed for allowed in field.values if allowed.code == value), None)
    if found is None:
        words = {
            "value": text,
            "limit_zh": "、".join(f"{allowed.code}（{allowed.zh}）" for allowed in field.values),
            "limit_en": ", ".join(f"{allowed.code} ({allowed.en})" for allowed in field.values),
        }
        return f"rule.{_snake(field.element)}", words
    if found.mode:
        begins, described_by, zh, en = editions.mode(found.mode)
        if on < begins or edition != described_by:
            return "rule.mode_edition", {"value": text, "mode_zh": zh, "mode_en": en, "day": begins}
    return None


def dated(field: Field, text: str, on: date, edition: str) -> Found:
    """A date that does not exist, or lies after `on` where the field tells of something past."""
    form = _FORMS[field.kind]
    day = day_of(text) if len(text) == len(form) else None
    if day is None:
        return "rule.date", {"value": text, "limit": form}
    if day > on and is_past(field):
        return "rule.future", {"value": text, "day": on}
    return None


def day_of(text: str) -> date | None:
    """The day of yyyyMMdd[HHmmss[SSS]], or None when no clock ever showed it."""
    if not (text.isascii() and text.isdigit()):
        return None
    if text[8:10] > "23" or text[10:12] > "59" or text[12:14] > "59":
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:8]))
    except ValueError:
        return None


_LOW = {"quantity": "rule.quantity", "weight": "rule.weight", "count": "rule.count", "position": "rule.line_number"}


# 0 messages are announced when deleting (607) and a second quantity has its own rule: both look at more than the value
_ZERO_ELSEWHERE = frozenset(("msgCount", "msgSeqNo", "qty2"))


def numeric(field: Field, text: str, on: date, edition: str) -> Found:
    """A number below zero, a zero where there must be something, or one beyond what is plausible."""
    value = number(text)
    if value is None:
        return None
    if value < 0:
        return "rule.negative", {"value": plain(value)}
    if value == 0 and is_positive(field):
        return _LOW[field.kind], {"value": "0"}
    if value > _plausible():
        return "rule.huge", {"value": plain(value), "limit": plain(_plausible())}
    return None


def is_positive(field: Field) -> bool:
    """Whether 0 is refused by `numeric`."""
    return field.kind in _LOW and field.element not in _ZERO_ELSEWHERE


def is_past(field: Field) -> bool:
    """Whether a day to come is refused by `dated`."""
    return field.element in _PAST


@cache
def _plausible() -> Decimal:
    return tolerance("plausible")


def goods_code(field: Field, text: str, on: date, edition: str) -> Found:
    """A goods code that is not ten digits."""
    right = text.isascii() and text.isdigit() and len(text) == 10
    return None if right else ("rule.goods_code", {"value": text})


def identity(field: Field, text: str, on: date, edition: str) -> Found:
    """A resident's number whose check digit or date is wrong; the number itself is never told."""
    return None if ric.is_valid(text) else ("rule.identity_number", {})


@cache
def _snake(element: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", element).lower()


# these checks pass no text that is neither on a list nor among the allowed values, but for statuses of receipts
ENUMERATED = frozenset((_coded, _coded_then_allowed, _allowed))
