"""Sign a drafted filing with the firm's card: what is to be signed, and what comes back. The platform holds no firm's key."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pilotzone.exchange import signing
from pilotzone.exchange.signing import SUITES, Certificate
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.models import RefundFiling, RefundLine
from pilotzone.rooms.tax.operations.export.filing import locked, wrong_state
from pilotzone.rooms.tax.operations.export.firms import own_firm

MOST = 50


def compose(*, filings: Sequence[int]) -> dict[str, Any]:
    """What the caller's firm signs: {batch, messages: [{filing, number, signed_info}]}, in the order of the signatures."""
    firm = own_firm()
    told = []
    with scope(PLATFORM):
        for filing in _rows(firm, filings):
            if filing.state not in ("draft", "returned"):
                raise wrong_state(filing)
            filing.body = body_of(filing)
            filing.save(update_fields=["body"])
            told.append({"filing": filing.pk, "number": filing.number, "signed_info": filing.body})
    return {"batch": ",".join(str(one["filing"]) for one in told), "messages": told}


def hand_in(*, batch: str, certificate: str, signatures: Sequence[str], at: datetime) -> dict[str, Any]:
    """Verify the card's signatures and queue the filings for the authority: {filings}; all or none.

    Refused `rule.export.signature` for a strange or ended certificate and for a signature over something else.
    """
    firm = own_firm()
    numbers = [int(part) for part in batch.split(",") if part.isascii() and part.isdigit() and len(part) < 19]
    card = _trusted(certificate, firm)
    with scope(PLATFORM):
        rows = _rows(firm, numbers)
        if len(signatures) != len(rows):
            raise refused("rule.export.signature")
        for filing, text in zip(rows, signatures, strict=True):
            if filing.state not in ("draft", "returned") or not filing.body:
                raise wrong_state(filing)
            value = _value(text)
            # what is signed must still be what would be filed
            if filing.body != body_of(filing) or not _holds(card, value, filing.body.encode()):
                raise refused("rule.export.signature")
            filing.state, filing.signed_at, filing.question = "signed", at, ""
            filing.signature, filing.certificate = base64.b64encode(value).decode(), certificate.strip()
            filing.save()
    for filing in rows:
        audit.record(
            "tax.refund.sign", object_kind="refund_filing", object_id=filing.number,
            after={"state": "signed", "certificate": card.serial, "amount": str(filing.amount)},
        )  # fmt: skip
    return {"filings": [filing.number for filing in rows]}


def body_of(filing: RefundFiling) -> str:
    """The filing as signed and sent: one JSON text, keys in their order, amounts as text."""
    firm = Organisation.objects.get(pk=filing.organisation_id)
    lines = RefundLine.objects.filter(filing=filing, standing=True).order_by("list_no", "line_no")
    told = {
        "number": filing.number, "firm": firm.uscc or firm.customs_code, "customs_code": firm.customs_code,
        "kind": filing.kind, "month": filing.month, "class": filing.class_number, "marker": filing.marker,
        "fx_proof": filing.fx_proof, "amount": str(filing.amount),
        **({"principal": _principal(filing.principal_id)} if filing.principal_id else {}),
        "lines": [[one.list_no, one.line_no, str(one.base), f"{one.refund_rate.normalize():f}", str(one.amount)] for one in lines],
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def _principal(number: int) -> str:
    """The code of the producer whose refund it is, as the authority reads it."""
    firm = Organisation.objects.get(pk=number)
    return firm.uscc or firm.customs_code


def _rows(firm: int, numbers: Sequence[int]) -> list[RefundFiling]:
    wanted = list(dict.fromkeys(numbers))
    if not 0 < len(wanted) <= MOST:
        raise refused("rule.export.filing_unknown")
    found = RefundFiling.objects.select_for_update().filter(organisation_id=firm, pk__in=wanted).order_by("pk")
    rows = [locked(row.number, firm) for row in found]
    if len(rows) != len(wanted):
        raise refused("rule.export.filing_unknown")
    return rows


def _trusted(text: str, firm: int) -> Certificate:
    card = signing.from_pem(text.strip().encode())
    holder = certificates.holders([card.sha256]).get(card.sha256)
    if holder is None or holder.organisation != firm or not holder.trusted(clock.wall()):
        raise refused("rule.export.signature")
    return card


def _value(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text[:4096].split()), validate=True)
    except (binascii.Error, ValueError):
        raise refused("rule.export.signature") from None


def _holds(card: Certificate, value: bytes, data: bytes) -> bool:
    suites = [suite for suite in SUITES.values() if suite.key_kind == card.key_kind]
    return any(card.holds(suite.digest_name, value, data) for suite in suites)
