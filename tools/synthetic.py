"""Papers and messages of the demonstration's firms, for benches and proofs: the same for the same seed."""

from __future__ import annotations

import random
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange import signing
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.signing import PemSigner
from pilotzone.portal.demo import batches
from pilotzone.portal.demo.batches import Signed
from pilotzone.portal.demo.firms import LEADS
from pilotzone.portal.demo.load import MODES, withheld
from pilotzone.portal.demo.trades import Paper, deal, export_papers, import_papers

Dated = tuple[datetime, Paper]
BUSY = datetime(2021, 11, 11, 8, 0, tzinfo=SHANGHAI)


def signers(folder: Path) -> dict[int, PemSigner]:
    """RSA keys of the firms that send, by firm number, valid when they are BUSY; registered nowhere."""
    authority = signing.DemoAuthority(folder / "keys", at=BUSY)
    return {f.number: authority.issue(f.customs_code, f.name, "rsa", at=BUSY).signer() for f in LEADS}


def papers(trades: int, *, seed: int, at: datetime = BUSY, imports_only: bool = False) -> list[Dated]:
    """Four papers a trade, without mishaps, a second between two trades, in the demonstration's mix of modes.

    Buyers buy once each on the mean, so that few run into their annual limit.
    """
    chance = random.Random(f"papers {seed}")
    modes = [row for row in MODES if row[0] == "I"] if imports_only else list(MODES)
    told: list[Dated] = []
    for n in range(trades):
        flow, mode, _ = chance.choices(modes, weights=[share for *_, share in modes])[0]
        moment = at + timedelta(seconds=n % 3600)
        one = deal(seed % 1_000 * 1_000_000 + n, flow=flow, mode=mode, at=moment, chance=chance, people=trades)
        made = import_papers(one, withheld(one)) if flow == "I" else export_papers(one)
        told += [(moment + timedelta(seconds=20 * place), paper) for place, paper in enumerate(made)]
    return told


def messages(made: list[Dated], keys: Mapping[int, PemSigner], *, size: int) -> list[Signed]:
    """The papers as signed messages of at most `size` documents, as the demonstration sends them."""
    usual, batches.PER_MESSAGE = batches.PER_MESSAGE, size
    try:
        return list(batches.Desk(keys).messages(made))
    finally:
        batches.PER_MESSAGE = usual


def unsigned(paper: Paper) -> bytes:
    """One paper as a message without its signature."""
    sender = paper.sender
    transfer = {
        "copCode": sender.customs_code, "copName": sender.name, "dxpMode": "DXP", "dxpId": sender.dxp_id, "note": "",
    }  # fmt: skip
    guid = str(uuid.uuid5(uuid.NAMESPACE_OID, paper.head["guid"])).upper()
    return build(paper.message, [(paper.head, paper.lines)], edition=batches.EDITION, guid=guid, transfer=transfer)
