"""Make keys and X.509 v3 certificates (RFC 5280; SM2 ones as GM/T 0015) for the demonstration authority."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from pilotzone.exchange.signing import der, sm2, sm2_keys

LABEL = "SYNTHETIC DEMO 综试通演示（虚构）"
YEARS = 10

_SIGNED_WITH = {
    "rsa": der.sequence(der.oid("1.2.840.113549.1.1.11"), der.wrap(der.NULL)),
    "sm2": der.sequence(der.oid("1.2.156.10197.1.501")),
}
_COUNTRY, _ORGANISATION, _UNIT, _COMMON_NAME, _SERIAL = (
    der.oid(name) for name in ("2.5.4.6", "2.5.4.10", "2.5.4.11", "2.5.4.3", "2.5.4.5")
)
_BASIC_CONSTRAINTS, _KEY_USAGE = der.oid("2.5.29.19"), der.oid("2.5.29.15")
_PRINTABLE, _BOOLEAN = 0x13, 0x01
_TRUE = der.wrap(_BOOLEAN, b"\xff")


class MadeKey(NamedTuple):
    """A fresh key: PKCS #8 PEM without a password, and its SubjectPublicKeyInfo."""

    private_pem: bytes
    public_info: bytes


def new_key(kind: str, *, bits: int = 2048) -> MadeKey:
    """A fresh `rsa` or `sm2` key: PKCS #8 PEM without a password, and its SubjectPublicKeyInfo."""
    if kind == "sm2":
        secret = sm2.engine().generate()
        return MadeKey(sm2_keys.private_pem(secret), sm2_keys.public_info(secret.point))
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    return MadeKey(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
    )


def name(common_name: str, code: str) -> bytes:
    """A subject: country, the synthetic label, the code (as OU and serialNumber), the name."""
    return der.sequence(
        _attribute(_COUNTRY, _PRINTABLE, "CN"),
        _attribute(_ORGANISATION, der.UTF8_STRING, LABEL),
        _attribute(_UNIT, der.UTF8_STRING, code[:64]),
        _attribute(_COMMON_NAME, der.UTF8_STRING, common_name[:64]),
        _attribute(_SERIAL, der.UTF8_STRING, code[:64]),
    )


def certificate(
    public_info: bytes,
    *,
    subject: bytes,
    issuer: bytes,
    sign: Callable[[bytes], bytes],
    kind: str,
    at: datetime,
    days: int = 365 * YEARS,
    authority: bool = False,
) -> bytes:
    """A certificate as DER, valid from a day before `at`; `sign` and `kind` are the issuer's."""
    start = at.astimezone(UTC) - timedelta(days=1)
    body = der.sequence(
        der.wrap(0xA0, der.integer(2)),
        der.integer(secrets.randbits(63) | 1 << 62),
        _SIGNED_WITH[kind],
        issuer,
        der.sequence(_time(start), _time(start + timedelta(days=days + 1))),
        subject,
        public_info,
        der.wrap(0xA3, der.sequence(_constraints(authority), _usage(authority))),
    )
    return der.sequence(body, _SIGNED_WITH[kind], der.bits(sign(body)))


def _attribute(kind: bytes, tag: int, text: str) -> bytes:
    return der.wrap(der.SET, der.sequence(kind, der.wrap(tag, text.encode())))


def _time(moment: datetime) -> bytes:
    """UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5)."""
    if moment.year < 2050:
        return der.wrap(der.UTC_TIME, moment.strftime("%y%m%d%H%M%SZ").encode())
    return der.wrap(der.GENERALIZED_TIME, moment.strftime("%Y%m%d%H%M%SZ").encode())


def _constraints(authority: bool) -> bytes:
    value = der.sequence(_TRUE) if authority else der.sequence()
    return der.sequence(_BASIC_CONSTRAINTS, _TRUE, der.wrap(der.OCTET_STRING, value))


def _usage(authority: bool) -> bytes:
    # bits from the left: digitalSignature 0, nonRepudiation 1, keyCertSign 5, cRLSign 6
    value = der.bits(b"\x06", unused=1) if authority else der.bits(b"\xc0", unused=6)
    return der.sequence(_KEY_USAGE, _TRUE, der.wrap(der.OCTET_STRING, value))
