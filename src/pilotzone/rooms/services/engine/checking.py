"""Whether an item's file is in order: every fault with its place and line, none hidden behind another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pilotzone.rooms.services.engine.checking_form import form
from pilotzone.rooms.services.engine.examined import FIELD, Known, Sheet

COUNTY = "@county"
PLACES = {"name", "uscc", "number", "day", "item"}
FILES = ("pdf", "jpg", "png", "xlsx", "docx")
TAGS, STATUSES = ("A", "B", "C", "P"), ("draft", "on", "ended")
MOST_MB, MOST_STEPS = 10, 12
_KEY = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
TOP = {
    "key", "version", "status", "name", "about", "author", "tag", "basis", "who", "form", "accept", "steps", "notice", "appeal",
}  # fmt: skip
FREE = {"filing", "agents", "persons", "materials"}


def check(sheet: Sheet, *, name: str, known: Known) -> None:
    """Note everything wrong with the file."""
    data = sheet.source.data
    if not sheet.part(data, (), TOP, FREE) and not isinstance(data, dict):
        return
    for key, test in _TOP.items():
        if key in data:
            test(sheet, data[key], known)
    if isinstance(data.get("key"), str) and data["key"] != name:
        sheet.fault(("key",), "format.item.name", key=data["key"])


def _key(sheet: Sheet, value: Any, known: Known) -> None:
    if not isinstance(value, str) or not _KEY.fullmatch(value) or len(value) > 60:
        sheet.value(("key",), "小写字母、数字和连字符", "small letters, digits and hyphens")


def _version(sheet: Sheet, value: Any, known: Known) -> None:
    if type(value) is not int or not 1 <= value <= 9999:
        sheet.value(("version",), "1至9999的整数", "a whole number from 1 to 9999")


def _one_of(name: str, allowed: Sequence[str]) -> Callable[[Sheet, Any, Known], None]:
    def test(sheet: Sheet, value: Any, known: Known) -> None:
        if value not in allowed:
            sheet.value((name,), "、".join(allowed), ", ".join(allowed))

    return test


def _text(name: str) -> Callable[[Sheet, Any, Known], None]:
    return lambda sheet, value, known: sheet.words(value, (name,))


def _flag(name: str) -> Callable[[Sheet, Any, Known], None]:
    def test(sheet: Sheet, value: Any, known: Known) -> None:
        if not isinstance(value, bool):
            sheet.value((name,), "true或false", "true or false")

    return test


def _unit(sheet: Sheet, value: Any, path: tuple[str | int, ...], known: Known, *, county: bool = True) -> None:
    if value not in known.units and not (county and value == COUNTY):
        sheet.fault(path, "code.item.unit", value=str(value)[:40])


def _author(sheet: Sheet, value: Any, known: Known) -> None:
    _unit(sheet, value, ("author",), known, county=False)


def _who(sheet: Sheet, value: Any, known: Known) -> None:
    if value == "all":
        return
    if not isinstance(value, list) or not value:
        sheet.value(("who",), "all或企业类型代码的列表", "all, or a list of kinds of firm")
        return
    for n, one in enumerate(value):
        if one not in known.roles:
            sheet.fault(("who", n), "code.item.role", value=str(one)[:40])


def _persons(sheet: Sheet, value: Any, known: Known) -> None:
    """A person has no filing and no county: an item for persons asks for neither."""
    _flag("persons")(sheet, value, known)
    told = sheet.source.data
    if value is True and (told.get("filing") is True or COUNTY in str(told.get("steps"))):
        sheet.value(
            ("persons",),
            "个人可申请的事项不得要求备案，也不得由企业注册地县区办理",
            "no filing and no step of the firm's county",
        )


def _basis(sheet: Sheet, value: Any, known: Known) -> None:
    if not isinstance(value, list) or not value:
        sheet.value(("basis",), "至少一项依据", "one document at least")
        return
    for n, one in enumerate(value):
        if sheet.part(one, ("basis", n), {"document", "tag"}, {"article"}) and one["tag"] not in TAGS:
            sheet.value(("basis", n, "tag"), "、".join(TAGS), ", ".join(TAGS))


def _materials(sheet: Sheet, value: Any, known: Known) -> None:
    if not isinstance(value, list) or len(value) > MOST_STEPS:
        sheet.value(("materials",), f"至多{MOST_STEPS}项材料的列表", f"a list of at most {MOST_STEPS} papers")
        return
    seen: set[str] = set()
    for n, one in enumerate(value):
        path = ("materials", n)
        if not sheet.part(one, path, {"key", "zh", "en", "kinds", "most_mb"}, {"must"}):
            continue
        sheet.words(one, path)
        _once(sheet, one["key"], (*path, "key"), seen)
        if one["key"] in _properties(sheet):  # remarks name a field or a paper by its key alone
            sheet.fault((*path, "key"), "rule.item.twice", value=str(one["key"])[:40])
        if not isinstance(one["kinds"], list) or not one["kinds"] or set(map(str, one["kinds"])) - set(FILES):
            sheet.value((*path, "kinds"), "、".join(FILES), "some of " + ", ".join(FILES))
        if type(one["most_mb"]) is not int or not 1 <= one["most_mb"] <= MOST_MB:
            sheet.value((*path, "most_mb"), f"1至{MOST_MB}", f"1 to {MOST_MB}")


def _properties(sheet: Sheet) -> frozenset[str]:
    form = sheet.source.data.get("form")
    properties = form.get("properties") if isinstance(form, dict) else None
    return frozenset(properties) if isinstance(properties, dict) else frozenset()


def _accept(sheet: Sheet, value: Any, known: Known) -> None:
    if sheet.part(value, ("accept",), {"unit", "days"}, {"action"}):
        _unit(sheet, value["unit"], ("accept", "unit"), known)
        sheet.days(value["days"], ("accept", "days"))
        _action(sheet, value, ("accept",), known)


def _steps(sheet: Sheet, value: Any, known: Known) -> None:
    if not isinstance(value, list) or not 1 <= len(value) <= MOST_STEPS:
        sheet.value(("steps",), f"1至{MOST_STEPS}个环节", f"1 to {MOST_STEPS} steps")
        return
    seen: set[str] = set()
    for n, one in enumerate(value):
        path = ("steps", n)
        if not sheet.part(one, path, {"key", "zh", "en", "units", "days"}, {"action"}):
            continue
        sheet.words(one, path)
        _once(sheet, one["key"], (*path, "key"), seen)
        sheet.days(one["days"], (*path, "days"))
        _action(sheet, one, path, known)
        if not isinstance(one["units"], list) or not one["units"]:
            sheet.value((*path, "units"), "至少一个单位", "one unit at least")
            continue
        units: set[str] = set()
        for m, unit in enumerate(one["units"]):
            _unit(sheet, unit, (*path, "units", m), known)
            if unit in units:
                sheet.fault((*path, "units", m), "rule.item.twice", value=str(unit)[:40])
            units.add(str(unit))


def _notice(sheet: Sheet, value: Any, known: Known) -> None:
    if not sheet.part(value, ("notice",), {"zh", "en", "prefix", "grant"}):
        return
    sheet.words(value, ("notice",))
    if not isinstance(value["prefix"], str) or not 1 <= len(value["prefix"]) <= 8:
        sheet.value(("notice", "prefix"), "1至8个字", "1 to 8 characters")
    sheet.words(value["grant"], ("notice", "grant"))
    for tongue in ("zh", "en"):
        places = set(re.findall(r"\{(\w*)\}", str((value["grant"] or {}).get(tongue, ""))))
        if places - PLACES:
            sheet.value(
                ("notice", "grant", tongue),
                "只含{name}{uscc}{number}{day}{item}",
                "{name} {uscc} {number} {day} {item} only",
            )


def _action(sheet: Sheet, node: Mapping[str, Any], path: tuple[str | int, ...], known: Known) -> None:
    if "action" in node and node["action"] not in known.actions:
        sheet.fault((*path, "action"), "code.item.action", value=str(node["action"])[:40])


def _once(sheet: Sheet, value: Any, path: tuple[str | int, ...], seen: set[str]) -> None:
    if not isinstance(value, str) or not FIELD.fullmatch(value):
        sheet.value(path, "小写字母、数字和下划线", "small letters, digits and underscores")
    elif value in seen:
        sheet.fault(path, "rule.item.twice", value=value)
    else:
        seen.add(value)


_TOP: dict[str, Callable[[Sheet, Any, Known], None]] = {
    "key": _key, "version": _version, "status": _one_of("status", STATUSES), "name": _text("name"), "about": _text("about"),
    "author": _author, "tag": _one_of("tag", TAGS), "basis": _basis, "who": _who, "filing": _flag("filing"),
    "agents": _flag("agents"), "persons": _persons, "materials": _materials, "accept": _accept, "steps": _steps, "notice": _notice,
    "appeal": _text("appeal"), "form": form,
}  # fmt: skip
