"""The little of DER (ITU-T X.690) that keys and certificates need: write values, walk values.

Only what `cryptography` cannot do for SM2 is done here; nothing else should use it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

INTEGER, BIT_STRING, OCTET_STRING, NULL, OID = 0x02, 0x03, 0x04, 0x05, 0x06
UTF8_STRING, UTC_TIME, GENERALIZED_TIME, SEQUENCE, SET = 0x0C, 0x17, 0x18, 0x30, 0x31


class Value(NamedTuple):
    """One decoded value: its tag, its content, and the bytes it was written with."""

    tag: int
    content: bytes
    encoded: bytes


def wrap(tag: int, *parts: bytes) -> bytes:
    """A value of `tag` whose content is `parts` one after the other."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + content


def sequence(*parts: bytes) -> bytes:
    """A SEQUENCE of encoded parts."""
    return wrap(SEQUENCE, *parts)


def integer(number: int) -> bytes:
    """A non-negative INTEGER."""
    return wrap(INTEGER, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def bits(content: bytes, unused: int = 0) -> bytes:
    """A BIT STRING; `unused` bits at its end do not count."""
    return wrap(BIT_STRING, bytes((unused,)), content)


def oid(dotted: str) -> bytes:
    """An OBJECT IDENTIFIER of its dotted form."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    body = bytearray()
    for number in (first * 40 + second, *rest):
        septets = [number & 0x7F]
        while number := number >> 7:
            septets.append(0x80 | number & 0x7F)
        body += bytes(reversed(septets))
    return wrap(OID, bytes(body))


def walk(encoded: bytes) -> Iterator[Value]:
    """The values that stand one after the other in `encoded`; ValueError when it is cut or not DER."""
    at = 0
    while at < len(encoded):
        start, tag = at, encoded[at]
        if at + 2 > len(encoded) or tag & 0x1F == 0x1F:
            raise ValueError("DER: cut or multi-byte tag")
        size, at = encoded[at + 1], at + 2
        if size & 0x80:
            count = size & 0x7F
            if not 1 <= count <= 4 or at + count > len(encoded):
                raise ValueError("DER: length")
            size, at = int.from_bytes(encoded[at : at + count], "big"), at + count
        if at + size > len(encoded):
            raise ValueError("DER: cut")
        yield Value(tag, encoded[at : at + size], encoded[start : at + size])
        at += size


def children(encoded: bytes, tag: int = SEQUENCE) -> list[Value]:
    """The members of the single constructed value `encoded`."""
    values = list(walk(encoded))
    if len(values) != 1 or values[0].tag != tag:
        raise ValueError("DER: another value was expected")
    return list(walk(values[0].content))
