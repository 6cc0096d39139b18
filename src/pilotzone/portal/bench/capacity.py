"""What a flow of lists asks of machines, from measured unit costs: pure arithmetic over data/capacity/unit_costs.json.

The costs are written by the benchmarks with day, commit and machine. What is assumed beside them stands in PARAMETERS
with its tag: P is this platform's own assumption, to be replaced by what a zone observes; the law's comes from retention.yaml.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pilotzone
from pilotzone.exchange.inbox import PARTITIONS
from pilotzone.kernel.storage import AHEAD_DAYS, MERGE_AFTER_DAYS
from pilotzone.reference import rates

COSTS = Path(pilotzone.__file__).parent / "data" / "capacity" / "unit_costs.json"
TURN_SHARES = {100: 0.65, 1: 0.52}  # measured, by documents a message (docs/adr/0008)
DAY_S = 86_400
GB = 1_000_000_000
LONGEST_MONTH = 31


def _law(key: str, what: str) -> tuple[float, str, str]:
    """The latest value of a dated parameter, its tag, and what it is with its document."""
    one = rates.rate(key, on=rates.history(key)[-1][0])
    return float(one.number), one.tag, f"{what}: {one.document} {one.article}"


PARAMETERS: dict[str, tuple[float, str, str]] = {
    "peak_factor": (10, "P", "lists a second at the peak, over the mean of the day"),
    "busy_share": (0.6, "P", "how busy processors may be at the peak"),
    "turn_share": (
        TURN_SHARES[100],
        "P",
        "of worker and database what runs one batch at a time (docs/adr/0008); at one document a message 0.52",
    ),
    "cores_per_machine": (16, "P", "cores of one machine"),
    "kept_years": _law("retention.trade_years", "how long trades are kept"),
    "disk_share": (0.7, "P", "how full a disk may be, with room for the log and for detaching"),
}


@dataclass(frozen=True)
class Asked:
    """What is to be carried. `batch`: 100 documents a message, or 1."""

    lists_per_day: int
    batch: int = 100
    peak_factor: float = PARAMETERS["peak_factor"][0]
    cores_per_machine: int = int(PARAMETERS["cores_per_machine"][0])
    kept_years: float = PARAMETERS["kept_years"][0]

    @property
    def turn_share(self) -> float:
        """Of worker and database what runs one batch at a time."""
        return TURN_SHARES[self.batch]


def costs() -> dict[str, Any]:
    """The measured unit costs."""
    told: dict[str, Any] = json.loads(COSTS.read_text(encoding="utf-8"))
    return told


def capacity(asked: Asked, measured: dict[str, Any]) -> dict[str, Any]:
    """Machines, cores, disk and partitions. Shape: docs/cli.md "capacity"."""
    unit = measured["batch"][str(asked.batch)]
    peak = asked.lists_per_day / DAY_S * asked.peak_factor
    documents = peak * unit["documents_per_list"]
    share = PARAMETERS["busy_share"][0]
    cores = {kind: documents * us / 1e6 / share for kind, us in unit["cpu_us_per_doc"].items()}
    total = sum(cores.values())
    machines = max(1, math.ceil(total / asked.cores_per_machine))
    stream = _stream(unit, asked.turn_share)
    workers = max(1, min(math.ceil(cores["worker"]), math.ceil(1 / asked.turn_share) + 1))
    day = asked.lists_per_day * unit["disk_bytes_per_list"] / PARAMETERS["disk_share"][0]
    return {
        "lists_per_day": asked.lists_per_day, "peak_lists_per_s": round(peak, 1), "peak_docs_per_s": round(documents, 1),
        "cores": {kind: round(value, 2) for kind, value in cores.items()} | {"total": math.ceil(total)},
        "machines": machines, "standby_machines": 1, "cores_per_machine": asked.cores_per_machine,
        "workers": workers, "memory_mb": round(unit["pss_mb"] / unit["workers"] * workers),
        "disk_gb": {"day": round(day / GB, 1), "year": round(day * 365 / GB), "kept": round(day * 365 * asked.kept_years / GB)},
        "partitions": {
            "inbox": PARTITIONS, "enough_for_workers": workers <= PARTITIONS, "days": LONGEST_MONTH + MERGE_AFTER_DAYS + 1 + AHEAD_DAYS,
            "months": math.ceil(asked.kept_years * 12),
        },
        "stream_lists_per_s": round(stream, 1), "one_stream_is_enough": peak <= stream,
        "one_database_is_enough": cores["postgres"] <= asked.cores_per_machine,
        "parameters": [
            {"key": key, "value": _used(asked, key, value), "tag": tag, "what": what}
            for key, (value, tag, what) in PARAMETERS.items()
        ],
        "measured": measured["measured"],
    }  # fmt: skip


def _stream(unit: dict[str, Any], share: float) -> float:
    """Lists a second one stream of decisions takes, busy as allowed: batches are decided in turn, however many workers there are."""
    us = unit["cpu_us_per_doc"]["worker"] + unit["cpu_us_per_doc"]["postgres"]
    serial_us = us * share * unit["documents_per_list"]
    return 1e6 / serial_us * PARAMETERS["busy_share"][0]


def _used(asked: Asked, key: str, usual: float) -> float:
    value: float = getattr(asked, key, usual)
    return value
