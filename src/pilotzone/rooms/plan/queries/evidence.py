"""What the platform's own records prove: one function a query of data/plan/evidence.yaml. Never a declared figure, never a seed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tracking import api as tracking

RECORDS, DECLARED, NONE = "records", "declared", "none"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`value` the figure (None where there is none), `count` how many records or reports stand behind it, `done` whether it
    proves the task; the sentence says how it was found, `page` where it opens."""

    kind: str
    value: Decimal | None
    count: int
    done: bool
    zh: str
    en: str
    page: str = ""


NOTHING = Evidence(NONE, None, 0, False, "没有记录，也没有经核实的填报", "no records and no verified report")


def of_records(binding: Mapping[str, Any], on: date) -> Evidence:
    """What the bound query finds up to that day."""
    return QUERIES[binding["query"]](binding, on)


def _releases(binding: Mapping[str, Any], on: date) -> Evidence:
    """Released trades, of one mode or of all, in each of the last `months` whole months and the running one."""
    mode, months, least = binding.get("mode", ""), int(binding["months"]), int(binding["least"])
    first = on.replace(day=1)
    for _ in range(months - 1):
        first = (first - timedelta(days=1)).replace(day=1)
    with scope(PLATFORM):
        counted = tracking.released_by_month(first, on, mode=mode)
    value = Decimal(sum(counted.values()))
    done = len(counted) >= months and all(n >= least for n in counted.values())
    named = f"监管方式{mode}" if mode else "全部监管方式"
    return Evidence(
        RECORDS, value, int(value), done,
        f"{named}自{first:%Y年%m月}起放行{value}票，{len(counted)}个月有放行，要求{months}个月每月不少于{least}票",
        f"{value} trades released since {first:%Y-%m} ({mode or 'all modes'}), in {len(counted)} months; asked: {months} months"
        f" with at least {least} each",
        f"/officer/trades/?state=released{'&mode=' + mode if mode else ''}",
    )  # fmt: skip


QUERIES: dict[str, Callable[[Mapping[str, Any], date], Evidence]] = {"releases": _releases}
