"""What is sent, in which order: trades of many enterprises and buyers, some broken, some repeated, some out of order.

A stream is a sequence of slots. A block of a hundred trades begins at its own slot with the orders; payments and
waybills follow at once, the lists `LAG` slots later, as a declarant has them after the others. Of the trades out of
order the list comes first and the order last.
"""

from __future__ import annotations

import random
import uuid
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pilotzone.base.days import stamp
from pilotzone.portal.bench import firms
from pilotzone.portal.bench.buyers import BUYERS, buyer
from pilotzone.portal.bench.papers import (
    BASKETS,
    FIELDS,
    LIST,
    MODES,
    ORDER,
    PAPERS,
    PAYMENT_PAPER,
    WAYBILL,
    Basket,
    Papers,
    papers,
)
from pilotzone.portal.demo.envelope import Envelope, envelope
from pilotzone.portal.demo.firms import AREA, CARRIER, DECLARANT, PAYMENT, PLATFORM, SELLER, Firm

NOTE = "SYNTHETIC BENCH"
BLOCK = 100
LAG = 40
BROKEN, REPEATED, DISORDERED, HEAVY = 0.02, 0.01, 0.05, 0.01
BREAKS = (("short", 6), ("code", 2), ("format", 1), ("order", 1))
TAMPERED = 0.0005  # of the messages: nothing in them counts
ROLE = {ORDER: PLATFORM, PAYMENT_PAPER: PAYMENT, WAYBILL: CARRIER, LIST: DECLARANT}
PLACE = {ORDER: 0, PAYMENT_PAPER: 0, WAYBILL: 1, LIST: LAG}
DISORDERED_PLACE = {LIST: 0, PAYMENT_PAPER: 1, WAYBILL: 1, ORDER: 2}
REPEAT_AFTER = 3


@dataclass(frozen=True)
class Load:
    """What to make. The same load gives the same messages, but for keys and signatures."""

    trades: int
    batch: int
    algorithm: str
    seed: int
    at: datetime

    @property
    def block(self) -> int:
        """How many trades begin together; a few where the load is small, so that it can be shared among turns."""
        return BLOCK if self.batch > 1 or self.trades >= 50 * BLOCK else 5

    @property
    def edition(self) -> str:
        """SM2 is of the edition of 2022."""
        return "2022" if self.algorithm == "sm2" else "2018"


@dataclass(frozen=True)
class Frame:
    """One message on its way: the block whose slot it belongs to, its first trade, how many documents."""

    block: int
    trade: int
    documents: int
    message: str
    sender: Firm
    body: bytes
    repeated: bool = False


Values = dict[bytes, bytes]


@dataclass
class Trade:
    """One trade's values and basket."""

    number: int
    mode: str
    values: Values
    basket: Basket
    firms: dict[str, Firm]
    broken: str


def order_number(load: Load, number: int) -> str:
    """The order number of a trade of this load."""
    return f"BJ{load.at:%y%m%d}{number:010d}"


