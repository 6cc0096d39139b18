"""What a page showed of a receipt or payment when somebody decided by it: what others did meanwhile is told first."""

from __future__ import annotations

from collections.abc import Sequence

from pilotzone.kernel import seen
from pilotzone.kernel.access.actor import Actor

RECEIPT, PAYMENT = "fx.receipt", "fx.payment"
SOURCE = "rooms/fx/README.md"
WORDS = {
    "fx.receive": ("收汇登记", "the receipt"), "fx.link": ("关联单证", "a document linked"), "fx.unlink": ("取消关联", "a document unlinked"),
    "fx.net": ("轧差费用", "netted costs"), "fx.apply": ("结汇申请", "the application"), "fx.decide": ("银行决定", "the bank's decision"),
    "fx.refund": ("退汇", "money sent back"), "fx.report": ("贸易信贷报告", "the trade credit report"),
    "fx.pay.ask": ("付汇申请", "the application"), "fx.pay.decide": ("银行决定", "the bank's decision"),
    "fx.pay.report": ("贸易信贷报告", "the trade credit report"),
}  # fmt: skip


def as_shown(kind: str, number: int, version: int | None, me: Actor) -> None:
    """Refused `kernel.record.moved` where a locked receipt or payment moved since the page showed `version` (None: whatever)."""
    seen.unmoved(kind, number, version, source=SOURCE, what=_what, me=me)


def _what(lines: Sequence[seen.Line]) -> seen.Said:
    return seen.named([WORDS.get(line["action"], (line["action"], line["action"])) for line in reversed(lines)])
