"""Turns what the compiled schema refuses into findings that name the field, the limit and the place.

The schema alone decides whether a message is refused; this module only explains. Element order is explained from the
definition, because libxml2 says only which element it did not expect.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from pilotzone.exchange.formats.findings import Finding, finding, limit, named
from pilotzone.exchange.formats.places import local, path_of, resolve
from pilotzone.exchange.formats.sequence import explain
from pilotzone.exchange.formats.shapes import NAMESPACE, SIGNATURE_NAMESPACE, Facets, Field, Message, Part

_ATTRIBUTE = re.compile(r"[Aa]ttribute '(?:\{[^}]*\})?([^']+)'")
_DATATYPE = "SCHEMAV_CVC_DATATYPE_VALID_1_2_1"
_KINDS = {"decimal": ("十进制数（如12.50）", "a decimal number such as 12.50"), "int": ("整数", "a whole number")}


@dataclass(frozen=True)
class _Spot:
    told: Message
    element: etree._Element
    line: int

    @property
    def path(self) -> str:
        return path_of(self.element, self.told)


def explain_errors(told: Message, root: etree._Element, log: etree._ListErrorLog) -> list[Finding]:
    """Findings for every error of a failed validation, in document order, at most the display limit and one more."""
    bound = limit("findings")
    found: list[Finding] = []
    seen: set[tuple[str, str]] = set()
    for entry in log:
        for one in _explain(told, root, entry):
            if (one.code, one.path) in seen or (one.code == "format.schema" and any(p == one.path for _, p in seen)):
                continue
            if len(found) == bound:
                return [*found, finding("format.more", path="", limit=bound)]
            seen.add((one.code, one.path))
            found.append(one)
    return found


def _explain(told: Message, root: etree._Element, entry: etree._LogEntry) -> Iterator[Finding]:
    element = resolve(root, entry.path or "")
    if element is None:
        yield finding("format.schema", path="", line=entry.line, source=told.source, detail=entry.message.rstrip("."))
        return
    spot = _Spot(told, element, entry.line)
    kind = entry.type_name
    if "attribute '" in entry.message or "The attribute '" in entry.message:
        yield _attribute(spot, kind, entry.message)
    elif kind == "SCHEMAV_ELEMENT_CONTENT":
        yield from _content(spot, entry.message)
    elif kind == "SCHEMAV_CVC_COMPLEX_TYPE_2_3":
        yield finding("format.text", path=spot.path, line=spot.line, source=told.source, place=local(spot.element))
    else:
        yield _value(spot, kind, entry.message)


def _attribute(spot: _Spot, kind: str, message: str) -> Finding:
    match = _ATTRIBUTE.search(message)
    name = match[1] if match else "?"
    told = next((field for field in spot.told.attributes if field.element == name), None)
    known = told is not None and spot.element.getparent() is None
    if known and told is not None and kind == "SCHEMAV_CVC_COMPLEX_TYPE_4":
        return finding(
            "format.attribute_missing",
            path=f"{spot.path}/@{name}",
            line=spot.line,
            source=spot.told.source,
            words=named(told),
        )
    if known and told is not None and (value := spot.element.get(name)) is not None:
        return measure(told, value, path=f"{spot.path}/@{name}", line=spot.line, source=spot.told.source) or _other(
            spot, message
        )
    return finding(
        "format.attribute",
        path=f"{spot.path}/@{name}",
        line=spot.line,
        source=spot.told.source,
        place=local(spot.element),
        element=name,
    )


def _content(spot: _Spot, message: str) -> Iterator[Finding]:
    """The parent whose children do not follow the definition; for foreign parents only what libxml2 said."""
    parent = spot.element if "Missing child" in message else spot.element.getparent()
    if parent is None or (parent.tag or "").startswith(f"{{{SIGNATURE_NAMESPACE}}}"):
        yield _other(spot, message)
        return
    told = list(explain(spot.told, parent))
    yield from told or [_other(spot, message)]


def _value(spot: _Spot, kind: str, message: str) -> Finding:
    if spot.element.tag.startswith(f"{{{SIGNATURE_NAMESPACE}}}"):
        if kind == _DATATYPE:
            return finding("format.base64", path=spot.path, line=spot.line, element=local(spot.element))
        return _other(spot, message)
    part, field = field_of(spot.told, spot.element)
    if field is None or part is None:
        return _other(spot, message)
    source = f"{spot.told.source} {part.name}.{field.element}"
    if len(spot.element):
        return finding("format.nested", path=spot.path, line=spot.line, source=source, words=named(field))
    return measure(field, spot.element.text or "", path=spot.path, line=spot.line, source=source) or _other(
        spot, message
    )


def _other(spot: _Spot, message: str) -> Finding:
    detail = message.replace(f"{{{NAMESPACE}}}", "").replace(f"{{{SIGNATURE_NAMESPACE}}}", "ds:").rstrip(".")
    return finding("format.schema", path=spot.path, line=spot.line, source=spot.told.source, detail=detail)


def field_of(told: Message, element: etree._Element) -> tuple[Part | None, Field | None]:
    """The part and field an element of the tree stands for, or Nones."""
    parent = element.getparent()
    if parent is None:
        return None, None
    name = local(parent)
    part = next((part for part in told.parts if part.name == name), None) or told.blocks.get(name)
    return part, part.by_name.get(local(element)) if part else None


def measure(field: Field, value: str, *, path: str, line: int, source: str) -> Finding | None:
    """What is wrong with a value by the facets of its field, or None. Judges like XML Schema; used by builder and Excel too."""
    facets = field.facets
    if value == "" and (facets.fixed is not None or facets.default is not None):
        return None
    if facets.collapse or facets.base != "string":
        value = " ".join(value.split())
    problem = _length(facets, value) if facets.base == "string" else _number(facets, value)
    if problem:
        code, told = problem
        return finding(code, path=path, line=line, source=source, words=named(field) | told)
    if facets.fixed is not None and value != facets.fixed:
        words = named(field) | {"limit": facets.fixed, "value": value}
        return finding("format.fixed", path=path, line=line, source=source, words=words)
    return None


def _length(facets: Facets, value: str) -> tuple[str, dict[str, object]] | None:
    size = len(value)
    if facets.high is not None and facets.low == facets.high and size != facets.low:
        return "format.length", {"limit": facets.low, "actual": size}
    if facets.high is not None and size > facets.high:
        return "format.too_long", {"limit": facets.high, "actual": size}
    if size < facets.low:
        return "format.too_short", {"limit": facets.low, "actual": size}
    return None


_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_INT = re.compile(r"[+-]?[0-9]+")
_INT_BOUND = 2**31


def _number(facets: Facets, value: str) -> tuple[str, dict[str, object]] | None:
    pattern = _DECIMAL if facets.base == "decimal" else _INT
    zh, en = _KINDS[facets.base]
    if not pattern.fullmatch(value):
        return "format.number", {"limit_zh": zh, "limit_en": en, "value": value}
    if facets.base == "int" and (len(value) > 40 or not -_INT_BOUND <= int(value) < _INT_BOUND):
        return "format.number", {"limit_zh": zh, "limit_en": en, "value": value}
    whole, _, fraction = value.lstrip("+-").partition(".")
    whole, fraction = whole.lstrip("0"), fraction.rstrip("0")
    if facets.fraction is not None and len(fraction) > facets.fraction:
        return "format.fraction", {"limit": facets.fraction, "value": value}
    if facets.digits is not None and len(whole) + len(fraction) > facets.digits:
        return "format.digits", {"limit": facets.digits, "value": value}
    return None
