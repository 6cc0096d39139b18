"""Days and stamps in Shanghai time, the only calendar of customs, tax and exchange rules (handbook §0.2)."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from pilotzone.base.errors import Refused

SHANGHAI = ZoneInfo("Asia/Shanghai")
_STAMP = re.compile(r"[0-9]{14}(?:[0-9]{3})?", re.ASCII)


def day_of(moment: datetime) -> date:
    """The Shanghai day of an aware datetime; a naive one raises ValueError."""
    return _aware(moment).astimezone(SHANGHAI).date()


def parse_stamp(text: str) -> datetime:
    """`yyyyMMddHHmmss` or 17 digits with milliseconds → aware datetime in Shanghai.

    Anything else raises Refused `rule.stamp`.
    """
    if isinstance(text, str) and _STAMP.fullmatch(text):
        try:
            return datetime(
                int(text[0:4]),
                int(text[4:6]),
                int(text[6:8]),
                int(text[8:10]),
                int(text[10:12]),
                int(text[12:14]),
                int(text[14:17] or 0) * 1000,
                tzinfo=SHANGHAI,
            )
        except ValueError:
            pass
    shown = str(text)[:40]
    raise Refused(
        code="rule.stamp",
        zh=f"“{shown}”不是yyyyMMddHHmmss(或17位)格式的时间",
        en=f"“{shown}” is not a time written yyyyMMddHHmmss (or 17 digits with milliseconds)",
        source="CEB field formats (handbook ceb §3)",
    )


def stamp(moment: datetime) -> str:
    """An aware datetime as 14 digits of Shanghai time."""
    local = _aware(moment).astimezone(SHANGHAI)
    # not strftime: it writes years before 1000 with fewer digits on some systems
    return f"{local.year:04d}{local.month:02d}{local.day:02d}{local.hour:02d}{local.minute:02d}{local.second:02d}"


def stamp17(moment: datetime) -> str:
    """An aware datetime as 17 digits of Shanghai time, milliseconds cut, not rounded."""
    return f"{stamp(moment)}{moment.microsecond // 1000:03d}"


def add_days(day: date, count: int) -> date:
    """`day` plus `count` calendar days."""
    return day + timedelta(days=count)


def day_ends(day: date) -> datetime:
    """Where `day` ends in Shanghai: the first moment of the next; of the last day the calendar has, its last moment."""
    if day == date.max:
        return datetime.combine(day, time.max, SHANGHAI)
    return datetime.combine(add_days(day, 1), time(), SHANGHAI)


def span_end(event_day: date, count: int) -> date:
    """The last day of "within `count` days of the event": the day after it is day 1 (handbook §0.3, C)."""
    return event_day + timedelta(days=count)


def _aware(moment: datetime) -> datetime:
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise ValueError("a moment must carry its time zone")
    return moment
