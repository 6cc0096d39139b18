"""Whom a certificate is believed: known senders, trusted authorities, revocations.

A trust is any function from (certificate, moment) to a refusal's short name, or "" when the certificate is
believed; a room that keeps senders in the database passes its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from pilotzone.exchange.signing.certificates import Certificate

Trust = Callable[[Certificate, datetime], str]
_LONGEST_CHAIN = 5


@dataclass(frozen=True)
class KnownSenders:
    """Certificates registered one by one, by SHA-256 fingerprint (hex)."""

    fingerprints: Collection[str]
    revoked: Collection[str] = ()

    def __call__(self, certificate: Certificate, at: datetime) -> str:
        if certificate.sha256 in self.revoked:
            return "revoked"
        return "" if certificate.sha256 in self.fingerprints else "unknown_sender"


@dataclass(frozen=True)
class Authorities:
    """Certificates that lead to one of `roots`; `revoked` holds (issuer fingerprint, serial) pairs."""

    roots: tuple[Certificate, ...]
    between: tuple[Certificate, ...] = ()
    revoked: Collection[tuple[str, str]] = ()
    _leads: dict[str, tuple[Certificate, ...]] = field(default_factory=dict, repr=False, compare=False)

    def __call__(self, certificate: Certificate, at: datetime) -> str:
        chain = self._leads.get(certificate.sha256)
        if chain is None:
            chain = self._chain(certificate)
            if not chain:  # not remembered: strangers could make as many certificates as they like
                return "untrusted"
            self._leads[certificate.sha256] = chain
        for below, above in zip((certificate, *chain), chain, strict=False):
            if (above.sha256, below.serial) in self.revoked:
                return "revoked"
            if not above.not_before <= at <= above.not_after:
                return "untrusted"
        return ""

    def _chain(self, certificate: Certificate) -> tuple[Certificate, ...]:
        """The issuers from `certificate` up to a root, or () when none is reached."""
        chain: list[Certificate] = []
        for _ in range(_LONGEST_CHAIN):
            below = chain[-1] if chain else certificate
            if (above := _issuer(below, self.roots)) is not None:
                return (*chain, above)
            if (above := _issuer(below, self.between)) is None or above in chain:
                return ()
            chain.append(above)
        return ()


def _issuer(below: Certificate, among: Iterable[Certificate]) -> Certificate | None:
    return next((above for above in among if below.issued_by(above)), None)
