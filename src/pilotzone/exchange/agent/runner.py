"""What the agent does in a round, each step whole or not at all.

    in/            messages put here are taken, .xml; another file is turned away once it lies still
    sent/          what was taken and sent, under its guid
    refused/       what was not, with a .txt that says why
    receipts/      GUID.result.json, and every official receipt as NUMBER-MESSAGE.xml
    state/         ledger.jsonl (one line a step), outgoing/, receipts.json, clock.json, the connector's store
    agent.log

The ledger decides: a message is its guid; what stands there as sent is never sent again. A process that dies between the
platform's answer and the ledger's line sends the same bytes again, which the platform answers as repeated.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange import signing
from pilotzone.exchange.agent import outcome
from pilotzone.exchange.agent.brokered import Asked
from pilotzone.exchange.agent.clock import ZoneClock
from pilotzone.exchange.agent.drafting import Drafter, digest, sentence
from pilotzone.exchange.agent.ledger import Ledger
from pilotzone.exchange.channels.folder import UNFINISHED
from pilotzone.exchange.connectors.errors import SENTENCES
from pilotzone.exchange.connectors.message import Firm
from pilotzone.exchange.connectors.store import write
from pilotzone.exchange.connectors.sync import Sync

GUID = re.compile(rb"""<(?:\w+:)?CEB\d+Message\b[^>]*?\bguid=["']([0-9A-Za-z-]{1,64})["']""")
SIGNED = re.compile(rb"<(?:\w+:)?Signature[\s>]")
ENDED = re.compile(rb"</(?:\w+:)?CEB\d+Message>\s*\Z")


@dataclass
class Told:
    """What a round did: counts of messages and receipts; `later` says why something waits for the next."""

    taken: int = 0
    drafted: int = 0
    sent: int = 0
    refused: int = 0
    results: int = 0
    receipts: int = 0
    later: str = ""


@dataclass
class Agent:
    """One firm's agent over its folder. `mark` is called at every point where a crash is tried by the tests."""

    folder: Path
    client: Asked
    signer: signing.Signer
    now: Callable[[], datetime]
    log: Callable[[str], None]
    sync: Sync | None = None
    firm: Firm | None = None
    reconcile_days: int = 3
    url: str = ""
    mark: Callable[[str], None] = lambda name: None

    def __post_init__(self) -> None:
        for name in ("in", "sent", "refused", "receipts", "state/outgoing"):
            (self.folder / name).mkdir(parents=True, exist_ok=True)
        self.ledger = Ledger(self.folder / "state" / "ledger.jsonl", self.now)
        self.clock = ZoneClock(self.folder / "state", self.url, self.now)
        self._drafter: Drafter | None = None
        if self.sync is not None and self.firm is not None:
            self._drafter = Drafter(
                self.sync, self.firm, self.ledger, self.clock, self.now, self.log, self.mark, self.reconcile_days
            )

    def round(self) -> Told:
        """Everything once, in order; Refused only where nobody can go on (the token is refused)."""
        told = Told()
        steps = (self._pull, self._draft, self._watch, self._send, self._results, self._receipts)
        for step in steps:
            try:
                step(told)
            except Unavailable as busy:
                told.later = told.later or busy.code
                self.log(f"later {busy.code} {busy.zh} {busy.en}")
        return told

    def _pull(self, told: Told) -> None:
        if self._drafter is not None:
            self._drafter.pull()

    def _draft(self, told: Told) -> None:
        if self._drafter is not None:
            told.drafted += self._drafter.draft(self.client)

    def _watch(self, told: Told) -> None:
        looked_path = self.folder / "state" / "looked.json"
        looked = json.loads(looked_path.read_text()) if looked_path.exists() else {}
        seen: dict[str, list[int]] = {}
        for path in sorted((self.folder / "in").iterdir()):
            if path.name.startswith(".") or path.name.lower().endswith(UNFINISHED) or not path.is_file():
                continue
            raw, stat = path.read_bytes(), path.stat()
            guid = GUID.search(raw) if path.suffix.lower() == ".xml" else None
            if guid is None or not ENDED.search(raw):
                state = [stat.st_size, stat.st_mtime_ns]
                if looked.get(path.name) == state:  # nobody is writing it any more
                    self._turn_away(path, SENTENCES.refused("agent.message", what=path.name), told)
                else:
                    seen[path.name] = state
                continue
            self._take(path, raw, guid[1].decode(), told)
        write(looked_path, json.dumps(seen))

    def _take(self, path: Path, raw: bytes, guid: str, told: Told) -> None:
        known = self.ledger.known.get(guid)
        if known is not None and known["digest"] != digest(raw):
            self._turn_away(path, SENTENCES.refused("agent.guid_reused", guid=guid), told)
            return
        if known is None:
            self.mark("file read")
            try:
                text = raw.decode()
            except UnicodeDecodeError:
                self._turn_away(path, SENTENCES.refused("agent.message", what="UTF-8"), told)
                return
            self.ledger.note({"what": "taken", "guid": guid, "digest": digest(raw), "file": path.name, "xml": text})
            told.taken += 1
            self.log(f"taken {guid} {path.name}")
        else:
            self.log(f"known {guid} {path.name}")
        self.mark("file noted")
        path.unlink()
        self.mark("file gone")

    def _send(self, told: Told) -> None:
        for guid, known in list(self.ledger.known.items()):
            if known["state"] != "taken":
                self._tidy(guid)
                continue
            outgoing = self.folder / "state" / "outgoing" / f"{guid}.xml"
            try:
                if not outgoing.exists():
                    raw = known["xml"].encode()
                    write(outgoing, raw if SIGNED.search(raw) else signing.sign(raw, self.signer))
                self.mark("signed")
                receipt = self.client.send(outgoing.read_bytes())
            except Refused as refused:
                if refused.fields.get("status") in ("401", "403"):
                    raise
                write(self.folder / "refused" / f"{guid}.xml", known["xml"])
                write(self.folder / "refused" / f"{guid}.txt", sentence(refused))
                self.ledger.note({"what": "refused", "guid": guid, "code": refused.code})
                told.refused += 1
                self.log(f"refused {guid} {sentence(refused)}")
                continue
            self.mark("answered")
            self.ledger.note({"what": "sent", "guid": guid, "receipt": receipt})
            told.sent += 1
            self.log(f"sent {guid} receipt={receipt}")
            self.mark("noted as sent")
            self._tidy(guid)

    def _results(self, told: Told) -> None:
        for guid, known in list(self.ledger.known.items()):
            if known["state"] != "sent":
                continue
            try:
                result = self.client.result(known["receipt"])
            except Refused as refused:
                self.log(f"result {guid} {sentence(refused)}")
                continue
            if result is not None:
                path = self.folder / "receipts" / f"{guid}.result.json"
                write(path, json.dumps(result, ensure_ascii=False, indent=1))
                self.mark("result written")
                self.ledger.note({"what": "done", "guid": guid})
                told.results += 1
                told.refused += outcome.is_refused(result)
                self.log(f"result {guid} {outcome.words(result)}")

    def _receipts(self, told: Told) -> None:
        path = self.folder / "state" / "receipts.json"
        after = int(json.loads(path.read_text())["after"]) if path.exists() else 0
        for page, cursor in self.client.receipts(after):
            for one in page:
                name = re.sub(r"[^0-9A-Za-z]", "", one.message)[:40]
                ending = "json" if one.xml.startswith(b"{") else "xml"  # what a room tells, and official messages
                write(self.folder / "receipts" / f"{one.number}-{name}.{ending}", one.xml)
                told.receipts += 1
            self.mark("receipts written")
            write(path, json.dumps({"after": cursor}))
            self.mark("receipts noted")
            self.log(f"receipts {len(page)} up to {cursor}")

    def _tidy(self, guid: str) -> None:
        """What was answered leaves outgoing/."""
        outgoing = self.folder / "state" / "outgoing" / f"{guid}.xml"
        if outgoing.exists():
            if self.ledger.known[guid]["state"] == "refused":
                outgoing.unlink()
            else:
                outgoing.replace(self.folder / "sent" / f"{guid}.xml")
            self.mark("moved")

    def _turn_away(self, path: Path, refused: Refused, told: Told) -> None:
        write(self.folder / "refused" / f"{path.name}.txt", sentence(refused))
        path.replace(self.folder / "refused" / path.name)
        told.refused += 1
        self.log(f"refused {path.name} {sentence(refused)}")


def log_to(path: Path, now: Callable[[], datetime], echo: Callable[[str], None]) -> Callable[[str], None]:
    """A log of one line an event: moment, what happened."""

    def log(text: str) -> None:
        line = f"{now().isoformat(timespec='seconds')} {text}"
        with path.open("a", encoding="utf-8") as out:
            out.write(line + "\n")
        echo(line)

    return log
