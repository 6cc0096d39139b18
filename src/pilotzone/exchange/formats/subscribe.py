"""BaseSubscribe: who else gets a message and its receipts (spec §2.1).

A firm that already sends through the national system adds one such node with the zone's DXP number, and the
zone receives its data and receipts without a second submission. A wrong line is a warning of the message, for customs takes such
a message: nobody who counts on a copy goes without it unawares, and no document is refused for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pilotzone.exchange.formats.findings import Finding, finding

MOST = 5
STATUSES = ("ALL", "DATA", "RET")
MODES = ("DXP", "LXP")  # LXP: local transport, a regional variant
_START = re.compile(rb"<(?:[\w.-]+:)?BaseSubscribe[\s>/]")


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


def judged(name: str, nodes: Iterable[Mapping[str, str]], raw: bytes) -> list[Finding]:
    """What `check` finds wrong with the subscriptions of a message of this name, each with its place and line in `raw`; line 0 where
    they cannot be told from what looks like one (in a comment, in another encoding)."""
    nodes = list(nodes)
    found = check(nodes)
    lines = [raw.count(b"\n", 0, one.start()) + 1 for one in _START.finditer(raw)] if found else []
    return [
        replace(one, path=f"/{name}/{one.path}", line=lines[at - 1] if len(lines) == len(nodes) else 0)
        for one in found
        for at in (int(one.path[len("BaseSubscribe[") :].partition("]")[0]),)
    ]


def check(nodes: Iterable[Mapping[str, str]]) -> list[Finding]:
    """What the schema does not say: a known status and mode, an address. The same subscriber twice gets one copy."""
    found: list[Finding] = []
    for number, node in enumerate(nodes, 1):
        path = f"BaseSubscribe[{number}]"
        status, mode = node.get("status", "").strip(), node.get("dxpMode", "").strip()
        if status not in STATUSES:
            found.append(finding("code.subscribe_status", path=f"{path}/status", actual=status))
        if mode not in MODES:
            found.append(finding("code.subscribe_mode", path=f"{path}/dxpMode", actual=mode))
        if not node.get("dxpAddress", "").strip():
            found.append(finding("rule.subscribe_address", path=f"{path}/dxpAddress"))
    return found
