"""Random lives of imported trades, for the walk through the graph of clearance."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pilotzone.base.days import stamp, stamp17
from pilotzone.pipeline.tests.histories import APPLICATION_ANSWERS, Life
from pilotzone.pipeline.tests.papers import FIRMS, Trade, firm_fields


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
