"""What ought to have been summed up by now, for the to-do lists of firms and officers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from pilotzone.rooms.clearance import api as clearance


def summaries(today: date) -> list[dict[str, Any]]:
    """The months that are overdue (clearance.summaries_overdue), each with the page of its open lists."""
    return [
        one | {"href": reverse("summary_month", args=[f"{one['month']:%Y-%m}"]) + "?standing=open"}
        for one in clearance.summaries_overdue(today=today)
    ]
