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
    assert (scheduler.pause_of(reader, 0.5), scheduler.pause_of("folders", 1.0)) == (scheduler.LOADING_S, 1.0)
    told["finished"] = True
    assert scheduler.pause_of(reader, 0.5) == 0.5
