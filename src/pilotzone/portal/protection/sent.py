"""What a firm sent, for its package: every message byte for byte as it came, and an index of them.

Its own are the messages it handed in under its name and those it signed, whoever carried them. Which these are is asked in the
firm's own name; their bytes are opened as the platform, because what came together with messages of others lies in one seal.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from collections.abc import Iterator
from typing import Any

from django.db import connection

from pilotzone.exchange import inbox
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.ui.sheets import harmless

AT_ONCE = 20  # a group of messages is opened whole
COLUMNS = (
    "file",
    "receipt_id",
    "received_at",
    "channel",
    "size",
    "sha256",
    "message",
    "edition",
    "guid",
    "state",
    "documents",
)


class Sent:
    """The messages of a firm. `files` gives each by its name; what was given so far stands in `index`."""

    def __init__(self, actor: Actor) -> None:
        self.index: list[dict[str, Any]] = []
        own = actor.organisation or 0
        with scope(actor):
            self._signed = {one["inbox"]: one for one in clearance.messages_sent_by(own)}
            with connection.cursor() as cursor:
                self._numbers = sorted({*inbox.brought_by(cursor, own), *self._signed})

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Name below messages/ and bytes, oldest first. ValueError where bytes are not those that came."""
        for first in range(0, len(self._numbers), AT_ONCE):
            some = self._numbers[first : first + AT_ONCE]
            with scope(PLATFORM), connection.cursor() as cursor:
                told, raws = inbox.arrived(cursor, some), inbox.raws(cursor, some)
            for one in told:
                raw = raws[one.id]
                if hashlib.sha256(raw).hexdigest() != one.sha256:
                    raise ValueError(f"message {one.id} is not what came")
                name = f"{one.receipt_id}.{'xml' if raw.lstrip()[:1] in (b'<', bytes.fromhex('ef')) else 'bin'}"
                signed = self._signed.get(one.id, {})
                self.index.append({
                    "file": f"messages/{name}", "receipt_id": one.receipt_id, "received_at": one.received_at.isoformat(),
                    "channel": one.channel, "size": one.size, "sha256": one.sha256,
                    **{key: signed.get(key, "") for key in ("message", "edition", "guid", "state")},
                    "documents": signed.get("documents", []),
                })  # fmt: skip
                yield name, raw

    def as_csv(self) -> Iterator[bytes]:
        """The index as a sheet: the documents of a message by their keys."""
        text = io.StringIO()
        rows = csv.writer(text)
        rows.writerow(COLUMNS)
        for one in self.index:
            keys = " | ".join(each["key"] for each in one["documents"])
            rows.writerow([harmless(keys if name == "documents" else str(one[name])) for name in COLUMNS])
        yield b"\xef\xbb\xbf" + text.getvalue().encode()

    def as_json(self) -> Iterator[bytes]:
        """The index, one object a line."""
        for one in self.index:
            yield (json.dumps(one, ensure_ascii=False) + "\n").encode()
