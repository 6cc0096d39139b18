"""Real messages of synthetic firms for the pipeline's tests: built by the formats, signed by a demonstration key."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pilotzone.base.days import stamp
from pilotzone.exchange import inbox, outbox
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.signing import DemoAuthority, PemSigner, sign
from pilotzone.kernel.events import unpack
from pilotzone.pipeline.batch import Pipeline, Worked

FIRMS = {
    "ebp": "3601990001", "ebc": "3601990002", "pay": "3601990003", "logi": "3601990004", "agent": "3601990005",
    "area": "3601990006", "stranger": "3601990007",
}  # fmt: skip
BUYER = {
    "buyerIdType": "1", "buyerIdNumber": "11010519491231002X", "buyerName": "测试订购人", "buyerTelephone": "13000000000",
}  # fmt: skip
CONSIGNEE = {
    "consignee": "测试收货人",
    "consigneeTelephone": "13000000001",
    "consigneeAddress": "测试省测试市测试路1号",
}
Head = dict[str, str]


def firm_fields(*roles: str) -> Head:
    """Code and name of each role as the messages write them."""
    names = {"logi": "logistics"}
    told: Head = {}
    for role in roles:
        stem = names.get(role, role)
        told |= {f"{stem}Code": FIRMS[role], f"{stem}Name": f"测试{role}"}
    return told


@dataclass
class Trade:
    """One trade's papers; change a head before sending to break it."""

    number: str = "T1"
    at: datetime = datetime(2021, 3, 1, 10, tzinfo=UTC)
    mode: str = "9610"
    price: str = "100.00"
    hs: str = "3924100000"
    qty: str = "1"
    changes: dict[str, Head] = field(default_factory=dict)
    kg: str = "1"

    def head(self, kind: str, **changes: str) -> Head:
        """The head of one of the four documents."""
        made = {
            "guid": str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.number}{kind}{self.at}{changes}")).upper(),
            "appType": "1", "appTime": stamp(self.at), "appStatus": "2",
        }  # fmt: skip
        return made | getattr(self, f"_{kind}")() | self.changes.get(kind, {}) | changes

    @property
    def total(self) -> str:
        return f"{float(self.price) * float(self.qty):.2f}"

    def _order(self) -> Head:
        return {
            "orderType": "I", "orderNo": f"ORDER-{self.number}", **firm_fields("ebp", "ebc"), "goodsValue": self.total,
            "freight": "0", "discount": "0", "taxTotal": "0", "acturalPaid": self.total, "currency": "142",
            "buyerRegNo": "u1", **BUYER, "payCode": FIRMS["pay"], "payName": "测试pay",
            "payTransactionId": f"PAY-{self.number}", **CONSIGNEE,
        }  # fmt: skip

    def _payment(self) -> Head:
        return {
            **firm_fields("pay"), "payTransactionId": f"PAY-{self.number}", "orderNo": f"ORDER-{self.number}",
            **firm_fields("ebp"), "payerIdType": "1", "payerIdNumber": BUYER["buyerIdNumber"],
            "payerName": BUYER["buyerName"], "amountPaid": self.total, "currency": "142", "payTime": stamp(self.at),
        }  # fmt: skip

    def _waybill(self) -> Head:
        return {
            **firm_fields("logi"), "logisticsNo": f"WB-{self.number}", "orderNo": f"ORDER-{self.number}", "freight": "0",
            "insuredFee": "0", "currency": "142", "weight": "1", "packNo": "1", **CONSIGNEE,
        }  # fmt: skip

    def _list(self) -> Head:
        bonded = {"emsNo": "H4001", **firm_fields("area"), "country": "142"}
        direct = {"trafNo": "CA123", "voyageNo": "CA123", "billNo": f"BL-{self.number}", "country": "502"}
        return {
            "orderNo": f"ORDER-{self.number}", **firm_fields("ebp", "ebc", "logi"), "logisticsNo": f"WB-{self.number}",
            "copNo": f"COP-{self.number}", "assureCode": FIRMS["ebp"], "ieFlag": "I", "declTime": stamp(self.at)[:8],
            "customsCode": "4006", "portCode": "4006", **BUYER,
            "consigneeAddress": CONSIGNEE["consigneeAddress"], **firm_fields("agent"), "tradeMode": self.mode,
            "trafMode": "5", **(bonded if self.mode == "1210" else direct), "freight": "0", "insuredFee": "0",
            "currency": "142", "packNo": "1", "grossWeight": "1.2", "netWeight": "1",
        }  # fmt: skip

    def lines(self, kind: str) -> list[Head]:
        """The goods lines of order or list."""
        shared = {
            "gnum": "1", "gmodel": "测试规格", "country": "502", "currency": "142", "qty": self.qty, "unit": "011",
            "price": self.price, "totalPrice": self.total,
        }  # fmt: skip
        if kind == "order":
            return [{**shared, "itemName": "测试商品"}]
        if kind != "list":
            return []
        legal = {"gcode": self.hs, "gname": "测试商品", "qty1": self.kg, "unit1": "035"}
        return [{**shared, **legal, **({"itemRecordNo": "R1"} if self.mode == "1210" else {})}]


