"""Readers of events look at a pace while little waits, at once while much does; others as they always did."""

from __future__ import annotations

import threading

import pytest

from pilotzone.portal.processes import scheduler


class Rounds(threading.Event):
    """Set after so many rounds of work; remembers how long was waited, and waits for nothing."""

    def __init__(self, done: list[int]) -> None:
        super().__init__()
        self._done, self.waited = done, list[float]()

    def work(self) -> int:
        answer = self._done.pop(0)
        if not self._done:
            self.set()
        return answer

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout or 0.0)
        return self.is_set()


@pytest.fixture(autouse=True)
def _no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilotzone.reference.edition.refresh", lambda: None)
    monkeypatch.setattr("django.db.close_old_connections", lambda: None)


def test_a_reader_that_found_little_lets_more_gather() -> None:
    rounds = Rounds([3, 0, scheduler.FULL, 0])
    scheduler._repeat(rounds, rounds.work, "inspections", 0.5)
    little, nothing, nothing_again = rounds.waited
    assert 0 < little <= scheduler.PACE_S
    assert (nothing, nothing_again) == (0.5, 0.5)


def test_other_work_is_done_without_a_pause() -> None:
    rounds = Rounds([3, 1, 0])
    scheduler._repeat(rounds, rounds.work, "folders", 0.5)
    assert rounds.waited == [0.5]


def test_every_paced_name_is_a_round() -> None:
    assert {name for name, _, _ in scheduler.rounds()} >= scheduler.PACED
