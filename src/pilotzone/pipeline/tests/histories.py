"""Random lives of trades as batches of messages, lawful and not, for the walk through the graph of clearance.

Messages are handed to the room as they are once read: no XML, no signature. Customs behaves by the order of statuses
(spec §4): it follows what it said before, tells things twice and late, and answers applications either way.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, cast
from uuid import UUID

from pilotzone.base.days import stamp, stamp17
from pilotzone.pipeline.booking import Booking, assess_ahead
from pilotzone.pipeline.tests import exports
from pilotzone.pipeline.tests.exports import Export
from pilotzone.pipeline.tests.papers import FIRMS, Bench, Head, Trade, firm_fields
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.clearance.api import DocumentIn, MessageIn

# what may follow what (handbook §1.3, the status vocabulary), written down here by itself
GRAPH = {
    "": ("2", "120", "100"), "2": ("3", "4", "120", "100"), "4": ("2",), "3": ("100", "120"), "120": ("300", "399", "500", "800"),
    "300": ("100", "399"), "399": ("500", "800"), "500": ("800", "501", "599", "700"), "800": ("899",), "100": ("2",),
}  # fmt: skip
CROSSING = {
    "800": ("100", "120", "399", "500"),
    "899": ("399", "500", "800"),
    "cancelled": ("120", "399", "500", "800", "800", "899"),
}
APPLICATION_ANSWERS = ("120", "399", "100")
BATCH_EVERY = timedelta(minutes=7)


class Direct:
    """A bench that keeps messages as the room takes them, and works them off in one batch."""

    def __init__(self, bench: Bench, at: datetime, chance: random.Random) -> None:
        self.bench, self.at, self.chance = bench, at, chance
        self.pending: list[MessageIn] = []
        self.number = 0

    def message(self, name: str, documents: Any, sender: str, **_more: Any) -> bytes:
        """As Bench.message is called; keeps the message instead of writing it."""
        self.keep(name, documents, self.bench.firms[sender])
        return b""

    def keep(self, name: str, documents: Any, sender: int | None, *, customs: bool = False) -> None:
        self.number += 1
        inside = [
            DocumentIn(place, dict(head), [dict(line) for line in lines])
            for place, (head, lines) in enumerate(documents, 1)
        ]
        guid = str(UUID(int=self.chance.getrandbits(128))).upper()
        edition = "2022" if name[3] == "2" else "2018"
        self.pending.append(
            MessageIn(self.number, name, edition, guid, self.at, sender, True, inside, from_customs=customs)
        )

    def customs(self, name: str, head: Head, lines: Any = ()) -> None:
        self.keep(
            name, [({"guid": str(UUID(int=self.chance.getrandbits(128))).upper(), **head}, lines)], None, customs=True
        )

    def work(self) -> list[clearance.Answer]:
        """One batch of everything kept; time moves on."""
        messages, self.pending = self.pending, []
        with self.bench.connection.cursor() as cursor:
            for message in messages:
                if not message.from_customs:
                    assess_ahead(message)
                    clearance.prepare(message)
            self.bench.pipeline.registry.refresh(cursor)
            book = Booking(cursor, self.at)
            outcome = clearance.take_batch(
                cursor, messages, directory=self.bench.pipeline.registry, book=book, settings=clearance.Settings()
            )
        self.at += BATCH_EVERY
        return outcome.answers


@dataclass
class Life:
    """One trade on its random way: what may come next is drawn, lawful or not."""

    direct: Direct
    number: int
    status: str = ""
    applications: list[tuple[str, str]] = field(default_factory=list)  # (kind, number) customs has not answered
    made: int = 0
    listed: bool = False  # a list was sent: customs speaks of no other
    released: datetime | None = None  # by customs' time, the latest
    cancelled: datetime | None = None

    @property
    def chance(self) -> random.Random:
        return self.direct.chance

    @property
    def bench(self) -> Bench:
        """What the papers are written on."""
        return cast(Bench, self.direct)

    def step(self) -> None:
        """One thing that happens."""
        verbs = self.papers + 3 * [self.receipt] + self.applying
        if self.status in ("2", "3", "120", "300"):
            verbs += 3 * [self.cancel, self.answer]
        self.chance.choice(verbs)()

    @property
    def papers(self) -> list[Any]:
        raise NotImplementedError

    @property
    def applying(self) -> list[Any]:
        raise NotImplementedError

    def tell(self, code: str, at: datetime) -> None:
        raise NotImplementedError

    def cancel(self) -> None:
        raise NotImplementedError

    def answer(self) -> None:
        raise NotImplementedError

    def receipt(self) -> None:
        """Customs goes on from what it said last; now and then it repeats itself, late."""
        lawful = GRAPH.get(self.status, ())
        if self.listed and self.status in CROSSING and self.chance.random() < 0.3:
            self.cross()
            return
        if not self.listed or not lawful or self.status == "cancelled":
            return
        if self.status and self.chance.random() < 0.15:
            self.tell(self.status, self.direct.at - timedelta(hours=1))
            return
        self.status = self.chance.choice(lawful)
        self.tell(self.status, self.direct.at)
        if self.status == "800":
            self.released = self.direct.at
        if self.status == "100":
            self.listed = False  # it has to be declared again

    def cross(self) -> None:
        """Customs says what cannot follow its own final word, or is told late; of cancellation and release the later stands."""
        code = self.chance.choice(CROSSING[self.status])
        late = code == "800" and self.chance.random() < 0.5
        at = self.direct.at - timedelta(hours=2) if late else self.direct.at
        self.tell(code, at)
        if code == "899":
            self.status = code
        elif code == "800":
            self.released = max(at, self.released or at)
            if self.status == "cancelled" and self.cancelled and self.released >= self.cancelled:
                self.status = code

    def cancelled_by(self, code: str) -> None:
        """Customs closed a cancellation: also one that a release had overtaken, by its time, or one that overtakes a release."""
        if code != "399":
            return
        self.cancelled = self.direct.at
        if self.status != "899" and not (self.status == "800" and self.released and self.released >= self.cancelled):
            self.status = "cancelled"

    def next_number(self, letter: str) -> str:
        self.made += 1
        return f"{letter}{self.number}N{self.made}"


class ImportLife(Life):
    """Order, payment, waybill, list, 623, 625."""

    price = Decimal(30)

    @property
    def trade(self) -> Trade:
        buyer = {"buyerIdNumber": f"36010219900307{self.number:04d}"[:18]}
        changes = {"order": buyer, "list": buyer, "payment": {"payerIdNumber": buyer["buyerIdNumber"]}}
        return Trade(f"T{self.number}", self.direct.at, price="30.00", qty="3", changes=changes)

    @property
    def invt(self) -> str:
        return f"40062021I{self.number:09d}"

    @property
    def papers(self) -> list[Any]:
        kinds = ("order", "payment", "waybill", "list")
        return [lambda kind=kind: self.paper(kind) for kind in kinds] + [self.mended, self.all_four, self.all_four]

    @property
    def applying(self) -> list[Any]:
        return [self.cancel, self.refund, self.refund, self.answer, self.answer]

    def paper(self, kind: str, app_type: str = "1") -> None:
        trade = self.trade
        self.listed |= kind == "list"
        name = {
            "order": "CEB311Message",
            "payment": "CEB411Message",
            "waybill": "CEB511Message",
            "list": "CEB621Message",
        }[kind]
        sender = {"order": "ebp", "payment": "pay", "waybill": "logi", "list": "agent"}[kind]
        self.direct.message(name, [(trade.head(kind, appType=app_type), trade.lines(kind))], sender)

    def mended(self) -> None:
        self.paper(self.chance.choice(("order", "payment", "waybill", "list")), self.chance.choice("23"))

    def all_four(self) -> None:
        for kind in ("order", "payment", "waybill", "list"):
            self.paper(kind)

    def tell(self, code: str, at: datetime) -> None:
        self.direct.customs("CEB622Message", {
            "customsCode": "4006", "ebpCode": FIRMS["ebp"], "ebcCode": FIRMS["ebc"], "agentCode": FIRMS["agent"],
            "copNo": f"COP-T{self.number}", "preNo": f"B20210301{self.number:09d}", "invtNo": self.invt, "returnStatus": code,
            "returnTime": stamp17(at), "returnInfo": code,
        })  # fmt: skip

    def _application(self, name: str, number: str, lines: Any = ()) -> None:
        trade = self.trade
        buyer = {
            key: text for key, text in trade.head("order").items() if key.startswith("buyer") and key != "buyerRegNo"
        }
        head = {
            "guid": str(UUID(int=self.chance.getrandbits(128))).upper(), "appType": "1", "appTime": stamp(self.direct.at),
            "appStatus": "2", "customsCode": "4006", "orderNo": f"ORDER-T{self.number}", **firm_fields("ebp", "ebc", "logi"),
            "logisticsNo": f"WB-T{self.number}", "copNo": number, "invtNo": self.invt, **buyer, **firm_fields("agent"),
            "reason": "买家不要",
        }  # fmt: skip
        self.direct.message(name, [(head, lines)], "agent")

    def cancel(self) -> None:
        number = self.next_number("C")
        self.applications.append(("cancel", number))
        self._application("CEB623Message", number)

    def refund(self) -> None:
        if not self.status:
            return  # of a list nobody knows here customs judges alone
        number = self.next_number("R")
        self.applications.append(("refund", number))
        qty = str(self.chance.choice((1, 1, 2, 3, 4)))
        self._application(
            "CEB625Message",
            number,
            [{"gnum": "1", "gcode": "3924100000", "gname": "测试商品", "qty": qty, "unit": "011"}],
        )

    def answer(self) -> None:
        if not self.applications:
            return
        kind, number = self.chance.choice(self.applications)
        code = self.chance.choice(APPLICATION_ANSWERS)
        head = {
            "customsCode": "4006", "agentCode": FIRMS["agent"], "ebpCode": FIRMS["ebp"], "ebcCode": FIRMS["ebc"], "copNo": number,
            "preNo": "T20210305000000001", "invtNo": self.invt, "returnStatus": code, "returnTime": stamp17(self.direct.at),
            "returnInfo": code,
        }  # fmt: skip
        self.direct.customs("CEB624Message" if kind == "cancel" else "CEB626Message", head)
        if code != "120":
            self.applications.remove((kind, number))
        if kind == "cancel":
            self.cancelled_by(code)


class ExportLife(Life):
    """Order, waybill, list, legs, 605, 213, 701 and its results."""

    @property
    def trade(self) -> Export:
        flag = {"statisticsFlag": "A"} if self.number % 7 == 0 else {}
        return Export(str(self.number), self.direct.at, qty="3", price="10", head=flag)

    @property
    def list_no(self) -> str:
        return f"40062021E{self.number:09d}"

    @property
    def papers(self) -> list[Any]:
        trade, bench, way = self.trade, self.bench, [{"logisticsNo": f"XW{self.number}"}]

        def listed() -> None:
            self.listed = True
            trade.list(bench)

        def whole() -> None:
            trade.order(bench), trade.waybill(bench), listed()

        legs = [
            lambda kind=kind: exports.leg(bench, kind, self.next_number("L"), way, at=self.direct.at)
            for kind in ("507", "509", "607")
        ]
        return [
            lambda: trade.order(bench),
            lambda: trade.waybill(bench),
            lambda: trade.list(bench),
            whole,
            whole,
            *legs,
        ]

    @property
    def applying(self) -> list[Any]:
        return [self.cancel, self.refund, self.answer, self.answer, self.summary, self.summary, self.summed]

    def tell(self, code: str, at: datetime) -> None:
        self.direct.customs("CEB604Message", {
            "agentCode": FIRMS["agent"], "copNo": f"XC{self.number}", "preNo": f"B20210302{self.number:09d}", "invtNo": self.list_no,
            "ebcCode": FIRMS["ebc"], "ebpCode": FIRMS["ebp"], "orderNo": f"XO{self.number}", "statisticsFlag": "B",
            "returnStatus": code, "returnTime": stamp17(at), "returnInfo": code,
        })  # fmt: skip

    def cancel(self) -> None:
        number = self.next_number("C")
        self.applications.append(("605", number))
        exports.export_cancel(self.bench, number, self.trade, at=self.direct.at)

    def refund(self) -> None:
        if not self.status:
            return
        number = self.next_number("R")
        self.applications.append(("213", number))
        exports.export_return(self.bench, number, self.trade, str(self.chance.choice((1, 2, 3, 4))), at=self.direct.at)

    def summary(self) -> None:
        number = self.next_number("S")
        self.applications.append(("701", number))
        exports.summary(self.bench, number, [self.list_no], at=self.direct.at)

    def answer(self) -> None:
        if not self.applications:
            return
        kind, number = self.chance.choice(self.applications)
        code = self.chance.choice(APPLICATION_ANSWERS)
        key = {"605": "copNo", "213": "coElNo", "701": "copNo"}[kind]
        head = {
            "agentCode": FIRMS["agent"], "ebcCode": FIRMS["ebc"], key: number, "preNo": "B20210401000000001", "invtNo": self.list_no,
            "returnStatus": code, "returnTime": stamp17(self.direct.at), "returnInfo": code,
        }  # fmt: skip
        if kind == "701":
            head = {**head, "msgSeqNo": "1", "sumNo": f"S{number}"}
        self.direct.customs(f"CEB{int(kind) + 1}Message", head)
        if code != "120":
            self.applications.remove((kind, number))
        if kind == "605":
            self.cancelled_by(code)

    def summed(self) -> None:
        if self.status not in ("800", "899"):
            return
        head = {
            "customsCode": "4006", "sumNo": "", "opDate": stamp17(self.direct.at), "declSeqNo": f"D{self.number:017d}",
            "entryId": f"{self.number:018d}", "decState": "R", **firm_fields("agent", "ebc"), "grossWeight": "1", "netWeight": "1",
        }  # fmt: skip
        self.direct.customs(
            "CEB792Message", head, [{"invtNo": self.list_no, "logisticsNo": "W", "gnum": "1", "gcode": "3924100000"}]
        )
