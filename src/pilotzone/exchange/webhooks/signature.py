"""The signature of a push: Standard Webhooks 1.0, symmetric (`v1`). Headers webhook-id, -timestamp, -signature.

Signed is `id.timestamp.content` with HMAC-SHA256; while a secret is being replaced there is one signature for each of
the two, separated by a blank, and the receiver takes the message if any of them is right.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import secrets
from collections.abc import Sequence

from pilotzone.base.errors import Refused

PREFIX = "whsec_"
LEAST, USUAL, MOST = 24, 32, 64  # bytes of a secret, by the specification 24 to 64
SOURCE = "Standard Webhooks 1.0"


def new_secret() -> str:
    """A fresh secret as the receiver configures it: `whsec_` and Base64."""
    return PREFIX + base64.b64encode(secrets.token_bytes(USUAL)).decode()


def key_of(secret: str) -> bytes:
    """The key inside a secret. Refused `webhook.secret` where it is none."""
    try:
        if not secret.startswith(PREFIX):
            raise ValueError("prefix")
        key = base64.b64decode(secret[len(PREFIX) :], validate=True)
        if not LEAST <= len(key) <= MOST:
            raise ValueError("length")
    except (ValueError, binascii.Error):
        raise Refused(
            code="webhook.secret",
            zh="推送密钥须为 whsec_ 加 Base64，内含24至64字节。",
            en="A webhook secret is whsec_ and Base64 of 24 to 64 bytes.",
            source=SOURCE,
        ) from None
    return key


def sign(secret: str, message_id: str, timestamp: int, content: bytes) -> str:
    """One signature, `v1,…`. `timestamp` is seconds since 1970, wall time."""
    signed = f"{message_id}.{timestamp}.".encode() + content
    return "v1," + base64.b64encode(hmac.digest(key_of(secret), signed, "sha256")).decode()


def headers(in_force: Sequence[str], message_id: str, timestamp: int, content: bytes) -> dict[str, str]:
    """The three headers, signed by every secret in force, the newest first."""
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": " ".join(sign(secret, message_id, timestamp, content) for secret in in_force),
    }
