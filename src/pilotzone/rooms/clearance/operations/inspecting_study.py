"""通关时间测定: the Time Release Study of a month, computed in the database in one statement and published. release_study.v1

WCO's method: how long each stage lasts, as median and 90th percentile, with the number of cases and those that lack an event.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.partitions import first_id
from pilotzone.rooms.clearance.engine import inspection_study as study
from pilotzone.rooms.clearance.models import ReleaseMonth, ReleaseStudy
from pilotzone.rooms.clearance.queries import inspection_settings as settings


def publish_due() -> int:
    """Compute the closed months that are due: those never published, the latest once a day for some days. How many."""
    today, method = clock.today(), settings.method()
    latest = (today.replace(day=1) - timedelta(days=1)).replace(day=1)
    done = 0
    with scope(PLATFORM):
        months = dict(ReleaseMonth.objects.values_list("month", "computed_at"))
        for month in _since_first(latest):
            computed = months.get(month)
            again = (
                month == latest
                and today.day <= method.again
                and computed
                and computed.astimezone(SHANGHAI).date() < today
            )
            if computed is None or again:
                publish_month(month, method)
                done += 1
    return done


def publish_month(month: date, method: study.Method | None = None) -> int:
    """Compute a month by the day of release and put its figures in place of those before; how many trades were released."""
    how = method or settings.method()
    begins, ends = _moment(month), _moment(_next(month))
    stages = [(one.key, one.begins, one.ends) for one in how.stages]
    values: dict[str, Any] = {
        "begins": begins, "ends": ends, "low": first_id(month - timedelta(days=how.look_back)), "high": first_id(_next(month)),
        "keys": [one[0] for one in stages], "from": [one[1] for one in stages], "to": [one[2] for one in stages],
        "least": how.least, "month": month,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('clearance.study', 0))")
        ReleaseStudy.objects.filter(month=month).delete()
        cursor.execute(_FIGURES, values)
        cursor.execute(_TOTALS, values)
        released, underway = cursor.fetchone()
    ReleaseMonth.objects.update_or_create(
        month=month,
        defaults={
            "released": released, "underway": underway, "computed_at": clock.now(),
            "method": {"algorithm": study.ALGORITHM, "least": how.least, "look_back": how.look_back, "source": how.source, "tag": how.tag},
        },
    )  # fmt: skip
    return int(released)


def _since_first(latest: date) -> list[date]:
    """The months from that of the first trade to the latest closed one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT min(day) FROM clearance_stand")
        first = cursor.fetchone()[0]
    months: list[date] = []
    month = first.replace(day=1) if first else None
    while month is not None and month <= latest:
        months.append(month)
        month = _next(month)
    return months


def _next(month: date) -> date:
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def _moment(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI)


# a trade's events as two arrays against the stages, summed up for all, each way, each site and both together
_FIGURES = """
WITH released AS MATERIALIZED (
    SELECT flow || mode AS way, customs_code AS site, stages || jsonb_build_object('first', first_at) AS events
    FROM clearance_trade
    WHERE id >= %(low)s AND id < %(high)s AND NOT history AND stages ? 'released'
      AND (stages ->> 'released')::timestamptz >= %(begins)s AND (stages ->> 'released')::timestamptz < %(ends)s
), timed AS (
    SELECT r.way, r.site, s.stage, r.events ? s.begins AND r.events ? s.ends AS whole,
        extract(epoch FROM (r.events ->> s.ends)::timestamptz - (r.events ->> s.begins)::timestamptz)::float8 AS seconds,
        s.begins IN ('review', 'inspection') AND NOT r.events ? s.begins AS beside
    FROM released r CROSS JOIN unnest(%(keys)s::text[], %(from)s::text[], %(to)s::text[]) AS s (stage, begins, ends)
)
INSERT INTO clearance_releasestudy (month, way, site, stage, n, missing, median_s, p90_s)
SELECT %(month)s, coalesce(way, '*'), coalesce(site, '*'), stage, count(*) FILTER (WHERE whole AND seconds >= 0),
    count(*) FILTER (WHERE NOT whole OR seconds < 0),
    CASE WHEN count(*) FILTER (WHERE whole AND seconds >= 0) >= %(least)s
        THEN percentile_cont(0.5) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE whole AND seconds >= 0) END,
    CASE WHEN count(*) FILTER (WHERE whole AND seconds >= 0) >= %(least)s
        THEN percentile_cont(0.9) WITHIN GROUP (ORDER BY seconds) FILTER (WHERE whole AND seconds >= 0) END
FROM timed WHERE NOT beside
GROUP BY GROUPING SETS ((stage), (stage, way), (stage, site), (stage, way, site))
"""
_TOTALS = """
SELECT count(*) FILTER (WHERE (stages ->> 'released')::timestamptz >= %(begins)s AND (stages ->> 'released')::timestamptz < %(ends)s)::int,
    count(*) FILTER (WHERE stages ? 'list' AND (stages ->> 'list')::timestamptz >= %(begins)s AND (stages ->> 'list')::timestamptz < %(ends)s
        AND coalesce((stages ->> 'released')::timestamptz >= %(ends)s, true))::int
FROM clearance_trade WHERE id >= %(low)s AND id < %(high)s AND NOT history
"""
