"""Rooms that read events let more of them come while a demonstration loads."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pilotzone.kernel import events
from pilotzone.portal.processes import records, scheduler
from pilotzone.rooms.statistics import api as statistics
from pilotzone.rooms.tracking import api as tracking


@pytest.fixture
def tell(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[bool], Path]:
    """Writes how a demonstration stands: finished or not."""
    file = tmp_path / "demo.json"
    monkeypatch.setattr(records, "demo_file", lambda state: file)

    def told(finished: bool) -> Path:
        records.write(file, {"finished": finished})
        return file

    return told


def test_readers_let_more_come_while_a_demonstration_loads(tell: Callable[[bool], Path]) -> None:
    reader = scheduler.READERS[0]
    assert scheduler.pause_of(reader, 0.5) == 0.5, "no demonstration"
    tell(False)
    assert (scheduler.pause_of(reader, 0.5), scheduler.pause_of("exchange", 2.0)) == (scheduler.LOADING_S, 2.0)
    tell(True)
    assert scheduler.pause_of(reader, 0.5) == 0.5


def test_readers_take_more_at_once_and_rounds_nobody_waits_for_look_less_often_while_it_loads(
    tell: Callable[[bool], Path],
) -> None:
    tell(False)
    reader = scheduler.READERS[0]
    assert (scheduler.pace_of(reader), scheduler.pace_of("inspections")) == (scheduler.LOADING_S, scheduler.PACE_S)
    names = {name for name, *_ in scheduler.rounds()}
    assert names >= scheduler.UNHURRIED, "every name is a round's"
    assert {scheduler.pause_of(name, 1.0) for name in scheduler.UNHURRIED} == {scheduler.LOADING_S}
    tell(True)
    assert {scheduler.pause_of(name, 1.0) for name in scheduler.UNHURRIED} == {1.0}
    assert scheduler.pace_of(reader) == scheduler.PACE_S


def test_a_demonstration_that_was_killed_slows_nothing_for_good(tell: Callable[[bool], Path]) -> None:
    file = tell(False)
    assert records.loading(file.parent)
    long_ago = time.time() - records.SILENT_S - 1
    os.utime(file, (long_ago, long_ago))
    assert not records.loading(file.parent)
    assert scheduler.pause_of(scheduler.READERS[0], 0.5) == 0.5


@pytest.mark.django_db
def test_nothing_is_reconciled_while_it_loads(tell: Callable[[bool], Path], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(tracking, "nightly_reconciliation", lambda: asked.append("night"))
    monkeypatch.setattr(tracking, "reconcile", lambda: asked.append("runs"))
    rounds = {name: work for name, work, _ in scheduler.rounds()}
    tell(False)
    assert rounds["reconciliation"]() == 0
    assert asked == []
    tell(True)
    assert rounds["reconciliation"]() == 0
    assert asked == ["night", "runs"]


@pytest.mark.django_db
@pytest.mark.parametrize("behind", [0, 3])
def test_months_are_published_once_the_room_has_read_every_event(
    tell: Callable[[bool], Path], monkeypatch: pytest.MonkeyPatch, behind: int
) -> None:
    asked = []
    monkeypatch.setattr(statistics, "tick", lambda at, today, *, loaded: asked.append(loaded) or 0)
    monkeypatch.setattr(events, "lag", lambda: {"statistics": {"behind": behind}, "tracking": {"behind": 9}})
    tell(True)
    scheduler._statistics()
    tell(False)
    scheduler._statistics()
    assert asked == [behind == 0, False]
