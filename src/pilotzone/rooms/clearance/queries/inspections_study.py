"""The published Time Release Study: months, and a month's figures by stage, way and site. Public."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.rooms.clearance.engine.inspection_study import ALL
from pilotzone.rooms.clearance.models import ReleaseMonth, ReleaseStudy
from pilotzone.rooms.clearance.queries import inspection_settings as settings


def study_months() -> list[date]:
    """The published months, the latest first."""
    return list(ReleaseMonth.objects.order_by("-month").values_list("month", flat=True))


def study(month: date, *, way: str = ALL, site: str = ALL) -> dict[str, Any] | None:
    """A month by one way and one site (* all): {month, released, underway, computed_at, method, rows, ways, sites}; None where
    it is not published. A row: stage, zh, en, n, missing, median_s, p90_s, in the order of the stages."""
    head = ReleaseMonth.objects.filter(month=month).first()
    if head is None:
        return None
    cells: list[dict[str, Any]] = [dict(one) for one in ReleaseStudy.objects.filter(month=month).values()]
    rows = _ordered([one for one in cells if one["way"] == way and one["site"] == site])
    return {
        "month": month, "released": head.released, "underway": head.underway, "computed_at": head.computed_at, "method": head.method,
        "way": way, "site": site, "rows": rows, "ways": sorted({one["way"] for one in cells} - {ALL}),
        "sites": sorted({one["site"] for one in cells} - {ALL}),
    }  # fmt: skip


def study_cells(since: date, until: date) -> list[dict[str, Any]]:
    """Every figure of the months from `since` to `until` (first days, both included), for CSV and the API."""
    found = ReleaseStudy.objects.filter(month__gte=since, month__lte=until).order_by("month", "way", "site")
    by_cell: dict[tuple[date, str, str], list[dict[str, Any]]] = {}
    for one in found.values():
        by_cell.setdefault((one["month"], one["way"], one["site"]), []).append(dict(one))
    return [row for cells in by_cell.values() for row in _ordered(cells)]


def trend(stage: str, limit: int = 12) -> list[dict[str, Any]]:
    """Median and 90th percentile of a stage over all trades in the last months, the oldest first."""
    found = ReleaseStudy.objects.filter(stage=stage, way=ALL, site=ALL).order_by("-month")[:limit]
    return [{"month": one.month, "n": one.n, "median_s": one.median_s, "p90_s": one.p90_s} for one in reversed(found)]


def _ordered(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
    by_stage = {one["stage"]: one for one in cells}
    return [
        {
            "month": one["month"], "way": one["way"], "site": one["site"], "stage": stage.key, "zh": stage.zh, "en": stage.en,
            "n": one["n"], "missing": one["missing"], "median_s": one["median_s"], "p90_s": one["p90_s"],
        }
        for stage in settings.method().stages if (one := by_stage.get(stage.key))
    ]  # fmt: skip
