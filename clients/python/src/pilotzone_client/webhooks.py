"""Pushes of the platform, verified by Standard Webhooks 1.0: the content as it came, its headers, the subscription's secret."""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TOLERANCE_S = 300


class Forged(ValueError):
    """The push is not the platform's, was changed on its way, or is too old to be believed: answer 400 and forget it."""


@dataclass(frozen=True)
class Push:
    """What a push says. `id` is the same in each repetition: keep it and answer 200 to what came before."""

    id: str
    type: str
    timestamp: str
    data: Mapping[str, Any]


def verify(content: bytes, headers: Mapping[str, str], secret: str, *, now: float | None = None) -> Push:
    """The push. Forged where no signature is right or it is over five minutes from `now` (seconds since 1970);
    ValueError where the secret itself is none."""
    given = {name.lower(): value for name, value in headers.items()}
    name, at, signed = (given.get(f"webhook-{part}", "") for part in ("id", "timestamp", "signature"))
    if not (name and signed and at.isascii() and at.isdigit() and len(at) < 16):
        raise Forged("the headers of a push are missing")
    if abs(int(at) - (time.time() if now is None else now)) > TOLERANCE_S:
        raise Forged("the time of the push is not now")
    right = base64.b64encode(hmac.digest(_key(secret), f"{name}.{at}.".encode() + content, "sha256"))
    versions = (one.partition(",") for one in signed.split())
    # each is compared in full, so that the time taken tells nothing
    matches = [hmac.compare_digest(right, value.encode()) for version, _comma, value in versions if version == "v1"]
    if not any(matches):
        raise Forged("no signature is right")
    try:
        told = json.loads(content)
        return Push(name, str(told["type"]), str(told["timestamp"]), dict(told["data"]))
    except (KeyError, TypeError, ValueError) as fault:
        raise Forged("the content is no push") from fault


def _key(secret: str) -> bytes:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except binascii.Error as fault:
        raise ValueError("a webhook secret is whsec_ and Base64") from fault
    if not secret.startswith("whsec_") or not 24 <= len(key) <= 64:
        raise ValueError("a webhook secret is whsec_ and Base64 of 24 to 64 bytes")
    return key
