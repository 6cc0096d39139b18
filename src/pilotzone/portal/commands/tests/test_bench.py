"""`pilotzone bench` at small size: the whole way, and every field of the contract. No timing is asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PILOTZONE = (sys.executable, "-c", "from pilotzone.portal.cli import main; main()")
FIELDS = {
    "trades_per_s", "docs_per_s", "ack_p50_ms", "ack_p99_ms", "drain_s", "cpu_us_per_doc", "pss_mb",
    "baseline_trades_per_s", "ratio", "seconds", "rows_before", "refused", "pending", "lost", "duplicated",
}  # fmt: skip

SEARCHES = {
    "the newest of all", "one number", "a month", "refused", "of one district", "that no trade is like",
    "the newest of the firm with most", "the newest of the firm with fewest", "what waits for a firm",
}  # fmt: skip
# the load's trades lie on its own day and the earlier lists on days before: those of a district are found where both were counted
FOUND = {
    "the newest of all": 50, "one number": 1, "of one district": 50, "that no trade is like": 0,
    "refused": 0, "what waits for a firm": 0,
}  # fmt: skip


LIMIT_S = 420  # of a run that hangs; one takes seconds


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("load")


@pytest.fixture
def bench(cache: Path) -> Callable[..., dict[str, Any]]:
    """Runs the verb with these words and answers what it told."""

    def run(*words: str) -> dict[str, Any]:
        done = subprocess.run(
            [*PILOTZONE, "bench", *words, "--cache", str(cache), "--json"],
            capture_output=True, text=True, check=False, timeout=LIMIT_S,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr[-4000:]
        told: dict[str, Any] = json.loads(done.stdout)
        return told

    return run


@pytest.mark.xdist_group("whole-tree")
def test_a_small_load_goes_the_whole_way_and_the_ordinary_way_too(bench: Callable[..., dict[str, Any]]) -> None:
    told = bench("intake", "--seconds", "2", "--trades", "20", "--batch", "1", "--rows", "60", "--baseline")
    assert told.keys() >= FIELDS
    for one in (told, told["baseline"]):
        assert (one["lost"], one["duplicated"], one["unreceipted"], one["not_taken"]) == (0, 0, 0, {})
        assert (one["trades"] + one["pending"], one["rows_before"], one["refused"]) == (20, 60, 0)
        assert {"worker", "postgres", "load", "total"} <= one["cpu_us_per_doc"].keys()
    asked = told["searches"]
    assert asked.keys() == SEARCHES
    assert told["baseline"]["searches"] == {}
    assert all(len(one["ms"]) == 3 for one in asked.values())
    assert {name: one["found"] for name, one in asked.items()} | FOUND == {
        name: one["found"] for name, one in asked.items()
    }
    assert told["ratio"] == round(told["trades_per_s"] / told["baseline_trades_per_s"], 2)


@pytest.mark.xdist_group("whole-tree")
def test_the_bulkhead_is_asked_and_answers(bench: Callable[..., dict[str, Any]]) -> None:
    told = bench("bulkhead", "--seconds", "0.5", "--pairs", "1", "--asks", "20", "--expect", "100")
    assert told["answers"].keys() <= {"200", "404"}
    assert len(told["pairs"]) == 1