class Mix:
    """Makes the frames of one stream of several."""

    def __init__(self, load: Load, keys: Path, stream: int, streams: int, *, wall: datetime) -> None:
        self.load, self.stream, self.streams = load, stream, streams
        self._chance = random.Random(f"{load.seed} {load.batch} {load.at:%y%m%d} {stream}")  # noqa: S311 (synthetic data, not a secret)
        self._papers = papers(
            load.at, load.edition, seed=load.seed, baskets_of_mode=min(BASKETS, max(20, load.trades // 10))
        )
        self._envelopes = _envelopes(load, keys, self._papers, wall)
        self._blocks = range(stream, -(-load.trades // load.block), streams)
        self._modes = [mode for mode, _ in MODES], [share for _, share in MODES]
        self._stamp = stamp(load.at).encode()

    def frames(self) -> Iterator[Frame]:
        """The stream in the order in which it is sent."""
        slots: dict[int, list[Frame]] = defaultdict(list)
        slot = 0
        for block in self._blocks:
            for later, frame in self._block(block):
                slots[slot + later].append(frame)
                if self._chance.random() < REPEATED:
                    again = Frame(
                        frame.block, frame.trade, frame.documents, frame.message, frame.sender, frame.body, True
                    )
                    slots[slot + later + REPEAT_AFTER].append(again)
            yield from slots.pop(slot, ())
            slot += 1
        while slots:
            yield from slots.pop(slot, ())
            slot += 1

    def _block(self, block: int) -> Iterator[tuple[int, Frame]]:
        first = block * self.load.block
        numbers = range(first, min(first + self.load.block, self.load.trades))
        together = self._firms() if self.load.batch > 1 else None
        trades = [self._trade(number, together or self._firms()) for number in numbers]
        for start in range(0, len(trades), self.load.batch):
            some = trades[start : start + self.load.batch]
            places = DISORDERED_PLACE if self._chance.random() < DISORDERED else PLACE
            for message in PAPERS:
                yield places[message], self._frame(block, message, some)

    def _frame(self, block: int, message: str, trades: list[Trade]) -> Frame:
        sender = trades[0].firms[ROLE[message]]
        documents = b"".join(self._document(message, trade) for trade in trades)
        body = self._envelopes[message, sender.number].sign(documents, self._guid())
        if self._chance.random() < TAMPERED:
            body = body.replace(b"<ceb:appTime>2", b"<ceb:appTime>1", 1)
        return Frame(block, trades[0].number, len(trades), message, sender, body)

    def _document(self, message: str, trade: Trade) -> bytes:
        template = self._papers.templates[message, trade.mode]
        values = trade.values
        values[b"guid"] = str(self._guid()).upper().encode()
        if trade.broken:
            values = {**values, **_break(message, trade)}
        lines = {ORDER: trade.basket.order_lines, LIST: trade.basket.list_lines}.get(message, b"")
        return template.fill(values, lines)

    def _firms(self) -> dict[str, Firm]:
        return {role: self._chance.choice(firms.some(role, self.load.trades)) for role in firms.COUNTS}

    def _trade(self, number: int, who: dict[str, Firm]) -> Trade:
        chance = self._chance
        mode = chance.choices(*self._modes)[0]
        heavy = chance.random() < HEAVY
        basket = chance.choice((self._papers.costly if heavy else self._papers.baskets)[mode])
        person = buyer(chance.randrange(self.load.trades // 4000 + 1) if heavy else number * 7919 % BUYERS)
        seller, broken = chance.choice(firms.some(SELLER, self.load.trades)), ""
        if chance.random() < BROKEN:
            broken = chance.choices([name for name, _ in BREAKS], weights=[share for _, share in BREAKS])[0]
        order = order_number(self.load, number)
        told = {
            "orderNo": order, "payTransactionId": f"P{order}", "logisticsNo": f"BW{self.load.at:%y%m%d}{number:010d}", "copNo": f"C{order}",
            "assureCode": seller.customs_code, "ebcCode": seller.customs_code, "ebcName": seller.name,
            "buyerRegNo": person.account, "buyerName": person.name, "buyerTelephone": person.phone,
            "buyerIdNumber": person.document, "payerIdNumber": person.document, "payerName": person.name,
            "telephone": person.phone, "consignee": person.name, "consigneeTelephone": person.phone,
            "consigneeAddress": person.address, "consigneeDistrict": person.district,
        }  # fmt: skip
        for role, prefix in _NAMED:
            told[f"{prefix}Code"], told[f"{prefix}Name"] = who[role].customs_code, who[role].name
        values = {name.encode(): text.encode() for name, text in told.items()}
        values.update(basket.amounts)
        return Trade(number, mode, values, basket, {**who, SELLER: seller}, broken)

    def _guid(self) -> uuid.UUID:
        return uuid.UUID(int=self._chance.getrandbits(128))


_NAMED = ((PLATFORM, "ebp"), (PAYMENT, "pay"), (CARRIER, "logistics"), (DECLARANT, "agent"), (AREA, "area"))


def _break(message: str, trade: Trade) -> Values:
    """What is wrong with this document of a broken trade."""
    if trade.broken == "short" and message == PAYMENT_PAPER:
        return {b"amountPaid": trade.values[b"short"]}  # refused when the four are compared
    if trade.broken == "code" and message == LIST:
        return {b"currency": b"999"}  # in no code list
    if trade.broken == "format" and message == LIST:
        return {b"buyerName": b""}  # against the schema
    if trade.broken == "order" and message == ORDER:
        return {b"currency": b"999"}  # the order is refused and its list goes on waiting
    return {}


def _envelopes(load: Load, keys: Path, made: Papers, wall: datetime) -> dict[tuple[str, int], Envelope]:
    basket = made.baskets["1210"][0]
    values = {name.encode(): b"1" for name in FIELDS} | dict(basket.amounts)
    found = {}
    signers = {firm.number: firms.signer_of(keys, firm, load.algorithm) for firm in firms.senders(load.trades)}
    for message, role in ROLE.items():
        sample = made.templates[message, "1210"].fill(values)
        for firm in firms.some(role, load.trades):
            found[message, firm.number] = envelope(
                message, firm, signers[firm.number], sample, load.edition, NOTE, at=wall
            )
    return found
