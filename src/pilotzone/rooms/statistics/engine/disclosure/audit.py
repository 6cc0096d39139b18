"""Holding a release against the attacker: every cell that is not safe, by name, with what he would know of it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from pilotzone.rooms.statistics.engine.disclosure.attack import Attacker, Range
from pilotzone.rooms.statistics.engine.disclosure.cells import Cells, Key
from pilotzone.rooms.statistics.engine.disclosure.protect import joined
from pilotzone.rooms.statistics.engine.disclosure.rules import Rules

SHOWN, NARROW, LINE, INSIDER = "shown", "narrow", "line", "insider"
_EXACT = 1e-7


@dataclass(frozen=True, slots=True)
class Unsafe:
    """A sensitive cell that is `shown`, bounded too `narrow`ly, by an `insider` (`by`: a respondent who is alone in another cell), or
    whose `line` gives away the sum of its hidden cells.

    `known` is what the attacker can say, `needed` what he must not be able to say more narrowly.
    """

    cell: Key
    why: str
    rules: tuple[str, ...]
    known: Range
    needed: Range
    by: str = ""


def audit(found: Cells, hidden: Set[Key], rules: Rules, *, insiders: bool = True) -> list[Unsafe]:
    """Every unsafe cell of a release that hides `hidden`; empty where it may go out."""
    told = _known(found, hidden, rules, "", set())
    for unit, known in sorted(found.alone().items()) if insiders else ():
        told += _known(found, hidden, rules, unit, known)
    return told + _lines(found, hidden, rules)


def _known(found: Cells, hidden: Set[Key], rules: Rules, unit: str, known: set[Key]) -> list[Unsafe]:
    """What the public, or a respondent who knows some cells, can say too narrowly."""
    values = found.values()
    shut = hidden - found.told - known
    attacker = Attacker(
        {cell: value for cell, value in values.items() if cell not in shut}, shut, found.sums, frozenset(found.free)
    )
    largest = max((abs(value) for value in values.values()), default=1.0)
    told = []
    for cell in sorted(found.cells):
        amounts = {name: abs(amount) for name, amount in found.cells[cell].items()}
        broken = rules.broken(amounts)
        if not broken or cell in known:
            continue
        value, reach = values[cell], rules.reach(amounts)
        needed = (max(found.least(cell, unit), value - reach), value + reach)
        if cell not in shut:
            if not unit:
                told.append(Unsafe(cell, SHOWN, broken, (value, value), needed))
            continue
        low, high = attacker.range(cell)
        loose = _EXACT * max(largest, 1.0) if largest else 0.0
        loose = min(loose, 0.01 * reach)
        if low > needed[0] + loose or high < needed[1] - loose:
            told.append(Unsafe(cell, INSIDER if unit else NARROW, broken, (low, high), needed, unit))
    return told


def _lines(found: Cells, hidden: Set[Key], rules: Rules) -> list[Unsafe]:
    values, told = found.values(), []
    for one in found.sums:
        shut = [part for part in one.parts if part in hidden and part not in found.told]
        if not shut or (one.whole in hidden and one.whole not in found.told):
            continue
        amounts = joined(found, shut)
        if broken := rules.broken(amounts):
            together = sum(values[part] for part in shut)
            reach = rules.reach(amounts)
            told.append(
                Unsafe(one.whole, LINE, broken, (together, together), (max(0.0, together - reach), together + reach))
            )
    return told
