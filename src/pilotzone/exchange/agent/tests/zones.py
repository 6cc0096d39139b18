"""A platform in files and a firm's agent before it."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

from pilotzone.exchange import signing
from pilotzone.exchange.agent.client import Client
from pilotzone.exchange.agent.runner import GUID, Agent
from pilotzone.exchange.agent.tests.conftest import NOW
from pilotzone.exchange.connectors.kit import FIRM
from pilotzone.exchange.connectors.message import Firm, message_of, order_of
from pilotzone.exchange.connectors.simulated import World
from pilotzone.exchange.connectors.tests.worlds import sync_of


class Zone:
    """A platform in files: every message that arrived, in order; the first of a guid counts, as the real one does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(exist_ok=True)
        self.status: int | None = None
        self.result: dict[str, Any] = {"state": "done", "result": "accepted"}

    def __call__(self, method: str, path: str, body: bytes | None) -> tuple[int, dict[str, Any]]:
        if self.status is not None:
            return self.status, {"code": "intake.away", "zh": "", "en": ""}
        arrived = sorted(self.folder.glob("*.xml"))
        if method == "POST":
            assert body is not None
            (self.folder / f"{len(arrived):06d}.xml").write_bytes(body)
            return 202, {"receipt": f"{len(arrived):032x}"}
        if path == "/api/v1/clock":
            return 200, {"now": NOW.isoformat(), "demo": False}
        if path.startswith("/intake/receipts/"):
            return 200, self.result | {"receipt": path.rsplit("/", 1)[1]}
        after = int(path.split("after=")[1].split("&")[0])
        page = list(enumerate(self.guids(), start=1))[after : after + 2]
        told = [
            {"id": n, "message": "CEB304Message", "document": guid, "xml": base64.b64encode(guid.encode()).decode()}
            for n, guid in page
        ]
        return 200, {"receipts": told, "after": page[-1][0] if page else after, "more": len(page) == 2}

    def arrivals(self) -> list[bytes]:
        return [path.read_bytes() for path in sorted(self.folder.glob("*.xml"))]

    def guids(self) -> list[str]:
        """Each message once, in the order of its first arrival."""
        return list(dict.fromkeys(GUID.search(raw)[1].decode() for raw in self.arrivals()))


def numbers_of(raw: bytes) -> list[str]:
    """The numbers of the orders in a message."""
    return [part.split(b"<")[0].decode() for part in raw.split(b"<ceb:orderNo>")[1:]]


def message(number: int) -> bytes:
    """An order's message of the firm, unsigned; the same for the same number but for its guid."""
    sale = next(iter(World.of(1, seed=number, status="paid").orders.values()))
    return message_of([order_of(sale, FIRM, at=NOW)], FIRM, at=NOW)[1]


def agent_of(
    folder: Path,
    zone: Zone,
    signer: signing.Signer,
    *,
    world: World | None = None,
    name: str = "json_feed",
    firm: Firm = FIRM,
    **more: Any,
) -> Agent:
    """A firm's agent over a folder, before this platform; with a marketplace `world` its connector too."""
    sync = sync_of(name, folder / "state" / "connector", world) if world is not None else None
    return Agent(
        folder,
        Client(zone),
        signer,
        lambda: NOW,
        more.pop("log", lambda text: None),
        sync,
        firm if world else None,
        **more,
    )


def drop(folder: Path, count: int) -> None:
    """Put so many messages into the firm's folder."""
    (folder / "in").mkdir(parents=True, exist_ok=True)
    for number in range(count):
        (folder / "in" / f"m{number}.xml").write_bytes(message(number))
