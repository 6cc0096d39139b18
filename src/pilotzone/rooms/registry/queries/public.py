"""What everybody may ask: whether a body has filed, with its public fields; how many have."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Count, Q

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.reference.filing import form
from pilotzone.rooms.registry.engine import states
from pilotzone.rooms.registry.engine.judging import day_of
from pilotzone.rooms.registry.errors import refused
from pilotzone.rooms.registry.models import Filing

LONGEST = 40


def public(code: str) -> dict[str, Any]:
    """The public fields of a filing in force or suspended, by credit or customs code, whole. Refused `registry.public.unknown`."""
    asked = code.strip().upper()[:LONGEST]
    with scope(PLATFORM):
        found = (
            Filing.objects.select_related("unit")
            .filter(Q(uscc=asked) | Q(values__customs_code=asked), state__in=(*states.IN_FORCE, states.SUSPENDED))
            .first()
        )
    if not asked or "\0" in asked or found is None:
        raise refused("registry.public.unknown", value=asked.replace("\0", ""))
    fields = [one for one in form(found.roles).fields if one.public and found.values.get(one.key)]
    shown = states.VALID if found.state in states.IN_FORCE else found.state
    zh, en = states.STATES[shown]
    unit = found.unit
    return {
        "uscc": found.uscc, "roles": list(found.roles), "state": shown, "state_zh": zh, "state_en": en,
        "valid_from": found.valid_from, "synthetic": found.synthetic,
        "fields": [
            {
                "key": one.key, "zh": one.zh, "en": one.en,
                "value": unit.name_zh if one.kind == "unit" and unit else found.values[one.key],
            }
            for one in fields
        ],
    }  # fmt: skip


def standing(organisation: int, *, on: date) -> dict[str, Any]:
    """Whether a firm's filing is in force on a day (as the platform): state (empty without a filing), in_force, and in
    `ended` the names of licences of it that ended before."""
    with scope(PLATFORM):
        found = Filing.objects.filter(organisation_id=organisation).first()
    if found is None:
        return {"state": "", "in_force": False, "ended": []}
    kinds = {kind.key: kind.zh for kind in form(found.roles).licences}
    ended = [
        kinds.get(one.get("kind", ""), one.get("kind", ""))
        for one in found.licences
        if (day := day_of(one.get("valid_to", ""))) is not None and day < on
    ]
    begun = found.valid_from is None or found.valid_from <= on
    return {"state": found.state, "in_force": found.state in states.IN_FORCE and begun, "ended": ended}


def counts() -> dict[str, Any]:
    """How many filings are in force, by kind of firm and by county: the target of task 13 is more than 500."""
    with scope(PLATFORM):
        found = Filing.objects.filter(state__in=states.IN_FORCE)
        units = found.exclude(unit=None).values("unit__code", "unit__name_zh", "unit__name_en").annotate(n=Count("pk"))
        roles: dict[str, int] = {}
        for chosen in found.values_list("roles", flat=True):
            for one in chosen:
                roles[one] = roles.get(one, 0) + 1
        return {"in_force": found.count(), "roles": roles, "units": list(units.order_by("-n", "unit__code"))}
