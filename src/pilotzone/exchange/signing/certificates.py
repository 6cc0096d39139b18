"""X.509 certificates with RSA or SM2 keys, read once and kept."""

from __future__ import annotations

import base64
import binascii
import functools
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_der_public_key
from cryptography.x509.oid import NameOID

from pilotzone.exchange.signing import der, sm2, sm2_keys
from pilotzone.exchange.signing.refusals import refusal

Verifier = Callable[[str, bytes, bytes], bool]  # (digest name, signature, data)

_HASHES: dict[str, hashes.HashAlgorithm] = {"sha1": hashes.SHA1(), "sha256": hashes.SHA256()}  # noqa: S303 — the 2018 edition
# names of attributes the library would write as numbers
_NAMES = {NameOID.SERIAL_NUMBER: "serialNumber"}
# Signature algorithms of certificates: dotted name → (digest, kind of key).
_ISSUED_WITH = {
    "1.2.840.113549.1.1.5": ("sha1", "rsa"),
    "1.2.840.113549.1.1.11": ("sha256", "rsa"),
    "1.2.156.10197.1.501": ("sm3", "sm2"),
}
LARGEST = 16 * 1024
_PEM = re.compile(rb"-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----")


@dataclass(frozen=True)
class Certificate:
    """What is needed of a certificate. `serial` is lower-case hex with whole bytes; days are aware UTC.

    `enterprise` is the subject's serialNumber, else its OU: where the enterprise code stands.
    """

    encoded: bytes = field(repr=False)
    serial: str
    subject: str
    issuer: str
    common_name: str
    enterprise: str
    not_before: datetime
    not_after: datetime
    sha256: str
    key_kind: str
    key_bits: int
    authority: bool
    holds: Verifier = field(repr=False, compare=False)
    signed_part: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    signed_with: str

    def issued_by(self, issuer: Certificate) -> bool:
        """Whether `issuer` is an authority and signed this certificate."""
        digest_name, kind = _ISSUED_WITH.get(self.signed_with, ("", ""))
        return (
            issuer.authority
            and kind == issuer.key_kind
            and self.issuer == issuer.subject
            and issuer.holds(digest_name, self.signature, self.signed_part)
        )

    def names(self, key_name: str) -> bool:
        """Whether `key_name` is this serial number, whatever its case, zeros and separators."""
        plain = key_name.strip().replace(":", "").replace(" ", "").lower().removeprefix("0x")
        return plain.lstrip("0") == self.serial.lstrip("0")


def from_pem(text: bytes) -> Certificate:
    """The first certificate of a PEM; plain Base64 and DER are understood too."""
    found = _PEM.search(text)
    if found:
        return from_base64(found[1])
    return from_der(text) if text[:1] == b"\x30" else from_base64(text)


@functools.lru_cache(maxsize=1024)
def from_base64(text: bytes) -> Certificate:
    """The certificate in a Base64 text with any white space; Refused as `from_der`."""
    try:
        return from_der(binascii.a2b_base64(b"".join(text.split()), strict_mode=True))
    except binascii.Error:
        raise refusal("base64", "X509Certificate") from None


@functools.lru_cache(maxsize=4096)
def from_der(encoded: bytes) -> Certificate:
    """The certificate in `encoded`; Refused `signature.certificate` or `signature.key`."""
    if len(encoded) > LARGEST:  # what is kept must stay small, whoever sends it
        raise refusal("certificate", f"> {LARGEST}")
    try:
        parsed = x509.load_der_x509_certificate(encoded)
        kind, bits, holds = _public_key(parsed)
        return Certificate(
            encoded=encoded,
            serial=_serial(parsed.tbs_certificate_bytes),
            subject=parsed.subject.rfc4514_string(_NAMES),
            issuer=parsed.issuer.rfc4514_string(_NAMES),
            common_name=_first(parsed.subject, NameOID.COMMON_NAME),
            enterprise=_first(parsed.subject, NameOID.SERIAL_NUMBER)
            or _first(parsed.subject, NameOID.ORGANIZATIONAL_UNIT_NAME),
            not_before=parsed.not_valid_before_utc,
            not_after=parsed.not_valid_after_utc,
            sha256=hashlib.sha256(encoded).hexdigest(),
            key_kind=kind,
            key_bits=bits,
            authority=_is_authority(parsed),
            holds=holds,
            signed_part=parsed.tbs_certificate_bytes,
            signature=parsed.signature,
            signed_with=parsed.signature_algorithm_oid.dotted_string,
        )
    except (ValueError, TypeError, IndexError, StopIteration, OverflowError):
        # the library's words name its own types; they help nobody who wrote a message
        raise refusal("certificate", "X.509 DER") from None


def to_pem(certificate: Certificate) -> bytes:
    """The certificate as PEM."""
    return sm2_keys.pem("CERTIFICATE", certificate.encoded)


def subject_der(certificate: Certificate) -> bytes:
    """The subject as it is encoded: what an issued certificate must repeat as its issuer."""
    return _tbs(certificate.signed_part)[4].encoded


def _first(name: x509.Name, wanted: x509.ObjectIdentifier) -> str:
    return next((str(item.value) for item in name.get_attributes_for_oid(wanted)), "")


def _is_authority(parsed: x509.Certificate) -> bool:
    try:
        return parsed.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _tbs(signed_part: bytes) -> list[der.Value]:
    """The members of TBSCertificate from the serial number on (RFC 5280 §4.1)."""
    members = der.children(signed_part)
    return members[1:] if members[0].tag == 0xA0 else members


def _serial(signed_part: bytes) -> str:
    content = _tbs(signed_part)[0].content
    return (content[1:] if len(content) > 1 and content[0] == 0 else content).hex()


def _public_key(parsed: x509.Certificate) -> tuple[str, int, Verifier]:
    """Kind, length and verifier of the public key; SM2 is not known to `cryptography`, so read here."""
    info = _tbs(parsed.tbs_certificate_bytes)[5].encoded
    point = sm2_keys.point_of(info)
    if point is not None:
        check = sm2.verifier(point)
        return "sm2", 256, lambda name, signature, data: name == "sm3" and check(signature, data)
    if parsed.public_key_algorithm_oid.dotted_string != "1.2.840.113549.1.1.1":
        raise refusal("key", parsed.public_key_algorithm_oid.dotted_string)
    key = load_der_public_key(info)
    if not isinstance(key, rsa.RSAPublicKey) or key.key_size > 8192:  # a giant key would stall the worker
        raise refusal("key", "RSA")
    return "rsa", key.key_size, _rsa_verifier(key)


def _rsa_verifier(key: rsa.RSAPublicKey) -> Verifier:
    scheme = padding.PKCS1v15()

    def holds(digest_name: str, signature: bytes, data: bytes) -> bool:
        algorithm = _HASHES.get(digest_name)
        if algorithm is None:
            return False
        try:
            key.verify(signature, data, scheme, algorithm)
        except InvalidSignature:
            return False
        return True

    return holds


def decoded(text: bytes, what: str) -> bytes:
    """Base64 with any white space; Refused `signature.base64`."""
    try:
        return base64.b64decode(b"".join(text.split()), validate=True)
    except binascii.Error:
        raise refusal("base64", what) from None
