"""The dated terms and tolerances of one day (data/rates/reconcile.yaml, fx.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from pilotzone.reference.rates import rate

NAMES = (
    "reconcile.tax_bill_days", "reconcile.signed_days", "reconcile.register_day", "reconcile.restore_days",
    "reconcile.tolerance", "fx.trade_credit.advance_days", "fx.trade_credit.deferred_days",
)  # fmt: skip
HUNDRED = 100


@dataclass(frozen=True, slots=True)
class Terms:
    """Last days by which the other side should have followed what happened on `on`; `tolerance` in fen."""

    on: date
    tax_bill: date
    signed: date
    register: date
    restore: date
    advance: date
    deferred: date
    tolerance: int


def terms_of(day: date) -> Terms:
    """The terms of what happened on a day, by the values of that day."""
    told = {name: rate(name, on=day).number for name in NAMES}
    later = lambda name: day + timedelta(days=int(told[name]))  # noqa: E731
    month = (day.replace(day=1) + timedelta(days=32)).replace(day=int(told["reconcile.register_day"]))
    return Terms(
        day, later("reconcile.tax_bill_days"), later("reconcile.signed_days"), month, later("reconcile.restore_days"),
        later("fx.trade_credit.advance_days"), later("fx.trade_credit.deferred_days"),
        int(told["reconcile.tolerance"] * HUNDRED),
    )  # fmt: skip


class Calendar:
    """Remembers the terms of the days it was asked for."""

    def __init__(self) -> None:
        self._known: dict[date, Terms] = {}

    def __getitem__(self, day: date) -> Terms:
        found = self._known.get(day)
        if found is None:
            found = self._known[day] = terms_of(day)
        return found
