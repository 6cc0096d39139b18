"""Documents to the bytes of a message; what cannot be legal is refused here, before it is signed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from xml.sax.saxutils import escape

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.findings import Finding, finding, named
from pilotzone.exchange.formats.schema_findings import measure
from pilotzone.exchange.formats.shapes import NAMESPACE, Field, Message, Part

Values = Mapping[str, str | None]

# XML 1.0 §2.2: everything below blank but tab and line ends, the surrogates and two non-characters
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ATTRIBUTE = {'"': "&quot;", "\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}
# a bare carriage return would be read back as a line feed
_TEXT = {"\r": "&#13;"}
_SPECIAL = re.compile("[&<>\r]")


def build(
    name: str,
    documents: Sequence[tuple[Values, Sequence[Values]]],
    *,
    edition: str,
    guid: str,
    version: str = "1.0",
    transfer: Values | None = None,
    subscribes: Sequence[Values] = (),
    default_namespace: bool = False,
) -> bytes:
    """The unsigned message as UTF-8 bytes, elements in the order of the schema, no white space between them.

    `documents` are (head, lines) by element name; a key with None or an absent key writes no element, an empty text an
    empty one. `transfer` is compulsory for messages an enterprise sends. The signature is added by `exchange.signing`.
    Raises Refused with the code of the first thing the edition's schema would refuse (format.…), `fields` naming each.
    """
    told = message(name, edition)
    problems = [
        *_envelope_problems(told, guid, version, transfer, subscribes, len(documents)),
        *(problem for number, one in enumerate(documents, start=1) for problem in problems_in(told, number, one)),
    ]
    if problems:
        raise _refused(problems)
    prefix = "" if default_namespace else "ceb:"
    root = f"{prefix}{told.name}"
    spaces = f'xmlns="{NAMESPACE}"' if default_namespace else f'xmlns:ceb="{NAMESPACE}"'
    body = [_document(told, prefix, head, lines) for head, lines in documents]
    if transfer is not None:
        body.append(_part(told.blocks["BaseTransfer"], prefix, transfer))
    body.extend(_part(told.blocks["BaseSubscribe"], prefix, subscribe) for subscribe in subscribes)
    attributes = f'guid="{escape(guid, _ATTRIBUTE)}" version="{escape(version, _ATTRIBUTE)}"'
    text = f'<?xml version="1.0" encoding="UTF-8"?>\n<{root} {spaces} {attributes}>{"".join(body)}</{root}>'
    return text.encode()


def _document(told: Message, prefix: str, head: Values, lines: Sequence[Values]) -> str:
    if told.flat:
        return _part(told.head, prefix, head)
    inside = _part(told.head, prefix, head)
    if told.lines:
        inside += "".join(_part(told.lines, prefix, line) for line in lines)
    return f"<{prefix}{told.node}>{inside}</{prefix}{told.node}>"


def _part(part: Part, prefix: str, values: Values) -> str:
    tags = _kept(part).tags(prefix)
    texts = [values.get(name) for name, _, _ in tags]
    # hardly a value holds a character to escape: all are asked at once
    plain = _SPECIAL.search("".join([text for text in texts if text])) is None
    inside = [
        f"{before}{text if plain else _escaped(text)}{behind}"
        for text, (_, before, behind) in zip(texts, tags, strict=True) if text is not None
    ]  # fmt: skip
    return f"<{prefix}{part.name}>{''.join(inside)}</{prefix}{part.name}>"


def _escaped(text: str) -> str:
    """Most values hold nothing to escape; one look is cheaper than four replacements."""
    return escape(text, _TEXT) if _SPECIAL.search(text) else text


class _Kept:
    """What is remembered of a part: its tags by prefix, and of each field some values that were found good."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.good: list[tuple[Field, set[str]]] = [(field, set()) for field in part.fields]
        self._tags: dict[str, list[tuple[str, str, str]]] = {}

    def tags(self, prefix: str) -> list[tuple[str, str, str]]:
        """(element, its start tag, its end tag) in the order of the schema."""
        found = self._tags.get(prefix)
        if found is None:
            names = [field.element for field in self.part.fields]
            found = self._tags[prefix] = [(name, f"<{prefix}{name}>", f"</{prefix}{name}>") for name in names]
        return found


_MOST_GOOD = 256
_parts: dict[int, _Kept] = {}


def _kept(part: Part) -> _Kept:
    found = _parts.get(id(part))  # to hash a part is to hash all its fields
    if found is None or found.part is not part:
        found = _parts[id(part)] = _Kept(part)
    return found


