"""SM2 signatures with SM3 (GB/T 32918.2): the system's libcrypto first, else the gmssl-pyx wheel.

`cryptography` has SM3 but not SM2. Both engines speak DER signatures and the default signer id. Where it was built, a
compiled part of our own verifies first (`sm2_compiled`); what it does not accept the engine decides.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable
from typing import Any, Protocol

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.signing import libcrypto, sm2_compiled
from pilotzone.exchange.signing.sm2_keys import Sm2Private, signature_der


class Engine(Protocol):
    """What an SM2 library must be able to do."""

    name: str

    def generate(self) -> Sm2Private: ...

    def signer(self, key: Sm2Private) -> Callable[[bytes], bytes]: ...

    def verifier(self, point: bytes) -> Callable[[bytes, bytes], bool]: ...


class Gmssl:
    """SM2 through the gmssl-pyx wheel (extra `sm2`)."""

    name = "gmssl-pyx"

    def __init__(self, module: Any) -> None:
        self._gm = module

    def generate(self) -> Sm2Private:
        point, number = self._gm.sm2_key_generate()
        return Sm2Private(number, point)

    def signer(self, key: Sm2Private) -> Callable[[bytes], bytes]:
        return lambda message: self._gm.sm2_sign(key.number, key.point, message)

    def verifier(self, point: bytes) -> Callable[[bytes, bytes], bool]:
        def verify(signature: bytes, message: bytes) -> bool:
            try:
                return bool(self._gm.sm2_verify(point, message, signature))
            except self._gm.GmsslInnerError:  # bytes that are no signature at all
                return False

        return verify


@functools.cache
def engine() -> Engine:
    """The SM2 engine of this machine; Unavailable `signature.sm2_unavailable` when it has none."""
    found = libcrypto.load()
    if found is not None:
        return found
    try:
        return Gmssl(importlib.import_module("gmssl_pyx"))
    except ImportError:
        raise Unavailable(
            code="signature.sm2_unavailable",
            zh="本机没有可用的国密 SM2 算法库，无法签名或验签。",
            en="This machine has no SM2 library, so nothing can be signed or verified with SM2.",
            source="GB/T 32918.2",
            whose="platform",
            mend_zh="请安装 OpenSSL 3 (libcrypto.so.3)，或执行 pip install 'pilotzone[sm2]'。",
            mend_en="Install OpenSSL 3 (libcrypto.so.3) or run pip install 'pilotzone[sm2]'.",
        ) from None


def verifier(point: bytes) -> Callable[[bytes, bytes], bool]:
    """A function from (signature as DER or r‖s, message) to whether it holds; ValueError: no such point."""
    check = sm2_compiled.verifier(point, engine().verifier(point))
    return lambda signature, message: check(signature_der(signature), message)
