"""What the plan's forms say: texts without what no database takes, days, months and numbers; nonsense is refused by name."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from pilotzone.base.errors import Refused
from pilotzone.rooms.plan.errors import refused


def text(request: HttpRequest, name: str, most: int = 2000) -> str:
    """A field as typed, at most `most` characters of it."""
    return request.POST.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()[: most + 1]


def day(words: str) -> date:
    """A day. Refused `plan.days`."""
    try:
        return date.fromisoformat(words)
    except ValueError:
        raise refused("plan.days") from None


def month(words: str) -> date:
    """The first day of a month like 2021-05. Refused `plan.month`."""
    try:
        return date.fromisoformat(f"{words[:7]}-01")
    except ValueError:
        raise refused("plan.month") from None


def year(words: str, default: int) -> int:
    """A year of four figures, else the default."""
    return int(words) if len(words) == 4 and words.isascii() and words.isdecimal() else default


def points(words: str) -> Decimal | None:
    """A score as typed; None where nothing was. Refused `plan.score_range`."""
    try:
        return Decimal(words) if words else None
    except InvalidOperation:
        raise refused("plan.score_range") from None


def number(request: HttpRequest, name: str) -> int | None:
    """A whole number; None where nothing was typed. 404 for anything else."""
    words = request.POST.get(name, "").strip()
    if not words:
        return None
    if not (words.isascii() and words.isdecimal() and len(words) < 10):
        raise Http404
    return int(words)


def done(
    request: HttpRequest, act: Callable[[], Any], again: Callable[[Refused], HttpResponse], where: str, *args: Any
) -> HttpResponse:
    """Do it and go to `where`; where it is refused, show the page again with the problem and what was typed."""
    try:
        act()
    except Refused as problem:
        answer = again(problem)
        answer.status_code = 422
        return answer
    return redirect(where, *args)
