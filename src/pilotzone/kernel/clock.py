"""The one clock of the zone: real where the zone is real, movable forward where it is a demonstration.

Business rows keep zone time (`now`) and wall time (`wall`); certificates and sessions use wall time only; a day is
a day of Asia/Shanghai. Nobody else in the house asks a computer what time it is (tests/architecture).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from pilotzone.base.days import SHANGHAI, day_ends, day_of
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit
from pilotzone.kernel.cursor import Connection
from pilotzone.kernel.database import cursor_of

CACHE_SECONDS = 1.0
FARTHEST = timedelta(days=3653)  # beyond the real time: the rules of ten years ahead are unknown anyway
SOURCE = "docs/dates.md"


@dataclass(frozen=True)
class Clock:
    """The clock's row: zone time is `zone_at` plus the wall time since `wall_at`, times `rate`."""

    demo: bool
    wall_at: datetime
    zone_at: datetime
    rate: float

    def now(self) -> datetime:
        """Zone time, aware, in Shanghai."""
        here = wall()
        return (self.zone_at + (here - self.wall_at) * self.rate).astimezone(SHANGHAI)

    def today(self) -> date:
        """The zone's day."""
        return self.now().date()


_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
REAL = Clock(demo=False, wall_at=_EPOCH, zone_at=_EPOCH, rate=1.0)
_kept: tuple[float, Clock] | None = None


def wall() -> datetime:
    """Wall time, aware, in Shanghai."""
    return datetime.now(SHANGHAI)


def read(connection: Connection | None = None) -> Clock:
    """The clock as it stands now, from a raw connection or Django's; the real one before the zone is founded."""
    with cursor_of(connection) as cursor:
        cursor.execute("SELECT demo, wall_at, zone_at, rate FROM kernel_clock")
        row = cursor.fetchone()
    return Clock(*row) if row else REAL


def now() -> datetime:
    """Zone time, aware, in Shanghai; a move of the clock is seen within a second."""
    return _current().now()


def today() -> date:
    """The zone's day, in Shanghai."""
    return _current().today()


def is_demo() -> bool:
    """Whether this zone is a demonstration: synthetic data, movable clock, parties to play."""
    return _current().demo


def found(*, demo: bool, start: datetime | None = None) -> bool:
    """Found the zone once, as real or demonstration; True when this call did it.

    A demonstration may start at another time than now. Refused (`kernel.clock.founded`) where the zone stands
    already as the other kind.
    """
    here = wall()
    with cursor_of() as cursor:
        cursor.execute(
            "INSERT INTO kernel_clock (demo, wall_at, zone_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
            (demo, here, start if demo and start else here),
        )
        made = cursor.rowcount == 1
    forget()
    if not made and read().demo != demo:
        raise Refused(
            code="kernel.clock.founded",
            zh="本综试区平台已按另一种性质（正式/演示）建立，不能更改。",
            en="This zone was founded as the other kind (real or demonstration) and stays so.",
            source=SOURCE,
        )
    if made:
        audit.record("clock.found", object_kind="clock", object_id="1", after={"demo": demo})
    return made


def advance(*, to: datetime | None = None, by: timedelta | None = None, reason: str) -> datetime:
    """Move a demonstration's clock forward, to a moment or by a span; answers the new zone time.

    Refused in a real zone (`kernel.clock.real`), backwards (`kernel.clock.backwards`), beyond the day FARTHEST after the real
    time (`kernel.clock.far`: nobody could take a mistyped year back), and without exactly one of `to` and `by` or without
    time zone or reason (`kernel.clock.request`).
    """
    before = _movable()
    if (to is None) == (by is None) or (to is not None and to.tzinfo is None) or not reason.strip():
        raise Refused(
            code="kernel.clock.request",
            zh="请给出一个目标时刻或一段时长，并说明理由。",
            en="Give one target time with its zone or one span, and a reason.",
            source=SOURCE,
        )
    was = before.now()
    last = day_of(wall() + FARTHEST)
    target = to if to is not None else min(was, day_ends(last)) + (by or timedelta())
    if target >= day_ends(last):
        raise Refused(
            code="kernel.clock.far",
            zh=f"演示时钟最远可调至 {last:%Y-%m-%d}；时钟不能调回，请核对年份。",
            en=f"The demonstration clock goes to {last:%Y-%m-%d} at the latest; it cannot be set back, so look at the year.",
            source=SOURCE,
        )
    if target <= was:
        raise Refused(
            code="kernel.clock.backwards",
            zh="演示时钟只能向前调整。",
            en="The demonstration clock only moves forward.",
            source=SOURCE,
        )
    _write("zone_at = %s", target)
    audit.record(
        "clock.advance", object_kind="clock", object_id="1",
        before={"now": was.isoformat()}, after={"now": target.isoformat()}, reason=reason,
    )  # fmt: skip
    return now()


def pace(rate: float, *, reason: str) -> None:
    """Let a demonstration's clock run `rate` times as fast as the wall's (0 stops it, at most a day a second)."""
    before = _movable()
    if not 0 <= rate <= 86400:
        raise Refused(
            code="kernel.clock.request",
            zh="时钟倍率须在 0 至 86400 之间。",
            en="The clock's rate lies between 0 and 86400.",
            source=SOURCE,
        )
    _write("rate = %s", rate)
    audit.record(
        "clock.pace", object_kind="clock", object_id="1",
        before={"rate": before.rate}, after={"rate": rate}, reason=reason,
    )  # fmt: skip


def forget() -> None:
    """Drop the cached row, so that the next question reads the table."""
    global _kept  # noqa: PLW0603 (the cache is one value of this process)
    _kept = None


def _current() -> Clock:
    global _kept  # noqa: PLW0603
    if _kept is None or time.monotonic() - _kept[0] > CACHE_SECONDS:
        _kept = (time.monotonic(), read())
    return _kept[1]


def _movable() -> Clock:
    clock = read()
    if not clock.demo:
        raise Refused(
            code="kernel.clock.real",
            zh="正式综试区的时钟是真实时间，不能调整。",
            en="The clock of a real zone is the real one and cannot be moved.",
            source=SOURCE,
        )
    return clock


def _write(assignment: str, value: object) -> None:
    """Change the row; its trigger notes the wall time and keeps it from going back (kernel/sql/clock.sql)."""
    with cursor_of() as cursor:
        cursor.execute(f"UPDATE kernel_clock SET {assignment}", (value,))  # noqa: S608 (two literals of this file)
        moved = cursor.rowcount
    forget()
    if not moved:
        raise Denied(
            code="kernel.clock.denied",
            zh="当前身份无权调整演示时钟。",
            en="This role may not move the demonstration clock.",
            source=SOURCE,
        )
