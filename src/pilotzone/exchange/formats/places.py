"""Element paths: how a finding says where, and the way back from the path libxml2 reports to the element."""

from __future__ import annotations

import re
from itertools import islice

from lxml import etree

from pilotzone.exchange.formats.shapes import Message

_STEP = re.compile(r"(?:\w[\w.-]*:)?([\w.*-]+)(?:\[(\d+)\])?")


def local(element: etree._Element) -> str:
    """The name without its namespace."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def line_of(element: etree._Element | None) -> int:
    """The line the element begins on, 0 when unknown."""
    line = None if element is None else element.sourceline
    return line if isinstance(line, int) else 0


def path_of(element: etree._Element, told: Message | None) -> str:
    """/CEB311Message/Order[1]/OrderHead/orderNo: positions where an element may repeat or does."""
    steps: list[str] = []
    while (parent := element.getparent()) is not None:
        steps.append(_step(element, parent, told))
        element = parent
    steps.append(local(element))
    return "/" + "/".join(reversed(steps))


def _step(element: etree._Element, parent: etree._Element, told: Message | None) -> str:
    name = local(element)
    before = sum(1 for twin in element.itersiblings(element.tag, preceding=True))
    if before or _repeats(name, parent, told):
        return f"{name}[{before + 1}]"
    return name


def _repeats(name: str, parent: etree._Element, told: Message | None) -> bool:
    if told is None:
        return False
    if parent.getparent() is None:
        return name == told.node or name == "BaseSubscribe"
    return told.lines is not None and name == told.lines.name


def resolve(root: etree._Element, path: str) -> etree._Element | None:
    """The element libxml2 means by `path` (prefixes of the document, or * for a default namespace)."""
    steps = path.strip("/").split("/")[1:]
    element = root
    for step in steps:
        found = _STEP.fullmatch(step)
        if not found:
            return None
        name, position = found[1], int(found[2] or 1)
        children = element.iterchildren() if name == "*" else element.iterchildren(f"{{*}}{name}")
        child = next(islice(children, position - 1, None), None)
        if child is None:
            return None
        element = child
    return element
