"""The reconciliation proof of `make proof`, small: the same code, a few thousand lists."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from proof_reconcile import reconcile_proof, section


def test_planted_differences_are_found_and_nothing_else() -> None:
    told = reconcile_proof(lists=4000, planted=200, seed=7)
    assert told.exact
    assert told.unexplained == 0
    assert len(told.planted) >= 8
    assert "4,000 generated lists" in section(told)
