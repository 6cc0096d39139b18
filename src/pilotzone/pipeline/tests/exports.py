"""Export papers for the pipeline's tests: an order, a waybill and a list under one number, their legs, summaries and returns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import uuid4

from pilotzone.base.days import stamp, stamp17
from pilotzone.exchange.formats.build import build
from pilotzone.pipeline.tests.papers import FIRMS, Bench, Head, firm_fields

SITE = {"operatorCode": FIRMS["area"], "operatorName": "测试area"}


@dataclass
class Export:
    """One export trade; `head` changes its list."""

    number: str = "1"
    at: datetime = datetime(2021, 3, 1, 10, tzinfo=UTC)
    customs: str = "4006"
    qty: str = "2"
    price: str = "50"
    code: str = "3924100000"
    mode: str = "9610"
    order_type: str = "E"
    edition: str = "2018"
    head: Head = field(default_factory=dict)

    @property
    def list_no(self) -> str:
        return f"{self.customs}{self.at:%Y}E{int(self.number):09d}"

    def send(self, bench: Bench) -> list[str]:
        """Order, waybill and list."""
        return bench.send(self.order(bench), self.waybill(bench), self.list(bench))

    def order(self, bench: Bench, **changes: str) -> bytes:
        head = {
            "orderType": self.order_type, "orderNo": f"XO{self.number}", **firm_fields("ebp", "ebc"),
            "goodsValue": self.total, "freight": "0", "currency": "142",
        }  # fmt: skip
        return bench.message(
            "CEB303Message", [(_common(self.at) | head | changes, [self._line()])], "ebc", edition=self.edition
        )

    def waybill(self, bench: Bench, **changes: str) -> bytes:
        head = {
            **firm_fields("logi"), "logisticsNo": f"XW{self.number}", "freight": "0", "insuredFee": "0", "currency": "142",
            "grossWeight": "1", "packNo": "1", "goodsInfo": "测试商品",
        }  # fmt: skip
        return bench.message("CEB505Message", [(_common(self.at) | head | changes, [])], "logi")

    def list(self, bench: Bench, **changes: str) -> bytes:
        head = {
            "customsCode": self.customs, **firm_fields("ebp"), "orderNo": f"XO{self.number}", **firm_fields("logi"),
            "logisticsNo": f"XW{self.number}", "copNo": f"XC{self.number}", "ieFlag": "E", "portCode": self.customs,
            "ieDate": stamp(self.at)[:8], "statisticsFlag": "B", **firm_fields("agent", "ebc"), "ownerCode": "NO",
            "ownerName": "测试生产", "tradeMode": self.mode, "trafMode": "5", "country": "502", "POD": "3001", "freight": "0",
            "fCurrency": "142", "fFlag": "3", "insuredFee": "0", "iCurrency": "142", "iFlag": "3", "wrapType": "2",
            "packNo": "1", "grossWeight": "1.2", "netWeight": "1",
        }  # fmt: skip
        line = self._line() | {
            "gcode": self.code, "gname": "测试商品", "gmodel": "无", "country": "502", "qty1": "1", "unit1": "035",
        }  # fmt: skip
        return bench.message(
            "CEB603Message", [(_common(self.at) | head | self.head | changes, [line])], "agent", edition=self.edition
        )

    def receipt(self, status: str, at: datetime) -> bytes:
        """Customs' word on the list."""
        head = {
            "guid": str(uuid4()).upper(), "agentCode": FIRMS["agent"], "copNo": f"XC{self.number}",
            "preNo": f"B{self.at:%Y%m%d}{int(self.number):09d}", "invtNo": self.list_no, "ebcCode": FIRMS["ebc"],
            "ebpCode": FIRMS["ebp"], "orderNo": f"XO{self.number}", "statisticsFlag": "B", "returnStatus": status,
            "returnTime": stamp17(at), "returnInfo": status,
        }  # fmt: skip
        return build("CEB604Message", [(head, [])], edition="2018", guid=head["guid"])

    def release(self, bench: Bench, at: datetime | None = None) -> None:
        """Sent and released."""
        self.send(bench)
        bench.send(self.receipt("800", at or self.at), channel="customs")

    @property
    def total(self) -> str:
        return f"{float(self.price) * float(self.qty):g}"

    def _line(self) -> Head:
        return {
            "gnum": "1", "itemNo": "S1", "itemName": "测试商品", "barCode": "无", "unit": "011", "currency": "142",
            "qty": self.qty, "price": self.price, "totalPrice": self.total,
        }  # fmt: skip


def _common(at: datetime) -> Head:
    return {"guid": str(uuid4()).upper(), "appType": "1", "appTime": stamp(at), "appStatus": "2"}


def state(bench: Bench, number: str = "1") -> dict[str, object]:
    """The stored trade of an export order."""
    cursor = bench.connection.execute("SELECT * FROM clearance_trade WHERE order_no = %s", (f"XO{number}",))
    row = cursor.fetchone()
    return dict(zip((column.name for column in cursor.description), row, strict=True)) if row else {}


def summary(bench: Bench, number: str, lists: Sequence[str], *, at: datetime, **changes: str) -> bytes:
    """A summary application."""
    head = {
        **_common(at), "customsCode": "4006", "copNo": number, **firm_fields("agent", "ebc"), "declAgentCode": FIRMS["agent"],
        "declAgentName": "测试agent", "summaryFlag": "2", "itemNameFlag": "0", "msgCount": "1", "msgSeqNo": "1",
    }  # fmt: skip
    return bench.message("CEB701Message", [(head | changes, [{"invtNo": one} for one in lists])], "agent")


