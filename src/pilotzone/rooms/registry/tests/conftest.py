"""The zone in which the tests of filing happen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pilotzone.rooms.registry.tests import offices


@pytest.fixture
def registers(db: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[offices.Registers]:
    yield from offices.zone(monkeypatch)


@pytest.fixture
def cast(registers: offices.Registers) -> offices.Cast:
    made = offices.Cast()
    registers.know(made.code, "试验公司1")
    return made
