"""A message of many documents of which a few are not regular: only those few go the long way.

One wrong value would otherwise send a hundred documents through tree and schema. The few are put between the message's
own root tag and tail, explained as a message of their own, and take their old places; rules are then asked over all
documents. That is the same as explaining the whole where the documents stand side by side without anything between
them, on one line, and nothing is wrong outside of them. Everything else answers None and is read whole.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import NamedTuple

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import editions, regular, regular_native, regular_tail, regular_text
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.findings import Finding
from pilotzone.exchange.formats.parsed import Document, Parsed
from pilotzone.exchange.formats.regular_text import Taken
from pilotzone.exchange.formats.shapes import Message

LEAST = 4  # documents; fewer are read whole
_ODD = (b"<!", b"<?", b"]]>")
# what C14N leaves alone without a doubt: bare tags of ours, texts without entities and controls
_PLAIN = re.compile(rb"(?:</?ceb:[A-Za-z0-9]++>(?:[^<>&\x00-\x1f\x7f\xef]++|\xef(?!\xbf[\xbe\xbf]))*+)++")
Explain = Callable[[bytes], Parsed]


class _Pieces(NamedTuple):
    """The bytes of each document, and those behind the last."""

    documents: list[bytes]
    tail: bytes


@dataclass(slots=True)
class Partly:
    """The message with its format findings; `suspects` and `line` as in `regular.Regular`."""

    told: Message
    parsed: Parsed
    line: int
    suspects: set[int]


def read(
    raw: bytes, *, edition: str | None, on: date, rules: bool, max_bytes: int | None, explain: Explain
) -> Partly | None:
    """The message in `raw` with what its odd documents break, or None where it must be read whole.

    `explain` reads a whole message without rules the long way, of the same edition and day.
    """
    if not regular.fits(raw, max_bytes):
        return None
    root = regular.root_of(raw)
    if root is None:
        return None
    try:
        chosen = editions.edition_for(root.name, on, edition)
        found = _read(raw, root, message(root.name, chosen), on if rules else None, explain)
        if found is None:
            return None
        # a document of a later mode puts the whole message into a later edition: seldom, and read whole
        told, mark = found.parsed, regular.mark_of(found.parsed, root.name)
        return found if not mark or editions.edition_for(root.name, on, edition, mark) == told.edition else None
    except Refused:  # no message of ours, or none of that edition
        return None


def _read(raw: bytes, root: regular.Root, told: Message, judged: date | None, explain: Explain) -> Partly | None:
    pieces = _cut(raw, root, told)
    if pieces is None or not _counts(told, len(pieces.documents)):
        return None
    tail = regular_tail.read(told, root.prefix, pieces.tail, root.spaces)
    if tail is None or tail.breaks > regular_text.MOST_LINES:
        return None
    last = pieces.tail[: pieces.tail.find(b">") + 1]
    documents: list[Document | None] = []
    suspects, canonical = set(), tail.canonical
    for position, piece in enumerate(pieces.documents, start=1):
        taken = _taken(piece, last, root.prefix, told, judged)
        if taken is None:
            documents.append(None)
            suspects.add(position)
            canonical = canonical and _PLAIN.fullmatch(piece) is not None
            continue
        (document,) = taken.documents
        document.position, document.line = position, root.line
        documents.append(document)
        suspects.update({position} if taken.suspects else ())
        canonical = canonical and taken.canonical
    odd = [place for place, one in enumerate(documents) if one is None]
    if 2 * len(odd) > len(documents):
        return None
    few = raw[: root.end] + b"".join([pieces.documents[place] for place in odd]) + pieces.tail
    findings = _explained(explain(few) if odd else None, told, odd, documents)
    if findings is None:
        return None
    whole = [one for one in documents if one is not None]
    parsed = Parsed(
        name=told.name, edition=told.edition, guid=root.guid, version=root.version, documents=whole,
        transfer=dict(tail.transfer), subscribes=[dict(one) for one in tail.subscribes], signed=tail.signed,
        canonical=canonical, findings=findings,
    )  # fmt: skip
    return Partly(told, parsed, root.line, suspects)


def _counts(told: Message, documents: int) -> bool:
    return documents >= max(LEAST, told.low) and (told.high is None or documents <= told.high)


def _cut(raw: bytes, root: regular.Root, told: Message) -> _Pieces | None:
    """The documents, each from its start tag to its end tag, nothing between them."""
    name = told.head.name if told.flat else told.node
    opening, closing = f"<{root.prefix}{name}>".encode(), f"</{root.prefix}{name}>".encode()
    last = f"<{root.prefix}BaseTransfer>" if told.envelope else f"</{root.prefix}{told.name}>"
    stop = raw.find(last.encode(), root.end)
    area = raw[root.end : stop] if stop > 0 else b""
    if not area.endswith(closing) or b"\n" in area or any(odd in area for odd in _ODD):
        return None
    if regular_text.unfolded(area) is not area:
        return None
    pieces = [piece + closing for piece in area[: -len(closing)].split(closing)]
    return _Pieces(pieces, raw[stop:]) if all(piece.startswith(opening) for piece in pieces) else None


def _taken(piece: bytes, last: bytes, prefix: str, told: Message, judged: date | None) -> Taken | None:
    """One document in the regular form."""
    taken = None
    if regular_native.AVAILABLE:
        taken = regular_native.take(piece, 0, prefix, told, judged)
        taken = taken if taken is not None and not taken.tail else None
    if taken is None:
        taken = regular_text.take(piece + last, 0, prefix, told, judged)
    return taken if taken is not None and len(taken.documents) == 1 else None


def _explained(
    few: Parsed | None, told: Message, odd: Sequence[int], documents: list[Document | None]
) -> list[Finding] | None:
    """Puts the odd documents into their places; answers their findings, None where more than they is at fault."""
    if few is None:
        return []
    if few.edition != told.edition or len(few.documents) != len(odd):
        return None
    here = re.compile(rf"/{told.name}/{told.head.name if told.flat else told.node}\[(\d+)\](?=/|$)")
    findings = []
    for one in few.findings:
        place = here.match(one.path)
        if place is None or not 0 < int(place[1]) <= len(odd):
            return None
        number = int(place[1]) - 1
        path = f"{one.path[: place.start(1)]}{odd[number] + 1}{one.path[place.end(1) :]}"
        moved = replace(one, path=path)
        findings.append(moved)
        found = few.documents[number].findings
        found[next(n for n, own in enumerate(found) if own is one)] = moved
    for place_, document in zip(odd, few.documents, strict=True):
        document.position = place_ + 1
        documents[place_] = document
    return findings
