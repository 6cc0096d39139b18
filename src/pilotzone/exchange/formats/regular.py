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
from pilotzone.exchange.formats import editions, regular_native, regular_tail, regular_text
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.findings import limit
from pilotzone.exchange.formats.parsed import Parsed
from pilotzone.exchange.formats.regular_text import MOST_LINES, Taken
from pilotzone.exchange.formats.shapes import NAMESPACE, SIGNATURE_NAMESPACE, Message

_XSI = "http://www.w3.org/2001/XMLSchema-instance"
_ROOT = re.compile(
    rb'(?:\xef\xbb\xbf)?(?:<\?xml version="1\.0"(?: encoding="(?:UTF-8|utf-8)")?(?: standalone="(?:yes|no)")?\?>[ \t\n]*)?'
    rb'<((?:ceb:)?)(CEB\d{3}Message)((?: [A-Za-z:]{1,12}="[A-Za-z0-9 ._:/#-]{0,64}"){2,6})>'
)
# the same with its attributes in canonical order, as signers write them
_CANONICAL_ROOT = re.compile(
    rb'(?:<\?xml version="1\.0" encoding="UTF-8"\?>\n?)?'
    rb'<ceb:(CEB\d{3}Message) xmlns:ceb="http://www\.chinaport\.gov\.cn/ceb"'
    rb' guid="([A-Za-z0-9 ._:/#-]{36})" version="([A-Za-z0-9 ._:/#-]{1,10})">'
)
_ATTRIBUTE = re.compile(rb' ([A-Za-z:]{1,12})="([^"]*)"')
_SPACES = {"xmlns:xsi": _XSI, "xmlns:ds": SIGNATURE_NAMESPACE}
# libxml2 refuses texts of ten million characters
_MOST_BYTES = 9_000_000
_LINE_FEED = ord("\n")


class Root(NamedTuple):
    """The root's start tag: where it ends, its line, what it says; `spaces` names what else it declares."""

    end: int
    line: int
    prefix: str
    name: str
    guid: str
    version: str
    spaces: str


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
    found = read_natively(raw, edition=edition, on=on, rules=rules, max_bytes=max_bytes)
    return found or read_purely(raw, edition=edition, on=on, rules=rules, max_bytes=max_bytes)


def read_natively(raw: bytes, *, edition: str | None, on: date, rules: bool, max_bytes: int | None) -> Regular | None:
    """`read` by the compiled part alone: None too where it is missing or does not know a form."""
    if not regular_native.AVAILABLE or not fits(raw, max_bytes):
        return None
    return _read(raw, edition, on, rules=rules, native=True)


def read_purely(raw: bytes, *, edition: str | None, on: date, rules: bool, max_bytes: int | None) -> Regular | None:
    """`read` by regular expressions alone."""
    return _read(raw, edition, on, rules=rules, native=False) if fits(raw, max_bytes) else None


def fits(raw: bytes, max_bytes: int | None) -> bool:
    """Whether a message is small enough to be read here."""
    return len(raw) <= min(_MOST_BYTES, limit("bytes") if max_bytes is None else max_bytes)


def _read(raw: bytes, edition: str | None, on: date, *, rules: bool, native: bool) -> Regular | None:
    body = None if native else regular_text.unfolded(raw)
    root = root_of(raw if native else body or b"")
    if root is None:
        return None
    judged = on if rules else None

    def take(told: Message) -> Taken | None:
        if native:
            return regular_native.take(raw, root.end, root.prefix, told, judged)
        return regular_text.take(body or b"", root.end, root.prefix, told, judged)

    try:
        chosen = editions.edition_for(root.name, on, edition)
    except Refused:  # no message of ours
        return None
    found = _message(root, chosen, take)
    mark = mark_of(found.parsed, root.name) if found else ""
    if mark and (other := editions.edition_for(root.name, on, edition, mark)) != chosen:
        found = _message(root, other, take)
    if found and not native and len(body or b"") != len(raw):
        found.parsed.canonical = False
    return found


def _message(root: Root, edition: str, take: Callable[[Message], Taken | None]) -> Regular | None:
    try:
        told = message(root.name, edition)
    except Refused:  # the edition has no such message
        return None
    taken = take(told)
    if taken is None or not told.low <= len(taken.documents):
        return None
    if told.high is not None and len(taken.documents) > told.high:
        return None
    tail = regular_tail.read(told, root.prefix, taken.tail, root.spaces)
    breaks = taken.breaks + tail.breaks if tail else 0
    if tail is None or breaks > MOST_LINES:
        return None
    for document in taken.documents:
        document.line += root.line
    parsed = Parsed(
        name=told.name, edition=edition, guid=root.guid, version=root.version, documents=taken.documents,
        transfer=dict(tail.transfer), subscribes=[dict(one) for one in tail.subscribes], signed=tail.signed,
        canonical=taken.canonical and tail.canonical,
    )  # fmt: skip
    return Regular(told, parsed, root.line, not breaks, taken.suspects)


def root_of(raw: bytes) -> Root | None:
    """The root's start tag, as messages are usually written; None where it must be read by the full parser."""
    quick = _CANONICAL_ROOT.match(raw)
    if quick is not None:
        name, guid, version = quick.groups()
        line = 2 if raw[quick.start(1) - 6] == _LINE_FEED else 1
        return Root(quick.end(), line, "ceb:", name.decode(), guid.decode(), version.decode(), "")
    start = _ROOT.match(raw)
    if start is None:
        return None
    prefix, name = start[1].decode(), start[2].decode()
    pairs = _ATTRIBUTE.findall(start[3])
    told = {key.decode(): value.decode() for key, value in pairs}
    own = "xmlns:ceb" if prefix else "xmlns"
    if len(told) != len(pairs) or told.pop(own, "") != NAMESPACE:
        return None
    guid, version = told.pop("guid", ""), told.pop("version", "")
    if len(guid) != 36 or not 1 <= len(version) <= 10:
        return None
    if any(_SPACES.get(key) != value for key, value in told.items()):
        return None
    line = raw.count(b"\n", 0, start.start(2)) + 1
    return Root(start.end(), line, prefix, name, guid, version, " ".join(sorted(told)))


def mark_of(parsed: Parsed, name: str) -> str:
    """The business mode of a later edition that a document names, as `parse` finds it."""
    element = editions.marks().get(name)
    if not element:
        return ""
    later = editions.later_marks(name)
    return next((mark for one in parsed.documents if (mark := one.head.get(element, "")) in later), "")
