"""A load is prepared for what a machine can take, in steps, so that one that lies ready serves again."""

from __future__ import annotations

import pytest

from pilotzone.portal.bench import pace


@pytest.mark.parametrize(
    ("batch", "algorithm", "piece_us", "trades"),
    [(100, "rsa", 56, 1400), (100, "rsa", 57, 1400), (100, "rsa", 28, 2800), (1, "rsa", 56, 1000), (1, "sm2", 560, 250), (100, "rsa", 1, 8000)],
)  # fmt: skip
def test_a_machine_twice_as_fast_gets_twice_the_load(batch: int, algorithm: str, piece_us: float, trades: int) -> None:
    assert pace.expected(batch, algorithm, piece_us=piece_us) == trades


def test_a_slow_moment_is_not_a_slow_machine() -> None:
    assert 0 < pace.piece() < 1e6 and pace.expected(1, "rsa") in pace.STEPS
