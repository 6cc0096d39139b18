"""The exchange node's client tells a refusal from an absence, and acknowledges nothing by itself."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels.dxp import Node


class Far(BaseHTTPRequestHandler):
    """The other side: answers what the test laid down and notes what it was asked."""

    answer: tuple[int, bytes] = (200, b"{}")
    asked: list[tuple[str, str, bytes]]

    def do_GET(self) -> None:
        self._say()

    def do_POST(self) -> None:
        self._say()

    def _say(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.asked.append((self.command, self.path, body))
        status, told = self.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(told)))
        self.end_headers()
        self.wfile.write(told)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@pytest.fixture
def far() -> Iterator[tuple[type[Far], Node]]:
    handler = type("TestFar", (Far,), {"asked": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield handler, Node(f"http://127.0.0.1:{server.server_port}")
    server.shutdown()
    server.server_close()


def test_a_message_is_handed_over_as_it_is(far: tuple[type[Far], Node]) -> None:
    handler, node = far
    node.send(b"<DxpMsg/>")
    assert handler.asked == [("POST", "/dxp/send", b"<DxpMsg/>")]


@pytest.mark.parametrize("status", [408, 429, 500, 503])
def test_an_absence_is_temporary(far: tuple[type[Far], Node], status: int) -> None:
    handler, node = far
    handler.answer = (status, b'{"code": "3001", "text": "system"}')
    with pytest.raises(Unavailable, match="3001"):
        node.send(b"x")


@pytest.mark.parametrize("status", [400, 403, 413, 422])
def test_a_refusal_is_final(far: tuple[type[Far], Node], status: int) -> None:
    handler, node = far
    handler.answer = (status, b'{"code": "2001", "text": "receiver or sender unknown"}')
    with pytest.raises(Refused, match="2001 receiver"):
        node.send(b"x")


def test_nobody_there_is_temporary() -> None:
    with pytest.raises(Unavailable):
        Node("http://127.0.0.1:9", patience_s=1).send(b"x")


def test_messages_are_fetched_and_acknowledged_by_number(far: tuple[type[Far], Node]) -> None:
    handler, node = far
    body = base64.b64encode("<订单/>".encode()).decode()
    handler.answer = (200, json.dumps({"messages": [{"number": 7, "body": body}]}).encode())
    assert node.receive("DXP 1", 3) == [(7, "<订单/>".encode())]
    node.acknowledge("DXP 1", [7])
    assert [(m, p) for m, p, _ in handler.asked] == [("GET", "/dxp/receive?id=DXP%201&max=3"), ("POST", "/dxp/ack")]
    assert json.loads(handler.asked[1][2]) == {"id": "DXP 1", "numbers": [7]}


@pytest.mark.parametrize("told", [b"<html>", b"[]", b'{"messages": [{"number": 1, "body": "*"}]}', b'{"messages": 3}'])
def test_an_unreadable_answer_is_an_absence_not_a_crash(far: tuple[type[Far], Node], told: bytes) -> None:
    handler, node = far
    handler.answer = (200, told)
    with pytest.raises(Unavailable):
        node.receive("DXP1")


def test_several_messages_go_in_one_request_and_each_is_answered(far: tuple[type[Far], Node]) -> None:
    handler, node = far
    answers = [{"code": "0000", "text": "delivered"}, {"code": "2001", "text": "receiver or sender unknown"}]
    handler.answer = (200, json.dumps({"answers": answers}).encode())
    first, second = node.send_all([b"<a/>", b"<b/>"])
    assert first is None
    assert second is not None and "2001 receiver" in second.zh
    ((_, path, body),) = handler.asked
    assert path == "/dxp/send-all"
    assert [base64.b64decode(one) for one in json.loads(body)["messages"]] == [b"<a/>", b"<b/>"]


def test_a_node_that_takes_single_messages_only_is_sent_them_one_by_one(far: tuple[type[Far], Node]) -> None:
    handler, node = far
    handler.answer = (404, b"{}")
    assert all(refused is not None for refused in node.send_all([b"1", b"2"]))
    assert [path for _, path, _ in handler.asked] == ["/dxp/send-all", "/dxp/send", "/dxp/send"]
    handler.answer = (200, b"{}")
    assert node.send_all([b"3", b"4"]) == [None, None]
    assert handler.asked[-1] == ("POST", "/dxp/send", b"4")


@pytest.mark.parametrize("told", [b"{}", b'{"answers": [{"code": "0000"}]}', b'{"answers": [1, 2]}'])
def test_a_bundle_answered_wrongly_is_an_absence(far: tuple[type[Far], Node], told: bytes) -> None:
    handler, node = far
    handler.answer = (200, told)
    with pytest.raises(Unavailable):
        node.send_all([b"1", b"2"])
