"""The zone in which the tests of cases happen: its clock stands on 2021-03-15, its units are founded."""

from __future__ import annotations

from pathlib import Path

import pytest

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.services.tests.offices import Cast, Day


@pytest.fixture
def day(db: None, monkeypatch: pytest.MonkeyPatch) -> Day:
    with scope(PLATFORM):
        load_units()
    return Day(monkeypatch)


@pytest.fixture
def cast(day: Day) -> Cast:
    return Cast()


@pytest.fixture
def overlay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The zone's own folder of items, empty."""
    folder = tmp_path / "data" / "services"
    folder.mkdir(parents=True)
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    return folder
