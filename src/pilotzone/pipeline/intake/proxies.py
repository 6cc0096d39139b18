"""Proxies that end TLS for the intake: they alone may say whose verified certificate a client showed."""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import unquote

from pilotzone.pipeline.intake.problems import Turned


@dataclass(frozen=True)
class Proxies:
    """Their addresses, and the header (lower case) they set on every request, empty where no certificate was shown."""

    addresses: frozenset[str] = frozenset()
    header: str = "client-cert"

    def certificate(self, headers: Mapping[str, str], address: str) -> str:
        """SHA-256 of the certificate told of; '' where none was, or where the address is nobody to be believed."""
        told = headers.get(self.header, "") if address in self.addresses else ""
        return _sha256(told) if told else ""


NONE = Proxies()


def from_environment() -> Proxies:
    """PILOTZONE_INTAKE_PROXIES: addresses with commas between; PILOTZONE_INTAKE_CERT_HEADER: another header's name."""
    addresses = os.environ.get("PILOTZONE_INTAKE_PROXIES", "").replace(",", " ").split()
    return Proxies(frozenset(addresses), (os.environ.get("PILOTZONE_INTAKE_CERT_HEADER") or "Client-Cert").lower())


@lru_cache(maxsize=1024)
def _sha256(told: str) -> str:
    """Of `:Base64 of the DER:` (RFC 9440) or of PEM, URL-encoded as nginx writes it."""
    text = unquote(told).strip()
    try:
        if text.startswith("-----BEGIN"):
            return hashlib.sha256(ssl.PEM_cert_to_DER_cert(text + "\n")).hexdigest()
        return hashlib.sha256(base64.b64decode(text.strip(":"), validate=True)).hexdigest()
    except (ValueError, binascii.Error):
        raise Turned("intake.certificate") from None
