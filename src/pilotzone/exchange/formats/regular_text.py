"""Takes the documents of a regular message apart with regular expressions: the way that works everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from pilotzone.exchange.formats.parsed import Document
from pilotzone.exchange.formats.regular_patterns import MessagePattern, PartPattern, patterns, values_of
from pilotzone.exchange.formats.rules.clean import Texts, part_is_clean
from pilotzone.exchange.formats.shapes import Message

# what XML 1.0 forbids (§2.2), in bytes: controls; a carriage return is legal but never regular
_CONTROLS = bytes(set(range(32)) - {9, 10})
_NO_CHARACTERS = (b"\xef\xbf\xbe", b"\xef\xbf\xbf")
_EMPTY = re.compile(r"<((?:ceb:)?[A-Za-z0-9]+)/>")
_ENTITIES = (("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
# libxml2 counts lines to 65,535
MOST_LINES = 60_000


class Text(NamedTuple):
    """What stands behind the root's start tag, ready to be matched; `canonical`: C14N would not change it."""

    body: str
    canonical: bool
    breaks: int


@dataclass(slots=True)
class Taken:
    """The documents and the bytes behind them.

    A document's `line` counts from the root's. `breaks` are the line feeds between the root's start tag and the tail.
    `suspects` are the positions of documents whose values are not certainly good.
    """

    documents: list[Document]
    suspects: set[int]
    tail: bytes
    breaks: int
    canonical: bool


def unfolded(raw: bytes) -> bytes | None:
    """`raw` with line ends as XML reads them (§2.11); None where it has other controls than line feed and tab."""
    if len(raw.translate(None, _CONTROLS)) == len(raw):
        return raw
    raw = raw.replace(b"\r\n", b"\n")
    return raw if len(raw.translate(None, _CONTROLS)) == len(raw) else None


def take(body: bytes, begin: int, prefix: str, told: Message, judged: date | None) -> Taken | None:
    """The documents of `body` (see `unfolded`) from `begin` on, or None where they are not regular."""
    # what follows the documents is an element of the envelope, or the end of the root
    last = f"<{prefix}BaseTransfer>" if told.envelope else f"</{prefix}{told.name}>"
    end = body.find(last.encode(), begin)
    text = text_of(body[begin:end]) if end > 0 else None
    if text is None:
        return None
    look = patterns(told.name, told.edition, prefix, text.breaks > 0 or text.body[:1] in (" ", "\t"))
    found = _Documents(look, judged)
    if found.take(text.body, flat=not text.breaks) != len(text.body):
        return None
    return Taken(found.documents, found.suspects, body[end:], text.breaks, text.canonical)


def text_of(raw: bytes) -> Text | None:
    """Bytes without controls as text with nothing to unescape, or None."""
    if b"\xef\xbf" in raw and any(odd in raw for odd in _NO_CHARACTERS):
        return None
    try:
        body = raw.decode()
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
    return Text(body, canonical, body.count("\n"))


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

    def take(self, body: str, *, flat: bool) -> int:
        """Where the documents end; -1 where one has other than the prescribed lines."""
        look, documents, line, counted = self.look, self.documents, 0, 0
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
