"""One step of one filing: asked for its right, held, compared with what the caller saw, moved, kept, told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pilotzone.base.days import SHANGHAI
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock, events
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, SYSTEM, Actor
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation, Unit
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.registry.engine import states
from pilotzone.rooms.registry.engine.judging import day_of
from pilotzone.rooms.registry.errors import refused
from pilotzone.rooms.registry.models import Filing, Step
from pilotzone.rooms.registry.queries.filings import access_owner, unknown

EVENT = "registry.filing"
LONGEST_REASON = 300


@dataclass
class Held:
    """A filing held by its row; what `before`, `after` and `reason` say goes into the history."""

    filing: Filing
    actor: Actor
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)
    reason: str = ""


@contextmanager
def held(number: int, verb: str, *, version: int | None, reason: str = "") -> Iterator[Held]:
    """Do `verb` to a filing in the body of the context; it runs as the platform, and is one transaction with it.

    Denied to who may not or does not see it; Refused `registry.filing.moved` where it moved since the caller saw
    `version` (None: whatever it is), `registry.filing.state`, `registry.filing.reason` where the verb wants one.
    """
    told = states.VERBS[verb]
    actor = require(told.action) if told.action else current()
    owner = access_owner(number)
    if told.action == states.FILL and actor.kind == ENTERPRISE and owner != actor.organisation:
        raise unknown()  # drafted by a park for another: seen, but not its own
    why = whole(reason, LONGEST_REASON, "理由", "The reason", field="reason")
    if told.reason and not why:
        raise refused("registry.filing.reason", by_field={"reason": ""})
    with scope(PLATFORM):
        filing = Filing.objects.select_for_update().get(pk=number)
        if version is not None and filing.version != version:
            raise _moved(filing)
        came, went = filing.state, states.move(filing.state, verb)
        holding = Held(filing, actor, reason=why)
        yield holding
        filing.state, filing.version, filing.changed_at = went, filing.version + 1, clock.now()
        filing.next_expiry = _next_expiry(filing)
        filing.save()
        _step(holding, verb, came)
    tell(filing, verb, came, holding.after, holding.reason)


def tell(filing: Filing, verb: str, came: str, after: dict[str, Any], reason: str) -> None:
    """The audit line and the event of a step, in the caller's name. Values stay in the room: the line names fields only."""
    said = {"state": filing.state, "version": filing.version, "fields": sorted(after)}
    audit.record(
        f"filing.{verb}", object_kind="filing", object_id=filing.pk, before={"state": came}, after=said, reason=reason
    )
    events.publish(EVENT, [row_of(filing, verb)], key=str(filing.pk))


def row_of(filing: Filing, verb: str) -> dict[str, Any]:
    """A step as rooms above read it."""
    return {
        "filing": filing.pk, "uscc": filing.uscc, "organisation": filing.organisation_id, "unit": filing.unit_path,
        "roles": filing.roles, "state": filing.state, "verb": verb, "version": filing.version,
        "in_force": filing.state in states.IN_FORCE,
    }  # fmt: skip


def body_of(actor: Actor) -> str:
    """For whom somebody acts, by name."""
    if actor.organisation:
        return Organisation.objects.filter(pk=actor.organisation).values_list("name", flat=True).first() or ""
    if actor.unit_path:
        return Unit.objects.filter(path=actor.unit_path).values_list("name_zh", flat=True).first() or ""
    return "平台" if actor.kind == SYSTEM else ""


def _step(holding: Held, verb: str, came: str) -> None:
    filing = holding.filing
    Step.objects.create(
        filing=filing, number=filing.version, verb=verb, came=came, went=filing.state, person_id=holding.actor.person,
        body=body_of(holding.actor), before=holding.before, after=holding.after, reason=holding.reason,
        at=filing.changed_at,
    )  # fmt: skip


def _moved(filing: Filing) -> Exception:
    last = Step.objects.filter(filing=filing).order_by("-number").first()
    if last is None:
        return refused("registry.filing.moved", who="平台", when="", what="更新", what_en="updated")
    verb = states.VERBS[last.verb]
    when = last.at.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
    return refused("registry.filing.moved", who=last.body or "平台", when=when, what=verb.zh, what_en=verb.en)


def _next_expiry(filing: Filing) -> Any:
    days = [day for one in filing.licences if (day := day_of(one.get("valid_to", "")))]
    return min(days, default=None)
