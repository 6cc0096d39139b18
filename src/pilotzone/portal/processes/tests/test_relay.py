"""The portal's port passes messages to the intake unchanged, says so when it is away, and tells who really sends."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from pilotzone.portal.processes.web import relay


class Intake(BaseHTTPRequestHandler):
    """Says what it was sent."""

    def do_POST(self) -> None:
        if self.headers.get("Transfer-Encoding") == "chunked":
            body = b""
            while size := int(self.rfile.readline(), 16):
                body += self.rfile.read(size)
                self.rfile.readline()
            self.rfile.readline()
        else:
            body = self.rfile.read(int(self.headers["Content-Length"]))
        self._say(
            429 if body == b"much" else 202,
            {"size": len(body), "headers": {k.lower(): v for k, v in self.headers.items()}},
        )

    def do_GET(self) -> None:
        self._say(200, {"path": self.path})

    def _say(self, status: int, told: dict[str, Any]) -> None:
        data = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(data)))
        self.send_header("Retry-After", "1")
        self.send_header("Set-Cookie", "never=passed")
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Silence."""


@pytest.fixture
def address() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Intake)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def ask(address: str, body: bytes = b"", **environ: str) -> tuple[str, dict[str, str], dict[str, Any]]:
    heard: list[Any] = []
    request = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/intake/",
        "REMOTE_ADDR": "203.0.113.9",
        "wsgi.input": io.BytesIO(body),
        **environ,
    }
    told = b"".join(relay(request, lambda status, headers: heard.extend((status, dict(headers))), address))
    return heard[0], heard[1], json.loads(told)


def test_a_message_and_its_answer_pass_unchanged(address: str) -> None:
    size = {"CONTENT_LENGTH": "300000", "CONTENT_TYPE": "application/xml", "HTTP_AUTHORIZATION": "Bearer t"}
    status, headers, told = ask(address, b"x" * 300_000, **size)
    assert (status, told["size"]) == ("202 Accepted", 300_000)
    assert (told["headers"]["authorization"], told["headers"]["content-type"]) == ("Bearer t", "application/xml")
    assert "Set-Cookie" not in headers


def test_a_message_of_unknown_length_passes_too(address: str) -> None:
    assert ask(address, b"x" * 100_000, HTTP_TRANSFER_ENCODING="chunked")[2]["size"] == 100_000


def test_the_intake_is_told_who_really_sends(address: str) -> None:
    told = ask(address, b"x", CONTENT_LENGTH="1", HTTP_X_FORWARDED_FOR="198.51.100.7")[2]
    assert told["headers"]["x-forwarded-for"] == "198.51.100.7, 203.0.113.9"


def test_a_refusal_keeps_its_status_and_pause(address: str) -> None:
    status, headers, _ = ask(address, b"much", CONTENT_LENGTH="4")
    assert (status, headers["Retry-After"]) == ("429 Too Many Requests", "1")


def test_a_receipt_is_asked_for_by_the_same_way(address: str) -> None:
    assert ask(address, REQUEST_METHOD="GET", PATH_INFO="/intake/receipts/1")[2] == {"path": "/intake/receipts/1"}


def test_when_the_intake_is_away_the_sender_is_told_to_come_back() -> None:
    status, headers, told = ask("http://127.0.0.1:9", b"x", CONTENT_LENGTH="1")
    assert (status, headers["Retry-After"], told["code"]) == ("503 Service Unavailable", "2", "intake.away")


@pytest.mark.parametrize("path", ["/intake/\0", "/intake/x y", "/intake/\xe4\xbd\xa0", "/intake/a\r\nX: y"])
def test_a_strange_address_is_the_intakes_to_refuse(address: str, path: str) -> None:
    status, _, told = ask(address, PATH_INFO=path, REQUEST_METHOD="GET")
    assert status.startswith("200"), "it came there, and nothing of it became a header"
    assert unquote_to_bytes(told["path"]) == path.encode("latin-1")
