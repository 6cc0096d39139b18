"""An SM2 key in a file signs with SM3 (GB/T 32918.2), by the wheel gmssl-pyx: `pip install './clients/python[sm2]'`.

The key is a PEM without a password that carries its public point: PKCS #8 (GM/T 0010), or RFC 5915 as `EC` or `SM2 PRIVATE KEY`.
"""

from __future__ import annotations

import base64
import binascii
import importlib
import re
from typing import Any

CURVE = bytes.fromhex("06082a811ccf5501822d")  # 1.2.156.10197.1.301
# the algorithm some card vendors write instead of id-ecPublicKey with the curve: 1.2.156.10197.1.301.1
_OTHER = bytes.fromhex("06092a811ccf5501822d01")
_PEM = re.compile(rb"-----BEGIN (EC |SM2 |)PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END ")
_OCTETS, _POINT = 0x04, 0xA1
# the curve of GB/T 32918.5: y² = x³ − 3x + b over this field, and its base point
_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
Point = tuple[int, int] | None


class Sm2:
    """A private number of 32 bytes and its point x‖y of 64."""

    def __init__(self, number: bytes, point: bytes) -> None:
        self._number, self.point, self._gm = number, point, _library()

    def sign(self, data: bytes) -> bytes:
        """The signature as DER, with the default signer id."""
        signature: bytes = self._gm.sm2_sign(self._number, self.point, data)
        return signature


def read(pem: bytes) -> Sm2 | None:
    """The SM2 key of a PEM; None where it holds another kind. ValueError without its point or with another's, or without the wheel."""
    found = _PEM.search(pem)
    try:
        body = base64.b64decode(found[2]) if found else b""
    except binascii.Error:
        raise ValueError("the key's PEM is not Base64") from None
    if found is None or (found[1] != b"SM2 " and CURVE not in body):
        return None
    members = _members(body)
    if not found[1]:
        members = _members(next((content for tag, content in members if tag == _OCTETS), b""))
    number = next((content.rjust(32, b"\0") for tag, content in members if tag == _OCTETS), b"")
    bits = next((content for tag, content in members if tag == _POINT), b"")
    if len(number) != 32 or len(bits) != 68 or bits[:4] != b"\x03\x42\x00\x04":
        raise ValueError("the SM2 key does not carry its public point")
    if _times(int.from_bytes(number, "big")) != (int.from_bytes(bits[4:36], "big"), int.from_bytes(bits[36:], "big")):
        raise ValueError("the SM2 key carries the public point of another")
    return Sm2(number, bits[4:])


def is_of(point: bytes, certificate: bytes) -> bool:
    """Whether a certificate's part to be signed has this point as its key; cryptography reads no SM2 key."""
    names = (CURVE, _OTHER, _OTHER + b"\x05\x00")
    return any(name + b"\x03\x42\x00\x04" + point in certificate for name in names)


def _members(sequence: bytes) -> list[tuple[int, bytes]]:
    """What a DER sequence holds, tag and content. ValueError where it is none."""
    (tag, inside), rest = _one(sequence)
    if tag != 0x30 or rest.strip(b"\0"):
        raise ValueError("the key is no DER")
    found = list[tuple[int, bytes]]()
    while inside:
        one, inside = _one(inside)
        found.append(one)
    return found


def _one(data: bytes) -> tuple[tuple[int, bytes], bytes]:
    """The first value of some DER, and what follows it."""
    if len(data) < 2:
        raise ValueError("the key is no DER")
    start, length = 2, data[1]
    if length > 0x80:
        start += length - 0x80
        length = int.from_bytes(data[2:start], "big")
    if len(data) < start + length:
        raise ValueError("the key is no DER")
    return (data[0], data[start : start + length]), data[start + length :]


def _times(number: int) -> Point:
    """The base point so many times: a private number's own point."""
    total: Point = None
    adding: Point = _G
    while number:
        if number & 1:
            total = _plus(total, adding)
        adding, number = _plus(adding, adding), number >> 1
    return total


def _plus(one: Point, other: Point) -> Point:
    if one is None or other is None:
        return one or other
    (x, y), (u, v) = one, other
    if x == u and (y + v) % _P == 0:
        return None
    slope = (3 * x * x - 3) * pow(2 * y, -1, _P) if one == other else (v - y) * pow(u - x, -1, _P)
    new = (slope * slope - x - u) % _P
    return new, (slope * (x - new) - y) % _P


def _library() -> Any:
    try:
        return importlib.import_module("gmssl_pyx")
    except ImportError:
        raise ValueError("an SM2 key needs the wheel gmssl-pyx: pip install './clients/python[sm2]'") from None
