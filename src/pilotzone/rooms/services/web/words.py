"""The words and tones of the room's pages, and what a form typed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from pilotzone.kernel.access.roles import role
from pilotzone.rooms.services import api
from pilotzone.ui.wording import said

TONES = {
    "draft": "plain", "submitted": "wait", "accepted": "busy", "working": "busy", "returned": "bad", "withdrawn": "plain",
    "approved": "good", "refused": "bad", "closed": "good",
}  # fmt: skip
LONGEST = 4000


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def text(thing: Any, field: str = "") -> str:
    """The sentence of a bilingual thing in the reader's language."""
    return said(thing, field, get_language() or "zh-hans")


def pair(words: tuple[str, str]) -> str:
    """Chinese and English: the reader's."""
    return words[1] if english() else words[0]


def state_tag(state: str) -> SafeString:
    """A state as a word in its tone."""
    return format_html('<span class="state tone-{}">{}</span>', TONES[state], pair(api.STATES[state]))


def roles_word(codes: list[str]) -> str:
    """Kinds of firm in the reader's language."""
    return (", " if english() else "、").join(text(role(code)) for code in codes)


def units_word(units: list[dict[str, str]]) -> str:
    """Units in the reader's language."""
    return (", " if english() else "、").join(text(one) for one in units)


def typed(request: HttpRequest, name: str, longest: int = LONGEST) -> str:
    """A field as it was typed, without what no field holds; of what is too long enough to be refused."""
    return request.POST.get(name, "").replace("\0", "").strip()[: longest + 1]


def asked(request: HttpRequest, name: str, longest: int = 80) -> str:
    """A field of the address."""
    return request.GET.get(name, "").replace("\0", "").strip()[:longest]


def number_typed(value: str) -> int | None:
    """A whole number from a form; None for an empty or unreadable one."""
    return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


def version_of(request: HttpRequest) -> int | None:
    """The version the page showed; None where it said none."""
    return number_typed(typed(request, "version", 9))


def day_typed(request: HttpRequest, name: str) -> date | None:
    """A day from a form; None for an empty or unreadable one."""
    try:
        return date.fromisoformat(typed(request, name, 10))
    except ValueError:
        return None


def values_typed(request: HttpRequest, form: Any) -> dict[str, Any]:
    """The fields of the form by key; a box that is not ticked is false."""
    found: dict[str, Any] = {}
    for one in form:
        name = f"f-{one.key}"
        if one.kind == "choices":
            found[one.key] = [value.replace("\0", "")[: LONGEST + 1] for value in request.POST.getlist(name)]
        elif one.kind == "tick":
            found[one.key] = name in request.POST
        else:
            found[one.key] = typed(request, name)
    return found


def remarks_typed(request: HttpRequest) -> dict[str, str]:
    """The remarks of an officer, by field."""
    return {name[2:]: typed(request, name, 300) for name in request.POST if name.startswith("r-")}


def form_rows(
    form: Any, values: dict[str, Any], remarks: dict[str, str], wrong: dict[str, str]
) -> list[dict[str, Any]]:
    """The fields of a form as the template shows them: value, choices with what is chosen, remark, fault."""
    rows = []
    for one in form:
        value = values.get(one.key, [] if one.kind == "choices" else "")
        chosen = value if isinstance(value, list) else [value]
        rows.append({
            "key": one.key, "kind": one.kind, "word": one.en if english() else one.zh, "must": one.must, "value": value,
            "most": one.most, "low": one.low, "high": one.high, "hint": one.hint_en if english() else one.hint_zh,
            "pattern": one.pattern, "remark": remarks.get(one.key, ""), "wrong": wrong.get(one.key, ""),
            "step": "1" if one.kind == "whole" else (f"{10.0 ** -one.places:f}".rstrip("0") or "1") if one.places else "any",
            "choices": [(key, en if english() else zh, key in chosen) for key, zh, en in one.choices],
        })  # fmt: skip
    return rows
