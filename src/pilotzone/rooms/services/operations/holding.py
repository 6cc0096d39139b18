"""One step of one case: asked for its right, held, compared with what the caller saw, moved, kept, told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pilotzone.base.days import SHANGHAI
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock, events
from pilotzone.kernel.access.actor import CONSUMER, PLATFORM, SYSTEM, Actor
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Membership, Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services.engine import items, states
from pilotzone.rooms.services.engine.items import Item
from pilotzone.rooms.services.errors import denied, refused
from pilotzone.rooms.services.models import Case, Desk, Move
from pilotzone.rooms.services.operations import standing
from pilotzone.rooms.services.queries import cases

EVENT = "services.case"
LONGEST_REASON = 500


@dataclass
class Held:
    """A case held by its row, the version of its item, and for an office the desk it acts at.

    `last` is set by the operation where a pass ends the last step; `fields` and `remarks` go into the history.
    """

    case: Case
    item: Item
    actor: Actor
    desk: Desk | None = None
    reason: str = ""
    last: bool = False
    fields: list[str] = field(default_factory=list)
    remarks: dict[str, str] = field(default_factory=dict)


@contextmanager
def held(number: int, verb: str, *, version: int | None, reason: str = "") -> Iterator[Held]:
    """Do `verb` to a case in the body of the context; it runs as the platform, and is one transaction with it.

    Denied to who may not or does not see it, to an agent whose mandate ended (`service.agent.ended`), and `service.case.own`, `service.case.desk`, `service.case.held` (another holds it);
    Refused `service.case.moved` where it moved since the caller saw `version` (None: whatever it is), `service.case.state`,
    `service.case.reason` where the verb wants one.
    """
    told = states.VERBS[verb]
    seen = cases.access_case(number)
    actor = require("service.try" if seen.trial else told.action)
    if told.action == states.FILL and not cases.own(seen, actor):
        raise cases.unknown() if not seen.units else denied("service.case.desk")
    if told.action == states.FILL and seen.agent_id is not None and actor.organisation == seen.agent_id:
        standing.still(seen, on=clock.today())
    why = whole(reason, LONGEST_REASON, "理由", "The reason", field="reason")
    with scope(PLATFORM):
        case = Case.objects.select_for_update().get(pk=seen.pk)
        case.item = seen.item
        if version is not None and case.version != version:
            raise _moved(case)
        came = case.state
        states.move(came, verb, back=case.back)
        if told.reason and not why:
            raise refused("service.case.reason", by_field={"reason": ""})
        holding = Held(case, items.of(seen.item.content), actor, reason=why)
        if told.action == states.DECIDE:
            holding.desk = _desk(case, actor, verb)
        yield holding
        case.state = states.move(came, verb, back=case.back, last=holding.last)
        case.version, case.changed_at = case.version + 1, clock.now()
        case.save()
        keep(holding, verb, came)
    tell(holding, verb, came)


def keep(holding: Held, verb: str, came: str) -> None:
    """The move of a step in the case's own history."""
    case = holding.case
    Move.objects.create(
        case=case, number=case.version, verb=verb, came=came, went=case.state, step=case.step, at=case.changed_at,
        person_id=holding.actor.person, deputy_of_id=holding.actor.deputy_of, body=body_of(holding.actor),
        fields=holding.fields, remarks=holding.remarks, reason=holding.reason,
    )  # fmt: skip


def tell(holding: Held, verb: str, came: str) -> None:
    """The audit line and the event, in the caller's name. What the form says stays in the room: the line names fields only."""
    case = holding.case
    said = {
        "state": case.state,
        "version": case.version,
        "step": case.step,
        "fields": sorted({*holding.fields, *holding.remarks}),
    }
    audit.record(
        f"service.{verb}",
        object_kind="case",
        object_id=case.pk,
        before={"state": came},
        after=said,
        reason=holding.reason,
    )
    if not case.trial:  # what is tried moves nothing above
        events.publish(EVENT, [row_of(case, verb)], key=str(case.pk))


def row_of(case: Case, verb: str) -> dict[str, Any]:
    """A step as rooms above read it."""
    return {
        "case": case.pk, "number": case.number, "item": case.item_key, "organisation": case.organisation_id,
        "agent": case.agent_id, "unit": case.county, "state": case.state, "verb": verb, "step": case.step,
        "version": case.version, "granted": case.state == states.APPROVED,
    }  # fmt: skip


def body_of(actor: Actor) -> str:
    """For whom somebody acts, by name."""
    if actor.organisation:
        return Organisation.objects.filter(pk=actor.organisation).values_list("name", flat=True).first() or ""
    if actor.unit_path:
        return Unit.objects.filter(path=actor.unit_path).values_list("name_zh", flat=True).first() or ""
    if actor.kind == CONSUMER:
        return str(Person.objects.filter(pk=actor.person or 0).first() or "")
    return "平台" if actor.kind == SYSTEM else ""


def _desk(case: Case, actor: Actor, verb: str) -> Desk:
    """The desk an office acts at: waiting, of its unit, held by nobody else; who applied decides nothing."""
    desk = cases.waiting(case, actor)
    if desk is None:
        raise denied("service.case.desk")
    if not case.trial and actor.person is not None:
        firms = [one for one in (case.organisation_id, case.agent_id) if one]
        theirs = Membership.objects.filter(person_id=actor.person, organisation__in=firms)
        if actor.person in (case.filled_by_id, case.submitted_by_id) or theirs.exists():
            raise denied("service.case.own")
    if verb != "hand_over" and desk.holder_id and desk.holder_id not in (actor.person, actor.deputy_of):
        raise denied("service.case.held", who=str(desk.holder))
    return desk


def _moved(case: Case) -> Exception:
    last = Move.objects.filter(case=case).order_by("-number").first()
    if last is None:
        return refused("service.case.moved", who="平台", when="", what="更新", what_en="updated")
    verb = states.VERBS[last.verb]
    when = last.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return refused("service.case.moved", who=last.body or "平台", when=when, what=verb.zh, what_en=verb.en)
