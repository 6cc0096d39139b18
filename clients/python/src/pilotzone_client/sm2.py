"""An SM2 key in a file signs with SM3 (GB/T 32918.2), by the wheel gmssl-pyx: `pip install 'pilotzone-client[sm2]'`.

The key is a PKCS #8 PEM without a password that carries its public point (GM/T 0010, RFC 5915).
"""

from __future__ import annotations

import base64
import binascii
import importlib
import re
from typing import Any

CURVE = bytes.fromhex("06082a811ccf5501822d")  # 1.2.156.10197.1.301
_PEM = re.compile(rb"-----BEGIN (?:EC |SM2 )?PRIVATE KEY-----\s([A-Za-z0-9+/=\s]+)-----END ")
_INSIDE = re.compile(rb"\x02\x01\x01\x04\x20(.{32}).*?\xa1\x44\x03\x42\x00\x04(.{64})", re.DOTALL)


class Sm2:
    """A private number of 32 bytes and its point x‖y of 64."""

    def __init__(self, number: bytes, point: bytes) -> None:
        self._number, self.point, self._gm = number, point, _library()

    def sign(self, data: bytes) -> bytes:
        """The signature as DER, with the default signer id."""
        signature: bytes = self._gm.sm2_sign(self._number, self.point, data)
        return signature


def read(pem: bytes) -> Sm2 | None:
    """The SM2 key of a PEM; None where it holds another kind. ValueError without its point, or without the wheel."""
    found = _PEM.search(pem)
    try:
        body = base64.b64decode(found[1]) if found else b""
    except binascii.Error:
        raise ValueError("the key's PEM is not Base64") from None
    if CURVE not in body:
        return None
    parts = _INSIDE.search(body)
    if parts is None:
        raise ValueError("the SM2 key does not carry its public point")
    return Sm2(parts[1], parts[2])


def _library() -> Any:
    try:
        return importlib.import_module("gmssl_pyx")
    except ImportError:
        raise ValueError("an SM2 key needs the wheel gmssl-pyx: pip install 'pilotzone-client[sm2]'") from None
