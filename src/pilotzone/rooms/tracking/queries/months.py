"""The published figures a caller may see: row-level security shows a county officer its own unit's and the city's."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Count

from pilotzone.rooms.tracking.engine.disclosure import ALL
from pilotzone.rooms.tracking.engine.months import Figure, MonthRule
from pilotzone.rooms.tracking.models import Fact, Month
from pilotzone.rooms.tracking.models import Figure as Row

CITY = WHOLE = ALL


def months() -> list[date]:
    """The months that were published, the latest first."""
    return list(Month.objects.exclude(published_at=None).order_by("-month").values_list("month", flat=True))


def month_rule(month: date) -> MonthRule | None:
    """By which rule a month was protected; None where it is not published."""
    found = Month.objects.exclude(published_at=None).filter(month=month).first()
    if found is None or found.published_at is None:
        return None
    told = found.rule
    return MonthRule(
        month,
        found.published_at,
        told["algorithm"],
        told["firms"],
        Decimal(told["top1"]),
        Decimal(told["top2"]),
        told["tag"],
        tuple(date.fromisoformat(day) for day in told.get("revisions", [])),
    )


def figures(since: date, until: date) -> list[tuple[date, Figure]]:
    """The published cells of the months from `since` to `until` (first days, both included), by month, unit and way."""
    rows = Row.objects.filter(month__gte=since, month__lte=until).order_by("month", "unit", "way")
    return [
        (
            one.month,
            Figure(
                one.unit, one.way, one.hidden, one.returned_hidden, one.unvalued, one.firms, one.declared, one.released,
                one.returned, one.value, one.tax,
            ),
        )
        for one in rows
    ]  # fmt: skip


def released_by_month(since: date, until: date, *, mode: str = "") -> dict[date, int]:
    """How many trades were released in each month from that of `since` to that of `until`, of one mode or of all; for the
    platform alone (nobody else reads the facts). A month without any is left out."""
    rows = Fact.objects.filter(released__gte=since.replace(day=1), released__lte=until)
    if mode:
        rows = rows.filter(mode=mode)
    return dict(rows.values_list("released").annotate(n=Count("trade_id")).order_by("released"))
