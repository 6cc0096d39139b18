"""联系协调: contacts at the customs of other ports, and what is settled with them (measure 3): asked, answered, closed."""

from __future__ import annotations

from datetime import date

from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.scope import current
from pilotzone.reference.calendar import add_working_days
from pilotzone.rooms.clearance.engine import inspection_refusals as refusals
from pilotzone.rooms.clearance.engine.inspection_refusals import refused
from pilotzone.rooms.clearance.models import LiaisonCase, LiaisonContact
from pilotzone.rooms.clearance.queries import inspection_settings as settings
from pilotzone.rooms.clearance.queries.inspections import unknown
from pilotzone.rooms.clearance.queries.inspections_liaison import ANSWERED, CLOSED, OPEN, STATES

ACTION = "liaison.keep"


def keep_contact(*, port: str, name: str, phone: str, post: str = "", since: date | None = None) -> int:
    """Enter whom to reach at a port's customs; its number. Refused `rule.inspection.liaison`."""
    require(ACTION)
    if port not in settings.texts("ports") or not name.strip() or not phone.strip():
        raise refused(refusals.LIAISON, field="name")
    made = LiaisonContact.objects.create(
        port=port, name=whole(name, 60, "姓名", "The name", field="name"), post=whole(post, 80, "职务", "The post", field="post"),
        phone=whole(phone, 40, "电话", "The telephone", field="phone"), since=since or clock.today(),
        kept_by_id=current().person,
    )  # fmt: skip
    audit.record("liaison.contact", object_kind="liaison_contact", object_id=made.pk, after={"port": port})
    return int(made.pk)


def end_contact(*, number: int) -> None:
    """From tomorrow on somebody else is to be reached."""
    require(ACTION)
    found = LiaisonContact.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise unknown()
    found.until = found.until or clock.today()
    found.save()
    audit.record("liaison.contact.end", object_kind="liaison_contact", object_id=number)


def open_case(*, port: str, subject: str, words: str, number: str = "") -> int:
    """Ask a port's customs something, about a trade or not; due in working days. Refused `rule.inspection.liaison`."""
    require(ACTION)
    if port not in settings.texts("ports") or not subject.strip() or not words.strip():
        raise refused(refusals.LIAISON, field="subject")
    due = add_working_days(clock.today(), int(settings.setting("liaison")["days"])).day
    made = LiaisonCase.objects.create(
        port=port, subject=whole(subject, 120, "事由", "The subject", field="subject"), words=whole(words, 1000, "所填内容", "The text", field="words"),
        number=whole(number, 60, "单证编号", "The number of the document", field="number"), opened_at=clock.now(),
        opened_by_id=current().person, due_on=due,
    )  # fmt: skip
    audit.record(
        "liaison.open", object_kind="liaison_case", object_id=made.pk, after={"port": port, "due_on": due.isoformat()}
    )
    return int(made.pk)


def answer_case(*, number: int, words: str) -> None:
    """Enter what that customs answered. Refused `rule.inspection.reason`, `….case_state`."""
    found = _case(number, OPEN)
    if not words.strip():
        raise refused(refusals.REASON, field="words")
    found.state, found.answer, found.answered_at = (
        ANSWERED,
        whole(words, 1000, "所填内容", "The text", field="words"),
        clock.now(),
    )
    found.save()
    audit.record("liaison.answer", object_kind="liaison_case", object_id=number)


def close_case(*, number: int) -> None:
    """The matter is settled; only an answered case is closed. Refused `rule.inspection.case_state`."""
    found = _case(number, ANSWERED)
    found.state, found.closed_at, found.closed_by_id = CLOSED, clock.now(), current().person
    found.save()
    audit.record("liaison.close", object_kind="liaison_case", object_id=number)


def _case(number: int, state: str) -> LiaisonCase:
    require(ACTION)
    found = LiaisonCase.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise unknown()
    if found.state != state:
        raise refused(refusals.CASE_STATE, state=STATES[found.state][0])
    return found
