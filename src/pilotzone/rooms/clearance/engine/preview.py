"""核对预览: the match's own checks on papers of which some are not here yet; a check that needs an absent one waits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from pilotzone.rooms.clearance.engine import export_match, import_match, judging, kinds
from pilotzone.rooms.clearance.engine.case import Case, Identity, Part, Tolerance
from pilotzone.rooms.clearance.engine.goods_rules import judge_goods
from pilotzone.rooms.clearance.engine.modes import judge_mode
from pilotzone.rooms.clearance.engine.rows import NEEDED, SENDER_OF
from pilotzone.rooms.clearance.errors import Fault


@dataclass(frozen=True, slots=True)
class Preview:
    """What would be found now: the faults, how many checks ran, those that wait by the paper they wait for, what is
    missing with the party that sends it."""

    faults: Sequence[Fault]
    ran: int
    waiting: Mapping[str, int]
    missing: Sequence[tuple[str, str]]


class _Absent(Exception):
    """A check asked for a paper that is not here."""


class _Partly:
    """A case of which papers may be absent; to ask for one of those ends the check."""

    def __init__(self, papers: Mapping[str, Part], on: date, identity: Identity, tolerance: Tolerance) -> None:
        self._papers, self.on, self.identity, self.tolerance = papers, on, identity, tolerance
        self.used_kg: Mapping[str, object] = {}

    def _paper(self, name: str) -> Part:
        found = self._papers.get(name)
        if found is None:
            raise _Absent(name)
        return found

    order = property(lambda self: self._paper(kinds.ORDER))
    waybill = property(lambda self: self._paper(kinds.WAYBILL))
    list = property(lambda self: self._paper(kinds.LIST))
    payment = property(lambda self: self._paper(kinds.PAYMENT))
    receipts = property(lambda self: self._papers.get(kinds.MONEY_RECEIPT))


def preview(
    flow: str, papers: Mapping[str, Part], *, on: date, identity: Identity | None = None,
    tolerance: Tolerance | None = None,
) -> Preview:  # fmt: skip
    """Judge the papers that are here by name as `judging.judge` will judge all of them on that day.

    A yearly limit by weight counts the buyer's earlier trades only when the list is declared.
    """
    checks = import_match.CHECKS if flow == kinds.IMPORT else export_match.CHECKS
    case = cast(Case, _Partly(papers, on, identity or Identity(), tolerance or Tolerance()))
    faults: list[Fault] = []
    waiting: dict[str, int] = {}
    for check in checks:
        try:
            fault = check(case)
        except _Absent as absent:
            waiting[absent.args[0]] = waiting.get(absent.args[0], 0) + 1
            continue
        if fault is not None:
            faults.append(fault)
    missing = [(name, SENDER_OF[name]) for name in NEEDED[flow] if name not in papers]
    if not missing:
        faults = judging.judge(flow, case)
    elif (declared := papers.get(kinds.LIST)) is not None:
        faults += judge_mode(flow, declared.head, list(declared.lines), on=on)
        if flow == kinds.IMPORT:
            faults += judge_goods(declared.lines, mode=declared.head.get("tradeMode", ""), on=on)
    return Preview(faults, len(checks) - sum(waiting.values()), waiting, missing)
