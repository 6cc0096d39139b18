"""What stands behind the documents of a regular message: transfer block, subscriptions, signature, end tag.

A sender's tail is the same in all its messages but for the digest and the signature value. The rest is read and its
signature judged by the schema once, then remembered.
"""

from __future__ import annotations

import binascii
import threading
from typing import NamedTuple

from lxml import etree

from pilotzone.exchange.formats import loading
from pilotzone.exchange.formats.regular_patterns import MessagePattern, patterns, values_of
from pilotzone.exchange.formats.regular_text import text_of, unfolded
from pilotzone.exchange.formats.shapes import NAMESPACE, SIGNATURE_NAMESPACE, Message

_BLOCK, _BLOCK_END = "<ds:Signature ", "</ds:Signature>"
_DIGEST = (b"<ds:DigestValue>", b"</ds:DigestValue>")
_VALUE = (b"<ds:SignatureValue>", b"</ds:SignatureValue>")
# last characters before padding whose unused bits are zero, as the schema wants them
_LAST = {1: frozenset(b"AEIMQUYcgkosw048"), 2: frozenset(b"AQgw")}
_MOST_KEPT, _LONGEST_KEPT = 1024, 16 * 1024
_SPACES = {
    "xmlns:xsi": ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"',
    "xmlns:ds": f' xmlns:ds="{SIGNATURE_NAMESPACE}"',
}


class Tail(NamedTuple):
    """The blocks behind the documents; the dictionaries are shared: copy them. `breaks` are its line feeds."""

    transfer: dict[str, str]
    subscribes: tuple[dict[str, str], ...]
    signed: bool
    canonical: bool = False
    breaks: int = 0


_kept: dict[tuple[str, str, str, str, bytes, bytes, bytes], Tail | None] = {}
_local = threading.local()


def read(told: Message, prefix: str, raw: bytes, spaces: str) -> Tail | None:
    """The tail in `raw`, or None where it is not regular; `spaces` names what else the root declares."""
    parts = _cut(raw)
    if parts is None:
        return _decoded(told, prefix, raw, spaces)
    before, digest, between, value, behind = parts
    if not (_is_base64(digest) and _is_base64(value)):
        return None
    key = (told.name, told.edition, prefix, spaces, before, between, behind)
    if key in _kept:
        found = _kept[key]
    else:
        found = _decoded(told, prefix, b"AAAA".join((before, between, behind)), spaces)
        if len(raw) <= _LONGEST_KEPT:
            if len(_kept) >= _MOST_KEPT:  # whoever sends thousands of tails must not fill the memory
                _kept.clear()
            _kept[key] = found
    more = digest.count(b"\n") + value.count(b"\n")
    return found._replace(breaks=found.breaks + more) if found and more else found


def _cut(raw: bytes) -> tuple[bytes, bytes, bytes, bytes, bytes] | None:
    """`raw` around its digest and its signature value, where it has one of each in this order."""
    begin = raw.find(_DIGEST[0])
    end = raw.find(_DIGEST[1], begin)
    start = raw.find(_VALUE[0], end)
    stop = raw.find(_VALUE[1], start)
    if begin < 0 or end < 0 or start < 0 or stop < 0:
        return None
    begin, start = begin + len(_DIGEST[0]), start + len(_VALUE[0])
    return raw[:begin], raw[begin:end], raw[end:start], raw[start:stop], raw[stop:]


def _is_base64(text: bytes) -> bool:
    """Whether the schema takes `text` for base64Binary: whole groups, unused bits zero; line feeds are passed over."""
    packed = text.replace(b"\n", b"") if b"\n" in text else text
    try:
        binascii.a2b_base64(packed, strict_mode=True)
    except ValueError:
        return False
    padding = len(packed) - len(packed.rstrip(b"="))
    return bool(packed) and (not padding or packed[-1 - padding] in _LAST[padding])


def _decoded(told: Message, prefix: str, raw: bytes, spaces: str) -> Tail | None:
    text = text_of(raw) if unfolded(raw) is raw else None
    found = _read(patterns(told.name, told.edition, prefix, False), text.body, spaces) if text else None
    return found and text and found._replace(canonical=text.canonical, breaks=text.breaks)


def _read(look: MessagePattern, text: str, spaces: str) -> Tail | None:
    at, told = 0, look.told
    transfer: dict[str, str] = {}
    subscribes: list[dict[str, str]] = []
    signed = False
    if look.transfer is not None and look.subscribe is not None:
        first = look.transfer.pattern.match(text)
        if first is None:
            return None
        transfer, at = values_of(look.transfer.names, first.groups()), first.end()
        while following := look.subscribe.pattern.match(text, at):
            subscribes.append(values_of(look.subscribe.names, following.groups()))
            at = following.end()
        if text.startswith(_BLOCK, at):
            end = text.find(_BLOCK_END, at) + len(_BLOCK_END)
            if not _is_valid(text[at:end], spaces):
                return None
            signed, at = True, end + len(text[end:]) - len(text[end:].lstrip(" \t\n"))
    if not signed and told.signature_low:
        return None
    if len(subscribes) > look.most_subscribes or not look.end.fullmatch(text, at):
        return None
    return Tail(transfer, tuple(subscribes), signed)


def _is_valid(block: str, spaces: str) -> bool:
    """Whether the schema of signatures takes the block, standing where the root declares `spaces`."""
    declared = "".join(_SPACES[name] for name in spaces.split())
    try:
        root = etree.fromstring(f'<x xmlns:ceb="{NAMESPACE}"{declared}>{block}</x>')
    except etree.XMLSyntaxError:
        return False
    return len(root) == 1 and not root.text and not root[0].tail and _schema().validate(root[0])


def _schema() -> etree.XMLSchema:
    """The compiled schema of signatures; one per thread, because a validation writes into it."""
    if not hasattr(_local, "schema"):
        _local.schema = etree.XMLSchema(etree.parse(loading.FOLDER / "xmldsig.xsd"))
    schema: etree.XMLSchema = _local.schema
    return schema
