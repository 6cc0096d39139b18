"""Firms that have their receipts pushed, for the kill proof: a receiver that verifies, and the claim about what came."""

from __future__ import annotations

import json
import threading
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

from proof_ledgers import Verdict

from pilotzone.exchange import receipts
from pilotzone.exchange.webhooks import signature
from pilotzone.kernel.access.actor import ENTERPRISE, Actor
from pilotzone.kernel.access.scope import scope

MANAGE = frozenset({"hook.manage"})
EVERYTHING = 1_000_000
SENTENCE = (
    "every receipt of the firms that have them pushed came to them, rightly signed, and nothing that is no receipt"
)


class Pushed:
    """A receiver on this machine. `came`: the numbers of receipts pushed, by firm; what was not rightly signed is in `odd`."""

    def __init__(self) -> None:
        self.came: dict[int, set[int]] = {}
        self.odd: list[str] = []
        self._secrets: dict[int, str] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                content = self.rfile.read(int(self.headers["Content-Length"]))
                receiver._take(int(self.path.rpartition("/")[2]), dict(self.headers), content)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True)

    def __enter__(self) -> Pushed:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()

    def subscribe(self, firms: Sequence[int]) -> None:
        """Subscribe these organisations to their receipts, from the first one on. In a zone that was entered."""
        from pilotzone.exchange.webhooks import subscriptions

        for firm in firms:
            self.came[firm] = set()
            with scope(Actor(kind=ENTERPRISE, organisation=firm, role="ebp", grants=MANAGE)):
                url = f"http://127.0.0.1:{self._server.server_port}/{firm}"
                _, self._secrets[firm] = subscriptions.create(url=url, after=0)

    def missing(self, cursor: Any) -> int:
        """How many receipts that can be fetched were not pushed yet."""
        return sum(len(self._there(cursor, firm) - came) for firm, came in self.came.items())

    def verdict(self, cursor: Any) -> Verdict:
        """The claim, of how many receipts, and what breaks it."""
        total, odd = 0, list(self.odd)
        for firm, came in self.came.items():
            there = self._there(cursor, firm)
            total += len(there)
            odd += [f"firm {firm}: receipt {number} was not pushed" for number in sorted(there - came)]
            odd += [f"firm {firm}: {number} was pushed and is no receipt" for number in sorted(came - there)]
        return Verdict(SENTENCE, total, tuple(odd[:5]))

    def _there(self, cursor: Any, firm: int) -> set[int]:
        return {number for number, _ in receipts.after(cursor, firm, limit=EVERYTHING)}

    def _take(self, firm: int, head: dict[str, str], content: bytes) -> None:
        told = {name.lower(): value for name, value in head.items()}
        meant = signature.sign(self._secrets[firm], told["webhook-id"], int(told["webhook-timestamp"]), content)
        if meant not in told["webhook-signature"].split():
            self.odd.append(f"firm {firm}: {told['webhook-id']} is not rightly signed")
        body = json.loads(content)
        self.came[firm] |= {one["id"] for one in body["data"].get("receipts", ())}
