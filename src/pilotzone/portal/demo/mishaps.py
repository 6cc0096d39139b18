"""What goes wrong in a believable year: a few in a hundred trades are wrong, late or left unfinished."""

from __future__ import annotations

import random
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from pilotzone.base.days import stamp
from pilotzone.base.money import yuan
from pilotzone.portal.demo.trades import Paper

Mishap = Callable[[list[Paper]], list[Paper]]


def _head(paper: Paper, **changes: str) -> Paper:
    return replace(paper, head={**paper.head, **changes})


def underpaid(papers: list[Paper]) -> list[Paper]:
    """The payment firm reports ten fen less than the order."""
    return [
        _head(p, amountPaid=yuan(Decimal(p.head["amountPaid"]) - Decimal("0.10"))) if "amountPaid" in p.head else p
        for p in papers
    ]


def other_phone(papers: list[Paper]) -> list[Paper]:
    """The list carries another telephone of the buyer than the order."""
    return [_head(p, buyerTelephone="10099999999") if p.message == "CEB621Message" else p for p in papers]


def no_waybill(papers: list[Paper]) -> list[Paper]:
    """The carrier never sends the waybill."""
    return [p for p in papers if p.message not in ("CEB511Message", "CEB505Message")]


def no_payment(papers: list[Paper]) -> list[Paper]:
    """The payment never comes."""
    return [p for p in papers if p.message not in ("CEB411Message", "CEB403Message")]


def twice(papers: list[Paper]) -> list[Paper]:
    """The platform sends the order a second time."""
    return [*papers, papers[0]]


def draft(papers: list[Paper]) -> list[Paper]:
    """The declarant only stores the list."""
    return [_head(p, appStatus="1") if p.message in ("CEB621Message", "CEB603Message") else p for p in papers]


MISHAPS: tuple[tuple[Mishap, float], ...] = (
    (underpaid, 0.006), (other_phone, 0.004), (no_waybill, 0.003), (no_payment, 0.003), (twice, 0.006), (draft, 0.002),
)  # fmt: skip


# what a day still under way has not brought yet: so many times more often in the last days
UNFINISHED: dict[Mishap, int] = {no_waybill: 12, no_payment: 12, draft: 6, underpaid: 3}
MENDED = 0.6  # of the underpaid, the next day
SIGNED_FOR = 0.12  # of the imports whose papers are right, within the week


def befall(papers: list[Paper], chance: random.Random, *, recent: bool = False) -> list[Paper]:
    """The papers as they are sent: mostly unchanged. `recent`: of the last days, when more still waits."""
    drawn = chance.random()
    for mishap, share in MISHAPS:
        share_now = share * (UNFINISHED.get(mishap, 1) if recent else 1)
        if drawn < share_now:
            return mishap(papers)
        drawn -= share_now
    return papers


def later(papers: list[Paper], sent: list[Paper], at: datetime, chance: random.Random) -> list[tuple[datetime, Paper]]:
    """What follows days after `sent` of what should have been `papers`: a payment mended, a parcel signed for."""
    drawn, days = chance.random(), chance.randrange(2, 6)
    payment = next((p for p in papers if p.message == "CEB411Message"), None)
    waybill = next((p for p in papers if p.message == "CEB511Message"), None)
    if payment is not None and payment not in sent and any(p.message == payment.message for p in sent):
        return [_mended(payment, at + timedelta(days=1))] if drawn < MENDED else []
    if waybill is not None and sent == papers and drawn < SIGNED_FOR:
        return [_signed_for(waybill, at + timedelta(days=days))]
    return []


def _mended(payment: Paper, at: datetime) -> tuple[datetime, Paper]:
    """The payment as it should have been, declared as a change."""
    return at, _head(payment, guid=_guid(payment, "mended"), appType="2", appTime=stamp(at))


def _signed_for(waybill: Paper, at: datetime) -> tuple[datetime, Paper]:
    """The carrier's word that the buyer has the parcel."""
    head = {
        "guid": _guid(waybill, "signed"), "appType": "1", "appTime": stamp(at), "appStatus": "2",
        **{name: waybill.head[name] for name in ("logisticsCode", "logisticsName", "logisticsNo")},
        "logisticsStatus": "S", "logisticsTime": stamp(at),
    }  # fmt: skip
    return at, Paper("CEB513Message", waybill.sender, head)


def _guid(paper: Paper, what: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{what}|{paper.head['guid']}")).upper()
