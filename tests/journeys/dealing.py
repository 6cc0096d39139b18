"""The four parties' own desks: one deal's papers, signed with the demonstration's keys, as XML or as an Excel sheet."""

from __future__ import annotations

import io
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange.formats import sheets
from pilotzone.exchange.signing import PemSigner
from pilotzone.portal.demo import batches
from pilotzone.portal.demo.firms import everyone, of_role, sellers
from pilotzone.portal.demo.load import withheld
from pilotzone.portal.demo.people import buyer
from pilotzone.portal.demo.season import START
from pilotzone.portal.demo.trades import Deal, Paper, export_papers, import_papers
from pilotzone.portal.demo.wares import wares

SKU = "F001"  # chocolate: no consumption tax, so its amount is easily followed
GIVEN = ("guid", "appType", "appTime", "appStatus")
KINDS = {"order": 0, "payment": 1, "waybill": 2, "list": 3}


@dataclass(frozen=True)
class Story:
    """One import deal of the demonstration's first firms and buyer, and what each party sends of it."""

    deal: Deal
    papers: list[Paper]
    tax: Decimal

    def paper(self, kind: str) -> Paper:
        """The order, payment, waybill or list."""
        return self.papers[KINDS[kind]]

    def message(self, kind: str, signers: Mapping[int, PemSigner]) -> bytes:
        """The party's signed message."""
        (signed,) = batches.Desk(signers).messages([(self.deal.at, self.paper(kind))])
        return signed.body

    def sheet(self, kind: str, **changed: str) -> bytes:
        """The party's filled Excel template of a document, with its lines; the platform gives guid and times."""
        paper = self.paper(kind)
        head = {name: value for name, value in paper.head.items() if name not in GIVEN} | changed
        target = io.BytesIO()
        with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
            for title, rows in ((sheets.HEAD, [head]), (sheets.LINES, paper.lines)):
                if rows:
                    sheet = book.add_worksheet(title)
                    sheet.write_row(sheets.NAMES_ROW, 0, [sheets.DOCUMENT, *rows[0]])
                    for at, row in enumerate(rows):
                        sheet.write_row(sheets.DATA_ROW + at, 0, ["1", *row.values()])
        return target.getvalue()


def story(number: int, *, at: datetime = START - timedelta(minutes=20), mode: str = "9610") -> Story:
    """The deal with this number: the first seller sells the demonstration's consumer one box of chocolate."""
    chance = random.Random(number)
    guids = tuple(f"{chance.getrandbits(32):08X}-0000-4000-8000-{number:012d}" for _ in range(4))
    at = at.astimezone(SHANGHAI)
    made = Deal(
        number=f"GJ{at:%y%m%d}{number:010d}",
        mode=mode,
        at=at,
        seller=sellers()[0],
        platform=of_role("ebp")[0],
        payment=of_role("pay")[0],
        carrier=of_role("logi")[0],
        declarant=of_role("agent")[0],
        area=of_role("area")[0],
        buyer=buyer(1),
        basket=[(next(ware for ware in wares("I") if ware.sku == SKU), 1)],
        freight=Decimal(10),
        guids=(guids[0], guids[1], guids[2], guids[3]),
    )
    tax = withheld(made)
    return Story(made, import_papers(made, tax), tax)


def export_story(number: int, *, at: datetime = START - timedelta(minutes=20)) -> Story:
    """The export deal with this number: the first seller sells three pieces of its first export ware abroad."""
    made = story(number, at=at).deal
    local = made.at
    deal = replace(made, number=f"EX{local:%y%m%d}{number:010d}", basket=[(wares("E")[0], 3)])
    return Story(deal, export_papers(deal), Decimal(0))


def signers(home: Path) -> dict[int, PemSigner]:
    """The keys the zone made for its demonstration firms, by firm number."""
    folders = {firm.number: home / "demo" / "keys" / firm.customs_code / "rsa" for firm in everyone()}
    return {
        number: PemSigner((folder / "key.pem").read_bytes(), (folder / "cert.pem").read_bytes())
        for number, folder in folders.items()
        if folder.exists()
    }


def unsigned(raw: bytes) -> bytes:
    """A message without its signature, to be changed and signed again."""
    start, end = raw.index(b"<ds:Signature"), raw.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    return raw[:start] + raw[end:]
