"""The month a page is asked for, or something is filed for."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest

from pilotzone.rooms.statistics.errors import refused


def month_of(text: str) -> date | None:
    """The first day of a month typed as 2021-11, of the years 2000 to 2099; None for anything else."""
    try:
        told = date.fromisoformat(f"{text}-01") if len(text) == 7 and text.startswith("20") else None
    except ValueError:
        return None
    return told


def month_posted(request: HttpRequest) -> date:
    """The month something is filed for: never another one than was meant. Refused `statistics.report.month`."""
    typed = request.POST.get("month", "")
    told = month_of(typed)
    if told is None:
        raise refused("statistics.report.month", month=typed.replace("\0", "")[:20] or "—")
    return told


def before(today: date) -> date:
    """The first day of the month before."""
    at = today.year * 12 + today.month - 2
    return date(at // 12, at % 12 + 1, 1)
