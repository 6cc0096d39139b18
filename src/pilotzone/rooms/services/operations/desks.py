"""Where a case lies: desks are opened for a step, stand still while the applicant corrects, and end."""

from __future__ import annotations

from pilotzone.kernel import clock
from pilotzone.rooms.services.engine import deadlines
from pilotzone.rooms.services.engine.items import COUNTY, Item, Step
from pilotzone.rooms.services.models import Case, Desk
from pilotzone.rooms.services.queries.items import path_of

ZONE = "zone"
HERE = ("waiting", "paused")


def open_step(case: Case, item: Item, number: int) -> None:
    """Lay the case on every desk of a step (below zero: acceptance). The day itself is not counted."""
    step, today = item.step(number), clock.today()
    due = deadlines.due(today, step.days)
    case.step = number
    for path in _paths(case, step):
        Desk.objects.create(
            case=case, step=number, unit_path=path, days=step.days, since=today, due_on=due.day,
            provisional=due.provisional, came_at=clock.now(),
        )  # fmt: skip
        if path not in case.units:
            case.units = [*case.units, path]


def pause(case: Case) -> None:
    """The applicant has to act: every desk's clock stands still, what is used so far is kept."""
    today = clock.today()
    for desk in Desk.objects.filter(case=case, state="waiting"):
        desk.state, desk.used = "paused", desk.used + deadlines.used(desk.since, today)
        desk.save(update_fields=["state", "used"])


def resume(case: Case) -> None:
    """The applicant corrected it: what is left of the days runs on from today."""
    today = clock.today()
    for desk in Desk.objects.filter(case=case, state="paused"):
        due = deadlines.due(today, desk.days, desk.used)
        desk.state, desk.since, desk.due_on, desk.provisional = "waiting", today, due.day, due.provisional
        desk.save(update_fields=["state", "since", "due_on", "provisional"])


def finish(desk: Desk, *, person: int | None, opinion: str) -> bool:
    """A unit has decided its part; answers whether no other unit's part of the step is open."""
    desk.state, desk.opinion, desk.decided_by_id, desk.done_at = "done", opinion, person, clock.now()
    desk.save(update_fields=["state", "opinion", "decided_by", "done_at"])
    return not Desk.objects.filter(case=desk.case_id, state__in=HERE).exists()


def clear(case: Case) -> None:
    """The case ended: it lies on nobody's desk any more."""
    Desk.objects.filter(case=case, state__in=HERE).update(state="void", done_at=clock.now())


def recompute() -> int:
    """Provisional deadlines anew, for a calendar may have been loaded; how many changed."""
    changed = 0
    for desk in Desk.objects.filter(state="waiting", provisional=True).order_by("pk")[:500]:
        due = deadlines.due(desk.since, desk.days, desk.used)
        if (due.day, due.provisional) != (desk.due_on, desk.provisional):
            desk.due_on, desk.provisional = due.day, due.provisional
            desk.save(update_fields=["due_on", "provisional"])
            changed += 1
    return changed


def _paths(case: Case, step: Step) -> list[str]:
    if case.trial:  # its author plays every desk
        return [case.applicant_unit]
    found = [(case.county or ZONE) if code == COUNTY else path_of(code) for code in step.units]
    return list(dict.fromkeys(found))
