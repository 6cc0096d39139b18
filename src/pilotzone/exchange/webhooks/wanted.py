"""Which kinds a subscription may ask for: those of `ledger.KINDS`; a broker's queue takes receipts alone."""

from __future__ import annotations

from collections.abc import Sequence

from pilotzone.base.errors import Refused
from pilotzone.exchange.channels.amqp import PREFIX
from pilotzone.exchange.webhooks import ledger

SOURCE = "docs/algorithms/webhooks.md"


def kinds_of(kinds: Sequence[str], url: str) -> list[str]:
    """The kinds asked for, each once. Refused `webhook.kinds` for none, unknown ones, and what the endpoint cannot take."""
    wanted = list(dict.fromkeys(kinds))
    if url.startswith(PREFIX) and set(wanted) & set(ledger.KINDS) - {ledger.CREATED}:
        raise Refused(
            code="webhook.kinds",
            zh="总线队列只收海关报文的回执（receipt.created），其他内容请推送到 https 地址。",
            en="A broker's queue takes receipts alone (receipt.created); have the rest pushed to an https address.",
            source=SOURCE,
            fields={"kinds": ",".join(wanted)[:100]},
        )
    if not wanted or set(wanted) - set(ledger.KINDS):
        raise Refused(
            code="webhook.kinds",
            zh="可订阅的内容：" + "、".join(ledger.KINDS) + "。",
            en="What can be subscribed to: " + ", ".join(ledger.KINDS) + ".",
            source=SOURCE,
            fields={"kinds": ",".join(wanted)[:100]},
        )
    return wanted
