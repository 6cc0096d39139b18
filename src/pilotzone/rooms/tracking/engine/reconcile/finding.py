"""The desk at which both flows are judged: the day, the terms, the totals, and how a residual is written."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from pilotzone.base.money import yuan
from pilotzone.rooms.tracking.engine.reconcile.records import Leg, Listed, Residual
from pilotzone.rooms.tracking.engine.reconcile.terms import Calendar
from pilotzone.rooms.tracking.engine.reconcile.totals import Totals

NONE = "—"


def money(fen: int | None, currency: str) -> str:
    """An amount in words both languages share."""
    return NONE if fen is None else f"{yuan(Decimal(fen).scaleb(-2))} {currency}"


class Desk:
    """Judges as of the day `on`. Residuals found are booked to the totals at once, so the two cannot part."""

    def __init__(self, on: date, totals: Totals, terms: Calendar | None = None) -> None:
        self.on, self.totals, self.terms = on, totals, terms or Calendar()
        self.found: list[Residual] = []

    def drawn(self) -> list[Residual]:
        """What was found since it was last asked."""
        found, self.found = self.found, []
        return found

    def of_list(
        self, kind: str, one: Listed, *, day: date, due: date, left: str = NONE, right: str = NONE, subject: str = "",
        legs: Iterable[Leg] = (),
    ) -> None:  # fmt: skip
        """A residual of a list."""
        self.say(
            Residual(
                kind, one.key, subject, one.firm, one.unit, one.trade, one.number, day, due, left, right, tuple(legs)
            )
        )

    def say(self, found: Residual) -> None:
        """Keep a residual and book its money."""
        self.found.append(found)
        self.totals.book(found)
