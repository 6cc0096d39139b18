"""Founds the synthetic enterprises: rows, districts, certificates, tokens, guarantees. Who plays them: portal.accounts."""

from __future__ import annotations

import hashlib
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import connection

from pilotzone.exchange.signing import DemoAuthority, PemSigner
from pilotzone.kernel import clock, vault
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.models import Organisation, Unit, UnitLink
from pilotzone.portal.demo.firms import LEADS, Firm, everyone, sellers
from pilotzone.rooms.tax import api as tax

SINCE = date(2019, 1, 1)
UNTIL = date(2031, 12, 31)
DEPOSIT = Decimal("5000000.00")


def found_all(keys: Path) -> dict[int, PemSigner]:
    """Everything a demonstration zone needs before its first message; answers the senders' signers by firm number.

    Idempotent: what stands is left as it is. Keys lie at `keys`/<customs code>/<rsa|sm2>/.
    """
    organisations = {firm.number: _organisation(firm) for firm in everyone()}
    signers = {}
    authority = DemoAuthority(keys, at=clock.wall())
    for firm in (*LEADS, sellers()[0]):
        for kind in ("rsa", "sm2"):
            pair = authority.issue(firm.customs_code, firm.name, kind, at=clock.wall())
            signer = pair.signer()
            _certify(organisations[firm.number], signer)
            if kind == "rsa":
                signers[firm.number] = signer
        _token(organisations[firm.number], firm)
    for firm in sellers():
        _deposit(organisations[firm.number])
    return signers


def _organisation(firm: Firm) -> Organisation:
    made, new = Organisation.objects.get_or_create(
        customs_code=firm.customs_code,
        defaults={
            "name": firm.name,
            "name_en": firm.name_en,
            "uscc": firm.uscc,
            "dxp_id": firm.dxp_id,
            "roles": [firm.role],
            "synthetic": True,
            "created_at": clock.now(),
        },
    )
    if new:
        unit = Unit.objects.get(code=firm.unit)
        for kind in ("registered", "clearance"):
            UnitLink.objects.create(organisation=made, unit=unit, kind=kind, valid_from=SINCE)
    return made


def _certify(organisation: Organisation, signer: PemSigner) -> None:
    certificate = signer.certificate
    certificates.register(
        organisation=organisation.pk,
        sha256=certificate.sha256,
        serial=certificate.serial,
        algorithm=certificate.key_kind,
        subject=certificate.subject,
        valid_from=certificate.not_before,
        valid_to=certificate.not_after,
    )


def token_of(firm: Firm) -> str:
    """The demonstration's bearer token of an enterprise: derived from the zone's own secret, not written anywhere."""
    return vault.keyed_hash("demo-token", firm.customs_code)[:40]


def _token(organisation: Organisation, firm: Firm) -> None:
    digest = hashlib.sha256(token_of(firm).encode()).digest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO exchange_client (token_hash, organisation_id, label) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            [digest, organisation.pk, "demo"],
        )


def _deposit(organisation: Organisation) -> None:
    """A tax guarantee large enough for the year; recording it twice changes nothing."""
    tax.lodge(
        organisation=organisation.pk, number=f"demo-{organisation.customs_code}", kind="bank_letter", amount=DEPOSIT,
        valid_from=SINCE, valid_to=UNTIL, at=clock.now(), reason="SYNTHETIC DEMO",
    )  # fmt: skip