def _sound(part: Part, values: Values) -> bool:
    """Whether the schema would certainly refuse nothing: the same values come again and again."""
    texts = [text for text in values.values() if text is not None]
    if _ILLEGAL.search("".join(texts)):
        return False
    seen = 0
    for field, good in _kept(part).good:
        text = values.get(field.element)
        if text is None:
            if field.required:
                return False
            continue
        seen += 1
        if text not in good:
            if measure(field, text, path="", line=0, source="") is not None:
                return False
            if len(good) < _MOST_GOOD:
                good.add(text)
    return seen == len(texts)  # no other names


def problems_of(part: Part, values: Values, *, path: str, source: str, line: int = 0) -> Iterable[Finding]:
    """What the schema would refuse in one part: unknown, missing and ill-measured values."""
    if _sound(part, values):
        return
    for name in values:
        if name not in part.by_name and values[name] is not None:
            yield finding(
                "format.unexpected", path=f"{path}/{name}", line=line, source=source, place=part.name, element=name
            )
    for field in part.fields:
        text = values.get(field.element)
        if text is None:
            if not field.required:
                continue
        elif not _ILLEGAL.search(text) and measure(field, text, path="", line=line, source="") is None:
            continue
        here, where = f"{path}/{field.element}", f"{source} {part.name}.{field.element}"
        if text is None:
            yield finding("format.missing", path=here, line=line, source=where, words=named(field))
        elif _ILLEGAL.search(text):
            yield finding("format.character", path=here, line=line)
        elif problem := measure(field, text, path=here, line=line, source=where):
            yield problem


def problems_in(told: Message, number: int, document: tuple[Values, Sequence[Values]]) -> Iterable[Finding]:
    """Everything the edition's definition refuses of one document: head, number of lines, each line. `number`: its place, from 1."""
    head, lines = document
    node = f"/{told.name}/{told.node}[{number}]"
    place = node if told.flat else f"{node}/{told.head.name}"
    yield from problems_of(told.head, head, path=place, source=told.source)
    part = told.lines
    low, high = (part.low, part.high) if part else (0, 0)
    if len(lines) < low and part:
        words = {"field_zh": f"表体（{part.name}）", "field_en": f"line ({part.name})"}
        yield finding("format.missing", path=f"{node}/{part.name}", source=told.source, words=words)
    if high is not None and len(lines) > high:
        yield finding("format.too_many_lines", path=node, source=told.source, limit=high, actual=len(lines))
    elif part:
        for position, line in enumerate(lines, start=1):
            yield from problems_of(part, line, path=f"{node}/{part.name}[{position}]", source=told.source)


def _envelope_problems(
    told: Message, guid: str, version: str, transfer: Values | None, subscribes: Sequence[Values], documents: int
) -> Iterable[Finding]:
    root = f"/{told.name}"
    for field, value in zip(told.attributes, (guid, version), strict=True):
        problem = measure(field, value, path=f"{root}/@{field.element}", line=0, source=told.source)
        if problem:
            yield problem
    if told.high is not None and documents > told.high:
        words = {"limit": told.high, "actual": documents}
        yield finding("format.too_many_documents", path=root, source=told.source, words=words)
    if documents < told.low:
        missing = {"field_zh": f"单证（{told.node}）", "field_en": f"document ({told.node})"}
        yield finding("format.missing", path=f"{root}/{told.node}", source=told.source, words=missing)
    allowed = {slot.name: slot for slot in told.envelope}
    blocks = [("BaseTransfer", [transfer] if transfer is not None else []), ("BaseSubscribe", list(subscribes))]
    for name, given in blocks:
        yield from _block_problems(told, root, name, given, allowed[name].high if name in allowed else 0)
    if "BaseTransfer" in allowed and transfer is None:
        missing = {"field_zh": "传输实体（BaseTransfer）", "field_en": "transfer block (BaseTransfer)"}
        yield finding("format.missing", path=f"{root}/BaseTransfer", source=told.source, words=missing)


def _block_problems(
    told: Message, root: str, name: str, given: Sequence[Values], high: int | None
) -> Iterable[Finding]:
    if high is not None and len(given) > high:
        if high == 0:
            yield finding("format.unexpected", path=f"{root}/{name}", source=told.source, place=told.name, element=name)
            return
        words = {"field_zh": name, "field_en": name, "limit": high, "actual": len(given)}
        yield finding("format.repeated", path=f"{root}/{name}", source=told.source, words=words)
    for number, values in enumerate(given, start=1):
        path = f"{root}/{name}" if name == "BaseTransfer" else f"{root}/{name}[{number}]"
        yield from problems_of(told.blocks[name], values, path=path, source=told.source)


def _refused(problems: Sequence[Finding]) -> Refused:
    first = problems[0]
    return Refused(
        code=first.code,
        zh=first.zh,
        en=first.en,
        source=first.source,
        fields={problem.path: problem.en for problem in problems[:50]},
    )
