"""SM2 keys as DER and PEM: `SubjectPublicKeyInfo` and PKCS #8 (GM/T 0010, RFC 5915, RFC 5958).

A public key is its point, 64 bytes x‖y; a private key is its number, 32 bytes, with the point.
Every decoder answers None for "this is something else" and raises ValueError for broken bytes.
"""

from __future__ import annotations

import base64
import binascii
import re
from typing import NamedTuple

from pilotzone.exchange.signing import der

EC_PUBLIC_KEY = der.oid("1.2.840.10045.2.1")
SM2_CURVE = der.oid("1.2.156.10197.1.301")
ALGORITHM = der.sequence(EC_PUBLIC_KEY, SM2_CURVE)
# The explicit algorithm identifier some card vendors write instead of id-ecPublicKey + curve.
_OTHER_ALGORITHM = der.oid("1.2.156.10197.1.301.1")

_PRIVATE_PEM = re.compile(
    rb"-----BEGIN (PRIVATE KEY|EC PRIVATE KEY|SM2 PRIVATE KEY)-----\s([A-Za-z0-9+/=\s]+)-----END "
)


class Sm2Private(NamedTuple):
    """An SM2 key: its secret number and its point x‖y, 32 and 64 bytes."""

    number: bytes
    point: bytes


def public_info(point: bytes) -> bytes:
    """SubjectPublicKeyInfo of a point."""
    return der.sequence(ALGORITHM, der.bits(b"\x04" + point))


def point_of(info: bytes) -> bytes | None:
    """The point in a SubjectPublicKeyInfo, or None when the key is not SM2."""
    algorithm, key = der.children(info)[:2]
    names = [value.encoded for value in der.walk(algorithm.content)]
    if names[:2] != [EC_PUBLIC_KEY, SM2_CURVE] and names[:1] != [_OTHER_ALGORITHM]:
        return None
    if key.tag != der.BIT_STRING or len(key.content) != 66 or key.content[:2] != b"\x00\x04":
        raise ValueError("SM2: the point must be uncompressed")
    return key.content[2:]


def private_info(key: Sm2Private) -> bytes:
    """PKCS #8 PrivateKeyInfo, unencrypted."""
    inner = der.sequence(
        der.integer(1),
        der.wrap(der.OCTET_STRING, key.number),
        der.wrap(0xA1, der.bits(b"\x04" + key.point)),
    )
    return der.sequence(der.integer(0), ALGORITHM, der.wrap(der.OCTET_STRING, inner))


def private_pem(key: Sm2Private) -> bytes:
    """The key as PKCS #8 PEM without a password."""
    return pem("PRIVATE KEY", private_info(key))


def private_of(text: bytes) -> Sm2Private | None:
    """The SM2 key in a PEM, or None when it holds another kind of key."""
    found = _PRIVATE_PEM.search(text)
    if found is None:
        return None
    try:
        body = base64.b64decode(found[2])
    except binascii.Error as broken:
        raise ValueError("SM2: the PEM is not Base64") from broken
    members = der.children(body)
    if found[1] == b"PRIVATE KEY":
        if [value.encoded for value in der.walk(members[1].content)][:2] != [EC_PUBLIC_KEY, SM2_CURVE]:
            return None
        members = der.children(members[2].content)
    elif found[1] == b"EC PRIVATE KEY" and SM2_CURVE not in body:
        return None
    number = members[1].content.rjust(32, b"\x00")
    for member in members[2:]:
        if member.tag == 0xA1:
            point = next(iter(der.walk(member.content))).content
            if len(number) == 32 and len(point) == 66 and point[:2] == b"\x00\x04":
                return Sm2Private(number, point[2:])
    raise ValueError("SM2: the private key does not carry its public point")


def pem(label: str, body: bytes) -> bytes:
    """A PEM block of 64 characters a line."""
    text = base64.b64encode(body).decode()
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([f"-----BEGIN {label}-----", *lines, f"-----END {label}-----", ""]).encode()


def signature_der(signature: bytes) -> bytes:
    """ECDSA-Sig-Value of a signature; cards that answer plain r‖s (64 bytes) are understood."""
    if len(signature) != 64:
        return signature
    r, s = signature[:32], signature[32:]
    return der.sequence(der.integer(int.from_bytes(r, "big")), der.integer(int.from_bytes(s, "big")))