MESSAGE = {"order": "CEB311Message", "payment": "CEB411Message", "waybill": "CEB511Message", "list": "CEB621Message"}
SENDER = {"order": "ebp", "payment": "pay", "waybill": "logi", "list": "agent"}


def make_signers(folder: Path) -> dict[str, PemSigner]:
    """A demonstration key and certificate for every firm."""
    now = datetime.now(UTC)
    authority = DemoAuthority(folder, at=now)
    return {role: authority.issue(code, f"测试{role}", "rsa", at=now).signer() for role, code in FIRMS.items()}


class Bench:
    """A zone of test firms on one raw connection; nothing is committed."""

    def __init__(self, connection: Any, signers: dict[str, PemSigner]) -> None:
        self.connection = connection
        self.pipeline = Pipeline("DXPENT0036000000")
        self.signers = signers
        self.firms: dict[str, int] = {}
        self._register()

    def _register(self) -> None:
        for role, code in FIRMS.items():
            roles = [] if role == "stranger" else [role]
            row = self.connection.execute(
                "INSERT INTO kernel_organisation (name, name_en, uscc, customs_code, dxp_id, roles, synthetic, created_at)"
                " VALUES (%s, '', '', %s, %s, %s::jsonb, true, now()) RETURNING id",
                (f"测试{role}", code, f"DXPENT{code}", str(roles).replace("'", '"')),
            ).fetchone()
            self.firms[role] = row[0]
            certificate = self.signers[role].certificate
            self.connection.execute(
                "INSERT INTO kernel_certificate (organisation_id, sha256, serial, algorithm, subject, valid_from,"
                " valid_to, registered_at, revoked_reason) VALUES (%s, %s, %s, 'rsa', '', %s, %s, now(), '')",
                (row[0], certificate.sha256, certificate.serial, certificate.not_before, certificate.not_after),
            )

    def set_clock(self, at: datetime) -> None:
        """Let the zone's clock stand at a moment."""
        moved = self.connection.execute("UPDATE kernel_clock SET zone_at = %s, rate = 0", (at,)).rowcount
        if not moved:
            self.connection.execute(
                "INSERT INTO kernel_clock (demo, wall_at, zone_at, rate) VALUES (true, now(), %s, 0)", (at,)
            )

    def message(
        self, name: str, documents: Sequence[tuple[Head, Sequence[Head]]], sender: str, *, signed: bool = True,
        edition: str = "2018", subscribes: Sequence[Head] = (),
    ) -> bytes:  # fmt: skip
        """A message of these documents by a firm."""
        transfer = {"copCode": FIRMS[sender], "copName": "测试", "dxpMode": "DXP", "dxpId": f"DXPENT{FIRMS[sender]}"}
        guid = str(uuid.uuid4()).upper()
        xml = build(name, documents, edition=edition, guid=guid, transfer=transfer, subscribes=subscribes)
        return sign(xml, self.signers[sender]) if signed else xml

    def paper(self, trade: Trade, kind: str, *, signed: bool = True, sender: str = "", **changes: str) -> bytes:
        """One document of a trade as a message of its sender."""
        document = (trade.head(kind, **changes), trade.lines(kind))
        return self.message(MESSAGE[kind], [document], sender or SENDER[kind], signed=signed)

    def keep(self, *messages: bytes, channel: str = "http", client: str = "") -> list[str]:
        """Lay messages into the inbox; `client` is the firm the connection belongs to."""
        firm = self.firms[client] if client else None
        return inbox.keep(self.connection, [inbox.Incoming(raw, channel, client, firm) for raw in messages])

    def work(self) -> Worked:
        """One batch."""
        worked = self.pipeline.run_once(self.connection)
        self.pipeline.issue(self.connection)
        return worked

    def send(self, *messages: bytes, channel: str = "http", client: str = "") -> list[str]:
        """Keep and work; answers the receipt ids."""
        receipts = self.keep(*messages, channel=channel, client=client)
        while self.work().messages:
            pass
        return receipts

    def all_four(self, trade: Trade, order: Sequence[str] = ("order", "payment", "waybill", "list")) -> list[bytes]:
        """The four papers in an order."""
        return [self.paper(trade, kind) for kind in order]

    def receipt(
        self, trade: Trade, status: str, time: str, info: str = "", *, invt_no: str = "", kind: str = "list"
    ) -> bytes:
        """Customs' receipt on a list or another document, as live customs writes it."""
        numbers = {
            "guid": str(uuid.uuid4()).upper(),
            "returnStatus": status,
            "returnTime": time,
            "returnInfo": info or status,
        }
        if kind == "list":
            head = {
                "customsCode": "4006", "ebpCode": FIRMS["ebp"], "ebcCode": FIRMS["ebc"], "agentCode": FIRMS["agent"],
                "copNo": f"COP-{trade.number}", "preNo": f"B20210301{trade.number[1:]:0>9}", **numbers,
            }  # fmt: skip
            head |= {"invtNo": invt_no} if invt_no else {}
            name = "CEB622Message"
        else:
            head = {"ebpCode": FIRMS["ebp"], "ebcCode": FIRMS["ebc"], "orderNo": f"ORDER-{trade.number}", **numbers}
            name = "CEB312Message"
        return build(name, [(head, [])], edition="2018", guid=numbers["guid"], default_namespace=True)

    def rows(self, query: str, *values: Any) -> list[Any]:
        """Ask the database."""
        return self.connection.execute(query, values).fetchall()

    def events(self, kind: str) -> list[dict[str, Any]]:
        """Every row told of a kind, in order."""
        told = self.rows("SELECT payload FROM kernel_event WHERE kind = %s ORDER BY id", kind)
        return [row for (payload,) in told for row in unpack(payload)]

    def letters(self) -> list[bytes]:
        """Claim what is to be sent, as it is sent."""
        with self.connection.cursor() as cursor:
            return [due.letter.body for due in outbox.due(cursor)]

    def trade(self, trade: Trade) -> dict[str, Any]:
        """The stored trade."""
        cursor = self.connection.execute(
            "SELECT * FROM clearance_trade WHERE order_no = %s", (f"ORDER-{trade.number}",)
        )
        row = cursor.fetchone()
        return dict(zip((column.name for column in cursor.description), row, strict=True)) if row else {}

    def results(self, receipt: str) -> list[tuple[str, list[dict[str, Any]]]]:
        """(state, findings) of a message's documents."""
        return self.rows("SELECT state, findings FROM exchange_result WHERE receipt_id = %s ORDER BY position", receipt)
