"""Exports of general trade that may have been sold online: the candidates, one of them, and their sums beside what was declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Count, Q, QuerySet, Sum

from pilotzone.kernel.access.doors import may, require
from pilotzone.rooms.statistics.engine.collection.recognition import ONLINE, REVIEW
from pilotzone.rooms.statistics.models import Candidate
from pilotzone.rooms.statistics.queries.collecting import names
from pilotzone.rooms.statistics.queries.cube import ask

NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Online:
    """A month's sums in yuan, never added up: exports declared as cross-border, confirmed, found and not looked at, doubtful; refused."""

    declared: Decimal
    confirmed: Decimal
    found: Decimal
    doubtful: Decimal
    refused: Decimal
    counts: tuple[int, int, int, int]


def candidates(month: date | None = None, *, state: str = "", verdict: str = "") -> QuerySet[Candidate]:
    """The candidates the caller may see (statisticians all, a firm its own), those to be looked at first."""
    if not may("statistics.work"):
        require("statistics.report")
    rows = Candidate.objects.order_by("-score", "number")
    if month is not None:
        rows = rows.filter(on__year=month.year, on__month=month.month)
    return rows.filter(**({"state": state} if state else {}), **({"verdict": verdict} if verdict else {}))


def candidate(number: int) -> Candidate | None:
    """One of them; None where there is none the caller may see."""
    return candidates().filter(pk=number).first()


def candidate_months() -> list[date]:
    """The months there are candidates of, the latest first."""
    return list(candidates().order_by("-on__year", "-on__month").dates("on", "month", order="DESC"))


def online(month: date) -> Online:
    """The sums of a month for the statisticians."""
    require("statistics.work")
    found = ask(coverage="platform", by="month", first=month, last=month, flow="E")
    states = {
        "confirmed": Q(state="confirmed"), "found": Q(state="open", verdict=ONLINE), "doubtful": Q(state="open", verdict=REVIEW),
        "refused": Q(state="refused"),
    }  # fmt: skip
    told = candidates(month).aggregate(
        **{f"{name}_sum": Sum("value", filter=one) for name, one in states.items()},
        **{f"{name}_count": Count("pk", filter=one) for name, one in states.items()},
    )
    sums = (told[f"{name}_sum"] or NOTHING for name in states)
    confirmed, auto, doubtful, refused = sums
    counts = tuple(told[f"{name}_count"] for name in states)
    return Online(
        found[0].cny if found else NOTHING,
        confirmed,
        auto,
        doubtful,
        refused,
        (counts[0], counts[1], counts[2], counts[3]),
    )


def firms_of(rows: list[Candidate]) -> dict[int, str]:
    """The names of their firms; for statisticians."""
    require("statistics.work")
    return names({row.organisation_id for row in rows})
