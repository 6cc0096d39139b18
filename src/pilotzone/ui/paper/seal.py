"""The seal of a PDF: what it says and every block of its bytes, signed, in comments after its end; checked with no database.

Behind the last line of the drawn PDF stand

    %PilotZone-Seal-1 <Base64 of the statement, JSON>
    %PilotZone-Sign-1 <Base64 of the Ed25519 signature of the statement's bytes>
    %PilotZone-Check-1 <Base64 of the digests of the seal line's blocks>

and the end of a PDF again; readers of PDF pass comments over. Digests of blocks of 256 bytes tell which byte was changed:
the one value that gives the block its digest again is what stood there.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pilotzone.base.errors import Refused
from pilotzone.kernel import paper_key
from pilotzone.ui.paper.sheet import canonical, digest_of

BLOCK, SHORT = 256, 8
MOST = 64 * 1024 * 1024
_SEAL, _SIGN, _CHECK = b"%PilotZone-Seal-1 ", b"%PilotZone-Sign-1 ", b"%PilotZone-Check-1 "
_TAIL = re.compile(
    rb"\n(%PilotZone-Seal-1 [^\n]*)\n(%PilotZone-Sign-1 [^\n]*)\n(%PilotZone-Check-1 [^\n]*)\n(startxref\n\d+\n%%EOF\n)\Z"
)
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF\s*\Z")
SOUND, CHANGED, FOREIGN, UNSEALED = "sound", "changed", "foreign", "unsealed"


@dataclass(frozen=True, slots=True)
class Change:
    """A place of the file that is not as it was sealed: bytes `first` to `last` (from 0). `was` is the value of a single
    changed byte; None where more was changed."""

    first: int
    last: int
    was: int | None = None
    now: int | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a file is: sound, changed, foreign (sealed by another key) or unsealed; `statement` as far as it is believed."""

    state: str
    zh: str
    en: str
    statement: Mapping[str, Any] = field(default_factory=dict)
    changes: Sequence[Change] = ()
    key: str = ""


def sealed(drawn: bytes, papers: Sequence[Mapping[str, Any]]) -> bytes:
    """The drawn PDF with its seal; `papers` are what stands on it, each with number, code, digest and content. The same for
    the same."""
    start = _START.search(drawn)
    if start is None:
        raise ValueError("not the end of a PDF")
    statement = {
        "papers": list(papers), "size": len(drawn), "sha256": hashlib.sha256(drawn).hexdigest(), "block": BLOCK,
        "blocks": base64.b64encode(_blocks(drawn)).decode(), "key": base64.b64encode(paper_key.public()).decode(),
    }  # fmt: skip
    data = canonical(statement)
    return drawn + _tail(data, paper_key.sign(data), start[1])


def verify(file: bytes, key: bytes) -> Verdict:
    """Look at a file: is every byte as the holder of that public key sealed it, and if not, which one is not."""
    if len(file) > MOST:
        raise Refused(code="paper.verify.size", zh="文件过大。", en="The file is too large.")
    tail = _TAIL.search(file)
    if tail is None:
        return _untold(file)
    head, lines = file[: tail.start()], tail.groups()
    seal_at = tail.start(1)
    data, signature = _plain(lines[0], _SEAL), _plain(lines[1], _SIGN)
    if data is None or signature is None or not paper_key.verifies(signature, data, key):
        mended, changes = _mended(lines[0], _plain(lines[2], _CHECK), seal_at)
        data = _plain(mended, _SEAL)
        if data is None or signature is None or not paper_key.verifies(signature, data, key):
            return _unsigned(lines, changes, tail, data)
        return _changed(_statement(data), changes)
    statement = _statement(data)
    changes = [] if hashlib.sha256(head).hexdigest() == statement["sha256"] else _compared(head, statement)
    start = _START.search(head)
    whole = _tail(data, signature, start[1] if start else b"0")
    if start and file[len(head) :] != whole:
        changes += _differing(file[len(head) :], whole, len(head))
    if changes:
        return _changed(statement, changes)
    for one in statement["papers"]:
        if digest_of(one["content"]) != one["digest"]:
            return _changed(statement, [])
    return Verdict(
        SOUND,
        "文件完好，由本综试区签章。",
        "The file is whole and sealed by this zone.",
        statement,
        key=statement["key"],
    )


def _tail(data: bytes, signature: bytes, start: bytes) -> bytes:
    line = _SEAL + base64.b64encode(data)
    check = _CHECK + base64.b64encode(_blocks(line))
    return b"\n".join((b"", line, _SIGN + base64.b64encode(signature), check, b"startxref", start, b"%%EOF", b""))


def _blocks(data: bytes) -> bytes:
    return b"".join(_short(data[at : at + BLOCK]) for at in range(0, len(data), BLOCK))


def _short(block: bytes) -> bytes:
    return hashlib.sha256(block).digest()[:SHORT]


def _plain(line: bytes, beginning: bytes) -> bytes | None:
    try:
        return base64.b64decode(line[len(beginning) :], validate=True) if line.startswith(beginning) else None
    except binascii.Error:
        return None


def _statement(data: bytes) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(data)
    return told


