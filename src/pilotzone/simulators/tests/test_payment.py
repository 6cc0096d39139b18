"""Customs asks for payment raw data of a share of orders and judges session, order, signer, signature and amount."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Callable, Iterator
from datetime import datetime
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import msgspec
import psycopg
import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange.formats import payment_raw
from pilotzone.exchange.formats.payment_raw import Goods, OrderPaid, PayHead, PaymentRaw
from pilotzone.exchange.signing import DemoAuthority, PemSigner, sign_text
from pilotzone.simulators import faults
from pilotzone.simulators.customs import books, payment
from pilotzone.simulators.customs.filed import Origin, Run
from pilotzone.simulators.tests.papers import EBP, import_trade

NOW = datetime(2021, 6, 18, 10, 0, tzinfo=SHANGHAI)
Connection = psycopg.Connection[Any]


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    authority = DemoAuthority(folder, at=datetime.now(SHANGHAI))
    for kind in ("rsa", "sm2"):
        authority.issue(EBP["ebpCode"], "演示平台", kind, at=datetime.now(SHANGHAI))
    authority.issue("3601900011", "演示支付", "rsa", at=datetime.now(SHANGHAI))
    return folder


def card(keys: Path, firm: str = EBP["ebpCode"], kind: str = "rsa") -> PemSigner:
    folder = keys / firm / kind
    return PemSigner((folder / "key.pem").read_bytes(), (folder / "cert.pem").read_bytes())


@pytest.fixture
def customs(connect_as: Callable[[str], Connection]) -> Iterator[Connection]:
    connection = connect_as("counterpart")
    faults.change(connection, {"ask": 1.0})
    yield connection
    connection.rollback()


def picked(connection: Connection, number: str, **behaviour: Any) -> tuple[str, str] | None:
    """(session, order) of an order customs wants; None where it does not."""
    name, head, lines = import_trade(number)["order"]
    run = Run(connection, NOW, replace_behaviour(connection, **behaviour))
    books.write(connection, [books.entry_of(name, head, lines)])
    payment.pick(run, Origin(name, "2018", "I", (), head, NOW))
    row = connection.execute(
        "SELECT session, order_no FROM simulators.payment_request WHERE order_no = %s", (head["orderNo"],)
    ).fetchone()
    return (row[0], row[1]) if row else None


def replace_behaviour(connection: Connection, **changes: Any) -> faults.Behaviour:
    return msgspec.structs.replace(faults.read(connection), **changes)


def upload(session: str, order: str, signer: PemSigner, *, amount: str = "110", ebp: str = EBP["ebpCode"]) -> str:
    head = PayHead(
        guid="G" * 36, initalRequest="{}", initalResponse="<ok/>", ebpCode=ebp, payCode="3601900011",
        payTransactionId="P1", totalAmount=Decimal(amount), currency="142", verDept="3", tradingTime="20210618090000",
    )  # fmt: skip
    orders = (OrderPaid(order, (Goods("演示", "https://shop.example/1"),), "6222000000000000", recpName="演示店"),)
    raw = PaymentRaw(session, head, orders, "1623981600000")
    value, number = sign_text(payment_raw.to_sign(raw), signer)
    return payment_raw.write(payment_raw.signed(raw, sign_value=value, certificate_number=number))


def judged(connection: Connection, keys: Path, text: str) -> str:
    return str(json.loads(payment.judge(connection, text, payment.issued(keys), NOW))["code"])


def test_the_set_share_is_asked_once_each_and_none_while_a_year_is_loaded(customs: Connection) -> None:
    found = [picked(customs, f"S{n}", ask=0.3) for n in range(60)]
    assert 5 < len([one for one in found if one]) < 35
    assert picked(customs, "F1", follow=True) is None
    assert picked(customs, "N1", ask=0.0) is None
    once = picked(customs, "O1")
    assert once is not None and picked(customs, "O1") == once


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_good_data_are_taken_and_the_same_again_alike(customs: Connection, keys: Path, kind: str) -> None:
    asked = picked(customs, "A1")
    assert asked is not None
    text = upload(*asked, card(keys, kind=kind))
    assert [judged(customs, keys, text) for _ in range(2)] == ["10000", "10000"]
    row = customs.execute("SELECT code FROM simulators.payment_request WHERE session = %s", (asked[0],)).fetchone()
    assert row == ("10000",)


def test_everything_wrong_has_its_own_code(customs: Connection, keys: Path) -> None:
    asked = picked(customs, "B1")
    assert asked is not None
    session, order = asked
    good = upload(session, order, card(keys))
    cases = {
        payment.FORMAT: "{}",
        payment.SESSION: upload("X" * 36, order, card(keys)),
        payment.ORDER: upload(session, "ANOTHER", card(keys)),
        payment.SIGNER: upload(session, order, card(keys, "3601900011")),
        payment.SIGNATURE: good.replace("https://shop.example/1", "https://shop.example/2"),
        payment.AMOUNT: upload(session, order, card(keys), amount="109.99"),
    }
    assert {code: judged(customs, keys, text) for code, text in cases.items()} == {code: code for code in cases}
    spoiled = json.loads(good) | {"signValue": base64.b64encode(b"x" * 256).decode()}
    assert judged(customs, keys, json.dumps(spoiled, ensure_ascii=False, separators=(",", ":"))) == payment.SIGNATURE
    assert judged(customs, keys, good) == "10000"


class Platform(BaseHTTPRequestHandler):
    """A platform that answers as it was told to and remembers what it was asked."""

    code = "10000"
    heard: list[tuple[str, str]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.heard.append((self.path, parse_qs(body)["openReq"][0]))
        told = payment_raw.answer(self.code, "没有", service_time=1623981600000).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.mark.parametrize(("code", "asked"), [("10000", True), ("20000", False)])
def test_the_platform_is_asked_at_its_firms_address_and_never_twice(
    customs: Connection, code: str, asked: bool
) -> None:
    found = picked(customs, f"P{code}")
    assert found is not None
    heard: list[tuple[str, str]] = []
    with HTTPServer(("127.0.0.1", 0), type("P", (Platform,), {"code": code, "heard": heard})) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        url = f"http://127.0.0.1:{server.server_port}/"
        assert payment.ask(customs, url, NOW) == asked
        assert payment.ask(customs, url, NOW) == 0
        server.shutdown()
    ((path, text),) = heard
    assert path == f"/ebp/{EBP['ebpCode']}/platDataOpen"
    told = payment_raw.read_open_request(text)
    assert (told.session_id, told.order_no) == found


def test_a_platform_that_is_away_is_asked_again_later(customs: Connection) -> None:
    found = picked(customs, "W1")
    assert found is not None
    assert payment.ask(customs, "http://127.0.0.1:9/", NOW) == 0
    row = customs.execute(
        "SELECT tries, asked_at, refused FROM simulators.payment_request WHERE session = %s", (found[0],)
    ).fetchone()
    assert row == (1, None, "")
