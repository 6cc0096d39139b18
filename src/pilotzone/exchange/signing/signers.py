"""Who signs: a key in a file (test keys), the firm's card behind its local control, a server crypto device.

All three give the same: an algorithm, a certificate, and a signature over bytes. The platform itself holds no
firm's key: in production the card's control is spoken to by the firm's own browser or client (`control`).
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Protocol

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from pilotzone.exchange.signing import certificates, composition, control, sm2, sm2_keys
from pilotzone.exchange.signing.algorithms import SUITES
from pilotzone.exchange.signing.certificates import Certificate
from pilotzone.exchange.signing.refusals import refusal


class Signer(Protocol):
    """Signs bytes with the key of `certificate` by `algorithm`, a name of `algorithms.SUITES`."""

    @property
    def algorithm(self) -> str: ...

    @property
    def certificate(self) -> Certificate: ...

    def sign(self, data: bytes) -> bytes: ...


def sign(xml: bytes, signer: Signer) -> bytes:
    """`xml` with one enveloped signature at its place."""
    to_sign = composition.prepare(xml, signer.algorithm)
    return composition.finish(to_sign, signer.sign(to_sign.signed_info), signer.certificate)


def sign_text(data: bytes, signer: Signer) -> tuple[str, str]:
    """(Base64 signature over `data`, certificate serial): `signValue` and `certNo` of announcement 179."""
    return base64.b64encode(signer.sign(data)).decode(), signer.certificate.serial


def natural_algorithm(certificate: Certificate) -> str:
    """The suite the specification pairs with this key: SM2-SM3, RSA-SHA256 from 2048 bits, else RSA-SHA1."""
    if certificate.key_kind == "sm2":
        return "sm2-sm3"
    return "rsa-sha256" if certificate.key_bits >= 2048 else "rsa-sha1"


def algorithm_for(certificate: Certificate, edition: str) -> str:
    """The suite `edition` prints for this key, SM2 and the longer digest first; Refused `signature.algorithm` without one."""
    printed = [suite for suite in SUITES.values() if edition in suite.editions]
    for suite in printed:
        if suite.key_kind == certificate.key_kind and certificate.key_bits >= suite.least_bits:
            return suite.name
    names = ", ".join(suite.name for suite in printed)
    raise refusal("algorithm", f"{certificate.key_kind} {certificate.key_bits} ({edition}: {names})")


class PemSigner:
    """A key in a PEM file, RSA or SM2; Refused `signature.private_key|pair|key`."""

    def __init__(self, key_pem: bytes, cert_pem: bytes, *, algorithm: str = "", password: bytes | None = None) -> None:
        self.certificate = certificates.from_pem(cert_pem)
        self.algorithm = algorithm or natural_algorithm(self.certificate)
        suite = SUITES[self.algorithm]
        kind, self.sign = signing_key(key_pem, password, suite.digest_name)
        if kind != suite.key_kind:
            raise refusal("key", f"{suite.name}, {kind}")
        probe = b"pilotzone"
        if not self.certificate.holds(suite.digest_name, self.sign(probe), probe):
            raise refusal("pair")


class UkeySigner:
    """The firm's card behind its local control; `talk` sends one JSON text to it and returns the answer.

    For the firm's own machine. A wrong PIN several times locks the card: it is tried once, never again.
    """

    def __init__(self, talk: Callable[[str], str], pin: str, *, algorithm: str = "") -> None:
        self._talk = talk
        self._pin = pin
        self._number = 0
        answer = self._ask(control.CERTIFICATE)
        self.certificate = certificates.from_pem(answer[0].encode())
        self.algorithm = algorithm or natural_algorithm(self.certificate)

    def sign(self, data: bytes) -> bytes:
        answer = self._ask(control.SIGN, inData=data.decode(), passwd=self._pin)
        return certificates.decoded(answer[0].encode(), "SignatureValue")

    def _ask(self, method: str, **arguments: str) -> list[str]:
        self._number += 1
        return control.read_answer(
            self._talk(control.request(method, number=self._number, **arguments)), number=self._number
        )


class CryptoDevice(Protocol):
    """A server crypto device, keys by label. The vendor's driver implements these two calls."""

    def certificate(self, label: str) -> bytes:
        """The certificate of the key, DER or PEM."""
        ...

    def sign(self, label: str, algorithm: str, data: bytes) -> bytes:
        """The signature over `data` (digested in the device), PKCS #1 v1.5, or DER or r‖s for SM2."""
        ...


class DeviceSigner:
    """One key of a server crypto device."""

    def __init__(self, device: CryptoDevice, label: str, *, algorithm: str = "") -> None:
        self._device = device
        self._label = label
        self.certificate = certificates.from_pem(device.certificate(label))
        self.algorithm = algorithm or natural_algorithm(self.certificate)

    def sign(self, data: bytes) -> bytes:
        return self._device.sign(self._label, self.algorithm, data)


def signing_key(key_pem: bytes, password: bytes | None, digest_name: str) -> tuple[str, Callable[[bytes], bytes]]:
    """Kind of the key in a PEM, and the function from bytes to signature; Refused `signature.private_key`."""
    try:
        secret = sm2_keys.private_of(key_pem)
        if secret is not None:
            return "sm2", sm2.engine().signer(secret)
        key = load_pem_private_key(key_pem, password)
    except (ValueError, TypeError, IndexError, UnsupportedAlgorithm) as broken:
        raise refusal("private_key", " ".join(str(broken).split())[:120]) from None
    if not isinstance(key, rsa.RSAPrivateKey):
        raise refusal("private_key", type(key).__name__)
    rsa_key, scheme = key, padding.PKCS1v15()
    # SHA-1 is what the 2018 edition prescribes for 1024-bit keys.
    algorithm = hashes.SHA1() if digest_name == "sha1" else hashes.SHA256()  # noqa: S303
    return "rsa", lambda data: rsa_key.sign(data, scheme, algorithm)
