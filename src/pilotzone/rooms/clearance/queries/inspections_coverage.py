"""查检合一 coverage by site (task 5, handbook §1.5): facilities, openings, those once with both results, second openings."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from pilotzone.base.days import SHANGHAI, day_ends
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance.models import InspectionFacility
from pilotzone.rooms.clearance.queries import inspection_settings as settings


def coverage(on: date) -> dict[str, Any]:
    """{sites, covered, share (per cent), inspected, once, second_openings, rows}: a row a site; public, it names no consignment.

    A site is covered where its facilities stand by that day and, of the consignments inspected there within the last months,
    the set share was opened once with both results.
    """
    asked = settings.setting("coverage")
    begins = on.replace(day=1)
    for _ in range(int(asked["months"]) - 1):
        begins = (begins - timedelta(days=1)).replace(day=1)
    values = {
        "since": datetime.combine(begins, time.min, SHANGHAI), "until": day_ends(on),
    }  # fmt: skip
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(_SITES, values)
        found = {row[0]: tuple(row[1:]) for row in cursor.fetchall()}
        stands: dict[str, set[str]] = {}
        for place, facility in InspectionFacility.objects.filter(since__lte=on).values_list("site", "facility"):
            stands.setdefault(place, set()).add(facility)
    rows = []
    for site in settings.sites():
        inspected, once, second, dwell = found.get(site.code, (0, 0, 0, None))
        lacking = [key for key in settings.texts("facilities") if key not in stands.get(site.code, set())]
        joint = Decimal(once) / inspected if inspected else None
        rows.append({
            "site": site.code, "zh": site.zh, "en": site.en, "lacking": lacking, "inspected": inspected, "once": once,
            "second_openings": second, "dwell_s": dwell, "joint": f"{100 * joint:.1f}" if joint is not None else None,
            "covered": not lacking and inspected >= int(asked["least"]) and joint is not None and joint >= Decimal(asked["share"]),
        })  # fmt: skip
    covered = sum(row["covered"] for row in rows)
    return {
        "on": on, "since": begins, "sites": len(rows), "covered": covered,
        "share": (Decimal(100 * covered) / len(rows)).quantize(Decimal("0.1")) if rows else Decimal(0),
        "inspected": sum(row["inspected"] for row in rows), "once": sum(row["once"] for row in rows),
        "second_openings": sum(row["second_openings"] for row in rows), "rows": rows, "least_share": asked["share"],
        "tag": asked["tag"],
    }  # fmt: skip


_SITES = """
SELECT site, count(*)::int, count(*) FILTER (WHERE openings = 1)::int, sum(openings - 1)::int,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY dwell)::float8
FROM (
    SELECT o.site, o.inspection_id, count(*) AS openings, extract(epoch FROM max(r.entered_at) - min(i.selected_at)) AS dwell
    FROM clearance_inspectionopening o JOIN clearance_inspection i ON i.id = o.inspection_id
    LEFT JOIN clearance_inspectionresult r ON r.opening_id = o.id
    WHERE o.opened_at >= %(since)s AND o.opened_at < %(until)s
    GROUP BY o.site, o.inspection_id HAVING count(r.id) > 0
) x GROUP BY site
"""
