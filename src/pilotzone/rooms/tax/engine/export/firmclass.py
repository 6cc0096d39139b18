"""Classes 一类 to 四类 of refunding firms, and the clock of working days that goes with each (handbook §3.5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.reference.calendar import add_working_days
from pilotzone.rooms.tax.engine.export.deadline import add_months
from pilotzone.rooms.tax.engine.export.line import PRODUCER, SERVICE
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter
from pilotzone.rooms.tax.errors import Reason, reason

CLASSES = (1, 2, 3, 4)
GREEN, YELLOW, RED = "green", "yellow", "red"


@dataclass(frozen=True, slots=True)
class Facts:
    """What a class rests on. `asset_ratio`: net assets by last year's refunds; `first_refund_on` None: none yet."""

    kind: str
    tax_credit: str
    customs_certified: bool = False
    customs_lost: bool = False
    fx_class: str = "A"
    risk_control: bool = False
    fraud_in_three_years: bool = False
    refuses_records: bool = False
    unpaid: bool = False
    capacity_fits: bool = False
    asset_ratio: Decimal | None = None
    first_refund_on: date | None = None
    credit_repaired: bool = False


@dataclass(frozen=True, slots=True)
class Class_:
    """The class with its reasons and the parameters read; for class four the day until which it stays."""

    number: int
    reasons: tuple[Reason, ...]
    locked_until: date | None
    parameters: tuple[dict[str, Any], ...]


def classify(facts: Facts, *, on: date) -> Class_:
    """Four first, then three, then one by all of its conditions; two is what is left."""
    law = Parameters(on)
    law["refund.days.class1"]  # a Gap before the measures of 2016 are in force
    found = _four(facts)
    if found:
        until = add_months(on, int(law["refund.class4.lock_months"]))
        return Class_(4, tuple(found), until, _told(law))
    found = _three(facts, law, on)
    if found:
        return Class_(3, tuple(found), None, _told(law))
    lacking = _not_one(facts, law)
    if not lacking:
        return Class_(1, (reason("rule.export.class.one"),), None, _told(law))
    return Class_(2, tuple(lacking), None, _told(law))


def locked(found: Class_, until: date | None, *, on: date, repaired: bool = False) -> Class_:
    """The class as it stands while an earlier class four is locked `until` a day: four, whatever the new facts say, and why.

    A repaired tax credit ends the lock early where the rules of that day say so (from 2022-05-01).
    """
    if until is None or until <= on or found.number == 4 or (repaired and _lifts(on)):
        return found
    why = reason("rule.export.class.four_locked", until=until.isoformat())
    return Class_(4, (why, *found.reasons), until, found.parameters)


def _lifts(on: date) -> bool:
    try:
        return bool(Parameters(on)["refund.class4.repair_lifts"])
    except Gap:
        return False


def _four(facts: Facts) -> list[Reason]:
    told = []
    if facts.tax_credit == "D":
        told.append(reason("rule.export.class.four_credit"))
    if facts.refuses_records or facts.fraud_in_three_years:
        told.append(reason("rule.export.class.four_fraud"))
    if facts.customs_lost:
        told.append(reason("rule.export.class.four_customs"))
    if facts.fx_class == "C":
        told.append(reason("rule.export.class.four_fx"))
    return told


def _three(facts: Facts, law: Parameters, on: date) -> list[Reason]:
    told = []
    months = int(law["refund.class3.first_months"])
    if facts.first_refund_on is None or add_months(facts.first_refund_on, months) > on:
        told.append(reason("rule.export.class.three_new", months=months))
    if facts.tax_credit == "C":
        told.append(reason("rule.export.class.three_credit"))
    if facts.unpaid:
        told.append(reason("rule.export.class.three_unpaid"))
    return told


def _not_one(facts: Facts, law: Parameters) -> list[Reason]:
    told = []
    if facts.tax_credit not in ("A", "B"):
        told.append(reason("rule.export.class.not_one_credit", credit=facts.tax_credit or "—"))
    if not facts.risk_control:
        told.append(reason("rule.export.class.not_one_control"))
    if facts.kind == PRODUCER:
        fits = facts.capacity_fits
    else:
        least = law["refund.class1.ftse_asset_ratio" if facts.kind == SERVICE else "refund.class1.trade_asset_ratio"]
        fits = facts.asset_ratio is not None and facts.asset_ratio > least
    if not fits:
        told.append(reason("rule.export.class.not_one_scale"))
    if facts.kind == SERVICE and not (facts.customs_certified and facts.fx_class == "A"):
        told.append(reason("rule.export.class.not_one_service"))
    return told


@dataclass(frozen=True, slots=True)
class Clock:
    """How long the authority has: the working days of the class, the day due; `provisional` while a calendar is unknown."""

    days: int
    due: date
    warn: date
    provisional: bool
    parameters: tuple[dict[str, Any], ...]

    def light(self, today: date, done_on: date | None = None) -> str:
        """Green, yellow from the warning day on, red after the day due; of a finished one, whether it was in time."""
        if done_on is not None:
            return GREEN if done_on <= self.due else RED
        if today > self.due:
            return RED
        return YELLOW if today >= self.warn else GREEN


def clock(class_: int, filed_on: date) -> Clock:
    """The clock of a filing accepted on `filed_on`: that day is not counted. Raises Gap before 2016-09-01."""
    law = Parameters(filed_on)
    days = int(law[f"refund.days.class{class_}"])
    due = add_working_days(filed_on, days)
    ahead = max(1, days - int(law["refund.warn_days"]))
    return Clock(days, due.day, add_working_days(filed_on, ahead).day, due.provisional, _told(law))


def needs_fx_proof(class_: int, *, filed_on: date, late: bool, false_before: bool) -> bool:
    """Proof of foreign exchange is filed only by class four, after the period, or after false proof."""
    try:
        least = int(Parameters(filed_on)["refund.fx_proof.class"])
    except Gap:
        return True
    return class_ >= least or late or false_before


def _told(law: Parameters) -> tuple[dict[str, Any], ...]:
    return tuple(parameter(one) for one in law.used())
