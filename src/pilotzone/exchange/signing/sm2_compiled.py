"""Verifies SM2 signatures with the compiled part, where it was built (see `_sm2p256.c`); the library has the last word.

Whatever the compiled part does not accept is asked of the library, and of what it accepts the first of each key and
then one in 256. Where the two disagree the compiled part rests until the process ends, and the library's answer counts.
"""

from __future__ import annotations

import functools
import itertools
import threading
from collections.abc import Callable
from typing import Any

import structlog
from cryptography.hazmat.primitives import hashes

from pilotzone.base import compiled
from pilotzone.exchange.signing import der
from pilotzone.exchange.signing.libcrypto import USER_ID
from pilotzone.exchange.signing.sm2_keys import signature_der

Verifier = Callable[[bytes, bytes], bool]

ASKED_EVERY = 256
MOST_TABLES = 1024  # of 16 KB each
# GB/T 32918.5: the coefficients a and b of the curve, and the base point
_CURVE = bytes.fromhex(
    "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc"
    "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93"
    "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7"
    "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0"
)
log = structlog.get_logger("signing")
_compiled = compiled.part("pilotzone.exchange.signing._sm2p256")
_guard = threading.Lock()


def available() -> bool:
    """Whether signatures are verified by the compiled part at present."""
    return _compiled is not None


def verifier(point: bytes, ask: Verifier) -> Verifier:
    """A function from (signature as DER, message) to whether it holds; `ask` is the library's for the same point."""
    if _compiled is None:
        return ask
    before = _before(point)
    accepted = itertools.count()

    def verify(signature: bytes, message: bytes) -> bool:
        if not _accepts(point, before, signature, message):
            return ask(signature, message)
        if next(accepted) % ASKED_EVERY:
            return True
        holds = ask(signature, message)
        if not holds:
            _rest()
        return holds

    return verify


def _accepts(point: bytes, before: hashes.Hash, signature: bytes, message: bytes) -> bool:
    chosen = _compiled
    numbers = _numbers(signature) if chosen is not None else None
    if numbers is None:
        return False
    digest = before.copy()
    digest.update(message)
    try:
        return bool(chosen.holds(_table(chosen, point), digest.finalize(), *numbers))
    except ValueError:  # no point of the curve
        return False


@functools.lru_cache(MOST_TABLES)
def _table(chosen: Any, point: bytes) -> Any:
    return chosen.table(point)


def _before(point: bytes) -> hashes.Hash:
    """SM3 that has read Z, the digest of signer id, curve and key (GB/T 32918.2 §5.5)."""
    signer = hashes.Hash(hashes.SM3())
    for piece in ((len(USER_ID) * 8).to_bytes(2, "big"), USER_ID, _CURVE, point):
        signer.update(piece)
    digest = hashes.Hash(hashes.SM3())
    digest.update(signer.finalize())
    return digest


def _numbers(signature: bytes) -> tuple[bytes, bytes] | None:
    """r and s, 32 bytes each, of a signature in the one form DER allows; None for all others."""
    try:
        r, s = (value.content[-32:].rjust(32, b"\x00") for value in der.children(signature))
    except ValueError:
        return None
    return (r, s) if signature_der(r + s) == signature else None


def _rest() -> None:
    """The compiled part accepted what the library does not: it is asked no more."""
    global _compiled
    with _guard:
        told, _compiled = _compiled is None, None
    if not told:
        log.error("sm2.compiled_disagrees", now="the library alone verifies")