def summary_receipt(number: str, status: str, at: datetime, sum_no: str = "S40062021000000001") -> bytes:
    """Customs' answer on it."""
    head = {
        "guid": str(uuid4()).upper(), "agentCode": FIRMS["agent"], "ebcCode": FIRMS["ebc"], "copNo": number,
        "preNo": "B20210401000000001", "sumNo": sum_no, "msgSeqNo": "1", "returnStatus": status, "returnTime": stamp17(at),
        "returnInfo": "审结" if status == "399" else "退单",
    }  # fmt: skip
    return build("CEB702Message", [(head, [])], edition="2018", guid=head["guid"])


def summary_result(
    lists: Sequence[tuple[str, str]], at: datetime, *, seq: str = "D40062021000000001", entry: str = "400620210000000001",
    sum_no: str = "S40062021000000001", state: str = "R",
) -> bytes:  # fmt: skip
    """A declaration customs made: (list number, waybill) of its lists."""
    guid = str(uuid4()).upper()
    head = {
        "guid": guid, "customsCode": "4006", "sumNo": sum_no, "opDate": stamp17(at), "declSeqNo": seq, "entryId": entry,
        "decState": state, **firm_fields("agent", "ebc"), "declAgentCode": FIRMS["agent"], "declAgentName": "测试agent",
        "grossWeight": "2.4", "netWeight": "2", "msgCount": "1", "msgSeqNo": "1",
    }  # fmt: skip
    head = {name: text for name, text in head.items() if text}
    lines = [{"invtNo": no, "logisticsNo": way, "gnum": "1", "gcode": "3924100000"} for no, way in lists]
    return build("CEB792Message", [(head, lines)], edition="2018", guid=guid)


def leg(bench: Bench, kind: str, number: str, waybills: Sequence[Head], *, at: datetime, **changes: str) -> bytes:
    """A 507, 509 or 607; `waybills` are its lines."""
    common = {**_common(at), "customsCode": "4006", "copNo": number, **firm_fields("logi"), "trafMode": "5", "billNo": "BL1",
              "msgCount": "1", "msgSeqNo": "1"}  # fmt: skip
    more = {
        "507": {**SITE, "ieFlag": "E", "domesticTrafNo": "赣A00001"},
        "509": {"trafName": "CA1", "voyageNo": "CA1", "leaveTime": stamp(at)},
        "607": {**firm_fields("agent"), "trafName": "CA1", "voyageNo": "CA1", "grossWeight": "2"},
    }[kind]  # fmt: skip
    lines = [{"gnum": str(place), **one} for place, one in enumerate(waybills, start=1)]
    sender = {"507": "area", "509": "logi", "607": "agent"}[kind]
    return bench.message(f"CEB{kind}Message", [(common | more | changes, lines)], sender)


def told(bench: Bench, receipt: str) -> tuple[str, list[str]]:
    """(state, codes) of the only document of a message."""
    ((found, findings),) = bench.results(receipt)
    return found, [one["code"] for one in findings]


def export_return(
    bench: Bench, number: str, listed: Export, qty: str, *, at: datetime, line: Head | None = None, **changes: str
) -> bytes:
    """A 213 for the only line of a list."""
    head = {
        **_common(at), "customsCode": listed.customs, **firm_fields("ebp", "ebc", "logi", "agent"),
        "logisticsNo": f"XW{listed.number}", "coElNo": number, "invtNo": listed.list_no, "billNo": "BACK1", "ieFlag": "I", "trafMode": "5",
        "trafName": "CA2", "portCode": listed.customs, "reason": "买家拒收", "country": "502", "voyageNo": "CA2",
    }  # fmt: skip
    own = {
        "gnum": "1", "gcode": listed.code, "gname": "测试商品", "gmodel": "无", "qty": qty, "qty1": "1", "unit": "011", "unit1": "035",
    }  # fmt: skip
    return bench.message("CEB213Message", [(head | changes, [own | (line or {})])], "agent", edition="2022")


def return_receipt(number: str, listed: Export, status: str, at: datetime) -> bytes:
    """Customs' answer on a 213."""
    head = {
        "guid": str(uuid4()).upper(), "ebcCode": FIRMS["ebc"], "agentCode": FIRMS["agent"], "coElNo": number,
        "invtNo": listed.list_no, "returnStatus": status, "returnTime": stamp17(at), "returnInfo": status,
    }  # fmt: skip
    return build("CEB214Message", [(head, [])], edition="2022", guid=head["guid"])


def export_cancel(bench: Bench, number: str, listed: Export, *, at: datetime) -> bytes:
    """A 605."""
    head = {
        **_common(at), "customsCode": listed.customs, "copNo": number, "invtNo": listed.list_no, "reason": "申报错误",
        **firm_fields("agent", "ebc"),
    }  # fmt: skip
    return bench.message("CEB605Message", [(head, [])], "agent")


def cancel_receipt(number: str, listed: Export, status: str, at: datetime) -> bytes:
    """Customs' answer on a 605."""
    head = {
        "guid": str(uuid4()).upper(), "agentCode": FIRMS["agent"], "copNo": number, "preNo": "B20210301000000099",
        "invtNo": listed.list_no, "returnStatus": status, "returnTime": stamp17(at), "returnInfo": status,
    }  # fmt: skip
    return build("CEB606Message", [(head, [])], edition="2018", guid=head["guid"])


def tally(bench: Bench, number: str, listed: Export, *, at: datetime) -> bytes:
    """A 215."""
    head = {
        **_common(at), "customsCode": listed.customs, **SITE, **firm_fields("logi"), "logisticsNo": f"XW{listed.number}",
        "invtNo": listed.list_no, "coElNo": number, "billNo": "BACK1", "ieFlag": "I", "trafMode": "5", "trafName": "CA2",
        "voyageNo": "CA2",
    }  # fmt: skip
    return bench.message("CEB215Message", [(head, [])], "area", edition="2022")
