"""The web process works at few requests together, and nobody waits for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

import pytest

from pilotzone.portal.processes import web
from pilotzone.portal.processes.gate import Gate

LONG_S = 60.0


def _within(gate: Gate, number: int, free: threading.Event) -> tuple[list[threading.Thread], threading.Semaphore]:
    """So many threads that go in and stay until `free`; the semaphore counts who is in."""
    came = threading.Semaphore(0)

    def stay() -> None:
        with gate:
            came.release()
            free.wait(LONG_S)

    threads = [threading.Thread(target=stay, daemon=True) for _ in range(number)]
    for thread in threads:
        thread.start()
    return threads, came


def test_so_many_go_in_and_the_next_when_one_is_out() -> None:
    free = threading.Event()
    threads, came = _within(Gate(2, LONG_S), 5, free)
    assert came.acquire(timeout=LONG_S) and came.acquire(timeout=LONG_S)
    assert not came.acquire(timeout=0.2)
    free.set()
    for _ in range(3):
        assert came.acquire(timeout=LONG_S)
    for thread in threads:
        thread.join(LONG_S)


def test_who_has_waited_goes_in_and_takes_no_place() -> None:
    gate, free = Gate(1, 0.05), threading.Event()
    threads, came = _within(gate, 3, free)
    for _ in range(3):
        assert came.acquire(timeout=LONG_S)
    free.set()
    for thread in threads:
        thread.join(LONG_S)
    with gate:  # the one place is free once, not three times: the next has to wait
        began = time.monotonic()
        with gate:
            assert time.monotonic() - began >= 0.05


def test_a_page_that_breaks_leaves_its_place() -> None:
    gate = Gate(1, LONG_S)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError), gate:
            1 / 0  # noqa: B018


def test_pages_pass_the_gate_and_what_is_sent_to_the_intake_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[str] = []

    class Watched(Gate):
        def __enter__(self) -> None:
            inside.append("page")

        def __exit__(self, *_: object) -> None: ...

    def page(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        return [b"page"]

    monkeypatch.setattr(web, "_gate", Watched(1))
    monkeypatch.setattr(web, "portal", page)
    monkeypatch.setattr(web, "relay", lambda *_: [b"kept"])
    assert list(web.application({"PATH_INFO": "/track/"}, print)) == [b"page"]
    assert list(web.application({"PATH_INFO": "/intake/"}, print)) == [b"kept"]
    assert inside == ["page"]
