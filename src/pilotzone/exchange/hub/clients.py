"""Systems of departments: a token, shown once; with a certificate (RSA or SM2) every request must be signed as well.

The signature is over `method, path with query, time, Idempotency-Key or nothing, SHA-256 of the body`, each on its line; the time
is wall time in ISO form and at most five minutes away.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilotzone.base.errors import Problem
from pilotzone.exchange.hub import rows
from pilotzone.exchange.hub.errors import refused
from pilotzone.exchange.signing import SUITES, from_pem, natural_algorithm
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope

PREFIX = "pzd_"
RUN = "platform.run"
SKEW_S = 300
ROLE = "department_system"


@dataclass(frozen=True)
class Signed:
    """What a request says of its signature; texts as they came, empty where missing."""

    method: str = ""
    path: str = ""
    time: str = ""
    key: str = ""
    value: str = ""
    body: bytes = b""


def issue(*, unit: str, label: str, certificate: str = "") -> str:
    """A token for a department's system; nobody can read it again. With `certificate` (PEM) it must sign."""
    require(RUN)
    if not label.strip() or len(label) > 80 or unit.count(".") != 1:
        raise refused("hub.input", what="label")
    if certificate:
        try:
            from_pem(certificate.encode())
        except Problem as fault:
            raise refused("hub.certificate", what=fault.code) from fault
    token = PREFIX + secrets.token_urlsafe(32)
    made = rows.first(
        "INSERT INTO exchange_hub_client (unit, label, token_hash, certificate, created_at) VALUES (%s, %s, %s, %s, pz_now()) RETURNING id",
        (unit, label.strip(), hashlib.sha256(token.encode()).digest(), certificate),
    )
    audit.record(
        "hub.client", object_kind="exchange_hub_client", object_id=made["id"] if made else 0, after={"unit": unit}
    )
    return token


def revoke(number: int) -> bool:
    """End a token and its certificate at once."""
    require(RUN)
    return bool(
        rows.run("UPDATE exchange_hub_client SET revoked_at = pz_now() WHERE id = %s AND revoked_at IS NULL", (number,))
    )


def clients() -> list[dict[str, Any]]:
    """Every system, for who runs the platform."""
    require(RUN)
    return rows.every(
        "SELECT id, unit, label, certificate <> '' AS signs, created_at, revoked_at FROM exchange_hub_client ORDER BY id DESC"
    )


def actor_of(token: str, signed: Signed) -> Actor:
    """Whom a token stands for. Refused `hub.token`, `hub.revoked`, `hub.signature`, `hub.clock_skew`."""
    digest = hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
    with scope(PLATFORM):
        found = rows.first(
            "SELECT id, unit, certificate, revoked_at FROM exchange_hub_client WHERE token_hash = %s", (digest,)
        )
    if found is None:
        raise refused("hub.token")
    if found["revoked_at"] is not None:
        raise refused("hub.revoked")
    if found["certificate"]:
        _verify(found["certificate"], signed)
    return Actor(kind=AGENCY, unit_path=found["unit"], role=ROLE, reason=f"hub client {found['id']}")


def to_sign(signed: Signed) -> bytes:
    """The bytes a department's system signs."""
    return "\n".join(
        [signed.method, signed.path, signed.time, signed.key, hashlib.sha256(signed.body).hexdigest()]
    ).encode()


def _verify(pem: str, signed: Signed) -> None:
    certificate = from_pem(pem.encode())
    try:
        moment = datetime.fromisoformat(signed.time)
        value = base64.b64decode(signed.value, validate=True)
    except ValueError as fault:
        raise refused("hub.signature") from fault
    here = clock.wall()
    if moment.tzinfo is None:
        raise refused("hub.signature")
    if abs((moment - here).total_seconds()) > SKEW_S:
        raise refused("hub.clock_skew", most=SKEW_S)
    if not certificate.not_before <= here <= certificate.not_after:
        raise refused("hub.revoked")
    suite = SUITES[natural_algorithm(certificate)]
    if not certificate.holds(suite.digest_name, value, to_sign(signed)):
        raise refused("hub.signature")
