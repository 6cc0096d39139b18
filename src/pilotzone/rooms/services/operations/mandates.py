"""代办授权: a firm lets another apply for it, for named items, for some days; it sees what is done and takes it back at once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services.engine.items import ENDED
from pilotzone.rooms.services.errors import refused
from pilotzone.rooms.services.models import Mandate
from pilotzone.rooms.services.queries.cases import unknown
from pilotzone.rooms.services.queries.items import catalogue

ACTION = "mandate.own"
LONGEST = timedelta(days=3 * 366)


@transaction.atomic
def authorise(*, agent: str, items: Sequence[str], valid_from: date, valid_to: date) -> Mandate:
    """Let the firm with this credit code apply for the caller's firm. Refused `service.mandate.days`, `.agent`, `.items`."""
    actor, today = require(ACTION), clock.today()
    allowed = [key for key, one in catalogue().items.items() if one.agents and one.status != ENDED]
    chosen = [key for key in allowed if key in items]
    if not chosen or len(chosen) < len(set(items)):
        raise refused("service.mandate.items")
    if not (today <= valid_from <= valid_to <= valid_from + LONGEST):
        raise refused("service.mandate.days", by_field={"valid_to": valid_to.isoformat()})
    with scope(PLATFORM):
        other = (
            Organisation.acting(today).filter(uscc=agent.strip().upper()[:18], cancelled_on=None).first()
            if agent.strip()
            else None
        )
        if other is None or other.pk == actor.organisation:
            raise refused("service.mandate.agent", by_field={"agent": agent[:18]})
        made = Mandate.objects.create(
            principal_id=actor.organisation or 0, agent=other, items=chosen, valid_from=valid_from, valid_to=valid_to,
            made_by_id=actor.person, made_at=clock.now(),
        )  # fmt: skip
    said = {"agent": other.pk, "items": chosen, "valid_from": valid_from, "valid_to": valid_to}
    audit.record("service.authorise", object_kind="mandate", object_id=made.pk, after=said)
    return made


@transaction.atomic
def revoke(number: int) -> None:
    """Take a mandate of the caller's firm back, at once; what the agent began stays the firm's."""
    actor = require(ACTION)
    with scope(PLATFORM):
        found = Mandate.objects.select_for_update().filter(pk=number, principal=actor.organisation or 0).first()
        if found is None or actor.kind != ENTERPRISE:
            raise unknown()
        if found.revoked_at is None:
            found.revoked_at = clock.now()
            found.save(update_fields=["revoked_at"])
    audit.record("service.revoke", object_kind="mandate", object_id=number, after={"revoked": True})
