"""Reads a message in the regular form: what our builder and most firms emit, and what needs no explaining.

Regular is UTF-8 without DTD, comments, CDATA, instructions; only the root has attributes; elements in order; every
value valid as it stands. A regular message is schema-valid and has no format findings, so neither a tree nor the
schema is needed. Everything else answers None and is read by `parse` the long way, which decides what is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import editions, regular_tail
from pilotzone.exchange.formats.definitions import message_names
from pilotzone.exchange.formats.findings import limit
from pilotzone.exchange.formats.parsed import Document, Parsed
from pilotzone.exchange.formats.regular_patterns import MessagePattern, PartPattern, patterns, values_of
from pilotzone.exchange.formats.rules.clean import Texts, part_is_clean
from pilotzone.exchange.formats.shapes import NAMESPACE, SIGNATURE_NAMESPACE, Message

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ROOT = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?(?: standalone="(?:yes|no)")?\?>[ \t\n]*)?'
    rb'<((?:ceb:)?)(CEB\d{3}Message)((?: [A-Za-z:]{1,12}="[A-Za-z0-9 ._:/#-]{0,64}"){2,6})>'
)
_ATTRIBUTE = re.compile(rb' ([A-Za-z:]{1,12})="([^"]*)"')
_SPACES = {"xmlns:xsi": _XSI, "xmlns:ds": SIGNATURE_NAMESPACE}
# what XML 1.0 forbids (§2.2), in bytes: controls; a carriage return is legal but never regular
_CONTROLS = bytes(set(range(32)) - {9, 10})
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_EMPTY = re.compile(r"<((?:ceb:)?[A-Za-z0-9]+)/>")
_ENTITIES = (("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
# libxml2 counts lines to 65,535 and refuses texts of ten million characters
_MOST_LINES, _MOST_BYTES = 60_000, 9_000_000


class Root(NamedTuple):
    """The root's start tag: where it ends, its line, what it says; `spaces` are further name spaces as written."""

    end: int
    line: int
    prefix: str
    name: str
    guid: str
    version: str
    spaces: str


class Text(NamedTuple):
    """What stands behind the root's start tag, ready to be matched; `canonical`: C14N would not change it."""

    body: str
    canonical: bool
    flat: bool


@dataclass(slots=True)
class Regular:
    """A regular message; `line` is that of the root, `flat` tells that every element stands on it.

    `suspects` are the positions of the documents whose values are not certainly good; not looked at without rules.
    """

    told: Message
    parsed: Parsed
    line: int
    flat: bool
    suspects: set[int]


def read(
    raw: bytes, *, edition: str | None, on: date, rules: bool = True, max_bytes: int | None = None
) -> Regular | None:
    """The message in `raw` without any findings yet, or None where it must be read the long way."""
    if len(raw) > min(_MOST_BYTES, limit("bytes") if max_bytes is None else max_bytes):
        return None
    unchanged = len(raw)
    if len(raw.translate(None, _CONTROLS)) != len(raw):
        # line ends as Windows writes them are read as line feeds (XML 1.0 §2.11); any other control is not regular
        raw = raw.replace(b"\r\n", b"\n")
        if len(raw.translate(None, _CONTROLS)) != len(raw):
            return None
    root = _root(raw)
    text = root and _text(raw, root.end)
    if root is None or text is None:
        return None
    chosen = editions.edition_for(root.name, on, edition)
    canonical = text.canonical and len(raw) == unchanged
    found = _message(root, text, chosen, on if rules else None, canonical=canonical)
    mark = _mark(found.parsed, root.name) if found else ""
    if mark and (other := editions.edition_for(root.name, on, edition, mark)) != chosen:
        found = _message(root, text, other, on if rules else None, canonical=canonical)
    return found


def _root(raw: bytes) -> Root | None:
    start = _ROOT.match(raw)
    if start is None:
        return None
    prefix, name = start[1].decode(), start[2].decode()
    pairs = _ATTRIBUTE.findall(start[3])
    told = {key.decode(): value.decode() for key, value in pairs}
    own = "xmlns:ceb" if prefix else "xmlns"
    if len(told) != len(pairs) or told.pop(own, "") != NAMESPACE or name not in message_names():
        return None
    guid, version = told.pop("guid", ""), told.pop("version", "")
    if len(guid) != 36 or not 1 <= len(version) <= 10:
        return None
    if any(_SPACES.get(key) != value for key, value in told.items()):
        return None
    line = raw.count(b"\n", 0, start.start(2)) + 1
    return Root(start.end(), line, prefix, name, guid, version, " ".join(sorted(told)))


