"""Uploads of payment raw data and customs' answers to them; by the carrier, which knows no Django."""

from __future__ import annotations

from typing import Any

from pilotzone.exchange.formats.payment_raw import SUCCESS

COUNTERPART, KIND = "customs.payment_data", "realTimeDataUp"
OPEN, QUEUED, ACCEPTED, REFUSED = "open", "queued", "accepted", "refused"


def settle(cursor: Any, *, request: int, code: str, message: str) -> None:
    """Note customs' answer to an upload, with a raw cursor; an answer that comes again changes nothing."""
    cursor.execute(
        "UPDATE clearance_paymentrequest SET state = %s, answer_code = %s, answer_message = %s, answered_at = pz_now()"
        " WHERE id = %s AND state = %s",
        (ACCEPTED if code == SUCCESS else REFUSED, code[:8], message[:1000], request, QUEUED),
    )
