"""Intervals hold the truth about as often as they say. 1,000 samples under `make proof`, here few enough to see a blunder."""

from __future__ import annotations

from pilotzone.rooms.statistics.tests import proving


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    for told in proving.coverage(60, seed=3):
        assert told.share >= 0.85, told.name  # of 60 at 95 %, fewer than 51 come once in ten thousand
        assert abs(told.bias) < 4, told.name
