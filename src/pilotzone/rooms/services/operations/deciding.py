"""What an office does at its desk: accept, return with remarks, hand over, pass a step, refuse. Several at once, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from pilotzone.base.errors import Problem
from pilotzone.base.texts import at_most, whole
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import may, require
from pilotzone.kernel.access.members import colleagues
from pilotzone.kernel.access.models import Membership, Person
from pilotzone.rooms.services.errors import denied, refused
from pilotzone.rooms.services.models import Case
from pilotzone.rooms.services.operations import desks
from pilotzone.rooms.services.operations.holding import Held, held
from pilotzone.rooms.services.operations.issuing import issue

OTHER = ("@materials", "@whole")
MOST = 200


def accept(number: int, *, version: int | None, opinion: str = "") -> None:
    """受理: the first step begins."""
    with held(number, "accept", version=version, reason=opinion) as holding:
        _end(holding)
        desks.open_step(holding.case, holding.item, 0)


def decline(number: int, *, version: int | None, reason: str) -> None:
    """不予受理: refused before anything was examined, with a notice."""
    with held(number, "decline", version=version, reason=reason) as holding:
        _refuse(holding)


def return_(number: int, *, version: int | None, remarks: Mapping[str, str], words: str = "") -> None:
    """退回补正: to the applicant with remarks field by field; all clocks of the case stand still meanwhile."""
    with held(number, "return", version=version, reason=words) as holding:
        case = holding.case
        known = {one.key for one in holding.item.form} | {one.key for one in holding.item.materials} | set(OTHER)
        said = {
            key: whole(text, 300, "意见", "The remark", field=key)
            for key, text in remarks.items()
            if key in known and text.strip()
        }
        if not said and not holding.reason:
            raise refused("service.case.remarks")
        case.remarks, case.back, holding.remarks = said, case.state, said
        desks.pause(case)


def hand_over(number: int, *, version: int | None, to: int, reason: str) -> None:
    """转办: let another person of the unit hold it, oneself included. Refused `service.case.colleague`."""
    with held(number, "hand_over", version=version, reason=reason) as holding:
        assert holding.desk is not None
        if to not in {one.pk for one in people(holding)}:
            raise refused("service.case.colleague")
        holding.desk.holder_id = to
        holding.desk.save(update_fields=["holder"])
        holding.remarks = {"@holder": str(Person.objects.get(pk=to))}


def pass_(number: int, *, version: int | None, opinion: str = "") -> None:
    """办理通过: the unit's part of the step is done. With the last part the next step begins, or the case is granted."""
    with held(number, "pass", version=version, reason=opinion) as holding:
        step = holding.item.step(holding.case.step)
        if step.action and not holding.case.trial:
            _require_as(holding, step.action)
        if not _end(holding):
            return
        if holding.case.step + 1 < len(holding.item.steps):
            desks.open_step(holding.case, holding.item, holding.case.step + 1)
            return
        holding.last = True
        holding.case.decided_at = clock.now()
        issue(holding, "granted")


def refuse(number: int, *, version: int | None, reason: str) -> None:
    """不予: with its reason, and a notice. One unit of a joint step is enough."""
    with held(number, "refuse", version=version, reason=reason) as holding:
        _refuse(holding)


def together(chosen: Sequence[tuple[int, int | None]], verb: str, *, opinion: str = "") -> list[dict[str, Any]]:
    """Accept or pass many, each by itself: {case, number, done, code, zh, en} in their order. Refused `text.many` beyond 200 at once."""
    require("service.decide")
    at_most(chosen, MOST, "所选办件", "cases are chosen", field="chosen")
    act = {"accept": accept, "pass": pass_}[verb]
    told = []
    for number, version in chosen:
        shown = Case.objects.filter(pk=number).values_list("number", flat=True).first() if 0 < number < 2**63 else None
        row: dict[str, Any] = {
            "case": number,
            "number": shown or str(number),
            "done": True,
            "code": "",
            "zh": "",
            "en": "",
        }
        try:
            with transaction.atomic():
                act(number, version=version, opinion=opinion)
        except Problem as problem:
            row |= {"done": False, "code": problem.code, "zh": problem.zh, "en": problem.en}
        told.append(row)
    return told


def people(holding: Held) -> list[Person]:
    """Who may hold the case at this desk: the caller, and who acts for the same unit today."""
    actor = holding.actor
    mine = Membership.objects.filter(pk=actor.membership).first() if actor.membership else None
    others = colleagues(mine, on=clock.today()) if mine is not None else []
    own = Person.objects.filter(pk=actor.person).first() if actor.person else None
    return ([own] if own else []) + [one for one in others if own is None or one.pk != own.pk]


def _end(holding: Held) -> bool:
    assert holding.desk is not None
    return desks.finish(holding.desk, person=holding.actor.person, opinion=holding.reason)


def _refuse(holding: Held) -> None:
    _end(holding)
    desks.clear(holding.case)
    holding.case.decided_at, holding.case.reason = clock.now(), holding.reason
    issue(holding, "refused")


def _require_as(holding: Held, action: str) -> None:
    """The right a step takes beside service.decide, asked of the caller: the transaction itself runs as the platform."""
    if not may(action, holding.actor):
        raise denied("service.case.desk", source=f"data/units/roles.yaml {action}")
