"""Whether the values of a part are certainly free of trouble: the quick yes before the rules explain a no.

Nothing is judged here a second time. The sets of good values are made by asking the checks of `values` themselves;
numbers, days and identity numbers are passed only where they are far from every limit those checks know.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date
from operator import contains, itemgetter
from typing import Any, NamedTuple

from pilotzone.base.errors import Gap
from pilotzone.base.ids import ric
from pilotzone.exchange.formats import editions
from pilotzone.exchange.formats.findings import tolerance
from pilotzone.exchange.formats.rules import values
from pilotzone.exchange.formats.shapes import Field, Message
from pilotzone.reference import codes

Texts = Sequence[str | None]
Picker = Callable[[Texts], tuple[Any, ...]]

_LENGTHS = {"stamp": 14, "day": 8}
_NOTHING = frozenset((None, ""))
_CLOCK = 86_400
_times: set[str] = set()
_MOST_KEPT = 512
_MOST_SETS = 4096
_kept: dict[tuple[str, str, bool, date], tuple[object, PartIsClean]] = {}
_sets: dict[tuple[Field, tuple[values.Check, ...], str, int], tuple[object, frozenset[str | None]]] = {}


def part_is_clean(told: Message, *, lines: bool, on: date) -> PartIsClean:
    """The test for a head or a line on a day; made anew when a zone's code lists change."""
    key, now = (told.name, told.edition, lines, on), codes.current()
    found = _kept.get(key)
    if found is None or found[0] is not now:
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        found = _kept[key] = now, PartIsClean(told, lines=lines, on=on)
    return found[1]


class Test(NamedTuple):
    """How one value is passed: `kind` is a name of KINDS, `good` the texts for IN_SET."""

    kind: str
    good: frozenset[str | None] = _NOTHING


# NONE asks nothing; ASK asks the checks of `values` every time
KINDS = (
    *("NONE", "IN_SET", "AMOUNT", "POSITIVE", "DAY", "PAST_DAY", "STAMP", "PAST_STAMP", "GOODS", "PERSON", "ASK"),
)  # fmt: skip


def tests_of(told: Message, *, lines: bool, on: date) -> list[Test]:
    """A test for each field of a head or a line, in order."""
    part = told.lines if lines else told.head
    plan = {element: checks for element, _, checks in values.plan(told.name, told.edition, lines)}
    fields = part.fields if part else ()
    return [_test(field, plan.get(field.element, ()), on, told.edition) for field in fields]


def _test(field: Field, checks: tuple[values.Check, ...], on: date, edition: str) -> Test:
    if not checks:
        return Test("NONE")
    if not values.ENUMERATED.isdisjoint(checks):
        return Test("IN_SET", _good(field, checks, on, edition))
    if checks == (values.numeric,):
        return Test("POSITIVE" if values.is_positive(field) else "AMOUNT")
    if checks == (values.dated,) and field.kind in _LENGTHS:
        return Test(f"{'PAST_' if values.is_past(field) else ''}{field.kind.upper()}")
    if checks == (values.goods_code,):
        return Test("GOODS")
    return Test("PERSON" if checks == (values.identity,) else "ASK")


def needed(told: Message, *, lines: bool) -> list[bool]:
    """Whether the rules want more than white space, for each field of a head or a line."""
    part, wanted = told.lines if lines else told.head, values.compulsory(told.name, told.edition, lines)
    return [field.element in wanted for field in (part.fields if part else ())]


