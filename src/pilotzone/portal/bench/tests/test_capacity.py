"""capacity: arithmetic over measured costs."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pilotzone.kernel.storage import AHEAD_DAYS, MERGE_AFTER_DAYS
from pilotzone.portal.bench.capacity import Asked, capacity, costs
from pilotzone.portal.bench.profile import flat

UNIT = {
    "cpu_us_per_doc": {"worker": 60.0, "postgres": 30.0, "intake": 6.0, "projections": 4.0},
    "documents_per_list": 4.0, "disk_bytes_per_list": 7000, "pss_mb": 400.0, "workers": 2,
}  # fmt: skip
MEASURED = {"measured": {"date": "2026-01-01", "commit": "abc", "machine": "m"}, "batch": {"100": UNIT, "1": UNIT}}


def test_cores_follow_the_peak() -> None:
    told = capacity(Asked(8_640_000, peak_factor=10), MEASURED)
    assert told["peak_lists_per_s"] == 1000
    assert told["cores"]["worker"] == pytest.approx(0.4)  # 4000 documents/s x 60 µs, busy to 60 %
    assert told["cores"]["total"] == 1
    assert told["machines"] == 1
    assert told["disk_gb"]["day"] == pytest.approx(86.4)


def test_twice_the_lists_ask_twice() -> None:
    one, two = (capacity(Asked(n), MEASURED) for n in (10**9, 2 * 10**9))
    assert two["cores"]["postgres"] == pytest.approx(2 * one["cores"]["postgres"], rel=1e-3)
    assert two["machines"] in (2 * one["machines"], 2 * one["machines"] - 1)
    assert not two["one_database_is_enough"]


def test_decisions_in_turn_bound_what_workers_can_do() -> None:
    """58.5 µs a document one at a time = 234 a list, busy to 60 %: 2,564 lists a second, with three workers as with thirty."""
    within, beyond = (capacity(Asked(n, peak_factor=10), MEASURED) for n in (22_000_000, 290_000_000))
    assert (within["stream_lists_per_s"], beyond["stream_lists_per_s"]) == (2564.1, 2564.1)
    assert (within["one_stream_is_enough"], beyond["one_stream_is_enough"]) == (True, False)
    assert (within["workers"], beyond["workers"]) == (2, 3)


def test_days_are_those_that_lie_there_before_a_month_is_merged() -> None:
    """On every day of a year, before that day's job: from the first month yesterday's job left in days to the last made ahead."""
    lie = []
    for on in (date(2021, 1, 1) + timedelta(days=n) for n in range(365)):
        first = (on - timedelta(days=1 + MERGE_AFTER_DAYS)).replace(day=1)
        lie.append((on + timedelta(days=AHEAD_DAYS) - first).days + 1)
    assert capacity(Asked(1), MEASURED)["partitions"]["days"] == max(lie) == 44


def test_what_runs_in_turn_is_less_where_documents_come_one_by_one() -> None:
    told = capacity(Asked(1, batch=1), MEASURED)
    assert told["stream_lists_per_s"] == 3205.1  # 46.8 µs a document
    assert {one["key"]: one["value"] for one in told["parameters"]}["turn_share"] == 0.52


def test_the_measured_costs_say_where_they_are_from() -> None:
    told = costs()
    assert told["measured"].keys() >= {"date", "commit", "machine", "load_average"}
    for unit in told["batch"].values():
        assert unit.keys() >= UNIT.keys()
        assert all(value >= 0 for value in unit["cpu_us_per_doc"].values())


def test_a_flat_profile_counts_own_and_called() -> None:
    lines = ["main;work;parse 6", "main;work 2", "main;work;parse;work 2", "nonsense"]
    assert flat(lines, top=2) == [("parse", 0.6, 0.8), ("work", 0.4, 1.0)]


def test_a_thread_that_waits_costs_nothing() -> None:
    lines = [
        "run (writer.py);wait (threading.py) 51", "_worker (concurrent/futures/thread.py) 28", "run (writer.py);select (selectors.py) 4",
        "run (writer.py);wait (pilotzone/exchange/own.py) 1", "run (writer.py);keep (inbox.py) 3",
    ]  # fmt: skip
    assert flat(lines) == [
        ("keep (inbox.py)", 0.75, 0.75), ("wait (pilotzone/exchange/own.py)", 0.25, 0.25), ("run (writer.py)", 0.0, 1.0),
    ][:2]  # fmt: skip
