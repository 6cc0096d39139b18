"""Holding a release against the attacker: every cell that is not safe, by name, with what he would know of it."""

from __future__ import annotations

from collections.abc import Set
from dataclasses import dataclass

from pilotzone.rooms.statistics.engine.disclosure.attack import Attacker, Range
from pilotzone.rooms.statistics.engine.disclosure.cells import Cells, Key
from pilotzone.rooms.statistics.engine.disclosure.protect import joined
from pilotzone.rooms.statistics.engine.disclosure.rules import Rules

SHOWN, NARROW, LINE = "shown", "narrow", "line"
_EXACT = 1e-7


@dataclass(frozen=True, slots=True)
class Unsafe:
    """A sensitive cell that is `shown`, bounded too `narrow`ly, or whose `line` gives away the sum of its hidden cells.

    `known` is what the attacker can say, `needed` what he must not be able to say more narrowly.
    """

    cell: Key
    why: str
    rules: tuple[str, ...]
    known: Range
    needed: Range


def audit(found: Cells, hidden: Set[Key], rules: Rules) -> list[Unsafe]:
    """Every unsafe cell of a release that hides `hidden`; empty where it may go out."""
    values = found.values()
    attacker = Attacker(
        {cell: value for cell, value in values.items() if cell not in hidden or cell in found.told},
        hidden - found.told, found.sums, frozenset(found.free),
    )  # fmt: skip
    largest = max((abs(value) for value in values.values()), default=1.0)
    told = []
    for cell in sorted(found.cells):
        amounts = {unit: abs(amount) for unit, amount in found.cells[cell].items()}
        broken = rules.broken(amounts)
        if not broken:
            continue
        value, reach = values[cell], rules.reach(amounts)
        needed = (max(found.floor(cell), value - reach), value + reach)
        if cell not in hidden or cell in found.told:
            told.append(Unsafe(cell, SHOWN, broken, (value, value), needed))
            continue
        known = attacker.range(cell)
        loose = _EXACT * max(largest, 1.0) if largest else 0.0
        loose = min(loose, 0.01 * reach)
        if known[0] > needed[0] + loose or known[1] < needed[1] - loose:
            told.append(Unsafe(cell, NARROW, broken, known, needed))
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
