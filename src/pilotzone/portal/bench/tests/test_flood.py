"""Waiting for the end: as long as something comes on, and no longer."""

from __future__ import annotations

import pytest

from pilotzone.portal.bench.flood import ended


def test_what_comes_on_is_waited_for() -> None:
    left = iter([3, 3, 2, 2, 2, 1, 1, 0])
    ended(lambda: next(left), "{} left", pause_s=0, stall_s=60)
    assert next(left, None) is None


def test_what_stands_still_is_told() -> None:
    with pytest.raises(RuntimeError, match="7 messages stand still for -1 s"):
        ended(lambda: 7, "{} messages stand still", pause_s=0, stall_s=-1)
