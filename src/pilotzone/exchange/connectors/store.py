"""What a firm knows of its marketplace: plain files on its own machine, whole after any interruption.

    orders/YYYY-MM-DD.jsonl    one line a state of an order, by the day it was created; the last line of a number counts
    cursor.json                how far a round came, written in one piece after the orders of its page
    held/NUMBER.json           why an order is held, with the marketplace's own words
    released.jsonl             who released what, and why

A line cut off by a crash is passed over: its page is asked for again, because the cursor was not moved.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from pilotzone.base.sentences import Reason

HELD = "held"
_SAFE = re.compile(r"[^0-9A-Za-z._-]")


@dataclass(frozen=True)
class Entry:
    """An order, waybill or payment as it is known: `outcome` ready, wait, void or held; `sale` its plain data, None where
    it could not be read.

    `digest` names this state of it; `why` is the code of what holds it.
    """

    number: str
    day: date
    updated: str
    digest: str
    outcome: str
    sale: dict[str, Any] | None
    why: str = ""

    @property
    def total(self) -> Decimal:
        """The money its day is compared by (what the buyer pays); nothing where it could not be read."""
        return Decimal(self.sale["total"]) if self.sale else Decimal(0)

    def line(self) -> str:
        """The entry as one line."""
        told = {**self.__dict__, "day": self.day.isoformat()}
        return json.dumps(told, ensure_ascii=False, separators=(",", ":"))


def digest_of(told: Any) -> str:
    """A short name of plain data, the same for the same content."""
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()[:24]


class Store:
    """The folder of one connector. One process at a time."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("orders", "held"):
            # names, addresses and numbers of persons: for the firm's own account alone
            (folder / name).mkdir(0o700, parents=True, exist_ok=True)
        self._known: dict[str, tuple[str, str, date, str]] = {}
        for path in sorted((folder / "orders").glob("*.jsonl")):
            for text in _lines(path):
                entry = _entry(text)
                if entry.updated >= self._known.get(entry.number, ("",))[0]:
                    self._remember(entry, text)

    def __len__(self) -> int:
        return len(self._known)

    def __iter__(self) -> Iterator[Entry]:
        return (_entry(text) for *_, text in self._known.values())

    def get(self, number: str) -> Entry | None:
        """What is known of an order."""
        found = self._known.get(number)
        return _entry(found[3]) if found else None

    def take(self, entries: Iterable[Entry]) -> list[Entry]:
        """Keep those that are news, durably, and return them: newest change wins, the same state again is no news."""
        news: dict[str, Entry] = {}
        for entry in entries:
            known = news.get(entry.number)
            updated, digest = (known.updated, known.digest) if known else self._known.get(entry.number, ("", ""))[:2]
            if entry.updated >= updated and entry.digest != digest:
                news[entry.number] = entry
        by_day: dict[date, list[Entry]] = {}
        for entry in news.values():
            by_day.setdefault(entry.day, []).append(entry)
        for day, ones in by_day.items():
            append(self.folder / "orders" / f"{day}.jsonl", (one.line() for one in ones))
        for entry in news.values():
            self._remember(entry, entry.line())
        return list(news.values())

    def on(self, day: date) -> list[Entry]:
        """The orders created on a day."""
        return [_entry(text) for _, _, created, text in self._known.values() if created == day]

    def hold(self, entry: Entry, reason: dict[str, Any], raw: Any) -> None:
        """Put the marketplace's own words and the reason where a person finds them."""
        told = {"number": entry.number, "digest": entry.digest, **reason, "order": raw}
        write(self._held(entry.number), json.dumps(told, ensure_ascii=False, indent=1, default=str))

    def held(self) -> list[dict[str, Any]]:
        """What is held, by number."""
        found = [json.loads(path.read_text("utf-8")) for path in sorted((self.folder / "held").glob("*.json"))]
        return [one for one in found if (known := self.get(one["number"])) and known.outcome == HELD]

    def suspend(self, entry: Entry, reason: Reason) -> None:
        """Hold an order that was known already, for `reason`."""
        held = Entry(**{**entry.__dict__, "outcome": HELD, "why": reason.code})
        self.hold(held, reason.as_dict(), entry.sale)
        append(self.folder / "orders" / f"{entry.day}.jsonl", [held.line()])
        self._remember(held, held.line())

    def release(self, number: str, outcome: str, *, by: str, reason: str) -> Entry:
        """Let a held order go on as ready, wait or void, as a person decided. KeyError where it is not held."""
        entry = self.get(number)
        if entry is None or entry.outcome != HELD or (entry.sale is None and outcome == "ready"):
            raise KeyError(number)
        told = {"number": number, "digest": entry.digest, "outcome": outcome, "by": by, "reason": reason}
        append(self.folder / "released.jsonl", [json.dumps(told, ensure_ascii=False)])
        freed = Entry(**{**entry.__dict__, "outcome": outcome, "why": ""})
        append(self.folder / "orders" / f"{entry.day}.jsonl", [freed.line()])
        self._remember(freed, freed.line())
        self._held(number).unlink(missing_ok=True)
        return freed

    def cursor(self) -> dict[str, Any]:
        """Where the rounds stand; empty before the first."""
        path = self.folder / "cursor.json"
        return dict(json.loads(path.read_text("utf-8"))) if path.exists() else {}

    def move(self, cursor: dict[str, Any]) -> None:
        """Put the cursor; in one piece."""
        write(self.folder / "cursor.json", json.dumps(cursor))

    def _held(self, number: str) -> Path:
        safe = _SAFE.sub("_", number)[:80]
        return self.folder / "held" / f"{safe}-{digest_of(number)[:8]}.json"

    def _remember(self, entry: Entry, text: str) -> None:
        self._known[entry.number] = (entry.updated, entry.digest, entry.day, text)


def _entry(text: str) -> Entry:
    told = json.loads(text)
    return Entry(**{**told, "day": date.fromisoformat(told["day"])})


def _lines(path: Path) -> Iterator[str]:
    for raw in path.read_bytes().split(b"\n"):
        try:
            text = raw.decode()
            json.loads(text)
        except ValueError:  # empty, or cut off by a crash
            continue
        yield text


def append(path: Path, lines: Iterable[str]) -> None:
    """Add lines and have them on the disk; a cut-off line before them stays alone on its own."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("ab") as out:
        torn = b"\n" if out.tell() and _torn(path) else b""
        out.write(torn + "".join(f"{line}\n" for line in lines).encode())
        out.flush()
        os.fsync(out.fileno())


def write(path: Path, content: str | bytes, *, secret: bool = False) -> None:
    """The file with this content, or as it was: never half. `secret`: readable by its owner alone."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.part")
    mode = 0o600 if secret else 0o644
    number = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(number, "wb") as out:
        out.write(content.encode() if isinstance(content, str) else content)
        out.flush()
        os.fsync(out.fileno())
    os.replace(draft, path)


def _torn(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(-1, os.SEEK_END)
        return file.read(1) != b"\n"
