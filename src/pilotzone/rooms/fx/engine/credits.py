"""F10: trade credit: advances and deferred receipts that are to be reported, and by when."""

from __future__ import annotations

from decimal import Decimal

from pilotzone.base.days import span_end
from pilotzone.rooms.fx.engine.amounts import ZERO, shown
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.records import ADVANCE, Advice, Evidence, Money, ReportDue
from pilotzone.rooms.fx.errors import reason

ADVANCED, DEFERRED = "advance", "deferred"


def judge(told: Advice, money: Money, evidence: Evidence, law: Law) -> None:
    """Flag what of a receipt is an advance or comes late, and ask for the report where the days are exceeded.

    A receipt larger than its exports is lawful: the rest is an advance. An advance whose export nobody named yet is
    to be reported, for nobody can say that it will be exported in time.
    """
    _advance(told, money, evidence, law, money.usd - evidence.matched_usd)
    if evidence.exported_on is not None and evidence.matched_usd > ZERO:
        _deferred(told, money, evidence, law)


def _advance(told: Advice, money: Money, evidence: Evidence, law: Law, rest: Decimal) -> None:
    if rest <= ZERO or not (money.purpose == ADVANCE or evidence.matched_usd > ZERO):
        return
    told.say(reason("rule.fx.advance", usd=shown(rest)))
    if not law.stands("fx.trade_credit.advance_days"):
        return
    days = int(law["fx.trade_credit.advance_days"])
    if evidence.expected_on is not None and (evidence.expected_on - money.on).days <= days:
        return
    due = span_end(money.on, int(law["fx.trade_credit.report_days"]))
    told.reports.append(ReportDue(ADVANCED, rest, due))
    source = law.source("fx.trade_credit.advance_days")
    told.say(reason("rule.fx.advance_report", source=source, days=days, due=due.isoformat()))


def _deferred(told: Advice, money: Money, evidence: Evidence, law: Law) -> None:
    assert evidence.exported_on is not None
    if not law.stands("fx.trade_credit.deferred_days"):
        return
    days = int(law["fx.trade_credit.deferred_days"])
    if (money.on - evidence.exported_on).days <= days:
        return
    due = span_end(evidence.exported_on, int(law["fx.trade_credit.report_days"]))
    told.reports.append(ReportDue(DEFERRED, min(evidence.matched_usd, money.usd), due))
    source = law.source("fx.trade_credit.deferred_days")
    told.say(reason("rule.fx.deferred_report", source=source, days=days, due=due.isoformat()))
