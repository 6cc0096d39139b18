"""What ought to have been summed up by now, for the to-do lists of firms and officers."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.urls import reverse

from pilotzone.kernel.access.actor import ENTERPRISE
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance import api as clearance


def summaries(today: date) -> list[dict[str, Any]]:
    """The months that are overdue (clearance.summaries_overdue), each with the page of its open lists.

    A firm is told of those it has to sum up, as consignor or declarant, not of all whose lists it sees as payment firm or carrier.
    """
    caller = current()
    return [
        one | {"href": reverse("summary_month", args=[f"{one['month']:%Y-%m}"]) + "?standing=open"}
        for one in clearance.summaries_overdue(today=today)
        if caller.kind != ENTERPRISE or caller.organisation in (one["seller"], one["agent"])
    ]
