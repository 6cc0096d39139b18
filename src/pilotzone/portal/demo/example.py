"""A fresh synthetic trade as four messages nobody sent yet: to sign, send, break and mend by hand."""

from __future__ import annotations

import random
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from pilotzone.base.days import day_of
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.editions import edition_for
from pilotzone.portal.demo.firms import CARRIER, DECLARANT, PAYMENT, PLATFORM, Firm, of_role, sellers
from pilotzone.portal.demo.load import withheld
from pilotzone.portal.demo.people import CONSUMER, buyer
from pilotzone.portal.demo.trades import Deal, deal, import_papers

NUMBERS = (9_000_000_000, 9_999_999_999)  # above all numbers of the year that is loaded
FRESH_BUYERS = 50_000_000  # people who bought nothing yet
WORDS = ("order", "payment", "waybill", "list")
AGO = timedelta(minutes=3)


@dataclass(frozen=True)
class Example:
    """One of the four: the file's name, who sends it, the unsigned message."""

    name: str
    sender: Firm
    body: bytes


def trade(*, at: datetime, mode: str = "9610", seed: int | None = None, new_buyer: bool = False) -> Deal:
    """An import trade of the parties that can be played, the consumer among them, or by a buyer with an untouched year;
    another one each time without a seed."""
    chance = random.Random(seed)  # noqa: S311 (synthetic data, not a secret)
    made = deal(chance.randrange(*NUMBERS), flow="I", mode=mode, at=at - AGO, chance=chance, people=1)
    fresh = FRESH_BUYERS + chance.randrange(10**7)
    return replace(
        made, seller=sellers()[0], platform=of_role(PLATFORM)[0], payment=of_role(PAYMENT)[0], carrier=of_role(CARRIER)[0],
        declarant=of_role(DECLARANT)[0], buyer=buyer(fresh if new_buyer else CONSUMER),
    )  # fmt: skip


def messages(one: Deal) -> Iterator[Example]:
    """Order, payment, waybill and list of a trade, each a message of its own party."""
    for place, (word, paper) in enumerate(zip(WORDS, import_papers(one, withheld(one)), strict=True), start=1):
        firm = paper.sender
        transfer = {"copCode": firm.customs_code, "copName": firm.name, "dxpMode": "DXP", "dxpId": firm.dxp_id}
        body = build(
            paper.message, [(paper.head, paper.lines)], edition=edition_for(paper.message, day_of(one.at)),
            guid=str(uuid.uuid4()).upper(), transfer={**transfer, "note": "合成数据 SYNTHETIC"},
        )  # fmt: skip
        yield Example(f"{place}-{word}-{paper.message.removesuffix('Message')}.xml", firm, body)
