"""BaseSubscribe: who else gets a message and its receipts (spec §2.1).

A firm that already sends through the national system adds one such node with the zone's DXP number, and the
zone receives its data and receipts without a second submission.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pilotzone.exchange.formats.findings import Finding

MOST = 5
SOURCE = "BaseSubscribe (spec §2.1)"
STATUSES = ("ALL", "DATA", "RET")


@dataclass(frozen=True)
class Subscription:
    """`status` is ALL (data and receipts), DATA or RET (receipts); `address` the subscriber's DXP number."""

    address: str
    status: str = "ALL"
    mode: str = "DXP"
    note: str = ""

    @property
    def data(self) -> bool:
        return self.status in ("ALL", "DATA")

    @property
    def receipts(self) -> bool:
        return self.status in ("ALL", "RET")

    def as_dict(self) -> dict[str, str]:
        """Element name → text, in the order of the schema: what `build` takes."""
        node = {"status": self.status, "dxpMode": self.mode, "dxpAddress": self.address}
        return node | ({"note": self.note} if self.note else {})


def read(nodes: Iterable[Mapping[str, str]]) -> list[Subscription]:
    """The subscriptions of a parsed message; what `check` finds wrong in them is left out."""
    numbered = [(node, check([node])) for node in nodes]
    return [
        Subscription(
            address=node["dxpAddress"].strip(),
            status=node["status"].strip(),
            mode=node["dxpMode"].strip(),
            note=node.get("note", ""),
        )
        for node, wrong in numbered
        if not wrong
    ]


def subscribers(nodes: Iterable[Mapping[str, str]], *, receipts: bool) -> tuple[str, ...]:
    """The DXP numbers that get the receipts of a message, or its data; each once, in the order written."""
    wanted = [one.address for one in read(nodes) if (one.receipts if receipts else one.data)]
    return tuple(dict.fromkeys(wanted))


def check(nodes: Iterable[Mapping[str, str]]) -> list[Finding]:
    """What the schema does not say: known statuses and modes, an address, each subscriber once."""
    found: list[Finding] = []
    seen: set[str] = set()
    for number, node in enumerate(nodes, 1):
        path = f"BaseSubscribe[{number}]"
        status, address = node.get("status", "").strip(), node.get("dxpAddress", "").strip()
        if status not in STATUSES:
            found.append(
                _finding(
                    "code.subscribe_status",
                    f"{path}/status",
                    f"订阅状态“{status[:20]}”不是 ALL、DATA、RET 之一。",
                    f"The subscription status “{status[:20]}” is none of ALL, DATA, RET.",
                )
            )
        if node.get("dxpMode", "").strip() != "DXP":
            found.append(
                _finding(
                    "code.subscribe_mode",
                    f"{path}/dxpMode",
                    "订阅的报文传输模式只能是 DXP。",
                    "The transfer mode of a subscription can only be DXP.",
                )
            )
        if not address or address in seen:
            found.append(
                _finding(
                    "rule.subscribe_address",
                    f"{path}/dxpAddress",
                    "订阅方传输编号为空或重复。",
                    "The subscriber's DXP number is missing or repeated.",
                )
            )
        seen.add(address)
    return found


def _finding(code: str, path: str, zh: str, en: str) -> Finding:
    return Finding(code=code, path=path, line=0, zh=zh, en=en, source=SOURCE)