def _text(raw: bytes, begin: int) -> Text | None:
    if b"\xef\xbf" in raw and any(odd in raw for odd in _NO_CHARACTERS):
        return None
    try:
        body = raw[begin:].decode()
    except UnicodeDecodeError:
        return None
    if "<!" in body or "<?" in body or "]]>" in body:
        return None
    canonical = body.count("<") == body.count(">")
    if "/>" in body:
        body, canonical = _EMPTY.sub(r"<\1></\1>", body), False
    if "&" in body:
        if body.count("&") != sum(body.count(entity) for entity, _ in _ENTITIES):
            return None
        canonical = canonical and "&quot;" not in body and "&apos;" not in body
        for entity, character in _ENTITIES:
            body = body.replace(entity, character)
    lines = body.count("\n")
    return None if lines > _MOST_LINES else Text(body, canonical, not lines)


def _message(root: Root, text: Text, edition: str, judged: date | None, *, canonical: bool) -> Regular | None:
    body = text.body
    try:
        look = patterns(root.name, edition, root.prefix, body[:1] in (" ", "\t", "\n"))
    except Refused:  # the edition has no such message
        return None
    told = look.told
    found = _Documents(look, judged)
    at = found.take(body, root.line, flat=text.flat)
    documents = found.documents
    if at < 0 or not told.low <= len(documents) or (told.high is not None and len(documents) > told.high):
        return None
    tail = regular_tail.read(look, body[at:], root.spaces)
    if tail is None:
        return None
    parsed = Parsed(
        name=told.name, edition=edition, guid=root.guid, version=root.version, documents=documents,
        transfer=dict(tail.transfer), subscribes=[dict(one) for one in tail.subscribes], signed=tail.signed,
        canonical=canonical,
    )  # fmt: skip
    return Regular(told, parsed, root.line, text.flat, found.suspects)


class _Documents:
    """Takes the documents of one message; `judged` is the day their values are looked at, None to leave that out."""

    def __init__(self, look: MessagePattern, judged: date | None) -> None:
        self.look = look
        self.documents: list[Document] = []
        self.suspects: set[int] = set()
        self.head_is_clean: Callable[[Texts], bool] = _unasked
        self.line_is_clean: Callable[[Texts], bool] = _unasked
        if judged is not None:
            self.head_is_clean = part_is_clean(look.told, lines=False, on=judged)
            if look.lines is not None:
                self.line_is_clean = part_is_clean(look.told, lines=True, on=judged)

    def take(self, body: str, line: int, *, flat: bool) -> int:
        """Where the documents end; -1 where one has other than the prescribed lines."""
        look, documents, counted = self.look, self.documents, 0
        opening, head, closing, name = look.opening.match, look.head, look.closing.match, look.told.node
        match_head, head_is_clean = head.pattern.match, self.head_is_clean
        low, high = (look.told.lines.low, look.told.lines.high) if look.told.lines else (0, 0)
        at = _end(look.gap.match(body))
        while (found := opening(body, at)) and (found := match_head(body, found.end())):
            if not flat:
                line, counted = line + body.count("\n", counted, at), at
            rows: list[dict[str, str]] = []
            texts, clean = found.groups(), True
            values, place = values_of(head.names, texts), found.end()
            if look.lines is not None:
                place, clean = self._lines(look.lines, body, place, rows)
                if len(rows) < low or (high is not None and len(rows) > high):
                    return -1
            ended = closing(body, place)
            if ended is None:
                return -1
            documents.append(Document(name, len(documents) + 1, line, values, rows))
            if not (clean and head_is_clean(texts)):
                self.suspects.add(len(documents))
            at = ended.end()
        return at

    def _lines(self, part: PartPattern, body: str, place: int, rows: list[dict[str, str]]) -> tuple[int, bool]:
        match, is_clean, clean = part.pattern.match, self.line_is_clean, True
        while found := match(body, place):
            texts = found.groups()
            rows.append(values_of(part.names, texts))
            clean = clean and is_clean(texts)
            place = found.end()
        return place, clean


def _unasked(texts: Texts) -> bool:
    return True


def _end(found: re.Match[str] | None) -> int:
    return found.end() if found else 0


def _mark(parsed: Parsed, name: str) -> str:
    """The business mode of a later edition that a document names, as `parse` finds it."""
    element = editions.marks().get(name)
    if not element:
        return ""
    later = editions.later_marks(name)
    return next((mark for one in parsed.documents if (mark := one.head.get(element, "")) in later), "")
