"""Which kinds a subscription may ask for: those of `ledger.KINDS`, whichever way it is told."""

from __future__ import annotations

from collections.abc import Sequence

from pilotzone.base.errors import Refused
from pilotzone.exchange.webhooks import ledger

SOURCE = "docs/algorithms/webhooks.md"


def kinds_of(kinds: Sequence[str]) -> list[str]:
    """The kinds asked for, each once. Refused `webhook.kinds` for none and unknown ones."""
    wanted = list(dict.fromkeys(kinds))
    if not wanted or set(wanted) - set(ledger.KINDS):
        raise Refused(
            code="webhook.kinds",
            zh="可订阅的内容：" + "、".join(ledger.KINDS) + "。",
            en="What can be subscribed to: " + ", ".join(ledger.KINDS) + ".",
            source=SOURCE,
            fields={"kinds": ",".join(wanted)[:100]},
        )
    return wanted
