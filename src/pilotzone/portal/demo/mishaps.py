"""What goes wrong in a believable year: a few in a hundred trades are wrong, late or left unfinished."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

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


def befall(papers: list[Paper], chance: random.Random) -> list[Paper]:
    """The papers as they are sent: mostly unchanged."""
    drawn = chance.random()
    for mishap, share in MISHAPS:
        if drawn < share:
            return mishap(papers)
        drawn -= share
    return papers
