"""Founds the bench's enterprises in its zone: rows, districts, certificates, tokens, guarantees, many at a time."""

from __future__ import annotations

import hashlib
from decimal import Decimal
from pathlib import Path

from django.db import connection

from pilotzone.exchange.signing import from_pem
from pilotzone.kernel import clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation, Unit, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.bench import firms
from pilotzone.portal.demo.firms import SELLER
from pilotzone.portal.demo.parties import SINCE
from pilotzone.rooms.tax import api as tax

DEPOSIT = Decimal("500000000.00")  # no list of the load waits for a guarantee


def found_all(keys: Path, kind: str, trades: int) -> dict[str, int]:
    """Everything the load's messages need; answers the organisations by customs code."""
    with scope(PLATFORM):
        now = clock.now()
        made = Organisation.objects.bulk_create(
            Organisation(
                customs_code=firm.customs_code, name=firm.name, name_en=firm.name_en, uscc=firm.uscc,
                dxp_id=firm.dxp_id, roles=[firm.role], synthetic=True, created_at=now,
            )
            for firm in firms.everyone()
        )  # fmt: skip
        units = {unit.code: unit for unit in Unit.objects.all()}
        UnitLink.objects.bulk_create(
            UnitLink(organisation=one, unit=units[firm.unit], kind=link, valid_from=SINCE)
            for one, firm in zip(made, firms.everyone(), strict=True)
            for link in ("registered", "clearance")
        )
        organisations = {one.customs_code: one.pk for one in made}
        for firm in firms.senders(trades):
            _certify(organisations[firm.customs_code], keys / firm.customs_code / kind / "cert.pem")
        _tokens(organisations, trades)
        for firm in firms.some(SELLER, trades):
            tax.lodge(
                organisation=organisations[firm.customs_code], number=f"BENCH-{firm.number}", kind="cash", amount=DEPOSIT,
                valid_from=SINCE, at=now, reason="SYNTHETIC BENCH",
            )  # fmt: skip
    return organisations


def _certify(organisation: int, path: Path) -> None:
    certificate = from_pem(path.read_bytes())
    certificates.register(
        organisation=organisation, sha256=certificate.sha256, serial=certificate.serial,
        algorithm=certificate.key_kind, subject=certificate.subject, valid_from=certificate.not_before,
        valid_to=certificate.not_after,
    )  # fmt: skip


def _tokens(organisations: dict[str, int], trades: int) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO exchange_client (token_hash, organisation_id, label) VALUES (%s, %s, 'bench')",
            [
                (hashlib.sha256(firms.token_of(firm).encode()).digest(), organisations[firm.customs_code])
                for firm in firms.senders(trades)
            ],
        )
