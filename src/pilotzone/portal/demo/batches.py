"""From papers to signed messages: a sender's documents of one kind and day, at most a hundred in a message."""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from pilotzone.exchange.formats.build import build
from pilotzone.exchange.signing import Signer, sign
from pilotzone.portal.demo.firms import Firm
from pilotzone.portal.demo.trades import Paper

PER_MESSAGE = 100
EDITION = "2018"


@dataclass(frozen=True)
class Signed:
    """A signed message as its sender would send it."""

    sender: Firm
    message: str
    body: bytes
    documents: int
    at: datetime


def messages(papers: Iterable[tuple[datetime, Paper]], signers: Mapping[int, Signer]) -> Iterator[Signed]:
    """Group, build and sign. A message is sent when its last document was made."""
    groups: dict[tuple[int, str], list[tuple[datetime, Paper]]] = defaultdict(list)
    for at, paper in papers:
        groups[paper.sender.number, paper.message].append((at, paper))
    for (number, message), group in groups.items():
        for start in range(0, len(group), PER_MESSAGE):
            yield _message(message, group[start : start + PER_MESSAGE], signers[number])


def _message(message: str, group: list[tuple[datetime, Paper]], signer: Signer) -> Signed:
    sender = group[0][1].sender
    transfer = {
        "copCode": sender.customs_code,
        "copName": sender.name,
        "dxpMode": "DXP",
        "dxpId": sender.dxp_id,
        "note": "SYNTHETIC DEMO",
    }
    seed = "|".join(paper.head["guid"] for _, paper in group)
    guid = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{message}|{seed}")).upper()
    documents = [(paper.head, paper.lines) for _, paper in group]
    xml = build(message, documents, edition=EDITION, guid=guid, transfer=transfer)
    return Signed(sender, message, sign(xml, signer), len(group), max(at for at, _ in group))
