"""The card's signatures come back: put into their messages, verified like everybody's, kept in the inbox like everything.

All messages of a sitting are handed in by one transaction or none is. Posting the same again answers the same receipts.
"""

from __future__ import annotations

import base64
import binascii
import uuid
from collections.abc import Sequence
from typing import Any

from django.db import connection

from pilotzone.base.errors import Refused
from pilotzone.exchange import inbox, signing
from pilotzone.exchange.sealing import unpack
from pilotzone.exchange.signing import SUITES, Certificate, ToSign
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.clearance.models import Signing
from pilotzone.rooms.clearance.operations import composing
from pilotzone.rooms.clearance.operations.composing import SIGNING, SOURCE
from pilotzone.rooms.clearance.operations.verbs import own_firm
from pilotzone.rooms.clearance.queries import drafts as standing

CHANNEL, CLIENT = "desk", "ukey"
LARGEST_SIGNATURE = 4096


def hand_in(*, batch: str, certificate: str, signatures: Sequence[str]) -> dict[str, Any]:
    """Verify and keep the signed messages of a sitting: {receipts, repeated}.

    `signatures` are Base64 in the order `compose` answered. Refused `clearance.signing.unknown|count|swapped|draft|
    underway|certificate|ended|algorithm` or `signature.…` (as everywhere), and then nothing is kept.
    """
    firm = own_firm()
    _one_at_a_time(firm)
    rows = list(Signing.objects.filter(organisation=firm, batch=_number(batch)).order_by("position"))
    if not rows:
        raise _unknown()
    if all(row.receipt for row in rows):
        return {"receipts": [row.receipt for row in rows], "repeated": True}
    card = composing.certificate_of(certificate)
    composing.trusted(card, firm)
    _fits(rows, card, signatures)
    _still_stand(rows)
    signed = [_signed(row, card, text) for row, text in zip(rows, signatures, strict=True)]
    receipts = inbox.keep(connection, [inbox.Incoming(raw, CHANNEL, CLIENT, firm.pk) for raw in signed])
    for row, receipt in zip(rows, receipts, strict=True):
        row.receipt, row.signed_at, row.body = receipt, clock.now(), b""
        row.save(update_fields=["receipt", "signed_at", "body"])
    audit.record(
        "clearance.sign", object_kind="organisation", object_id=firm.pk,
        after={"batch": batch, "receipts": receipts, "certificate": card.serial, "drafts": sum(len(r.drafts) for r in rows)},
    )  # fmt: skip
    return {"receipts": receipts, "repeated": False}


def _one_at_a_time(firm: Organisation) -> None:
    """Two people of one firm may sign the same draft at once; the second must find the first one's message."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('clearance.signing'), %s)", [firm.pk % 2**31])


def _number(batch: str) -> uuid.UUID:
    try:
        return uuid.UUID(batch)
    except ValueError:
        raise _unknown() from None


def _fits(rows: Sequence[Signing], card: Certificate, signatures: Sequence[str]) -> None:
    if len(signatures) != len(rows):
        raise Refused(
            code="clearance.signing.count", source=SOURCE,
            zh=f"应有{len(rows)}个签名，收到{len(signatures)}个。",
            en=f"{len(rows)} signatures are wanted, {len(signatures)} came.",
        )  # fmt: skip
    if any(row.certificate != card.sha256 for row in rows):
        raise Refused(
            code="clearance.signing.swapped", source=SOURCE,
            zh="签名期间更换了卡：证书与准备时不一致，签名未提交。",
            en="The card was changed while signing: this is another certificate; nothing was handed in.",
            mend_zh="请用同一张卡重新签名。", mend_en="Sign again with one card.",
        )  # fmt: skip


def _still_stand(rows: Sequence[Signing]) -> None:
    wanted = {draft for row in rows for draft in row.drafts}
    here = standing.standing().filter(id__in=wanted).count()
    if here < len(wanted):
        raise composing.changed(len(wanted) - here)
    if busy := standing.underway(wanted):
        raise composing.on_their_way(len(busy))


def _signed(row: Signing, card: Certificate, text: str) -> bytes:
    """The signed message of one signature, judged as the pipeline will judge it."""
    to_sign = signing.prepare(unpack(bytes(row.body), SIGNING), row.algorithm)
    value = _decoded(text)
    try:
        raw = signing.finish(to_sign, value, card)
    except Refused as told:
        raise _by_another_digest(to_sign, value, card) or told from None
    verdict = signing.verify(raw, at=clock.wall())
    if not verdict.ok:
        raise Refused(code=verdict.code, zh=verdict.zh, en=verdict.en, source=verdict.source)
    return raw


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode("".join(text[:LARGEST_SIGNATURE].split()), validate=True)
    except (binascii.Error, ValueError):
        raise Refused(
            code="signature.base64", source=SOURCE, zh="签名值不是有效的 Base64。", en="The signature is no valid Base64.",
        ) from None  # fmt: skip


def _by_another_digest(to_sign: ToSign, value: bytes, card: Certificate) -> Refused | None:
    """Older controls digest by SHA-1 whatever is written in SignedInfo: then the message is to be composed for that."""
    for suite in SUITES.values():
        if suite.key_kind != card.key_kind or suite.name == to_sign.suite.name:
            continue
        if card.holds(suite.digest_name, value, to_sign.signed_info):
            return Refused(
                code="clearance.signing.algorithm", source=SOURCE, fields={"algorithm": suite.name},
                zh=f"控件按 {suite.name} 签名，与准备的 {to_sign.suite.name} 不一致，需按控件的算法重新准备。",
                en=f"The control signed by {suite.name}, not by {to_sign.suite.name}; compose for its algorithm.",
            )  # fmt: skip
    return None


def _unknown() -> Refused:
    return Refused(
        code="clearance.signing.unknown", source=SOURCE,
        zh="没有这批待签名的报文，或已超过保留时间。", en="There is no such batch to sign, or it was kept no longer.",
        mend_zh="请回到暂存列表重新签名。", mend_en="Go back to the drafts and sign again.",
    )  # fmt: skip
