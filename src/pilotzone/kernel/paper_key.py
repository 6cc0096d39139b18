"""The key a zone seals its papers with: Ed25519, made once, in `secrets/paper` of the state folder.

PILOTZONE_PAPER_KEY holds the same text instead where a zone keeps its secrets elsewhere. Who verifies needs the public half
only, which the verification page and `pilotzone paper key` tell.
"""

from __future__ import annotations

import base64
import os
import secrets
from functools import lru_cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from pilotzone.kernel import vault
from pilotzone.kernel.home import home

NAME = "paper"
SIZE = 32


def sign(data: bytes) -> bytes:
    """64 bytes; the same for the same data."""
    return _key().sign(data)


def public() -> bytes:
    """The public half, 32 bytes."""
    return _key().public_key().public_bytes_raw()


def verifies(signature: bytes, data: bytes, key: bytes) -> bool:
    """Whether the holder of that public key signed the data."""
    try:
        Ed25519PublicKey.from_public_bytes(key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


def there() -> bool:
    """Whether this machine has a zone's key already; to ask for it would make one."""
    return bool(os.environ.get("PILOTZONE_PAPER_KEY")) or (home() / "secrets" / NAME).is_file()


def forget() -> None:
    """Read the key again at the next use."""
    _key.cache_clear()


@lru_cache(maxsize=1)
def _key() -> Ed25519PrivateKey:
    fresh = base64.b64encode(secrets.token_bytes(SIZE)).decode()
    text = os.environ.get("PILOTZONE_PAPER_KEY") or vault.kept(NAME, fresh)
    return Ed25519PrivateKey.from_private_bytes(base64.b64decode(text.strip(), validate=True))
