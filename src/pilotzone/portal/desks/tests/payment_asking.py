"""Customs that ask for payment data, and a platform that lays them down, for the tests of both."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

from django.test import Client

from pilotzone.exchange.formats import payment_raw
from pilotzone.exchange.signing import PemSigner
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.papers import FIRMS, Bench
from pilotzone.portal.processes import carrier
from pilotzone.rooms.clearance import api

CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs")
OPEN = f"/ebp/{FIRMS['ebp']}/platDataOpen"


def ebp(zone: Bench) -> Actor:
    return Actor(kind=ENTERPRISE, organisation=zone.firms["ebp"])


def payment(order: str = "ORDER-PD", amount: str = "100.00", number: str = "PAY-PD", **changes: Any) -> dict[str, Any]:
    head = {
        "guid": "G" * 36, "initalRequest": '{"amount":"100"}', "initalResponse": "<ok>张三 6222</ok>",
        "ebpCode": FIRMS["ebp"], "payCode": FIRMS["pay"], "payTransactionId": number, "totalAmount": float(amount),
        "currency": "142", "verDept": "3", "tradingTime": "20210301100000",
    }  # fmt: skip
    one = {
        "orderNo": order, "goodsInfo": [{"gname": "测试商品", "itemLink": "https://shop.example/1"}],
        "recpAccount": "6222000000000000", "recpName": "测试收款人",
    }  # fmt: skip
    return {"payExchangeInfoHead": head | changes, "payExchangeInfoLists": [one]}


def laid_down(zone: Bench, *payments: dict[str, Any]) -> dict[str, int]:
    with scope(ebp(zone)):
        return api.deposit_payment_data(json.dumps({"payments": list(payments)}), channel="http")


def asked(order: str = "ORDER-PD", session: str = "S" * 36, path: str = OPEN) -> dict[str, Any]:
    text = json.dumps({"orderNo": order, "sessionID": session, "serviceTime": 1614567600000})
    told: dict[str, Any] = Client().post(path, {"openReq": text}).json()
    return told


def requests(zone: Bench, actor: Actor | None = None) -> list[dict[str, Any]]:
    with scope(actor or ebp(zone)):
        found: list[dict[str, Any]] = api.payment_requests()["rows"]
        return found


def pem(card: PemSigner) -> str:
    return base64.b64encode(card.certificate.encoded).decode()


def answered(zone: Bench, card: PemSigner, ids: list[int]) -> dict[str, Any]:
    with scope(ebp(zone)):
        told = api.compose_payment_data(requests=ids)
    signed = [base64.b64encode(card.sign(one["signed_info"].encode())).decode() for one in told["messages"]]
    with scope(ebp(zone)):
        return api.hand_in_payment_data(batch=told["batch"], certificate=pem(card), signatures=signed)


class Customs(BaseHTTPRequestHandler):
    """Customs' service: answers as told, remembers what it got."""

    code = "10000"
    got: list[str] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.got.append(parse_qs(body)["payExInfoStr"][0])
        told = payment_raw.answer(self.code, "应答", service_time=1614567600000, total=0).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def customs(code: str) -> Iterator[tuple[str, list[str]]]:
    got: list[str] = []
    with HTTPServer(("127.0.0.1", 0), type("C", (Customs,), {"code": code, "got": got})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/ceb2grab/grab/realTimeDataUpload", got
        server.shutdown()


def carried(zone: Bench, url: str) -> int:
    """One round of the carrier, as it runs: its own connection in autocommit."""
    zone.connection.commit()
    zone.connection.autocommit = True
    try:
        return carrier.send_due(zone.connection, None, url)  # type: ignore[arg-type]
    finally:
        zone.connection.autocommit = False
