"""Declared and verified figures of the plan that are numbers of statistics too (data/plan/evidence.yaml, `facts`)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.plan.engine.declared import RATIOS, figure, grown
from pilotzone.rooms.plan.queries.plans import bindings, plan_in_force
from pilotzone.rooms.plan.queries.reports import confirmed
from pilotzone.rooms.plan.queries.telling import figures, tellers


def pages() -> Mapping[str, str]:
    """Each fact the plan's bodies declare, and the page its figures open at."""
    return {fact: f"/plan/targets/{told['target']}/" for fact, told in bindings(plan_in_force().key)["facts"].items()}


def number(fact: str, month: date) -> Decimal | None:
    """The number of a fact for a month (its first day); None where nobody declared it, or no month before it to tell a flow by."""
    plan = plan_in_force()
    told = bindings(plan.key)["facts"].get(fact)
    years = {one.year: one for one in plan.targets if told and one.key == told["target"]}
    if told is None or not years:
        return None
    additive = next(iter(years.values())).unit not in RATIOS
    with scope(PLATFORM):
        rows = list(confirmed(plan.key, month).filter(target=told["target"]).defer("evidence"))
        said = figures(plan, rows, told["target"], tellers(rows))
    if told["as"] == "flow":
        return grown(month, said, additive=additive)
    kinds = {year: one.kind for year, one in years.items()}
    kind = "stock" if "stock" in kinds.values() else "total"
    found = figure(kind, month.year, kinds, said, additive=additive)
    return found.value if found else None
