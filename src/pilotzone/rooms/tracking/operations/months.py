"""Publishes the protected figures of the months that are closed. As the platform."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from pilotzone.base.days import day_of
from pilotzone.kernel import clock
from pilotzone.reference.rates import rate
from pilotzone.rooms.tracking.engine.disclosure import ALGORITHM, Rule
from pilotzone.rooms.tracking.engine.figures import Sum, figures
from pilotzone.rooms.tracking.engine.months import closed, way
from pilotzone.rooms.tracking.models import Figure, Month
from pilotzone.rooms.tracking.operations.facts import CLOSE_DAYS

FIRMS, TOP1, TOP2 = ("statistics.protect.firms", "statistics.protect.top1", "statistics.protect.top2")


def publish(now: datetime | None = None) -> int:
    """Publish every closed month that was not, or whose facts changed since; how many there were."""
    now = now or clock.now()
    today = day_of(now)
    days = int(rate(CLOSE_DAYS, on=today).number)
    due = [one for one in Month.objects.filter(stale=True).order_by("month") if closed(one.month, on=today, days=days)]
    for one in due:
        _publish(one, now, today)
    return len(due)


def protection(today: date) -> tuple[Rule, dict[str, Any]]:
    """The rule of a day by which figures are protected, and how it is told beside them."""
    parameters = {key: rate(key, on=today) for key in (FIRMS, TOP1, TOP2)}
    top1, top2 = parameters[TOP1].number, parameters[TOP2].number
    return Rule(int(parameters[FIRMS].number), ((1, top1), (2, top2))), {
        "algorithm": ALGORITHM, "firms": int(parameters[FIRMS].number), "top1": str(top1), "top2": str(top2),
        "tag": max(one.tag for one in parameters.values()),
    }  # fmt: skip


def _publish(month: Month, now: datetime, today: date) -> None:
    rule, told = protection(today)
    revisions = month.rule.get("revisions", [])
    with transaction.atomic():
        # what a revised month hid stays hidden: beside the former figures it would give others back
        shut = {(unit, way) for unit, way in month.rule.get("shut", [])}
        if revisions:
            shut |= set(Figure.objects.filter(month=month.month, returned_hidden=True).values_list("unit", "way"))
        Figure.objects.filter(month=month.month).delete()
        Figure.objects.bulk_create(
            Figure(
                month=month.month, unit=one.unit, way=one.way, hidden=one.hidden,
                returned_hidden=one.returned_hidden or (one.unit, one.way) in shut,
                unvalued=one.unvalued, firms=one.firms, declared=one.declared, released=one.released,
                returned=None if (one.unit, one.way) in shut else one.returned, value=one.value, tax=one.tax,
            )
            for one in figures(_sums(month.month), rule)
        )  # fmt: skip
        month.stale, month.published_at = False, now
        month.rule = told | {"revisions": revisions, "shut": sorted(shut)}
        month.save()


def _sums(month: date) -> list[Sum]:
    with connection.cursor() as cursor:
        cursor.execute(_SUMS, {"month": month})
        return [Sum(unit, way(flow, mode), *rest) for unit, flow, mode, *rest in _rows(cursor)]


def _rows(cursor: Any) -> list[Any]:
    found: list[Any] = cursor.fetchall()
    return found


_SUMS = """
SELECT unit, flow, mode, firm,
       count(*) FILTER (WHERE declared = %(month)s), count(*) FILTER (WHERE released = %(month)s),
       count(*) FILTER (WHERE returned = %(month)s), count(*) FILTER (WHERE released = %(month)s AND value IS NULL),
       coalesce(sum(value) FILTER (WHERE released = %(month)s), 0), coalesce(sum(tax) FILTER (WHERE released = %(month)s), 0)
FROM tracking_fact
WHERE declared = %(month)s OR released = %(month)s OR returned = %(month)s
GROUP BY unit, flow, mode, firm ORDER BY unit, flow, mode, firm
"""
