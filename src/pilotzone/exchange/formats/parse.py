"""Bytes to documents and findings: the regular form at once, all else by one parse, one schema validation, one walk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from lxml import etree

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import editions, partly, reading, regular, subscribe, tolerance, xsd
from pilotzone.exchange.formats.definitions import edition_title, message, message_names
from pilotzone.exchange.formats.findings import Finding, finding
from pilotzone.exchange.formats.locate import located, located_on
from pilotzone.exchange.formats.parsed import Document, Parsed
from pilotzone.exchange.formats.places import line_of
from pilotzone.exchange.formats.regular import Regular
from pilotzone.exchange.formats.rules.judge import judge, judge_regular
from pilotzone.exchange.formats.schema_findings import explain_errors
from pilotzone.exchange.formats.shapes import NAMESPACE, SIGNATURE_NAMESPACE, Message, Part

_SIGNATURE = f"{{{SIGNATURE_NAMESPACE}}}Signature"


@dataclass(frozen=True)
class _Reader:
    """How one part is read: tag → name, values for empty elements, names of numbers."""

    names: dict[str, str]
    empties: dict[str, str]
    numbers: tuple[str, ...]


def parse(
    raw: bytes, *, edition: str | None = None, on: date, rules: bool = True, max_bytes: int | None = None
) -> Parsed:
    """Parse and judge one message; never raises on its content.

    `edition` overrides the choice by day `on` and business mode. `rules=False` leaves out code lists and business rules
    and keeps the format findings. Raises Refused only for an `edition` that does not exist.
    """
    if edition:
        edition_title(edition)
    parsed = _parsed(raw, edition, on, rules, max_bytes)
    if rules and parsed.subscribes:
        refused = {one.path for one in parsed.findings}
        judged = subscribe.judged(parsed.name, parsed.subscribes, raw)
        parsed.warnings += [one for one in judged if one.path not in refused]
    return parsed


def _parsed(raw: bytes, edition: str | None, on: date, rules: bool, max_bytes: int | None) -> Parsed:
    found = regular.read_natively(raw, edition=edition, on=on, rules=rules, max_bytes=max_bytes)
    if found is None:
        # a document the compiled part does not know spoils the others for it, not for partly
        several = _partly(raw, edition, on, rules, max_bytes)
        if several is not None:
            return several
        found = regular.read_purely(raw, edition=edition, on=on, rules=rules, max_bytes=max_bytes)
    if found is None:
        return explained(raw, edition=edition, on=on, rules=rules, max_bytes=max_bytes)
    if rules:
        _judge_regular(found, raw, on)
    return found.parsed


def _partly(raw: bytes, edition: str | None, on: date, rules: bool, max_bytes: int | None) -> Parsed | None:
    """The odd documents of the message the long way, the others at once; None where that might tell another thing."""

    def alone(few: bytes) -> Parsed:
        return explained(few, edition=edition, on=on, rules=False, max_bytes=max_bytes)

    found = partly.read(raw, edition=edition, on=on, rules=rules, max_bytes=max_bytes, explain=alone)
    if found is None:
        return None
    told, parsed = found.told, found.parsed
    if rules:
        troubles = judge_regular(told, parsed.documents, found.suspects, on=on, signed=parsed.signed)
        _add(parsed, _unrefused(parsed, located_on(told, found.line, troubles)))
    return parsed


def _unrefused(parsed: Parsed, pairs: list[tuple[int, Finding]]) -> list[tuple[int, Finding]]:
    """Without those on values the schema refuses already: a value is not judged a second time."""
    refused = {one.path for one in parsed.findings}
    return [pair for pair in pairs if pair[1].path not in refused]


def explained(raw: bytes, *, edition: str | None, on: date, rules: bool, max_bytes: int | None) -> Parsed:
    """What `parse` answers, always by the tree and the schema: they say what is wrong and where."""
    root, problems = reading.tree(raw, max_bytes=max_bytes)
    if root is None:
        return Parsed(findings=problems)
    name = _name(root)
    problem = _foreign(root, name)
    if problem:
        return Parsed(findings=[problem])
    chosen = editions.edition_for(name, on, edition, _mark(root, name))
    try:
        told = message(name, chosen)
    except Refused:
        zh, en, source = edition_title(chosen)
        return Parsed(
            name=name,
            edition=chosen,
            findings=[
                finding(
                    "format.not_in_edition",
                    path=f"/{name}",
                    line=line_of(root),
                    actual=name,
                    edition_zh=zh,
                    edition_en=en,
                    source=source,
                )
            ],
        )
    return _read(told, root, on, rules)


def _judge_regular(found: Regular, raw: bytes, on: date) -> None:
    """Add what the rules find; only troubles in a message of several lines need its tree, to tell the line."""
    told, parsed = found.told, found.parsed
    troubles = list(judge_regular(told, parsed.documents, found.suspects, on=on, signed=parsed.signed))
    if not troubles:
        return
    root = None if found.flat else reading.tree(raw)[0]
    _add(parsed, located_on(told, found.line, troubles) if root is None else located(told, root, troubles))


def _read(told: Message, root: etree._Element, on: date, rules: bool) -> Parsed:
    schema = xsd.compiled(told.name, told.edition)
    valid = schema.validate(root)
    parsed = _walk(told, root, valid=valid)
    if not valid and not _tolerated(told, root, schema):
        _add(parsed, explain_errors(told, root, schema.error_log))
    if rules:
        troubles = judge(told, parsed.documents, on=on, signed=parsed.signed)
        _add(parsed, _unrefused(parsed, located(told, root, troubles)))
    return parsed


def _tolerated(told: Message, root: etree._Element, schema: etree.XMLSchema) -> bool:
    """Whether the reader's tolerances of spec §2.3 make it valid; the tree was already walked."""
    if not tolerance.applies(told):
        return False
    tolerance.mend(told, root)
    return bool(schema.validate(root))


