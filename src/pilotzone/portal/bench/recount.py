"""What became of what was acknowledged: counted in the zone's own tables, document by document, after the clock stopped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from pilotzone.exchange import receipts, results
from pilotzone.portal.bench.mix import Load, order_number
from pilotzone.rooms.clearance import api as clearance

SLICE = 5000
LIST_RECEIPT = "CEB622Message"


@dataclass
class Recount:
    """Lists by what became of them. `final`: decided, and its receipt can be fetched; `pending`: waits for a part.

    `lost`: acknowledged documents without a result, and lists that are neither decided, refused nor waiting;
    `duplicated`: messages kept or answered twice, orders with two trades. `examples` names some of them.
    """

    lists: int = 0
    final: int = 0
    refused: int = 0
    pending: int = 0
    unreceipted: int = 0
    lost: int = 0
    duplicated: int = 0
    states: dict[str, int] = field(default_factory=dict)
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Acknowledged:
    """A message the platform gave a receipt id for. `trade`: the first of its lists, -1 where it carries none."""

    receipt: str
    documents: int
    trade: int = -1


def recount(cursor: Any, load: Load, messages: Sequence[Acknowledged]) -> Recount:
    """Count what became of these messages and of the lists they carried."""
    told = Recount()
    refused = _messages(cursor, messages, told)
    wanted = {m.trade + n for m in messages if m.trade >= 0 for n in range(m.documents)}
    seen: dict[str, str] = {}
    for order, state in clearance.order_states(cursor, order_number(load, 0), order_number(load, load.trades)):
        if order in seen:
            _note(told, "duplicated", f"two trades of {order}")
        seen[order] = state
    receipted = {key.rpartition("+C")[2] for key in receipts.keys_told(cursor, LIST_RECEIPT)}
    told.lists = len(wanted)
    for number in wanted:
        order = order_number(load, number)
        state = "refused" if number in refused else seen.get(order, "none")
        told.states[state] = told.states.get(state, 0) + 1
        if state in clearance.UNDECIDED:
            told.pending += 1
        elif state == "none":
            _note(told, "lost", f"the list of {order} has no trade")
        elif order not in receipted:
            told.unreceipted += 1
        else:
            told.final += 1
            told.refused += state == "refused"
    return told


def _messages(cursor: Any, messages: Sequence[Acknowledged], told: Recount) -> set[int]:
    """Count lost and doubled messages; answers the trades whose list was refused."""
    refused: set[int] = set()
    for start in range(0, len(messages), SLICE):
        some = messages[start : start + SLICE]
        found = results.tally(cursor, [one.receipt for one in some])
        for one in some:
            kept, answered, away = found.get(one.receipt, (0, 0, []))
            if kept > 1 or answered > one.documents:
                _note(told, "duplicated", f"receipt {one.receipt}: kept {kept}, {answered} results of {one.documents}")
            elif kept < 1 or answered < one.documents:
                told.lost += one.documents - answered - 1
                _note(told, "lost", f"receipt {one.receipt}: kept {kept}, {answered} results of {one.documents}")
            if one.trade >= 0:
                refused.update(one.trade + position - 1 for position in away)
    return refused


def _note(told: Recount, what: str, example: str) -> None:
    setattr(told, what, getattr(told, what) + 1)
    if len(told.examples) < 10:
        told.examples.append(f"{what}: {example}")
