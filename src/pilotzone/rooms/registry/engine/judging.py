"""Whether a filing's fields and licences are in order, by role and day. Plain data in, findings out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from pilotzone.reference.filing import Asked, Form, LicenceKind, form
from pilotzone.rooms.registry.engine.codes import fits, warned
from pilotzone.rooms.registry.errors import Finding, finding

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
RUNNING = ("存续", "在营", "开业", "在业")


@dataclass(frozen=True, slots=True)
class Paper:
    """What is filed. `licences`: dicts of kind, number, authority, valid_from, valid_to, scope as text."""

    uscc: str
    roles: tuple[str, ...]
    values: Mapping[str, str]
    licences: Sequence[Mapping[str, str]] = ()
    evidence: str = ""
    units: frozenset[str] = field(default_factory=frozenset)


def judge(paper: Paper, *, on: date, known_roles: Iterable[str]) -> list[Finding]:
    """Everything wrong (REFUSES) or odd (WARNS) with it on that day, in the form's order."""
    found = warned(paper.uscc, paper.evidence)
    known = set(known_roles)
    if not paper.roles or set(paper.roles) - known:
        found.append(finding("roles", "rule.filing.roles"))
    asked = form(set(paper.roles) & known)
    for one in asked.fields:
        found += _field(one, paper.values, paper.units, on)
    found += _status(paper.values) + _scope(paper, asked) + licences(paper.licences, asked, on=on)
    return found


def value(one: Asked, text: str, units: frozenset[str], on: date) -> list[Finding]:
    """What is wrong with one filled field; nothing for an empty one."""
    words = {"zh": one.zh, "en": one.en, "value": text[:60]}
    if not text:
        return []
    if len(text) > one.most:
        return [finding(one.key, "rule.filing.too_long", source=one.source, most=one.most, **words)]
    if one.kind == "choice" and text not in one.choices:
        return [finding(one.key, "rule.filing.choice", source=one.source, choices="、".join(one.choices), **words)]
    if one.kind == "unit" and text not in units:
        return [finding(one.key, "rule.filing.unit", value=text[:60])]
    good = not _CONTROL.search(text)
    if one.kind == "code":
        good = good and fits(one.check, text, on)
    elif one.kind == "number":
        good = good and _number(text)
    elif one.kind == "day":
        day = day_of(text)
        if day is not None and one.ahead and day < on:
            return [finding(one.key, "rule.filing.past", source=one.source, **words)]
        good = day is not None
    return [] if good else [finding(one.key, "rule.filing.value", source=one.source, **words)]


def licences(filed: Sequence[Mapping[str, str]], asked: Form, *, on: date) -> list[Finding]:
    """What is wrong with the licences: unknown, ill-formed, ended, without the words, missing."""
    found: list[Finding] = []
    kinds = {kind.key: kind for kind in asked.licences}
    good: set[str] = set()
    for one in filed:
        kind = kinds.get(one.get("kind", ""))
        if kind is None:
            found.append(finding("licences", "rule.filing.licence_kind", value=one.get("kind", "")[:40]))
            continue
        wrong = _licence(one, kind, on)
        found += wrong
        good |= set() if wrong else {kind.key}
    groups = {kind.group for kind in asked.licences if kind.group and kind.key in good}
    named = {one.get("kind", "") for one in filed}
    for kind in asked.licences:
        if kind.must and kind.key not in named and kind.group not in groups:
            if kind.group and any(other.group == kind.group and other.key in named for other in asked.licences):
                continue  # the other of the group is there and says itself what is wrong with it
            found.append(finding("licences", "rule.filing.licence_missing", source=kind.source, zh=kind.zh, en=kind.en))
    return found


def day_of(text: str) -> date | None:
    """A day written yyyy-mm-dd; None for anything else."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def _field(one: Asked, values: Mapping[str, str], units: frozenset[str], on: date) -> list[Finding]:
    text = values.get(one.key, "")
    needed = one.must or bool(one.needs and values.get(one.needs))
    if not text and needed:
        return [finding(one.key, "rule.filing.missing", source=one.source, zh=one.zh, en=one.en)]
    return value(one, text, units, on)


def _licence(one: Mapping[str, str], kind: LicenceKind, on: date) -> list[Finding]:
    words: dict[str, Any] = {"zh": kind.zh, "en": kind.en}
    begins, ends = day_of(one.get("valid_from", "")), day_of(one.get("valid_to", ""))
    unread = any(one.get(name) and day_of(one[name]) is None for name in ("valid_from", "valid_to"))
    number = one.get("number", "").strip()
    if unread or not 0 < len(number) <= 60 or (kind.ends and ends is None) or (begins and ends and ends < begins):
        return [finding("licences", "rule.filing.licence_form", source=kind.source, **words)]
    if ends is not None and ends < on:
        return [finding("licences", "rule.filing.licence_ended", source=kind.source, number=number, day=ends, **words)]
    if kind.words and kind.words not in one.get("scope", ""):
        return [finding("licences", "rule.filing.licence_words", source=kind.source, words=kind.words, **words)]
    return []


def _status(values: Mapping[str, str]) -> list[Finding]:
    """A body that market regulation has struck off or whose licence is revoked does not file."""
    told = values.get("entity_status", "")
    return [finding("entity_status", "rule.filing.entity_status", value=told)] if told and told not in RUNNING else []


def _scope(paper: Paper, asked: Form) -> list[Finding]:
    """A non-bank payment firm's scope names 互联网支付; a bank with its financial licence need not."""
    if "pay" not in paper.roles or any(one.get("kind") == "finance" for one in paper.licences):
        return []
    told = paper.values.get("payment_scope", "")
    return [finding("payment_scope", "rule.filing.scope")] if told and "互联网支付" not in told else []


def _number(text: str) -> bool:
    try:
        told = Decimal(text)
    except InvalidOperation:
        return False
    return told.is_finite() and 0 <= told < Decimal("1e9")