def _walk(told: Message, root: etree._Element, *, valid: bool) -> Parsed:
    parsed = Parsed(name=told.name, edition=told.edition, guid=root.get("guid", ""), version=root.get("version", ""))
    node = f"{{{NAMESPACE}}}{told.node}"
    transfer, subscribe = f"{{{NAMESPACE}}}BaseTransfer", f"{{{NAMESPACE}}}BaseSubscribe"
    for child in root:
        tag = child.tag
        if tag == node:
            parsed.documents.append(_document(told, child, len(parsed.documents) + 1, valid))
        elif tag == transfer:
            parsed.transfer = _values(child, _block_reader(told.name, told.edition, "BaseTransfer"), valid)
        elif tag == subscribe:
            parsed.subscribes.append(_values(child, _block_reader(told.name, told.edition, "BaseSubscribe"), valid))
        elif tag == _SIGNATURE:
            parsed.signed = True
    return parsed


def _document(told: Message, node: etree._Element, position: int, valid: bool) -> Document:
    head_reader, line_reader = _readers(told.name, told.edition)
    line = line_of(node)
    if told.flat:
        return Document(told.node, position, line, _values(node, head_reader, valid), [])
    head: dict[str, str] = {}
    lines: list[dict[str, str]] = []
    head_tag = f"{{{NAMESPACE}}}{told.head.name}"
    for child in node:
        if child.tag == head_tag:
            head = _values(child, head_reader, valid)
        elif line_reader is not None:
            lines.append(_values(child, line_reader, valid))
    return Document(told.node, position, line, head, lines)


def _values(part: etree._Element, reader: _Reader, valid: bool) -> dict[str, str]:
    names = reader.names
    values: dict[str, str]
    if valid and len(part) == len(names):
        # a valid part with as many children as fields has every field in its place: no need to ask for the tags
        values = {name: child.text or "" for name, child in zip(names.values(), part, strict=True)}
    else:
        values = {names.get(child.tag) or _bare(child.tag): child.text or "" for child in part}
    for name, value in reader.empties.items():
        if values.get(name) == "":
            values[name] = value
    for name in reader.numbers:
        text = values.get(name)
        if text and (text[0] <= " " or text[-1] <= " "):
            values[name] = text.strip(" \t\r\n")
    return values


def _bare(tag: str) -> str:
    return tag.rpartition("}")[2]


@cache
def _readers(name: str, edition: str) -> tuple[_Reader, _Reader | None]:
    told = message(name, edition)
    return _reader(told.head), _reader(told.lines) if told.lines else None


@cache
def _block_reader(name: str, edition: str, block: str) -> _Reader:
    return _reader(message(name, edition).blocks[block])


def _reader(part: Part) -> _Reader:
    empties = {
        field.element: value
        for field in part.fields
        if (value := field.facets.fixed if field.facets.fixed is not None else field.facets.default) is not None
    }
    return _Reader(
        names={f"{{{NAMESPACE}}}{field.element}": field.element for field in part.fields},
        empties=empties,
        numbers=tuple(field.element for field in part.fields if field.facets.base in ("decimal", "int")),
    )


def _name(root: etree._Element) -> str:
    return str(root.tag).rpartition("}")[2]


def _foreign(root: etree._Element, name: str) -> Finding | None:
    space = etree.QName(root).namespace or ""
    path, line = f"/{name}", line_of(root)
    if name not in message_names():
        return finding("format.unknown_message", path=path, line=line, actual=name)
    if space != NAMESPACE:
        return finding("format.namespace", path=path, line=line, actual=space, limit=NAMESPACE)
    return None


def _mark(root: etree._Element, name: str) -> str:
    """The value that names the business mode; a message with one later-mode document is judged by the later edition."""
    element = editions.marks().get(name)
    if not element:
        return ""
    found = [text or "" for text in (child.text for child in root.iter(f"{{{NAMESPACE}}}{element}"))]
    return next((value for value in found if value in editions.later_marks(name)), "")


def _add(parsed: Parsed, found: list[tuple[int, Finding]] | list[Finding]) -> None:
    for entry in found:
        position, one = entry if isinstance(entry, tuple) else (_position(parsed, entry), entry)
        parsed.findings.append(one)
        if 0 < position <= len(parsed.documents):
            parsed.documents[position - 1].findings.append(one)


def _position(parsed: Parsed, one: Finding) -> int:
    """The document a path lies in: /CEB311Message/Order[3]/… → 3; 0 outside documents and for too many of them."""
    if one.code == "format.too_many_documents":
        return 0  # the message is at fault, not the last document of it
    steps = one.path.split("/", 3)
    if len(steps) < 3 or not parsed.documents:
        return 0
    name, _, number = steps[2].partition("[")
    return int(number.rstrip("]") or 0) if name == parsed.documents[0].name else 0
