"""Personal data at rest: sealed with AES-GCM, found again by keyed hashes, shown masked.

Keys live in `secrets/vault` of the state folder, one `id:base64` a line, the newest first; PILOTZONE_VAULT_KEYS
holds the same text instead where a zone keeps its secrets elsewhere. A new first line rotates: old seals still open.

A seal is: form (1) · key id (4) · salt (16) · counter (8) · ciphertext and tag. Every process draws a salt and
derives its own key from it, so counting nonces never repeats one, however many seals are made.
"""

from __future__ import annotations

import base64
import hmac
import itertools
import json
import os
import secrets
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pilotzone.base.errors import Refused
from pilotzone.kernel.home import secret_file
from pilotzone.kernel.masking import mask_address, mask_id, mask_name, mask_phone

__all__ = ["keyed_hash", "mask_address", "mask_id", "mask_name", "mask_phone", "open_", "seal"]

_BYTES, _JSON = b"b", b"j"
_HEAD = struct.Struct(">c4s16sQ")


@dataclass
class _Sealer:
    """This process's own key: made once, again after a fork."""

    key_id: bytes
    salt: bytes
    cipher: AESGCM
    count: Iterator[int]


_sealer: _Sealer | None = None


def seal(data: bytes | dict[str, Any], context: str) -> bytes:
    """`data` sealed for `context` (what it is and where it belongs, e.g. clearance.document); 45 bytes longer."""
    sealer = _sealer or _new_sealer()
    form = _JSON if isinstance(data, dict) else _BYTES
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode() if isinstance(data, dict) else data
    head = _HEAD.pack(form, sealer.key_id, sealer.salt, next(sealer.count))
    return head + sealer.cipher.encrypt(head[-12:], plain, head + context.encode())


def open_(sealed: bytes, context: str) -> Any:
    """What was sealed: bytes as bytes, a dict as a dict. Refused `vault.unknown_key`, or `vault.broken` when the
    bytes were changed or belong to another context."""
    sealed = bytes(sealed)
    try:
        form, key_id, salt, _ = _HEAD.unpack_from(sealed)
        if form not in (_BYTES, _JSON):
            raise ValueError("unknown form")
        head = sealed[: _HEAD.size]
        plain = _cipher(key_id, salt).decrypt(head[-12:], sealed[_HEAD.size :], head + context.encode())
    except (struct.error, InvalidTag, ValueError) as failure:
        raise Refused(
            code="vault.broken",
            zh="加密内容已损坏或不属于此处，无法打开。",
            en="The sealed content is damaged or does not belong here.",
        ) from failure
    return json.loads(plain) if form == _JSON else plain


def keyed_hash(scheme: str, value: str) -> str:
    """64 hex characters standing for `value` within `scheme`: the same for ever in this zone, useless outside of it.

    Normalise the value before: the hash sees every blank. The buyer key of the house is
    `keyed_hash("buyer", id_type + id_number)`, the number in capitals without blanks.
    """
    return hmac.digest(_index_key(), f"{scheme}\0{value}".encode(), "sha256").hex()


def forget() -> None:
    """Read the keys again at the next use (after a rotation)."""
    global _sealer  # noqa: PLW0603 (one key set per process)
    _sealer = None
    _keys.cache_clear()
    _cipher.cache_clear()
    _index_key.cache_clear()


def rotate() -> str:
    """Put a new key first in the file; answers its id. Other processes use it from their next start."""
    path = secret_file("vault")
    text = path.read_text() if path.exists() else ""
    line = _fresh()
    handle = os.open(path.with_suffix(".new"), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as file:
        file.write(line + text)
    path.with_suffix(".new").replace(path)
    forget()
    return line.split(":")[0]


def _new_sealer() -> _Sealer:
    global _sealer  # noqa: PLW0603
    key_id, salt = next(iter(_keys())), secrets.token_bytes(16)
    _sealer = _Sealer(key_id, salt, _cipher(key_id, salt), itertools.count())
    return _sealer


def _after_fork() -> None:
    global _sealer  # noqa: PLW0603
    _sealer = None


os.register_at_fork(after_in_child=_after_fork)


@lru_cache(maxsize=512)
def _cipher(key_id: bytes, salt: bytes) -> AESGCM:
    key = _keys().get(key_id)
    if key is None:
        raise Refused(
            code="vault.unknown_key",
            zh="打开此内容所需的密钥不在本综试区的密钥文件中。",
            en="The key this content was sealed with is not in this zone's key file.",
            mend_zh="请从备份恢复密钥文件 secrets/vault。",
            mend_en="Restore secrets/vault from the backup.",
        )
    return AESGCM(hmac.digest(key, b"seal" + salt, "sha256"))


@lru_cache(maxsize=1)
def _keys() -> dict[bytes, bytes]:
    text = os.environ.get("PILOTZONE_VAULT_KEYS") or kept("vault", _fresh())
    keys = {}
    for line in text.replace(",", "\n").split():
        name, _, value = line.partition(":")
        key_id, key = bytes.fromhex(name), base64.b64decode(value, validate=True)
        if len(key_id) != 4 or len(key) != 32:
            raise ValueError("secrets/vault: a line is 8 hex digits, a colon and 32 bytes in Base64")
        keys[key_id] = key
    return keys


@lru_cache(maxsize=1)
def _index_key() -> bytes:
    text = os.environ.get("PILOTZONE_INDEX_KEY") or kept("index", base64.b64encode(secrets.token_bytes(32)).decode())
    return base64.b64decode(text.strip(), validate=True)


def _fresh() -> str:
    return f"{secrets.token_hex(4)}:{base64.b64encode(secrets.token_bytes(32)).decode()}\n"


def kept(name: str, first: str) -> str:
    """The text of a secret file of this zone, made with `first` where it is missing; two processes at once agree on one."""
    path = secret_file(name)
    if not path.exists():
        draft = path.with_name(f"{name}.{secrets.token_hex(6)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(first)
        try:
            os.link(draft, path)  # fails where the other process was first
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text()
