"""布控: officers of control decide on what the rules propose; rule writers and approvers keep the rules. Duties are apart."""

from __future__ import annotations

from datetime import date

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import inspection_orders as orders
from pilotzone.rooms.clearance.engine import inspection_refusals as refusals
from pilotzone.rooms.clearance.engine import inspection_selection as selection
from pilotzone.rooms.clearance.engine.inspection_refusals import refused
from pilotzone.rooms.clearance.models import InspectionProposal, InspectionRules, Trade
from pilotzone.rooms.clearance.operations import inspecting
from pilotzone.rooms.clearance.queries import inspection_settings as settings
from pilotzone.rooms.clearance.queries.inspections import unknown

CONTROL, WRITE, APPROVE = "control.order", "rule.write", "rule.approve"
LONGEST = 100_000


def decide_proposal(*, number: int, accept: bool, reason: str = "") -> None:
    """Pass a proposal on to customs' own control, or decline it with a reason.

    Refused `rule.inspection.decided` (another officer decided, or customs ended the trade), `….reason`.
    """
    require(CONTROL)
    found = InspectionProposal.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise unknown()
    if found.state != inspecting.PROPOSED:
        raise refused(refusals.DECIDED)
    if not accept and not reason.strip():
        raise refused(refusals.REASON, field="reason")
    found.state = inspecting.PASSED_ON if accept else inspecting.DECLINED
    found.decided_at, found.decided_by_id, found.reason = (
        clock.now(),
        current().person,
        whole(reason, 200, "理由", "The reason", field="reason"),
    )
    found.save()
    audit.record(
        "inspection.proposal",
        object_kind="inspection_proposal",
        object_id=number,
        after={"state": found.state},
        reason=found.reason,
    )


def order_control(*, trade: int, reason: str) -> int:
    """Order the inspection of a trade by hand; the number of its order. Whoever ordered it does not open it.

    Refused `rule.inspection.reason`, `….state` (customs ended the trade).
    """
    require(CONTROL)
    reason = whole(reason, 150, "理由", "The reason", field="reason")
    if not reason:
        raise refused(refusals.REASON, field="reason")
    found = Trade.objects.filter(id=trade).values().first()
    if found is None:
        raise unknown()
    if found["state"] in orders.ENDED:
        raise refused(refusals.STATE, state=found["state"], verb="布控")
    hit = {
        "key": "officer",
        "zh": f"关员布控：{reason}",
        "en": f"ordered by an officer: {reason}",
        "weight": 0,
        "seen": {},
    }
    why = selection.Selection(True, False, 0, (hit,))
    number = inspecting.order(inspecting.seen_of(found), inspecting.OFFICER, clock.now(), why, person=current().person)
    audit.record(
        "inspection.control",
        object_kind="inspection",
        object_id=number,
        after={"trade": trade},
        reason=reason,
    )
    return number


def propose_rules(*, body: str, since: date, note: str = "") -> int:
    """Hand in an edition of selection rules (the form of data/inspection/rules.yaml) to hold from a day on; its number.

    Refused `rule.inspection.rules` with the first thing wrong.
    """
    require(WRITE)
    note = whole(note, 200, "说明", "The note", field="note")
    if len(body) > LONGEST:
        raise refused(refusals.RULES, field="body", what=f"> {LONGEST}")
    editions = settings.editions_of(body)
    if len(editions) != 1:
        raise refused(refusals.RULES, field="body", what="editions: exactly one")
    if since < clock.today():
        raise refused(refusals.RULES, field="since", what=f"from {clock.today()}")
    made = InspectionRules.objects.create(
        body=body,
        note=note,
        since=since,
        written_at=clock.now(),
        written_by_id=_person(),
    )
    audit.record(
        "inspection.rules.write",
        object_kind="inspection_rules",
        object_id=made.pk,
        after={"edition": editions[0].name, "since": since.isoformat()},
    )
    return int(made.pk)


def decide_rules(*, number: int, approve: bool, reason: str = "") -> None:
    """Approve an edition, which then holds from its day, or turn it down with a reason. Refused `rule.inspection.author`, `….decided`."""
    require(APPROVE)
    found = InspectionRules.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise unknown()
    if found.written_by_id == current().person:
        raise refused(refusals.AUTHOR)
    if found.decided_at is not None:
        raise refused(refusals.DECIDED)
    if not approve and not reason.strip():
        raise refused(refusals.REASON, field="reason")
    found.decided_at, found.decided_by_id, found.approved, found.reason = (
        clock.now(),
        _person(),
        approve,
        whole(reason, 200, "理由", "The reason", field="reason"),
    )
    found.save()
    audit.record(
        "inspection.rules.decide",
        object_kind="inspection_rules",
        object_id=number,
        after={"approved": approve},
        reason=found.reason,
    )


def _person() -> int:
    person = current().person
    if person is None:
        raise Refused(
            code=refusals.AUTHOR.code, zh=refusals.AUTHOR.zh, en=refusals.AUTHOR.en, source=refusals.AUTHOR.source
        )
    return person
