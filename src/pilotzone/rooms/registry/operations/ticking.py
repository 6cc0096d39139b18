"""What comes by time alone: filings that begin to count, and reminders of licences that end."""

from __future__ import annotations

from datetime import date, timedelta

from pilotzone.kernel import audit, clock, events
from pilotzone.rooms.registry.engine import states
from pilotzone.rooms.registry.engine.reminders import Reminder as Due
from pilotzone.rooms.registry.engine.reminders import reminders
from pilotzone.rooms.registry.models import Filing, Reminder
from pilotzone.rooms.registry.operations.holding import held
from pilotzone.rooms.registry.queries.filings import before_days

EARLIER = 15  # a reminder on a holiday is given before it: no holiday is longer


def tick(today: date) -> int:
    """As the platform: what is due by `today`; how much that was. Asked again it does nothing twice."""
    begun = list(Filing.objects.filter(state=states.ACCEPTED, valid_from__lte=today).values_list("pk", flat=True)[:200])
    for number in begun:
        with held(number, "take_effect", version=None):
            pass
    return len(begun) + sum(_remind(filing, today) for filing in _ending(today))


def _ending(today: date) -> list[Filing]:
    horizon = today + timedelta(days=max(before_days(today), default=0) + EARLIER)
    return list(Filing.objects.filter(state__in=states.IN_FORCE, next_expiry__lte=horizon).order_by("pk"))


def _remind(filing: Filing, today: date) -> int:
    """The reminders that are due and were not given; of several for one licence only the latest."""
    given = set(Reminder.objects.filter(filing=filing).values_list("kind", "number", "ends", "before"))
    due: dict[tuple[str, str], Due] = {}
    for one in reminders(filing.licences, before_days(today)):
        if one.on <= today <= one.ends:
            due[one.kind, one.number] = min(due.get((one.kind, one.number), one), one, key=lambda each: each.before)
    new = [one for one in due.values() if (one.kind, one.number, one.ends, one.before) not in given]
    for one in new:
        Reminder.objects.create(
            filing=filing, kind=one.kind, number=one.number, ends=one.ends, before=one.before, at=clock.now()
        )
        said = {"kind": one.kind, "ends": one.ends, "before": one.before}
        audit.record("filing.remind", object_kind="filing", object_id=filing.pk, after=said)
        events.publish(
            "registry.reminder",
            [{"filing": filing.pk, "organisation": filing.organisation_id, **said}],
            key=str(filing.pk),
        )
    return len(new)
