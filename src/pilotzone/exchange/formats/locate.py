"""Gives the troubles the rules found their element path and line, by going back into the tree."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from pilotzone.exchange.formats.findings import Finding, finding, named
from pilotzone.exchange.formats.places import line_of
from pilotzone.exchange.formats.rules.trouble import Trouble
from pilotzone.exchange.formats.shapes import NAMESPACE, SIGNATURE_NAMESPACE, Message


def located(told: Message, root: etree._Element, troubles: Iterable[Trouble]) -> list[tuple[int, Finding]]:
    """(document position, finding) for every trouble; position 0 for the message itself."""
    listed = list(troubles)
    nodes = root.findall(f"{{{NAMESPACE}}}{told.node}") if listed else []
    return [(one.document, _finding(told, one, _line(told, root, nodes, one))) for one in listed]


def located_on(told: Message, line: int, troubles: Iterable[Trouble]) -> list[tuple[int, Finding]]:
    """The same for a message that stands on one line."""
    return [(one.document, _finding(told, one, line)) for one in troubles]


def _finding(told: Message, trouble: Trouble, line: int) -> Finding:
    words = dict(trouble.words)
    part = told.lines if trouble.line else told.head
    field = part.by_name.get(trouble.element) if part else None
    if field is not None:
        words |= named(field)
    return finding(trouble.code, path=_path(told, trouble), line=line, words=words, source=trouble.source)


def _path(told: Message, trouble: Trouble) -> str:
    path = f"/{told.name}"
    if not trouble.document:
        return f"{path}/Signature" if trouble.element == "Signature" else path
    path += f"/{told.node}[{trouble.document}]"
    if trouble.line and told.lines:
        path += f"/{told.lines.name}[{trouble.line}]"
    elif not told.flat and trouble.element:
        path += f"/{told.head.name}"
    return f"{path}/{trouble.element}" if trouble.element else path


def _line(told: Message, root: etree._Element, nodes: list[etree._Element], trouble: Trouble) -> int:
    element: etree._Element | None = root
    if trouble.document:
        element = _inside(told, nodes[trouble.document - 1], trouble)
    elif trouble.element == "Signature":
        element = root.find(f"{{{SIGNATURE_NAMESPACE}}}Signature")
    return line_of(element) or line_of(root)


def _inside(told: Message, node: etree._Element, trouble: Trouble) -> etree._Element:
    part = node
    if trouble.line and told.lines:
        part = _nth(node, told.lines.name, trouble.line)
    elif not told.flat and trouble.element:
        part = _nth(node, told.head.name, 1)
    found = part.find(f"{{{NAMESPACE}}}{trouble.element}") if trouble.element else None
    return part if found is None else found


def _nth(node: etree._Element, name: str, number: int) -> etree._Element:
    found = node.findall(f"{{{NAMESPACE}}}{name}")
    return found[number - 1] if len(found) >= number else node
