"""汇总申报 of export lists: which month, by which day, which lists, and how customs sums them into declarations.

Sources: 海关总署公告2018年第194号 (regulations §1.4, merge keys and the 15th), spec §3 CEB701 and CEB792. A list that goes to
汇总统计 (statisticsFlag A, §1.6) is never summed up.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from pilotzone.base.days import day_of
from pilotzone.reference import calendar, rates
from pilotzone.reference.rates import Rate
from pilotzone.rooms.clearance.engine import states
from pilotzone.rooms.clearance.engine.case import Head, number

DUE_DAY, WARN_DAYS, MAX_LINES = "export.summary.day_of_month", "export.summary.warn_days", "declaration.max_lines"
# of a list: 免于汇总（汇总统计）, 未汇总, 已申请汇总, 已汇总
EXEMPT, OPEN, ASKED, SUMMED = "exempt", "open", "asked", "summed"
STANDINGS = (OPEN, ASKED, SUMMED, EXEMPT)
DONE, GREEN, YELLOW, RED = "done", "green", "yellow", "red"
SIMPLIFIED, SUMMARISED = "A", "B"
BY_SELLER, BY_PRODUCER, BY_NAME = "1", "2", "1"
NOTED = "simplified"  # the stage of a trade whose list carries flag A
RELEASED = (states.RELEASED, states.CLOSED)
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Due:
    """The last day on which lists closed in `month` (its first day) are summed up; `provisional` where its year's holidays are not published."""

    month: date
    day: date
    provisional: bool
    parameter: Rate


@dataclass(frozen=True, slots=True)
class Listed:
    """A released list as the summary reads it: its trade, customs' number, its head and lines."""

    trade: int
    number: str
    head: Head
    lines: Sequence[Head]


@dataclass(slots=True)
class Merged:
    """One goods line of a declaration: what its list lines share, their sums, and which they are (list number, line)."""

    code: str
    name: str
    country: str
    currency: str
    unit: str
    first_unit: str
    quantity: Decimal = Decimal(0)
    first_quantity: Decimal = Decimal(0)
    amount: Decimal = Decimal(0)
    of: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Declared:
    """A customs declaration made of lists: the header they share (by element of CEB603), its lists and goods lines."""

    header: Mapping[str, str]
    lists: list[str] = field(default_factory=list)
    lines: list[Merged] = field(default_factory=list)
    gross: Decimal = Decimal(0)
    net: Decimal = Decimal(0)


def month_of(day: date) -> date:
    """The first day of a day's month: how a month is named here."""
    return day.replace(day=1)


def next_month(month: date) -> date:
    """The first day of the month after."""
    return (month.replace(day=28) + timedelta(days=4)).replace(day=1)


def last_day(month: date) -> date:
    """The last day of a month."""
    return next_month(month) - ONE_DAY


def due(month: date) -> Due:
    """Until when lists closed in that month are summed up: the 15th of the next, on a holiday the next working day.

    Raises Gap for months before the announcement.
    """
    law = rates.rate(DUE_DAY, on=month)
    named = next_month(month).replace(day=int(law.value))
    found = calendar.on_or_after(named)
    # a day of a year without notice may be a holiday, whatever weekday it is
    return Due(month, found.day, found.provisional or calendar.look(named).provisional, law)


def light(until: Due, today: date, outstanding: int) -> str:
    """done: nothing is outstanding; red: overdue; yellow: due within the days of the warning; else green."""
    if not outstanding:
        return DONE
    if today > until.day:
        return RED
    warn = int(rates.rate(WARN_DAYS, on=until.month).value)
    return YELLOW if (until.day - today).days <= warn else GREEN


def closed_on(stages: Mapping[str, str]) -> date | None:
    """The day of 结关; of a list that is released and not told closed yet the day of release (B)."""
    told = stages.get(states.CLOSED) or stages.get(states.RELEASED)
    return day_of(datetime.fromisoformat(told)) if told else None


def header_keys(by_producer: bool) -> tuple[str, ...]:
    """What lists of one declaration share, as elements of CEB603; the declaring customs and the mode go without saying."""
    shared = ("customsCode", "tradeMode", "ebcCode", "trafMode", "country", "portCode")
    return (*shared, "ownerCode") if by_producer else shared


def declarations(lists: Sequence[Listed], *, by_producer: bool, by_name: bool, on: date) -> list[Declared]:
    """The declarations customs makes of these lists: grouped by header, lines merged by destination, code and currency.

    Quantities add up only in one unit, so the units are keys too (B). A declaration holds no more lines than the form
    has on the day `on`; lines beyond go to a further one.
    """
    most = int(rates.rate(MAX_LINES, on=on).value)
    groups: dict[tuple[str, ...], list[Listed]] = {}
    names = header_keys(by_producer)
    for one in sorted(lists, key=lambda one: one.number):
        groups.setdefault(tuple(one.head.get(name, "").strip() for name in names), []).append(one)
    made: list[Declared] = []
    for key, members in sorted(groups.items()):
        header = dict(zip(names, key, strict=True))
        made += _split(header, members, _merged(members, by_name), most)
    return made


def _merged(members: Sequence[Listed], by_name: bool) -> list[Merged]:
    found: dict[tuple[str, ...], Merged] = {}
    for one in members:
        for line in one.lines:
            code, name = line.get("gcode", "").strip(), line.get("gname", "").strip()
            shared = (line.get("country", "").strip(), code, line.get("currency", "").strip())
            units = (line.get("unit", "").strip(), line.get("unit1", "").strip())
            key = (*shared, *units, name if by_name else "")
            into = found.setdefault(key, Merged(code, name, shared[0], shared[2], *units))
            into.quantity += number(line.get("qty", ""))
            into.first_quantity += number(line.get("qty1", ""))
            into.amount += number(line.get("totalPrice", ""))
            into.of.append((one.number, int(line.get("gnum", "0") or 0)))
    return [found[key] for key in sorted(found)]


def _split(header: Mapping[str, str], members: Sequence[Listed], lines: Sequence[Merged], most: int) -> list[Declared]:
    made = [Declared(header, lines=list(lines[start : start + most])) for start in range(0, len(lines), most)]
    for place, one in enumerate(made):
        inside = {number_ for line in one.lines for number_, _ in line.of}
        one.lists = sorted(inside)
        # weights belong to lists, not lines: a list is weighed in the first declaration it stands in
        earlier = {number_ for other in made[:place] for number_ in other.lists}
        weighed = [listed.head for listed in members if listed.number in inside - earlier]
        one.gross = sum((number(head.get("grossWeight", "")) for head in weighed), Decimal(0))
        one.net = sum((number(head.get("netWeight", "")) for head in weighed), Decimal(0))
    return made
