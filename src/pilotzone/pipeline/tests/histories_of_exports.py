"""Random lives of exported trades, for the walk through the graph of clearance."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pilotzone.base.days import stamp17
from pilotzone.pipeline.tests import exports
from pilotzone.pipeline.tests.exports import Export
from pilotzone.pipeline.tests.histories import APPLICATION_ANSWERS, Life
from pilotzone.pipeline.tests.papers import FIRMS, firm_fields


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
