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
from pilotzone.exchange.channels import endpoint
from pilotzone.exchange.hub import rows
from pilotzone.exchange.hub.errors import denied, refused
from pilotzone.exchange.signing import SUITES, Certificate, from_pem, natural_algorithm
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import scope

PREFIX = "pzd_"
RUN = "platform.run"
SKEW_S = 300
ROLE = "department_system"
_CLIENT = "hub client "


@dataclass(frozen=True)
class Signed:
    """What a request says of its signature; texts as they came, empty where missing."""

    method: str = ""
    path: str = ""
    time: str = ""
    key: str = ""
    value: str = ""
    body: bytes = b""


def issue(*, unit: str, label: str, certificate: str = "", push_url: str = "") -> str:
    """A token for a department's system; nobody can read it again. With `certificate` (PEM) it must sign.

    `push_url`: messages are pushed there; without one the system fetches them. Refused `webhook.url` for no such address.
    """
    require(RUN)
    if push_url:
        endpoint.read(push_url)
    if not label.strip() or len(label) > 80 or unit.count(".") != 1:
        raise refused("hub.input", what="label")
    if certificate:
        try:
            from_pem(certificate.encode())
        except Problem as fault:
            raise refused("hub.certificate", what=fault.code) from fault
    token = PREFIX + secrets.token_urlsafe(32)
    made = rows.first(
        "INSERT INTO exchange_hub_client (unit, label, token_hash, certificate, push_url, created_at) VALUES (%s, %s, %s, %s, %s, pz_now())"
        " RETURNING id",
        (unit, label.strip(), hashlib.sha256(token.encode()).digest(), certificate, push_url),
    )
    audit.record(
        "hub.client", object_kind="exchange_hub_client", object_id=made["id"] if made else 0, after={"unit": unit}
    )
    return token


def rotate(number: int) -> str:
    """A new token in place of one: the same department, label, certificate and address; the old one ends at once."""
    require(RUN)
    found = rows.first(
        "SELECT unit, label, certificate, push_url FROM exchange_hub_client WHERE id = %s AND revoked_at IS NULL",
        (number,),
    )
    if found is None or not revoke(number):
        raise denied("hub.unknown")
    return issue(**found)


def receivers() -> dict[str, str]:
    """Where messages are pushed to, by department: the address of its newest token that has one (as the platform)."""
    with scope(PLATFORM):
        found = rows.every(
            "SELECT unit, push_url FROM exchange_hub_client WHERE revoked_at IS NULL AND push_url <> '' ORDER BY id"
        )
    return {one["unit"]: one["push_url"] for one in found}


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
        "SELECT id, unit, label, certificate <> '' AS signs, push_url, created_at, revoked_at FROM exchange_hub_client ORDER BY id DESC"
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
    return Actor(kind=AGENCY, unit_path=found["unit"], role=ROLE, reason=f"{_CLIENT}{found['id']}")


def certificate_of(actor: Actor) -> Certificate | None:
    """The certificate registered with the token a department's system came by; None without one, and for people."""
    number = actor.reason.removeprefix(_CLIENT)
    if actor.role != ROLE or not number.isdecimal():
        return None
    with scope(PLATFORM):
        found = rows.first("SELECT certificate FROM exchange_hub_client WHERE id = %s", (int(number),))
    return from_pem(found["certificate"].encode()) if found and found["certificate"] else None


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
    if not holds(certificate, value, to_sign(signed)):
        raise refused("hub.signature")


def holds(certificate: Certificate, signature: bytes, data: bytes) -> bool:
    """Whether a signature over the data is of this certificate's key, by the algorithm that goes with it."""
    return certificate.holds(SUITES[natural_algorithm(certificate)].digest_name, signature, data)
