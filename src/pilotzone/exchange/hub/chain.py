"""The form of the log and of an exported bundle: one text for one thing, so that every byte counts. Pure.

A bundle is lines of canonical JSON (keys sorted, no spaces, UTF-8): `head` (the zone's certificate and what the lines are), an
`entry` line for each entry, a `batch` line for each signed batch, `sums` (the SHA-256 of every line before it), and `seal`: the
signature over the line of sums. `verifier.py` reads it without our software.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import msgspec

FORM = "pilotzone-hub-bundle-1"
_ENCODE = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode
_QUICK = msgspec.json.Encoder(order="sorted").encode
_PLAIN, _INSIDE = frozenset({str, int, bool, type(None)}), frozenset({dict, list, tuple})


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it lies in the log."""

    number: int
    entry: str
    hash: bytes


@dataclass(frozen=True, slots=True)
class Batch:
    """A signed batch: the signature is over the text `sealed`, which names first, last, head and both times."""

    first: int
    last: int
    sealed: str
    signature: bytes


def canonical(value: Mapping[str, Any]) -> str:
    """The one text of a thing, as Python's json writes it with sorted keys and no spaces; keys are texts."""
    try:
        return octets(value).decode()
    except UnicodeEncodeError:
        return _ENCODE(value)


def octets(value: Mapping[str, Any]) -> bytes:
    """The same in UTF-8. UnicodeEncodeError where a text is none (a lone surrogate).

    The quick encoder writes texts and whole numbers as json does, and fractions otherwise: those go the slow way.
    """
    if type(value) is dict and _is_plain(value.values()):
        return _QUICK(value)
    return _ENCODE(value).encode()


def _is_plain(values: Iterable[Any]) -> bool:
    kinds = set(map(type, values))
    if kinds <= _PLAIN:
        return True
    return kinds <= _PLAIN | _INSIDE and all(
        _is_plain(one.values() if type(one) is dict else one) for one in values if type(one) in _INSIDE
    )


def hashed(before: bytes, number: int, entry: str) -> bytes:
    """The hash of an entry after the hash before it, as sql/hub.sql computes it."""
    return hashlib.sha256(before + number.to_bytes(8, "big") + hashlib.sha256(entry.encode()).digest()).digest()


def sealed(*, first: int, last: int, head: bytes, at_zone: str, at_wall: str, certificate: bytes) -> str:
    """What is signed of a batch."""
    return canonical(
        {
            "first": first, "last": last, "head": head.hex(), "at_zone": at_zone, "at_wall": at_wall,
            "certificate": hashlib.sha256(certificate).hexdigest(),
        }
    )  # fmt: skip


def lines(before: bytes, entries: Iterable[Entry], batches: Iterable[Batch], certificate: bytes) -> list[str]:
    """All lines up to the sums; `before` is the hash of the entry before the first one."""
    told = [
        canonical(
            {
                "kind": "head",
                "form": FORM,
                "before": before.hex(),
                "certificate": base64.b64encode(certificate).decode(),
            }
        )
    ]
    told += [
        canonical({"kind": "entry", "number": one.number, "entry": one.entry, "hash": one.hash.hex()})
        for one in entries
    ]
    told += [
        canonical({"kind": "batch", "sealed": one.sealed, "signature": base64.b64encode(one.signature).decode()})
        for one in batches
    ]
    return told


def sums(told: Iterable[str]) -> str:
    """The line of sums over the lines before it."""
    return canonical({"kind": "sums", "sha256": [hashlib.sha256(line.encode()).hexdigest() for line in told]})


def seal(signature: bytes) -> str:
    """The last line."""
    return canonical({"kind": "seal", "signature": base64.b64encode(signature).decode()})
