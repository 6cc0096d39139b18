"""A certificate authority for demonstrations: synthetic, labelled so, RSA-2048 and SM2.

Real certificates come from customs' data centre. These let anyone sign and send in a demonstration zone;
their subject says SYNTHETIC DEMO, and a real zone does not trust their authority.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from pilotzone.base.errors import Refused
from pilotzone.exchange.signing import certificates, issuance
from pilotzone.exchange.signing.certificates import Certificate
from pilotzone.exchange.signing.refusals import refusal
from pilotzone.exchange.signing.signers import PemSigner, sign_text, signing_key
from pilotzone.exchange.signing.trust import Authorities

KINDS = ("rsa", "sm2")
_FOLDER_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")


@dataclass(frozen=True)
class Pair:
    """Where one key and its certificate lie."""

    key: Path
    certificate: Path

    def signer(self) -> PemSigner:
        return PemSigner(self.key.read_bytes(), self.certificate.read_bytes())

    def valid(self, at: datetime) -> bool:
        """Whether both files are there, fit each other and are valid at `at`."""
        try:
            certificate = self.signer().certificate
        except (OSError, Refused):
            return False
        return certificate.not_before <= at < certificate.not_after


class DemoAuthority:
    """The authority whose files lie in `folder`; the first use makes them, `at` is the wall time (aware).

    Layout: `authority/<kind>/{key,cert}.pem` and `revoked.json`, `<enterprise>/<kind>/{key,cert}.pem`.
    Files are readable by their owner only. Issuing again gives the same pair while it is valid.
    """

    def __init__(self, folder: Path, *, at: datetime) -> None:
        self.folder = folder
        self._own = {kind: self._root(kind, at) for kind in KINDS}
        self._signers = {kind: pair.signer() for kind, pair in self._own.items()}

    def root(self, kind: str) -> Certificate:
        return self._signers[kind].certificate

    def issue(self, enterprise: str, name: str, kind: str, *, at: datetime) -> Pair:
        """Key and certificate of an enterprise: CN its name, serialNumber and OU its code."""
        if not _FOLDER_NAME.fullmatch(enterprise) or enterprise == "authority" or kind not in KINDS:
            raise _bad_request(enterprise, kind)
        pair = _pair(self.folder / enterprise / kind)
        if not pair.valid(at):
            made = issuance.new_key(kind)
            signer = self._signers[kind]
            encoded = issuance.certificate(
                made.public_info,
                subject=issuance.name(name, enterprise),
                issuer=certificates.subject_der(signer.certificate),
                sign=signer.sign,
                kind=kind,
                at=at,
            )
            _write(pair.key, made.private_pem)
            _write(pair.certificate, certificates.to_pem(certificates.from_der(encoded)))
        return pair

    def trust(self) -> Authorities:
        """The trust of a demonstration zone: both roots, minus what is revoked."""
        roots = tuple(self.root(kind) for kind in KINDS)
        revoked = {(root.sha256, serial) for root in roots for serial in self._revoked(root.key_kind)}
        return Authorities(roots, revoked=frozenset(revoked))

    def revoke(self, certificate: Certificate, *, at: datetime) -> None:
        """Add `certificate` to the signed revocation list of its authority."""
        kind = certificate.key_kind
        serials = sorted({*self._revoked(kind), certificate.serial})
        issued = at.astimezone(UTC).isoformat()
        value, _ = sign_text(_listed(issued, serials), self._signers[kind])
        listed = _Revocations(issued=issued, serials=serials, signature=value)
        _write(self._list(kind), msgspec.json.encode(listed))

    def _revoked(self, kind: str) -> tuple[str, ...]:
        path = self._list(kind)
        return read_revocations(path.read_bytes(), self.root(kind)) if path.exists() else ()

    def _list(self, kind: str) -> Path:
        return self.folder / "authority" / kind / "revoked.json"

    def _root(self, kind: str, at: datetime) -> Pair:
        pair = _pair(self.folder / "authority" / kind)
        if not pair.valid(at):
            made = issuance.new_key(kind)
            name = issuance.name(f"PilotZone demo authority {kind.upper()}", "DEMO-CA")
            _, sign = signing_key(made.private_pem, None, "sha256")
            encoded = issuance.certificate(
                made.public_info, subject=name, issuer=name, sign=sign, kind=kind, at=at, authority=True
            )
            _write(pair.key, made.private_pem)
            _write(pair.certificate, certificates.to_pem(certificates.from_der(encoded)))
        return pair


class _Revocations(msgspec.Struct):
    issued: str
    serials: list[str]
    signature: str


def read_revocations(text: bytes, authority: Certificate) -> tuple[str, ...]:
    """The serials in a revocation list; Refused `signature.revocations` unless `authority` signed it."""
    try:
        listed = msgspec.json.decode(text, type=_Revocations)
    except (msgspec.DecodeError, UnicodeError):
        raise refusal("revocations") from None
    digest_name = "sm3" if authority.key_kind == "sm2" else "sha256"
    value = certificates.decoded(listed.signature.encode(), "signature")
    if not authority.holds(digest_name, value, _listed(listed.issued, listed.serials)):
        raise refusal("revocations")
    return tuple(listed.serials)


def _listed(issued: str, serials: list[str]) -> bytes:
    """The bytes a revocation list is signed over."""
    return "\n".join([issued, *serials]).encode()


def _pair(folder: Path) -> Pair:
    return Pair(folder / "key.pem", folder / "cert.pem")


def _write(path: Path, content: bytes) -> None:
    """Put a file in place whole, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, draft = tempfile.mkstemp(dir=path.parent)  # mkstemp makes it 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(draft, path)
    except BaseException:
        os.unlink(draft)
        raise


def _bad_request(enterprise: str, kind: str) -> Refused:
    return Refused(
        code="signature.issue",
        zh=f"不能为“{enterprise[:64]}”签发 {kind[:16]} 演示证书：代码限字母、数字、._-，种类为 rsa 或 sm2。",
        en=f"No {kind[:16]} certificate for “{enterprise[:64]}”: letters, digits, ._- only; kinds rsa, sm2.",
        source="Demonstration authority",
    )
