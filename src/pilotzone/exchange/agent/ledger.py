"""What the agent has done, a line a step: the ledger decides what a message is and whether it went. Lines are only ever added."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from pilotzone.exchange.connectors.store import append


class Ledger:
    """`state/ledger.jsonl`, read whole at the start.

    `known`: guid → {state, digest, receipt, xml while it waits}; `orders`: key of a document (an order's number) → content last
    drafted; `settled`: (number, digest) of orders a person looks after.
    """

    def __init__(self, path: Path, now: Callable[[], datetime]) -> None:
        self._path, self._now = path, now
        self.known: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, str] = {}
        self.settled: set[tuple[str, str]] = set()
        for raw in path.read_bytes().split(b"\n") if path.exists() else []:
            try:
                self._apply(json.loads(raw))
            except ValueError:  # empty, or cut off by a crash
                continue

    def note(self, line: dict[str, Any]) -> None:
        """Add a line, stamped; it is on the disk when this returns."""
        told = {**line, "at": self._now().isoformat(timespec="seconds")}
        append(self._path, [json.dumps(told, ensure_ascii=False, separators=(",", ":"))])
        self._apply(told)

    def _apply(self, line: dict[str, Any]) -> None:
        what = line["what"]
        if what == "settled":
            self.settled.add((line["number"], line["digest"]))
        elif what == "taken":
            if line["guid"] not in self.known:
                self.known[line["guid"]] = {"state": "taken", "digest": line["digest"], "xml": line["xml"]}
            self.orders.update((number, content) for number, content in line.get("orders", []))
        else:
            known = self.known[line["guid"]]
            known |= {"state": what, "receipt": line.get("receipt", known.get("receipt", ""))}
            known.pop("xml", None)
