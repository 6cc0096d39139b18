"""A process gives memory back once it has grown, and only then."""

from __future__ import annotations

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
