"""Who may act for whom, as one caller may know it: the same questions the batch asks its directory, asked in a person's scope."""

from __future__ import annotations

from datetime import date

from django.db import connection
from django.db.models import Q

from pilotzone.kernel import clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.clearance.engine.parties import Firm
from pilotzone.rooms.clearance.models import Mandate


class Registered:
    """Implements `engine.parties.Directory`. Of other firms' mandates it learns only whether there are any."""

    def firm(self, code: str) -> Firm | None:
        """The enterprise registered under a customs code or USCC."""
        found = Organisation.objects.filter(Q(customs_code=code) | Q(uscc=code)).first() if code else None
        if found is None:
            return None
        return Firm(found.pk, frozenset(found.roles), found.suspended(clock.today()))

    def mandated(self, principal: int, agent: int, kind: str, on: date) -> bool:
        """Whether `agent` may send documents of `kind` for `principal` on that day."""
        given = Mandate.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=on), principal=principal, agent=agent, valid_from__lte=on,
            kinds__contains=[kind], revoked_at=None,
        )  # fmt: skip
        return given.exists()

    def manages(self, principal: int, kind: str) -> bool:
        """Whether the firm ever named somebody to send documents of `kind` for it."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT clearance_manages(%s, %s)", (principal, kind))
            (found,) = cursor.fetchone()
        return bool(found)
