"""From papers to signed messages: a sender's documents of one kind and day, at most a hundred in a message."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pilotzone.exchange.formats.build import build
from pilotzone.exchange.signing import Signer
from pilotzone.kernel import clock
from pilotzone.portal.demo.envelope import Envelope, envelope
from pilotzone.portal.demo.firms import Firm
from pilotzone.portal.demo.trades import Head, Lines, Paper

PER_MESSAGE = 100
NOTE = "SYNTHETIC DEMO"
_BEGIN = b'version="1.0">'
EDITION = "2018"


@dataclass(frozen=True)
class Signed:
    """A signed message as its sender would send it."""

    sender: Firm
    message: str
    body: bytes
    documents: int
    at: datetime


class Desk:
    """Where senders' messages are written: each sender's envelope of a kind is signed the ordinary way once, then reused."""

    def __init__(self, signers: Mapping[int, Signer]) -> None:
        self._signers = signers
        self._envelopes: dict[tuple[int, str], Envelope] = {}

    def messages(self, papers: Iterable[tuple[datetime, Paper]]) -> Iterator[Signed]:
        """Group, build and sign. A message is sent when its last document was made."""
        groups: dict[tuple[int, str], list[tuple[datetime, Paper]]] = defaultdict(list)
        for at, paper in papers:
            groups[paper.sender.number, paper.message].append((at, paper))
        for (_, message), group in groups.items():
            for start in range(0, len(group), PER_MESSAGE):
                yield self._message(message, group[start : start + PER_MESSAGE])

    def _message(self, message: str, group: list[tuple[datetime, Paper]]) -> Signed:
        sender = group[0][1].sender
        seed = "|".join(paper.head["guid"] for _, paper in group)
        guid = uuid.uuid5(uuid.NAMESPACE_OID, f"{message}|{seed}")
        written = documents(message, sender, [(paper.head, paper.lines) for _, paper in group])
        body = self._envelope(message, sender, group[0][1]).sign(written, guid)
        return Signed(sender, message, body, len(group), max(at for at, _ in group))

    def _envelope(self, message: str, sender: Firm, paper: Paper) -> Envelope:
        key = sender.number, message
        if key not in self._envelopes:
            sample = documents(message, sender, [(paper.head, paper.lines)])
            self._envelopes[key] = envelope(
                message, sender, self._signers[sender.number], sample, EDITION, NOTE, at=clock.wall()
            )
        return self._envelopes[key]


def documents(message: str, sender: Firm, papers: Sequence[tuple[Head, Lines]]) -> bytes:
    """The documents as they stand in their message. Raises Refused for what the edition's schema would refuse."""
    transfer = {
        "copCode": sender.customs_code, "copName": sender.name, "dxpMode": "DXP", "dxpId": sender.dxp_id, "note": NOTE,
    }  # fmt: skip
    xml = build(message, papers, edition=EDITION, guid=str(uuid.UUID(int=0)), transfer=transfer)
    return xml[xml.index(_BEGIN) + len(_BEGIN) : xml.rindex(b"<ceb:BaseTransfer>")]
