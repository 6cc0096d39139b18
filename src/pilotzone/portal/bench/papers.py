"""The four documents of a trade as templates of bytes: cut from what `exchange.formats.build` makes, filled per trade.

Field order, edition and escapes stay those of the formats; a template is cut once a process, a document costs
microseconds.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from pilotzone.base.money import yuan
from pilotzone.exchange.formats.build import build
from pilotzone.portal.bench import buyers, firms
from pilotzone.portal.demo.firms import AREA, CARRIER, DECLARANT, PAYMENT, PLATFORM, SELLER
from pilotzone.portal.demo.load import withheld
from pilotzone.portal.demo.trades import Deal, import_papers
from pilotzone.portal.demo.wares import Ware, wares

ORDER, PAYMENT_PAPER, WAYBILL, LIST = "CEB311Message", "CEB411Message", "CEB511Message", "CEB621Message"
PAPERS = (ORDER, PAYMENT_PAPER, WAYBILL, LIST)
MODES = (("1210", 73), ("9610", 27))
LINES = ((1, 30), (2, 32), (3, 22), (4, 10), (5, 6))  # 2.3 on the mean
BASKETS = 250
LIMIT = Decimal(5000)  # the single transaction limit of the day; what is above is another law
COSTLY = Decimal(1500)
GUID = "00000000-0000-4000-8000-000000000000"
_HEAD = re.compile(rb"^.*?version=\"1.0\">", re.DOTALL)
_PARTS = re.compile(rb"(<ceb:\w+><ceb:(\w+Head)>)(.*?)(</ceb:\2>)(.*)(</ceb:\w+>)", re.DOTALL)


@dataclass(frozen=True)
class Basket:
    """What one purchase holds, written already: the lines of order and list, and the amounts that follow from them."""

    order_lines: bytes
    list_lines: bytes
    amounts: Mapping[bytes, bytes]
    costly: bool


@dataclass(frozen=True)
class Template:
    """A head with places to fill (`%(field)b`), and what stands around it in a document."""

    before: bytes
    head: bytes
    after: bytes

    def fill(self, values: Mapping[bytes, bytes], lines: bytes = b"") -> bytes:
        """One document."""
        return self.before + self.head % values + lines + self.after


@dataclass(frozen=True)
class Papers:
    """Everything a generator fills: templates by (message, mode), baskets by mode, the moment of the load."""

    at: datetime
    edition: str
    templates: Mapping[tuple[str, str], Template]
    baskets: Mapping[str, Sequence[Basket]]
    costly: Mapping[str, Sequence[Basket]]


# what differs from trade to trade; the rest of a head is the same for all of a mode
FIELDS = (
    "guid", "orderNo", "payTransactionId", "logisticsNo", "copNo", "assureCode", "ebpCode", "ebpName", "ebcCode", "ebcName",
    "payCode", "payName", "logisticsCode", "logisticsName", "agentCode", "agentName", "areaCode", "areaName", "buyerRegNo",
    "buyerName", "buyerTelephone", "buyerIdNumber", "payerIdNumber", "payerName", "telephone", "consignee",
    "consigneeTelephone", "consigneeAddress", "consigneeDistrict", "goodsValue", "freight", "taxTotal", "acturalPaid",
    "amountPaid", "goodsInfo", "weight", "grossWeight", "netWeight", "country", "currency",
)  # fmt: skip


def papers(at: datetime, edition: str, *, seed: int, baskets_of_mode: int = BASKETS) -> Papers:
    """Templates and baskets; the same for the same seed. `at`: what the documents are dated."""
    chance = random.Random(f"baskets {seed}")  # noqa: S311 (synthetic data, not a secret)
    templates, baskets, costly = {}, {}, {}
    for mode, _ in MODES:
        one = _deal(mode, at, [(wares("I")[0], 1)], Decimal(0))
        for paper in import_papers(one, Decimal(0)):
            templates[paper.message, mode] = _template(paper.message, paper.head, paper.lines, edition)
        made = [_basket(mode, at, chance, edition) for _ in range(baskets_of_mode)]
        baskets[mode] = made
        costly[mode] = [basket for basket in made if basket.costly] or made
    return Papers(at, edition, templates, baskets, costly)


def _deal(mode: str, at: datetime, basket: list[tuple[Ware, int]], freight: Decimal) -> Deal:
    first = {role: firms.of_role(role)[0] for role in firms.COUNTS}
    return Deal(
        number="GJ2111110000000000", mode=mode, at=at, seller=first[SELLER], platform=first[PLATFORM],
        payment=first[PAYMENT], carrier=first[CARRIER], declarant=first[DECLARANT], area=first[AREA],
        buyer=buyers.buyer(0), basket=basket, freight=freight, guids=(GUID, GUID, GUID, GUID),
    )  # fmt: skip


def _template(message: str, head: Mapping[str, str], lines: Sequence[Mapping[str, str]], edition: str) -> Template:
    before, inside, between, _, after = _cut(_document(message, head, lines, edition))
    inside = inside.replace(b"%", b"%%")
    for field in FIELDS:
        name = field.encode()
        inside = re.sub(rb"(<ceb:%b>)[^<]*" % name, rb"\1%%(%b)b" % name, inside)
    return Template(before, inside + between, after)


def _document(message: str, head: Mapping[str, str], lines: Sequence[Mapping[str, str]], edition: str) -> bytes:
    """One document alone, as it stands in its message."""
    transfer = {"copCode": "3601910000", "copName": "x", "dxpMode": "DXP", "dxpId": "DXPENT0003610000"}
    xml = build(message, [(head, lines)], edition=edition, guid=GUID, transfer=transfer)
    return _HEAD.sub(b"", xml).partition(b"<ceb:BaseTransfer>")[0]


def _basket(mode: str, at: datetime, chance: random.Random, edition: str) -> Basket:
    freight = Decimal(chance.choice((0, 0, 10, 15, 20)))
    while True:
        count = chance.choices([n for n, _ in LINES], weights=[share for _, share in LINES])[0]
        picked = [
            (ware, chance.choices((1, 2, 3), weights=(7, 2, 1))[0]) for ware in chance.sample(wares("I"), k=count)
        ]
        one = _deal(mode, at, picked, freight)
        if one.goods_value + freight < LIMIT - 500:
            break
    tax = withheld(one)
    made = {paper.message: paper for paper in import_papers(one, tax)}
    found: dict[str, str] = {
        field: made[message].head[field]
        for message in PAPERS
        for field in ("goodsValue", "freight", "taxTotal", "acturalPaid", "amountPaid", "goodsInfo", "weight",
                      "grossWeight", "netWeight", "country", "currency")
        if field in made[message].head
    }  # fmt: skip
    found["short"] = yuan(Decimal(found["amountPaid"]) - Decimal("0.10"))
    return Basket(
        _lines(ORDER, made[ORDER].head, made[ORDER].lines, edition),
        _lines(LIST, made[LIST].head, made[LIST].lines, edition),
        {name.encode(): value.encode() for name, value in found.items()},
        one.goods_value >= COSTLY,
    )


def _lines(message: str, head: Mapping[str, str], lines: Sequence[Mapping[str, str]], edition: str) -> bytes:
    return _cut(_document(message, head, lines, edition))[3]


def _cut(document: bytes) -> tuple[bytes, bytes, bytes, bytes, bytes]:
    """Before the head's fields, the fields, the head's end, the lines, the document's end."""
    found = _PARTS.fullmatch(document)
    if found is None:
        raise AssertionError("a document is built in another way now")
    return found[1], found[3], found[4], found[5], found[6]
