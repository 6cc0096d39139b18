"""A release beside the ones before it: what their difference tells is a cell like any other.

Of each cell that both releases hold, what changed is a cell of its own: its respondents are those whose figures changed. Where
nothing changed, both are one cell and what was published stays published. Cumulative periods and other tables over the same cells
are plain sums and need nothing of this.
"""

from __future__ import annotations

from collections.abc import Set

from pilotzone.rooms.statistics.engine.disclosure.cells import MARK, Cells, Key, Sum

BEFORE, CHANGE = (MARK, "before"), (MARK, "change")
_EXACT = 1e-9


def against(before: Cells, hidden: Set[Key], now: Cells) -> Cells:
    """The cells of `now`, bound to a release `before` that hid `hidden`: everything else of that is told.

    Changes are cells `((…), ("~", "change"))`, former values `((…), ("~", "before"))`; both are never published anew.
    """
    told = Cells(dict(now.cells), list(now.sums), dict(now.free), set(now.told))
    same: set[Key] = set()
    for cell, amounts in before.cells.items():
        fresh = now.cells.get(cell, {})
        change = {
            unit: moved
            for unit in sorted(amounts.keys() | fresh.keys())
            if abs(moved := fresh.get(unit, 0.0) - amounts.get(unit, 0.0)) > _EXACT * max(1.0, amounts.get(unit, 0.0))
        }
        if not change and cell in now.cells:
            same.add(cell)
            if cell not in hidden:
                told.told.add(cell)
            continue
        was = former(cell)
        told.cells[was] = dict(amounts)
        told.cells.setdefault(cell, {})
        told.cells[_change(cell)] = change
        told.free[_change(cell)] = -before.value(cell)
        told.sums.append(Sum(cell, (was, _change(cell))))
        if cell not in hidden:
            told.told.add(was)
    for one in before.sums:
        whole, *parts = (cell if cell in same else former(cell) for cell in (one.whole, *one.parts))
        told.sums.append(Sum(whole, tuple(parts)))
    return told


def former(cell: Key) -> Key:
    """The key of a cell as it was in the release before."""
    return (*cell, BEFORE)


def secret(cells: Cells) -> frozenset[Key]:
    """The former values and changes of a system: nobody publishes them again, so they are hidden unless told before."""
    return frozenset(cell for cell in cells.cells if cell and cell[-1] in (BEFORE, CHANGE) and cell not in cells.told)


def _change(cell: Key) -> Key:
    return (*cell, CHANGE)
