"""A process gives memory back once it has grown, and only then."""

from __future__ import annotations

import os
import threading

import pytest

from pilotzone.kernel import resting


class Looks(threading.Event):
    """An event that lets a watcher look so many times without waiting."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def wait(self, timeout: float | None = None) -> bool:
        self.left -= 1
        return self.left < 0


@pytest.mark.parametrize(
    ("sizes", "rests"),
    [
        ([100, 100], 1),  # the first look: everything is growth
        ([100, 90, 95, 95], 1),  # no growth beyond the measure since
        ([100, 90, 200, 120], 2),  # a rush
    ],
)
def test_it_rests_when_it_has_grown(monkeypatch: pytest.MonkeyPatch, sizes: list[int], rests: int) -> None:
    told = iter([size * 1024 * 1024 for size in sizes])
    rested: list[int] = []
    monkeypatch.setattr(resting, "resident_bytes", lambda: next(told))
    monkeypatch.setattr(resting, "rest", lambda: rested.append(1))
    looks = len(sizes) - rests
    resting.watch(Looks(looks)).join(timeout=10)
    assert len(rested) == rests


def test_what_is_registered_is_forgotten_at_each_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting, "_CLEARS", [])
    memory = {"a": 1}
    assert resting.forgotten(memory.clear)() is None
    memory["b"] = 2
    resting.rest()
    assert memory == {}


def test_resting_keeps_what_is_used_and_the_size_is_told() -> None:
    kept = ["x" * 1000 for _ in range(1000)]
    resting.rest()
    assert len(kept) == 1000 and resting.resident_bytes() > 0


@pytest.mark.parametrize(
    ("born", "now", "busy_s", "began", "old"),
    [
        (70, 120, 0.1, "-inf", True),
        (70, 80, 0.1, "-inf", False),  # hardly larger than at its birth
        (70, 120, 20.0, "-inf", False),  # at work
        (70, 120, 0.1, "999900", False),  # began again a moment ago: so much is what it needs
    ],
)
def test_a_process_is_old_when_it_is_large_and_idle(
    monkeypatch: pytest.MonkeyPatch, born: int, now: int, busy_s: float, began: str, old: bool
) -> None:
    sizes, clocks = iter([born * 2**20, now * 2**20]), iter([5.0, 5.0 + busy_s, 5.0 + busy_s])
    monkeypatch.setattr(resting, "resident_bytes", lambda: next(sizes))
    monkeypatch.setattr(resting.time, "process_time", lambda: next(clocks))
    monkeypatch.setattr(resting.time, "monotonic", lambda: 1_000_000.0)
    monkeypatch.setenv(resting.BEGAN, began)
    assert resting.Age().is_old(30.0) is old


def test_a_process_begins_again_with_the_words_it_was_started_with(monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[list[str]] = []
    monkeypatch.setattr(resting.sys, "orig_argv", ["python3", "-m", "child", "worker"])
    monkeypatch.setattr(resting.os, "execv", lambda program, words: told.append([program, *words]))
    monkeypatch.setenv(resting.BEGAN, "0")
    resting.begin_again()
    program = resting.sys.executable
    assert told == [[program, program, "-m", "child", "worker"]]
    assert float(os.environ[resting.BEGAN]) > 0


def test_who_is_old_is_told_to_stop_and_to_begin_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resting.Age, "is_old", lambda age, over_s: True)
    stopping, again = Looks(1), threading.Event()
    resting.watch(stopping, again).join(timeout=10)
    assert (stopping.is_set(), again.is_set()) == (True, True)
