"""代办授权 as the two firms of it see them, and for whom the caller's firm may apply."""

from __future__ import annotations

from typing import Any

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.services.models import Mandate
from pilotzone.rooms.services.queries import items as files
from pilotzone.rooms.services.queries.cases import require_any


def mandates_of(page: int = 1, size: int = 50) -> dict[str, Any]:
    """Mandates the caller's firm gave (`given`) or has, those that end last first: {rows, total, page}."""
    require_any()
    today, own = clock.today(), current().organisation
    names = {key: (one.zh, one.en) for key, one in files.catalogue().items.items()}
    every = Mandate.objects.order_by("-valid_to", "-pk")
    total = every.count()
    page = max(1, min(page, -(-total // size)))
    found = list(every[(page - 1) * size : page * size])
    with scope(PLATFORM):
        firms = {
            one.pk: one.name
            for one in Organisation.objects.filter(pk__in={n for m in found for n in (m.principal_id, m.agent_id)})
        }
    rows = [
        {
            "id": one.pk, "given": one.principal_id == own, "principal": firms[one.principal_id], "agent": firms[one.agent_id],
            "items": [{"key": key, "zh": names.get(key, (key, key))[0], "en": names.get(key, (key, key))[1]} for key in one.items],
            "valid_from": one.valid_from, "valid_to": one.valid_to, "revoked_at": one.revoked_at,
            "in_force": one.revoked_at is None and one.valid_from <= today <= one.valid_to,
        }
        for one in found
    ]  # fmt: skip
    return {"rows": rows, "total": total, "page": page}


def principals(key: str) -> list[tuple[int, str]]:
    """For whom the caller's firm may apply for an item today, besides itself: number and name."""
    today, own = clock.today(), current().organisation
    if own is None:
        return []
    found = Mandate.objects.filter(
        agent=own, items__contains=[key], revoked_at=None, valid_from__lte=today, valid_to__gte=today
    ).values_list("principal_id", flat=True)
    numbers = set(found)
    with scope(PLATFORM):
        return list(Organisation.objects.filter(pk__in=numbers).order_by("name").values_list("pk", "name"))
