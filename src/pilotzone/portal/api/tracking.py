"""/track, /board and /clock: what everybody may ask."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest
from ninja import Path

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.portal.api.callers import EVERYBODY
from pilotzone.portal.api.shapes.basic import ClockOut, Router, Text, told
from pilotzone.portal.api.shapes.trade import BoardOut, TrackOut
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tracking import api as tracking

BOARD_SECONDS = 3
router = Router(auth=EVERYBODY, tags=["public"])


@router.get("/track/{path:number}", response=told(TrackOut, 404), summary="一键跟踪 / Track any number")
def track(
    request: HttpRequest,
    number: Path[Text],
) -> dict[str, Any]:
    """The timeline of any order, payment, waybill, list, bill or declaration number, or of an application to pay abroad.

    Whole for the parties of the trade and the officers who may see it; stages only for everybody else. Payments abroad are
    told to the firm, its bank and the supervisors alone.
    """
    paid = [_payment(one) for one in tracking.payments(number)]
    try:
        found = [_timeline(one) for one in tracking.timelines(number)]
    except Refused:
        if not paid:
            raise
        found = []
    return {"number": number, "found": found, "payments": paid}


@router.get("/board", response=told(BoardOut), summary="今日看板 / Today's figures")
def board(request: HttpRequest) -> dict[str, Any]:
    """Trades that reached each state today (the zone's day), in sum and by hour. At most three seconds old."""
    day = clock.today()
    kept = f"portal.api.board:{day}"
    found = cache.get(kept)
    if found is None:
        found = tracking.today_board(day)
        cache.set(kept, found, BOARD_SECONDS)
    counters = [
        {"key": one["key"], "value": one["value"], **_words(one["key"], ("zh", "en"))} for one in found["counters"]
    ]
    return {"day": day, "counters": counters, "series": found["series"]}


@router.get("/clock", response=told(ClockOut), summary="平台时间 / The platform's time")
def zone_clock(request: HttpRequest) -> dict[str, Any]:
    """The time documents are judged by: the real one, in a demonstration the one that may stand elsewhere and run faster.

    A program that stamps documents asks for it and keeps the difference to its own clock; `wall` is the real time here.
    """
    here = clock.read()
    return {"now": here.now(), "wall": clock.wall(), "day": here.today(), "demo": here.demo, "rate": here.rate}


def _timeline(one: tracking.Timeline) -> dict[str, Any]:
    return {
        "trade": one.trade if one.full else None,
        "full": one.full,
        "flow": one.flow,
        "mode": one.mode,
        "state": one.state,
        **_words(one.state),
        "holder": one.holder,
        "holder_zh": tracking.holder_name(one.holder, "zh"),
        "holder_en": tracking.holder_name(one.holder, "en"),
        "since": one.since,
        "numbers": one.numbers,
        "events": [
            {"at": line.at, "code": line.code, "zh": line.zh, "en": line.en, "source": line.source,
             "state": line.state, **_words(line.state), "holder": line.holder}
            for line in one.lines
        ],
    }  # fmt: skip


def _payment(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": one["id"], "number": one["number"], "state": one["state"], "zh": one["zh"], "en": one["en"],
        "holder": one["holder"], "holder_zh": tracking.holder_name(one["holder"], "zh"),
        "holder_en": tracking.holder_name(one["holder"], "en"), "since": one["since"],
        "events": [{name: line[name] for name in ("at", "state", "zh", "en", "holder")} for line in one["lines"]],
    }  # fmt: skip


def _words(state: str, names: tuple[str, str] = ("state_zh", "state_en")) -> dict[str, str]:
    return dict(zip(names, clearance.state_words(state) if state else ("", ""), strict=True))
