"""A department's own system is asked with a signed question; what it answers is looked at, and one that is away holds nobody up."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Callable, Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.catalogue.reading import resources
from pilotzone.exchange.hub import owners
from pilotzone.exchange.hub.owners import FAILS, REST_S, Line

DAY = date(2021, 6, 1)
CODE = "tax.bills"
ROW = {"bill_no": "T1", "uscc": "91360100MA00000X0K", "amount": "17.19", "paid": "是"}


class System(BaseHTTPRequestHandler):
    """Answers as told, and keeps what it was asked."""

    status, body = 200, b""
    asked: list[tuple[str, dict[str, str], Any]] = []

    def do_POST(self) -> None:
        told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        type(self).asked.append((self.path, dict(self.headers), told))
        self.send_response(type(self).status)
        self.send_header("Content-Length", str(len(type(self).body)))
        self.end_headers()
        self.wfile.write(type(self).body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


@pytest.fixture
def system() -> Iterator[tuple[str, type[System]]]:
    kind = type("OwnSystem", (System,), {"asked": []})
    server = HTTPServer(("127.0.0.1", 0), kind)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}/gateway", kind
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owners, "signed", lambda target, body: {"Hub-Time": "now", "Hub-Signature": target})


def asking(url: str, line: Line | None = None) -> Callable[..., Any]:
    answer = owners.provider(resources()[CODE], lambda: url, line or Line())
    return lambda **where: answer(where or {"bill_no": "T1"}, DAY)


def code_of(ask: Callable[..., Any]) -> str:
    with pytest.raises(Unavailable) as told:
        ask()
    return told.value.code


def test_the_question_is_signed_over_its_own_address_and_the_rows_come_back(system: tuple[str, type[System]]) -> None:
    url, kind = system
    kind.body = json.dumps({"rows": [ROW | {"stranger": "x"}]}).encode()
    assert asking(url)() == [ROW], "and nothing the catalogue does not name"
    ((path, headers, told),) = kind.asked
    assert path == headers["Hub-Signature"] == f"/gateway/departments/tax/{CODE}"
    assert told == {"where": {"bill_no": "T1"}, "day": "2021-06-01"}


@pytest.mark.parametrize(
    "rows",
    [
        "…", None, {"bill_no": "T1"}, ["T1"], [ROW | {"amount": "17.195"}], [ROW | {"amount": "seventeen"}], [ROW | {"amount": True}],
        [ROW | {"amount": "NaN"}], [ROW | {"paid": "maybe"}], [ROW | {"bill_no": ""}], [ROW | {"uscc": ["91"]}], [ROW | {"uscc": "9\0"}],
        [ROW | {"uscc": "\ud800"}], [ROW | {"uscc": float("nan")}], [ROW | {"uscc": float("inf")}],
    ],
)  # fmt: skip
def test_an_answer_that_is_not_what_the_catalogue_declares_is_none(system: tuple[str, type[System]], rows: Any) -> None:
    url, kind = system
    kind.body = json.dumps({"rows": rows}).encode()
    assert code_of(asking(url)) == "hub.owner_garbled"


def test_days_and_times_are_read_too() -> None:
    times, days = resources()["customs.list_status"], resources()["post.licences"]
    good = {"list_no": "1", "state_at": "2021-06-01T09:30:00+08:00"}
    assert owners.read(times, {"rows": [good]})[0]["state_at"] == good["state_at"]
    for wrong in (good | {"state_at": "2021-06-01T09:30:00"}, good | {"state_at": "today"}):
        with pytest.raises(Unavailable, match=r"hub\.owner_garbled"):
            owners.read(times, {"rows": [wrong]})
    with pytest.raises(Unavailable, match=r"hub\.owner_garbled"):
        owners.read(days, {"rows": [{"uscc": "9", "until": "2021-02-30"}]})


@pytest.mark.parametrize(
    ("status", "body"), [(503, b"{}"), (404, b"{}"), (200, b"\xff"), (200, b"[]"), (200, b""), (200, b"[" * 100_000)]
)
def test_no_answer_is_told_as_away(system: tuple[str, type[System]], status: int, body: bytes) -> None:
    url, kind = system
    kind.status, kind.body = status, body
    assert code_of(asking(url)) == "hub.owner_away"


def test_an_answer_without_end_is_not_read_to_its_end(
    system: tuple[str, type[System]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, kind = system
    monkeypatch.setattr(owners, "LARGEST", 1000)
    kind.body = json.dumps({"rows": [ROW] * 100}).encode()
    with pytest.raises(Unavailable, match="more than 1000 bytes"):
        asking(url)()


def test_an_answer_that_drips_is_not_waited_for(
    system: tuple[str, type[System]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(self: System) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000")
        self.end_headers()
        with contextlib.suppress(OSError):
            for _ in range(100):
                self.wfile.write(b" ")
                time.sleep(0.05)

    url, kind = system
    monkeypatch.setattr(kind, "do_POST", drip)
    monkeypatch.setattr(owners, "PATIENCE_S", 0.4)
    with pytest.raises(Unavailable, match="TimeoutError"):
        asking(url)()


def test_a_system_that_fails_is_left_alone_for_a_while(system: tuple[str, type[System]]) -> None:
    url, kind = system
    now = [100.0]
    ask = asking(url, Line(lambda: now[0]))
    kind.status, kind.body = 503, b"{}"
    for _ in range(FAILS + 2):
        assert code_of(ask) == "hub.owner_away"
    assert len(kind.asked) == FAILS, "the others did not wait for it"
    now[0] += REST_S
    kind.status, kind.body = 200, b'{"rows": []}'
    assert ask() == [] and len(kind.asked) == FAILS + 1


def test_without_an_address_nobody_answers_yet() -> None:
    assert code_of(asking("")) == "hub.no_provider"
