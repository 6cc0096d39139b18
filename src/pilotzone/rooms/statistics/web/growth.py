"""Adjusted growth of a published month, for its bulletin on page, PDF and workbook."""

from __future__ import annotations

from typing import Any

from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.web import words

TOLD = ("trade_cny", "export_cny", "import_cny")


def of(one: Any, coverage: str) -> dict[str, Any]:
    """The adjusted growth of a release's month, as it was known when it was published: rows, else the gap by name."""
    rows: list[dict[str, Any]] = []
    gap = None
    for key in TOLD:
        told = api.adjusted_series(key, coverage, last=one.month, known=one.published_at)
        point = told.points[-1] if told.points else None
        if told.gap or point is None or point.month != f"{one.month:%Y-%m}":
            gap = gap or told.gap
            continue
        rows.append({
            "key": key, "name": words.said(told.indicator), "value": words.amount(point.value, "cny"), "adjusted": point.adjusted,
            "yearly": words.rate(point.yearly) or "—", "monthly": words.rate(point.monthly) or "—", "version": told.indicator.version,
            "algorithm": told.algorithm,
        })  # fmt: skip
    return {"rows": rows, "gap": gap if not rows else None}
