"""What people do to the plan: declare, verify, ask for a later deadline, decide it, object to a light, answer. Nobody sets a light."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import ZONE, Actor
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.units import code_named
from pilotzone.rooms.plan.engine.days import named_due
from pilotzone.rooms.plan.engine.plan import Plan, Task
from pilotzone.rooms.plan.errors import refused
from pilotzone.rooms.plan.models import DONE, GOING, Deadline, Objection, Report
from pilotzone.rooms.plan.queries.plans import targets_of
from pilotzone.rooms.plan.queries.reports import deadlines_in_force

MOST_BYTES = 5 * 1024 * 1024
LONGEST = 2000
LATEST = 5  # years after the plan and today: no deadline lies beyond


def declare(
    *, plan: Plan, task: int, month: date, status: str, words: str, at: datetime, target: str = "",
    value: Decimal | None = None, name: str = "", body: bytes = b"",
) -> int:  # fmt: skip
    """Declare how a task (or a target's number) stood in a month, for one's own unit. Answers the report's number.

    The same unit, task, target and month again replaces a report that is not verified yet. Refused `plan.task`,
    `plan.not_responsible`, `plan.month`, `plan.words`, `plan.value`, `plan.attachment`, `plan.verified`.
    """
    actor = require("report.fill")
    found = _task(plan, task)
    _responsible(actor, found)
    words = words.strip()
    if not words or len(words) > LONGEST or status not in (GOING, DONE):
        raise refused("plan.words", most=LONGEST)
    if month.day != 1 or not plan.start.replace(day=1) <= month <= day_of(at):
        raise refused("plan.month")
    if target and target not in {one.key for one in targets_of(plan, found)}:
        raise refused("plan.value")
    if value is not None and (not value.is_finite() or value < 0 or value >= Decimal(10) ** 15 or _places(value) > 4):
        raise refused("plan.value")
    if len(body) > MOST_BYTES or (body and not name.strip()):
        raise refused("plan.attachment", most=MOST_BYTES // 1024 // 1024)
    kept = {
        "status": status, "value": value, "words": words, "evidence": body, "evidence_name": whole(name, 200, "文件名", "The name of the file") if body else "",
        "evidence_sha256": hashlib.sha256(body).hexdigest() if body else "", "declared_by": actor.person or 0,
        "declared_at": at, "verdict": "", "verified_by": None, "verified_at": None, "remark": "",
    }  # fmt: skip
    key: dict[str, Any] = {"plan": plan.key, "task": task, "target": target, "month": month, "unit": actor.unit_path}
    before = Report.objects.select_for_update().filter(**key).first()
    if before is not None and before.verdict == "confirmed":
        raise refused("plan.verified")
    row, _ = Report.objects.update_or_create(**key, defaults=kept)
    audit.record(
        "plan.report", object_kind="plan.task", object_id=f"{plan.key}/{task}",
        before={"status": before.status, "value": str(before.value)} if before else None,
        after={"status": status, "value": str(value), "month": month.isoformat(), "target": target},
    )  # fmt: skip
    return row.pk


def verify(*, report: int, confirmed: bool, at: datetime, remark: str = "") -> None:
    """Confirm a report or send it back with a remark; by the zone office, never by who declared it.

    Refused `plan.no_report`, `plan.verified` where another was quicker, `plan.four_eyes`, `plan.remark`.
    """
    actor = require("report.review")
    remark = whole(remark, LONGEST, "意见", "The remark", field="remark")
    if not confirmed and not remark:
        raise refused("plan.remark")
    row = Report.objects.select_for_update().filter(pk=report).first()
    if row is None:
        raise refused("plan.no_report")
    if row.verdict:
        raise refused("plan.verified")
    if row.declared_by == actor.person:
        raise refused("plan.four_eyes")
    row.verdict, row.remark = "confirmed" if confirmed else "returned", remark
    row.verified_by, row.verified_at = actor.person, at
    row.save(update_fields=["verdict", "remark", "verified_by", "verified_at"])
    audit.record(
        "plan.verify", object_kind="plan.task", object_id=f"{row.plan}/{row.task}", after={"report": row.pk, "verdict": row.verdict},
        reason=remark,
    )  # fmt: skip


def ask_deadline(*, plan: Plan, task: int, due: str, reason: str, at: datetime) -> int:
    """Ask for another deadline of a task; it counts once another person of the zone office approves it.

    Refused `plan.task`, `plan.not_responsible`, `plan.due` (no month, past, far away, or the one in force), `plan.asked` while one waits.
    """
    actor = require("report.fill")
    found = _task(plan, task)
    _responsible(actor, found)
    day = named_due(due)
    if not reason.strip() or (
        day is not None and not day_of(at) <= day <= date(max(plan.end, day_of(at)).year + LATEST, 12, 31)
    ):
        raise refused("plan.due")
    if day == deadlines_in_force(plan.key).get(task, found.last_day):
        raise refused("plan.due")
    if Deadline.objects.filter(plan=plan.key, task=task, verdict="").exists():
        raise refused("plan.asked")
    row = Deadline.objects.create(
        plan=plan.key,
        task=task,
        due=due,
        reason=whole(reason, LONGEST, "理由", "The reason", field="reason"),
        asked_by=actor.person or 0,
        asked_at=at,
    )
    audit.record("plan.deadline.ask", object_kind="plan.task", object_id=f"{plan.key}/{task}", after={"due": due})
    return row.pk


def decide_deadline(*, request: int, approved: bool, at: datetime, remark: str = "") -> None:
    """Approve a deadline asked for, or refuse it with a remark; once, and not by who asked.

    Refused `plan.no_report`, `plan.verified`, `plan.four_eyes`, `plan.remark`.
    """
    actor = require("report.review")
    remark = whole(remark, 500, "意见", "The remark", field="remark")
    if not approved and not remark:
        raise refused("plan.remark")
    row = Deadline.objects.select_for_update().filter(pk=request).first()
    if row is None:
        raise refused("plan.no_report")
    if row.verdict:
        raise refused("plan.verified")
    if row.asked_by == actor.person:
        raise refused("plan.four_eyes")
    row.verdict, row.remark = "approved" if approved else "refused", remark
    row.decided_by, row.decided_at = actor.person, at
    row.save(update_fields=["verdict", "remark", "decided_by", "decided_at"])
    audit.record(
        "plan.deadline.decide", object_kind="plan.task", object_id=f"{row.plan}/{row.task}",
        after={"due": row.due, "verdict": row.verdict}, reason=remark,
    )  # fmt: skip


def object_to(*, plan: Plan, task: int, light: str, reason: str, at: datetime) -> int:
    """Dispute a light. It stays computed; the answer says what evidence is missing or which rule is wrong.

    Refused `plan.task`, `plan.not_responsible`, `plan.words`, `plan.objected` while the unit's last one has no answer.
    """
    actor = require("report.fill")
    found = _task(plan, task)
    _responsible(actor, found)
    if not reason.strip():
        raise refused("plan.words", most=LONGEST)
    if Objection.objects.filter(plan=plan.key, task=task, unit=actor.unit_path, answered_at=None).exists():
        raise refused("plan.objected")
    row = Objection.objects.create(
        plan=plan.key, task=task, light=light, reason=whole(reason, LONGEST, "理由", "The reason", field="reason"), unit=actor.unit_path,
        raised_by=actor.person or 0, raised_at=at,
    )  # fmt: skip
    audit.record("plan.objection", object_kind="plan.task", object_id=f"{plan.key}/{task}", after={"light": light})
    return row.pk


def answer(*, objection: int, words: str, at: datetime) -> None:
    """Answer an objection, once."""
    actor = require("report.review")
    row = Objection.objects.select_for_update().filter(pk=objection).first()
    if row is None:
        raise refused("plan.no_report")
    if row.answered_at is not None:
        raise refused("plan.verified")
    if not words.strip():
        raise refused("plan.remark")
    row.answer, row.answered_by, row.answered_at = (
        whole(words, LONGEST, "所填内容", "The text", field="words"),
        actor.person,
        at,
    )
    row.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record(
        "plan.answer", object_kind="plan.task", object_id=f"{row.plan}/{row.task}", after={"objection": row.pk}
    )


def responsible(actor: Actor, task: Task) -> bool:
    """Whether the caller's unit leads or takes part in the task by its names, or is the zone office."""
    if actor.kind == ZONE:
        return True
    steps = actor.unit_path.split(".")
    paths = [".".join(steps[: n + 1]) for n in range(1, len(steps))]
    told, names = Unit.objects.filter(path__in=paths).values_list("code", "name_zh"), (*task.lead, *task.participants)
    codes = {code_named(name) for name in names}
    return any(code in codes or zh in names for code, zh in told)


def _responsible(actor: Actor, task: Task) -> None:
    if not responsible(actor, task):
        raise refused("plan.not_responsible")


def _task(plan: Plan, number: int) -> Task:
    found = plan.task(number)
    if found is None:
        raise refused("plan.task", number=number)
    return found


def _places(value: Decimal) -> int:
    exponent = value.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 99