def _compared(head: bytes, statement: Mapping[str, Any]) -> list[Change]:
    """Where the drawn part differs from what was sealed."""
    size = int(statement["size"])
    changes = _places(head, base64.b64decode(statement["blocks"]), 0)
    if len(head) != size and not changes:
        changes = [Change(min(len(head), size), max(len(head), size) - 1)]
    return changes


def _places(data: bytes, blocks: bytes, offset: int) -> list[Change]:
    """Every block that is not as it was; a single changed byte in one is named. Neighbours are one place."""
    found: list[Change] = []
    tries = 20  # of a file that was cut or shifted every block differs: the place is all there is to say
    for number in range(max(-(-len(data) // BLOCK), len(blocks) // SHORT)):
        block, wanted = data[number * BLOCK : (number + 1) * BLOCK], blocks[number * SHORT : (number + 1) * SHORT]
        if _short(block) == wanted:
            continue
        at = offset + number * BLOCK
        tries -= 1
        byte = _byte(block, wanted) if tries >= 0 else None
        if byte is not None:
            found.append(Change(at + byte[0], at + byte[0], byte[1], block[byte[0]]))
        elif found and found[-1].was is None and found[-1].last == at - 1:
            found[-1] = Change(found[-1].first, at + BLOCK - 1)
        else:
            found.append(Change(at, at + max(len(block), 1) - 1))
    return found


def _byte(block: bytes, wanted: bytes) -> tuple[int, int] | None:
    """Place and former value of the one byte whose change explains the block; None where more than one changed."""
    for place in range(len(block)):
        before = hashlib.sha256(block[:place])
        rest = block[place + 1 :]
        for value in range(256):
            tried = before.copy()
            tried.update(bytes((value,)) + rest)
            if tried.digest()[:SHORT] == wanted:
                return place, value
    return None


def _mended(line: bytes, check: bytes | None, at: int) -> tuple[bytes, list[Change]]:
    """The seal line with single changed bytes put back, and where they were."""
    if check is None:
        return line, []
    changes = _places(line, check, at)
    mended = bytearray(line)
    for one in changes:
        if one.was is not None:
            mended[one.first - at] = one.was
    return bytes(mended), changes


def _differing(found: bytes, wanted: bytes, at: int) -> list[Change]:
    """The first and last byte in which two texts differ."""
    pairs = zip(found, wanted, strict=False)
    first = next((place for place, (one, other) in enumerate(pairs) if one != other), min(len(found), len(wanted)))
    last = first
    if len(found) == len(wanted):
        last = max(place for place in range(len(found)) if found[place] != wanted[place])
    if first == last and first < len(wanted) and first < len(found):
        return [Change(at + first, at + first, wanted[first], found[first])]
    return [Change(at + first, at + last)]


def _changed(statement: Mapping[str, Any], changes: Sequence[Change]) -> Verdict:
    named = [_named(one) for one in changes[:20]]
    zh, en = "；".join(zh for zh, _ in named), "; ".join(en for _, en in named)
    return Verdict(
        CHANGED, f"文件被改动过：{zh or '内容与摘要不符'}。", f"The file was changed: {en or 'its content is not of its digest'}.",
        statement, changes,
    )  # fmt: skip


def _named(one: Change) -> tuple[str, str]:
    if one.was is not None and one.now is not None:
        return (
            f"第{one.first}字节原为0x{one.was:02x}，现为0x{one.now:02x}",
            f"byte {one.first} was 0x{one.was:02x} and is 0x{one.now:02x}",
        )
    if one.first == one.last:
        return f"第{one.first}字节", f"byte {one.first}"
    return f"第{one.first}至{one.last}字节", f"bytes {one.first} to {one.last}"


def _unsigned(lines: Sequence[bytes], changes: Sequence[Change], tail: re.Match[bytes], data: bytes | None) -> Verdict:
    """Another key's seal, or a seal whose signature was changed."""
    signature = _plain(lines[1], _SIGN)
    if data is not None and signature is not None and not changes:
        claimed = _claimed(data)
        if claimed and paper_key.verifies(signature, data, claimed):
            return Verdict(
                FOREIGN, "由另一密钥签章，不是本综试区的文件。", "Sealed with another key: not a paper of this zone.",
                key=base64.b64encode(claimed).decode(),
            )  # fmt: skip
    places = list(changes) or [Change(tail.start(2), tail.end(2) - 1)]
    return _changed({}, places)


def _claimed(data: bytes) -> bytes:
    """The key a statement nobody vouches for names; empty where it is no statement."""
    try:
        return base64.b64decode(json.loads(data)["key"], validate=True)
    except (ValueError, TypeError, KeyError):
        return b""


def _untold(file: bytes) -> Verdict:
    """No whole seal at the end."""
    if _SEAL[:12] in file or b"PilotZone-S" in file[-65536:]:
        at = max(file.rfind(b"%PilotZone-Check-1"), file.rfind(b"%PilotZone-S"), 0)
        return _changed({}, [Change(at, len(file) - 1)])
    return Verdict(UNSEALED, "文件没有签章。", "The file carries no seal.")
