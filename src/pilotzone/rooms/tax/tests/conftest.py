"""A firm whose released lists come out of the small fake of the clearance room."""

from __future__ import annotations

import pytest

from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax.tests.exporting import Exporter, Released


@pytest.fixture
def released(monkeypatch: pytest.MonkeyPatch) -> Released:
    made = Released()
    monkeypatch.setattr(clearance, "export_lines", made)
    return made


@pytest.fixture
def firm(released: Released) -> Exporter:
    return Exporter(released)
