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
    return [(trouble.document, _finding(told, root, nodes, trouble)) for trouble in listed]


def _finding(told: Message, root: etree._Element, nodes: list[etree._Element], trouble: Trouble) -> Finding:
    path = f"/{told.name}"
    element: etree._Element | None = root
    if trouble.document:
        node = nodes[trouble.document - 1]
        path, element = _inside(told, f"{path}/{told.node}[{trouble.document}]", node, trouble)
    elif trouble.element == "Signature":
        path, element = f"{path}/Signature", root.find(f"{{{SIGNATURE_NAMESPACE}}}Signature")
    words = dict(trouble.words)
    part = told.lines if trouble.line else told.head
    field = part.by_name.get(trouble.element) if part else None
    if field is not None:
        words |= named(field)
    return finding(trouble.code, path=path, line=line_of(element) or line_of(root), words=words, source=trouble.source)


def _inside(told: Message, path: str, node: etree._Element, trouble: Trouble) -> tuple[str, etree._Element]:
    part = node
    if trouble.line and told.lines:
        path, part = f"{path}/{told.lines.name}[{trouble.line}]", _nth(node, told.lines.name, trouble.line)
    elif not told.flat and trouble.element:
        path, part = f"{path}/{told.head.name}", _nth(node, told.head.name, 1)
    if not trouble.element:
        return path, part
    found = part.find(f"{{{NAMESPACE}}}{trouble.element}")
    return f"{path}/{trouble.element}", part if found is None else found


def _nth(node: etree._Element, name: str, number: int) -> etree._Element:
    found = node.findall(f"{{{NAMESPACE}}}{name}")
    return found[number - 1] if len(found) >= number else node
