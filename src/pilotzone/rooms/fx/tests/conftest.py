"""The desk every test of the room stands at."""

from __future__ import annotations

import pytest

from pilotzone.rooms.fx.tests.desks import Desk


@pytest.fixture
def desk(db: None) -> Desk:
    """A desk of its own."""
    return Desk()
