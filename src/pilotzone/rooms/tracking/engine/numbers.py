"""The numbers a trade is known by, and what may be typed to find it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

KINDS: dict[str, tuple[str, str]] = {
    "orderNo": ("订单编号", "order no."),
    "payTransactionId": ("支付交易编号", "payment no."),
    "logisticsNo": ("运单编号", "waybill no."),
    "copNo": ("企业内部编号", "enterprise no."),
    "preNo": ("预录入编号", "pre-entry no."),
    "invtNo": ("清单编号", "list no."),
    "billNo": ("提运单号", "bill no."),
    "entryId": ("报关单编号", "declaration no."),
    "taxNo": ("电子税单编号", "tax bill no."),
}
PAYMENT = ("付汇申请号", "payment application no.")  # of a payment abroad: the room fx knows them
_TYPED = re.compile(r"[^\s\x00-\x1f<>\"'\\]{4,80}")


def cleaned(typed: str) -> str | None:
    """What was typed as a number: full-width forms folded, outer space dropped; None where it cannot be one."""
    text = unicodedata.normalize("NFKC", typed).strip()
    return text if _TYPED.fullmatch(text) else None


def numbers_of(told: Mapping[str, str | None] | None) -> dict[str, str]:
    """{kind: number} of an event row's `numbers`; unknown kinds and empty ones are left out."""
    return {kind: number for kind, number in told.items() if number and kind in KINDS} if told else {}
