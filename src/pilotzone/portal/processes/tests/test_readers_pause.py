"""Rooms that read events let more of them come while a demonstration loads."""

from __future__ import annotations

import pytest

from pilotzone.portal.processes import records, scheduler


def test_readers_let_more_come_while_a_demonstration_loads(monkeypatch: pytest.MonkeyPatch) -> None:
    told: dict[str, object] = {}
    monkeypatch.setattr(records, "read", lambda path: told)
    reader = scheduler.READERS[0]
    assert scheduler.pause_of(reader, 0.5) == 0.5, "no demonstration"
    told["finished"] = False
    assert (scheduler.pause_of(reader, 0.5), scheduler.pause_of("exchange", 2.0)) == (scheduler.LOADING_S, 2.0)
    told["finished"] = True
    assert scheduler.pause_of(reader, 0.5) == 0.5


def test_readers_take_more_at_once_and_rounds_nobody_waits_for_look_less_often_while_it_loads(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told: dict[str, object] = {"finished": False}
    monkeypatch.setattr(records, "read", lambda path: told)
    reader = scheduler.READERS[0]
    assert (scheduler.pace_of(reader), scheduler.pace_of("inspections")) == (scheduler.LOADING_S, scheduler.PACE_S)
    names = {name for name, *_ in scheduler.rounds()}
    assert names >= scheduler.UNHURRIED, "every name is a round's"
    assert {scheduler.pause_of(name, 1.0) for name in scheduler.UNHURRIED} == {scheduler.LOADING_S}
    told["finished"] = True
    assert {scheduler.pause_of(name, 1.0) for name in scheduler.UNHURRIED} == {1.0}
    assert scheduler.pace_of(reader) == scheduler.PACE_S
