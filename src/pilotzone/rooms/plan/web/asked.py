"""What the plan's forms say: texts without what no database takes, days, months and numbers; nonsense is refused by name."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header

from pilotzone.base.errors import Refused
from pilotzone.kernel import seen
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.errors import refused

_DAY, _MONTH = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII), re.compile(r"[0-9]{4}-[0-9]{2}", re.ASCII)


def text(request: HttpRequest, name: str) -> str:
    """A field as typed, whole: whether it is too long is for the operation to say."""
    return request.POST.get(name, "").replace("\0", "").replace("\r\n", "\n").strip()


def day(words: str) -> date:
    """A day like 2021-05-01. Refused `plan.days`."""
    try:
        if not _DAY.fullmatch(words):
            raise ValueError
        return date.fromisoformat(words)
    except ValueError:
        raise refused("plan.days") from None


def month(words: str) -> date:
    """The first day of a month like 2021-05. Refused `plan.month`."""
    try:
        if not _MONTH.fullmatch(words):
            raise ValueError
        return date.fromisoformat(f"{words}-01")
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
    """The number of a task; None where nothing was typed. Refused `plan.task` for anything else."""
    words = request.POST.get(name, "").strip()
    if not words:
        return None
    if not (words.isascii() and words.isdecimal() and len(words) < 10):
        raise refused("plan.task", number=words[:20])
    return int(words)


def shown(request: HttpRequest) -> int | None:
    """How many corrections the page showed; None where it said nothing of it."""
    return seen.mark_typed(request.POST.get("shown", ""))


def shown_again(request: HttpRequest, now: int, problem: Refused | None) -> int:
    """How many corrections the page says it shows: those there are, but those of before while the writer was not told of newer ones."""
    before = shown(request)
    return now if problem is None or problem.code == api.CORRECTION_STALE or before is None else before


def download(data: bytes, name: str) -> HttpResponse:
    """A paper as it came, under its own name; never shown in the browser."""
    answer = HttpResponse(data, content_type="application/octet-stream")
    answer["Content-Disposition"] = content_disposition_header(True, name)
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


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