class PartIsClean:
    """Called with the texts of a part in the order of its fields (None for absent): True when nothing is wrong."""

    def __init__(self, told: Message, *, lines: bool, on: date) -> None:
        self._on, self._edition = on, told.edition
        tests = tests_of(told, lines=lines, on=on)
        plan = {element: (field, checks) for element, field, checks in values.plan(told.name, told.edition, lines)}
        part = told.lines if lines else told.head
        places = {kind: [place for place, test in enumerate(tests) if test.kind == kind] for kind in KINDS}
        self._sets = tuple(tests[place].good for place in places["IN_SET"])
        self._enumerated = _picker(places["IN_SET"])
        self._days = tuple(
            (place, _LENGTHS[kind.removeprefix("PAST_").lower()], kind.startswith("PAST_"))
            for kind in ("DAY", "PAST_DAY", "STAMP", "PAST_STAMP")
            for place in places[kind]
        )
        self._plain, self._positive = _picker(places["AMOUNT"]), _picker(places["POSITIVE"])
        self._goods, self._persons = _picker(places["GOODS"]), _picker(places["PERSON"])
        self._needed = _picker([place for place, is_needed in enumerate(needed(told, lines=lines)) if is_needed])
        self._others = [(place, *plan[part.fields[place].element]) for place in places["ASK"]] if part else []
        # a text with fewer digits than the highest plausible number is below it whatever they are
        self._huge, self._short = float(tolerance("plausible")), sure_digits()
        self._good_days: set[str] = set()
        self._past_days: set[str] = set()

    def __call__(self, texts: Texts) -> bool:
        if not all(map(contains, self._sets, self._enumerated(texts))):
            return False
        short, huge = self._short, self._huge
        for text in self._positive(texts):
            if text and ((text[0] == "0" and not float(text)) or (len(text) > short and float(text) > huge)):
                return False
        for text in self._plain(texts):
            if text and len(text) > short and float(text) > huge:
                return False
        for place, length, past in self._days:
            text = texts[place]
            if text and not (len(text) == length and self._is_day(text, past)):
                return False
        for text in self._goods(texts):
            if text and not (len(text) == 10 and text.isdigit() and text.isascii()):
                return False
        for text in self._persons(texts):
            if text and not ric.is_valid(text):
                return False
        if not all(map(str.strip, self._needed(texts))):
            return False
        return not self._others or self._others_pass(texts)

    def _is_day(self, text: str, past: bool) -> bool:
        """A day that exists, with or without a clock behind it; no later than the day of judging where it is past."""
        day, clock = text[:8], text[8:]
        if clock and clock not in _times and not _is_clock(clock):
            return False
        known = self._past_days if past else self._good_days
        if day in known:
            return True
        found = values.day_of(day)
        if found is None or (past and found > self._on):
            return False
        if len(known) < 4096:
            known.add(day)
        return True

    def _others_pass(self, texts: Texts) -> bool:
        return not any(
            check(field, text, self._on, self._edition)
            for place, field, checks in self._others
            if (text := texts[place])
            for check in checks
        )


def _good(field: Field, checks: tuple[values.Check, ...], on: date, edition: str) -> frozenset[str | None]:
    """Every text of the field's lists that all its checks pass, and the absent and empty ones nobody asks about.

    Made once for all days between two on which its lists or modes change: a year's messages are judged on each of its days.
    """
    if not values.ENUMERATED.issuperset(checks):
        return _made_good(field, checks, on, edition)  # another check may ask for the day itself
    key, now = (field, checks, edition, bisect_right(_changes(field), on)), codes.current()
    found = _sets.get(key)
    if found is None or found[0] is not now:
        if len(_sets) >= _MOST_SETS:
            _sets.clear()
        found = _sets[key] = now, _made_good(field, checks, on, edition)
    return found[1]


def _changes(field: Field) -> list[date]:
    """The days on which what is good in a field becomes another."""
    days = {editions.mode(value.mode)[0] for value in field.values if value.mode}
    if field.codes:
        with suppress(Gap):  # no such list: no day changes that
            days.update(codes.changes(field.codes))
    return sorted(days)


def _made_good(field: Field, checks: tuple[values.Check, ...], on: date, edition: str) -> frozenset[str | None]:
    candidates = {value.code for value in field.values}
    if field.codes:
        try:
            candidates.update(entry.code for entry in codes.entries(field.codes, on=on))
        except Gap:  # no such list: the checks say so
            candidates.clear()
    return _NOTHING | {text for text in candidates if not any(check(field, text, on, edition) for check in checks)}


def sure_digits() -> int:
    """With no more digits than this before the point a number is plausible."""
    return len(f"{tolerance('plausible'):.0f}") - 1


def _picker(places: list[int]) -> Picker:
    """A function from all texts to those at `places`, always a tuple."""
    if not places:
        return _none
    if len(places) == 1:
        return itemgetter(slice(places[0], places[0] + 1))
    return itemgetter(*places)


def _none(texts: Texts) -> tuple[()]:
    return ()


def _is_clock(text: str) -> bool:
    """HHmmss of a clock; remembered, there are no more than 86,400."""
    right = len(text) == 6 and text.isascii() and text.isdigit()
    if not right or text[:2] > "23" or text[2:4] > "59" or text[4:] > "59":
        return False
    if len(_times) < _CLOCK:
        _times.add(text)
    return True
