"""The reconciliation proof of `make proof`, small: the same code, a few thousand lists."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))

from proof_reconcile import reconcile_proof, section

FULL = Path(__file__).resolve().parents[2] / "tools" / "proof_reconcile_database.py"


def test_planted_differences_are_found_and_nothing_else() -> None:
    told = reconcile_proof(lists=4000, planted=200, seed=7)
    assert told.exact
    assert told.unexplained == 0
    assert len(told.planted) >= 8
    assert "4,000 generated lists" in section(told)


@pytest.mark.parametrize("many", ["1000000", "100"])
def test_the_same_holds_on_the_rooms_own_tables(server: Any, fresh_database: Callable[[str], str], many: str) -> None:
    name = fresh_database("pz_ledgers_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    words = [
        sys.executable,
        str(FULL),
        "--lists",
        "2400",
        "--planted",
        "160",
        "--seed",
        "11",
        "--database",
        name,
        "--many",
        many,
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=240)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "of 16 kinds" in done.stdout
    assert "finds the same and changes nothing" in done.stdout
