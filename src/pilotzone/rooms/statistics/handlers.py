"""Which events the room listens to."""

from __future__ import annotations

import msgspec

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.events import Event, consume, rebuild
from pilotzone.rooms.statistics import api

CONSUMER = "statistics"
KINDS = ("clearance.trade_changed",)
BATCHES, CHUNK = 50, 2000
COUNTS = frozenset({"released", "closed", "sent_back", "cancelled"})


class Told(msgspec.Struct, gc=False):
    """Of a row of an event only this is read."""

    trade: int | None = None
    state: str | None = None
    lines: list[list[msgspec.Raw]] | None = None


ROWS = msgspec.json.Decoder(list[Told], strict=False)


def catch_up(limit: int = BATCHES) -> int:
    """Note the trades of the next batches; when no event is left, count a batch of those noted, then fill what a migration left. How much was done."""
    with scope(PLATFORM):
        return consume(CONSUMER, KINDS, _read, limit) or api.settle(CHUNK) or api.fill()


def start_over() -> None:
    """Empty facts and cube; `catch_up` then reads every event again."""
    with scope(PLATFORM):
        rebuild(CONSUMER, api.empty)


def _read(events: list[Event]) -> None:
    trades = {row.trade for event in events for row in event.told(ROWS) if row.trade and _counts(row)}
    if trades:
        api.note(sorted(trades))


def _counts(row: Told) -> bool:
    """Whether it stands where it counts, or passed there or was refunded since the row before."""
    if row.state in COUNTS:
        return True
    return any(
        len(line) > 5 and (bytes(line[1]) == b'"clearance.refunded"' or bytes(line[5]).strip(b'"').decode() in COUNTS)
        for line in row.lines or ()
    )
