"""The signing certificates of the caller's own organisation: register by file, revoke when the key is lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pilotzone.base.errors import Refused
from pilotzone.exchange.signing import from_der, from_pem
from pilotzone.kernel import clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.doors import access_organisation, require
from pilotzone.kernel.access.models import Certificate

LARGEST = 20_000  # bytes; certificates have one or two thousand


@dataclass(frozen=True)
class Card:
    """One certificate as the page shows it. `state` is in_force, expired or revoked."""

    sha256: str
    serial: str
    subject: str
    algorithm: str
    valid_to: datetime
    state: str
    revoked_at: datetime | None
    reason: str
    reported_by: str
    told: list[dict[str, Any]]


def cards() -> list[Card]:
    """The certificates of the caller's organisation, the newest first."""
    own = require("certificate.own").organisation
    here = clock.wall()
    return [
        Card(
            row.sha256, row.serial, row.subject, row.algorithm, row.valid_to, _state(row, here), row.revoked_at,
            row.revoked_reason, str(row.reported_by or ""), row.told,
        )
        for row in Certificate.objects.filter(organisation_id=own or 0).select_related("reported_by").order_by("-pk")
    ]  # fmt: skip


def register(data: bytes) -> bool:
    """Register a certificate (PEM or DER) of the caller's organisation; False when it was registered already.

    Refused `accounts.certificate.unreadable`, and `accounts.certificate.other` when the certificate does not carry the
    organisation's customs code or credit code: nobody registers somebody else's.
    """
    own = access_organisation(require("certificate.own").organisation or 0)
    try:
        read = from_pem(data[:LARGEST]) if b"-----BEGIN" in data else from_der(data[:LARGEST])
    except (Refused, ValueError) as failure:
        raise Refused(
            code="accounts.certificate.unreadable",
            zh="文件不是可读取的证书（PEM或DER）。",
            en="The file is no readable certificate (PEM or DER).",
        ) from failure
    if not read.enterprise or read.enterprise not in {own.customs_code, own.uscc}:
        raise Refused(
            code="accounts.certificate.other",
            zh="证书中的企业代码与本单位的海关编码、统一社会信用代码均不一致。",
            en="The certificate carries neither the customs code nor the credit code of your organisation.",
        )
    return certificates.register(
        organisation=own.pk,
        sha256=read.sha256,
        serial=read.serial,
        algorithm=read.key_kind,
        subject=read.subject,
        valid_from=read.not_before,
        valid_to=read.not_after,
    )


def revoke(sha256: str, *, reason: str) -> None:
    """A lost key of the caller's organisation (row-level security keeps others' out of reach)."""
    require("certificate.own")
    if not reason.strip():
        raise Refused(code="accounts.certificate.reason", zh="请写明挂失原因。", en="Say why it is revoked.")
    certificates.revoke(sha256, reason=reason)


def _state(row: Certificate, here: datetime) -> str:
    if row.revoked_at is not None:
        return "revoked"
    return "in_force" if row.valid_from <= here <= row.valid_to else "expired"
