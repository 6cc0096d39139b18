"""The words and tones of the room's pages, and what a form typed."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pilotzone.kernel import clock
from pilotzone.kernel.access import firms
from pilotzone.kernel.access.roles import role
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.errors import refused
from pilotzone.ui.wording import said

TONES = {
    "draft": "plain", "confirmed": "wait", "prereviewed": "busy", "returned": "bad", "accepted": "busy", "valid": "good",
    "changing": "wait", "suspended": "bad", "cancelled": "plain",
}  # fmt: skip
LICENCE_PARTS = ("kind", "number", "authority", "valid_from", "valid_to", "scope")


def state_word(state: str) -> str:
    """A state in the reader's language."""
    zh, en = api.STATES[state]
    return en if english() else zh


def state_tag(state: str) -> SafeString:
    """A state as a word in its tone."""
    return format_html('<span class="state tone-{}">{}</span>', TONES[state], state_word(state))


def role_words(codes: list[str]) -> str:
    """Kinds of firm in the reader's language."""
    return (", " if english() else "、").join(said(role(code), "", get_language() or "zh-hans") for code in codes)


def role_choices(chosen: list[str]) -> list[tuple[str, str, bool]]:
    """Every kind of firm: code, word, whether chosen."""
    return [(code, role_words([code]), code in chosen) for code in firms.trades()]


def register_word(name: str) -> str:
    """A register's name in the reader's language."""
    zh, en = api.REGISTERS[name]
    return en if english() else zh


def english() -> bool:
    """Whether the reader reads English."""
    return (get_language() or "").startswith("en")


def typed(request: HttpRequest, name: str, longest: int = 2000) -> str:
    """A field as it was typed, without what no field holds; of what is too long enough to be refused."""
    return request.POST.get(name, "").replace("\0", "").strip()[: longest + 1]


def version_of(request: HttpRequest) -> int | None:
    """The version the page showed; None where it said none."""
    text = typed(request, "version", 9)
    return int(text) if text.isascii() and text.isdigit() else None


def day_typed(request: HttpRequest, name: str) -> date | None:
    """A day from a form; None for an empty one. Refused `registry.filing.day_unread`: no other day is put in its place."""
    text = typed(request, name, 10)
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise refused("registry.filing.day_unread", by_field={name: text}, text=text) from None


def values_typed(request: HttpRequest) -> dict[str, str]:
    """The fields of the form, by key."""
    return {name[2:]: typed(request, name) for name in request.POST if name.startswith("f-")}


def licences_typed(request: HttpRequest) -> list[dict[str, str]]:
    """The licences of the form, in its order."""
    rows = sorted({name.split("-")[1] for name in request.POST if name.startswith("l-") and name.count("-") == 2})
    return [{part: typed(request, f"l-{row}-{part}", 200) for part in LICENCE_PARTS} for row in rows]


def remarks_typed(request: HttpRequest) -> dict[str, str]:
    """The remarks of an officer, by field."""
    return {name[2:]: typed(request, name, 300) for name in request.POST if name.startswith("r-")}


def shown(told: dict[str, Any]) -> dict[str, Any]:
    """A filing as the templates want it: words for roles, states, registers and verbs beside the plain data."""
    units = dict(units_named())
    for section in told["sections"]:
        for one in section["fields"]:
            one["told_by_word"] = register_word(one["told_by"]) if one["told_by"] else ""
            one["shown"] = units.get(one["value"], one["value"]) if one["kind"] == "unit" else one["value"]
    words = {
        one["key"]: said(one, "", get_language() or "zh-hans") for part in told["sections"] for one in part["fields"]
    }
    words |= {
        "roles": _("企业类型"), "licences": _("证照"), "valid_from": _("生效日"), "by": _("签署人"), "capacity": _("身份"),
        "commitments": _("承诺书"), "method": _("验证方式"), "since": _("起始日"), "legal_basis": _("依据"), "on": _("注销日"),
    } | {f"@{name}": register_word(name) for name in api.REGISTERS}  # fmt: skip
    for step in told["history"]:
        names = {**step["before"], **step["after"]}
        step["lines"] = [
            (words.get(name, name), _plain(step["before"].get(name, "")), _plain(step["after"].get(name, "")))
            for name in names
        ]
        step["went_word"] = state_word(step["went"])
    for one in told["commitments"]:
        one["capacity_word"] = capacity_word(one["capacity"])
    if told.get("proof"):
        told["proof"]["capacity_word"] = capacity_word(told["proof"]["capacity"])
    remarks = [(words.get(name, name), text) for name, text in told["remarks"].items()]
    return told | {
        "state_tag": state_tag(told["state"]), "roles_word": role_words(told["roles"]), "remark_lines": remarks,
        "overdue": bool(told["due_on"] and told["due_on"] < clock.today()),
    }  # fmt: skip


def capacity_word(capacity: str) -> str:
    """In which capacity somebody was verified."""
    return {"legal_rep": _("法定代表人"), "handler": _("经办人")}.get(capacity, capacity)


def units_named() -> list[tuple[str, str]]:
    """Counties, development zones and parks a firm can belong to: code and name."""
    return [(code, en if english() else zh) for code, zh, en in api.units()]


def _plain(value: Any) -> str:
    said_of = {
        "legal_rep": _("法定代表人"), "handler": _("经办人"), "licence": _("电子营业执照（模拟）"),
        "single_window": _("单一窗口账号（模拟）"), "told": _("已答复"), "away": _("暂时查不到"), "unknown": _("没有登记"),
    }  # fmt: skip
    if isinstance(value, str) and value in said_of:
        return said_of[value]
    if isinstance(value, list):
        parts = [" ".join(filter(None, one.values())) if isinstance(one, dict) else str(one) for one in value]
        return "；".join(parts)
    return str(value)
