"""What counties may know of the reconciliation: how many residuals of their firms are not settled, protected like every figure.

A table of units by kinds is protected whole (engine/disclosure.py), once a day of the zone, so that neither a sum nor the same
day asked twice tells one firm's. As the platform.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db.models import Count

from pilotzone.rooms.tracking.engine.disclosure import ALL, hidden
from pilotzone.rooms.tracking.models import Residual, ResidualFigure
from pilotzone.rooms.tracking.operations.months import protection
from pilotzone.rooms.tracking.queries.residuals import UNSETTLED

Cells = dict[tuple[str, str], dict[int, tuple[Decimal, ...]]]


def publish_residuals(day: date) -> int:
    """Keep the day's figures, where none were; how many rows."""
    if ResidualFigure.objects.filter(day=day).exists():
        return 0
    rule, told = protection(day)
    cells: Cells = {}
    rows = Residual.objects.filter(state__in=UNSETTLED, firm__gt=0).exclude(unit="")
    for unit, kind, firm, n in rows.values_list("unit", "kind", "firm").annotate(n=Count("pk")):
        cells.setdefault((unit, kind), {})[firm] = (Decimal(n),)
    closed = hidden(cells, rule)
    counts = {place: sum(int(amounts[0]) for amounts in found.values()) for place, found in cells.items()}
    for (unit, _), n in list(counts.items()):
        counts[unit, ALL] = counts.get((unit, ALL), 0) + n
    made = ResidualFigure.objects.bulk_create(
        ResidualFigure(
            day=day, unit=unit, kind=kind, hidden=(unit, kind) in closed, n=None if (unit, kind) in closed else n, rule=told
        )
        for (unit, kind), n in sorted(counts.items())
    )  # fmt: skip
    return len(made)
