"""Whether the form in an item's file is in order: its properties, choices and limits, and the names of its private fields."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from pilotzone.rooms.services.engine.examined import FIELD, Known, Sheet

MOST_FIELDS = 60
PROPERTY = {
    "string": {"minLength", "maxLength", "pattern", "enum", "x-enum-en", "format", "x-ahead"},
    "integer": {"minimum", "maximum"}, "number": {"minimum", "maximum", "multipleOf"}, "boolean": {"const"}, "array": {"items"},
}  # fmt: skip
ANY = {"type", "title", "x-en", "x-hint", "x-hint-en", "x-private"}


def form(sheet: Sheet, value: Any, known: Known) -> None:
    """Note everything wrong with the form of an item."""
    if not sheet.part(value, ("form",), {"type", "properties"}, {"required", "additionalProperties"}):
        return
    if value["type"] != "object" or value.get("additionalProperties", False) is not False:
        sheet.value(("form", "type"), "object，且不许其他字段", "an object without additional properties")
    properties = value["properties"]
    if not isinstance(properties, dict) or not 1 <= len(properties) <= MOST_FIELDS:
        sheet.value(("form", "properties"), f"1至{MOST_FIELDS}个字段", f"1 to {MOST_FIELDS} fields")
        return
    for key, node in properties.items():
        _property(sheet, key, node)
    required = value.get("required", [])
    for n, one in enumerate(required if isinstance(required, list) else [required]):
        if one not in properties:
            sheet.fault(("form", "required", n), "format.item.unknown", name=str(one)[:40])


def _property(sheet: Sheet, key: str, node: Any) -> None:
    path = ("form", "properties", key)
    if not FIELD.fullmatch(key):
        sheet.value(path, "小写字母、数字和下划线", "small letters, digits and underscores")
    kind = node.get("type") if isinstance(node, dict) else None
    if kind not in PROPERTY:
        sheet.value((*path, "type"), "、".join(PROPERTY), "one of " + ", ".join(PROPERTY))
        return
    if not sheet.part(node, path, {"type", "title", "x-en"}, ANY | PROPERTY[kind]):
        return
    if not all(isinstance(node[name], str) and node[name].strip() for name in ("title", "x-en")):
        sheet.value(path, "title和x-en两种名称", "title and x-en")
    if kind == "array":
        if sheet.part(node.get("items"), (*path, "items"), {"type", "enum"}, {"x-enum-en"}):
            _enum(sheet, node["items"], (*path, "items"))
    else:
        _enum(sheet, node, path)
    _limits(sheet, node, path)


def _enum(sheet: Sheet, node: Mapping[str, Any], path: tuple[str | int, ...]) -> None:
    values = node.get("enum")
    if values is None:
        return
    if not isinstance(values, list) or not values or not all(isinstance(one, str) and one for one in values):
        sheet.value((*path, "enum"), "文字的列表", "a list of texts")
    elif len(set(values)) < len(values):
        sheet.fault((*path, "enum"), "rule.item.twice", value="enum")
    elif "x-enum-en" in node and (not isinstance(node["x-enum-en"], list) or len(node["x-enum-en"]) != len(values)):
        sheet.value((*path, "x-enum-en"), "与enum一样多的文字", "as many texts as enum")


def _limits(sheet: Sheet, node: Mapping[str, Any], path: tuple[str | int, ...]) -> None:
    for name, most in (("minLength", 2000), ("maxLength", 2000)):
        if name in node and (type(node[name]) is not int or not 0 <= node[name] <= most):
            sheet.value((*path, name), f"0至{most}的整数", f"a whole number up to {most}")
    for name in ("minimum", "maximum"):
        if name in node and (isinstance(node[name], bool) or not isinstance(node[name], int | float)):
            sheet.value((*path, name), "数字", "a number")
    if "multipleOf" in node and not _power_of_ten(node["multipleOf"]):
        sheet.value((*path, "multipleOf"), "1、0.1、0.01……", "1, 0.1, 0.01 …")
    if node.get("format", "date") != "date":
        sheet.value((*path, "format"), "date", "date")
    if "const" in node and node["const"] is not True:
        sheet.value((*path, "const"), "true", "true")
    if "pattern" in node:
        try:
            re.compile(str(node["pattern"]))
        except re.error:
            sheet.fault((*path, "pattern"), "rule.item.pattern", value=str(node["pattern"])[:60])


def _power_of_ten(value: Any) -> bool:
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return False
    return (
        not isinstance(value, bool)
        and Decimal("0.000001") <= number <= 1
        and number.normalize().as_tuple().digits == (1,)
    )
