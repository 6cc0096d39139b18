"""The advice on one receipt: every rule that has something to say, in the order a bank's clerk would ask."""

from __future__ import annotations

from pilotzone.rooms.fx.engine import accounts, classes, credits, institutions, payees, persons
from pilotzone.rooms.fx.engine.amounts import share
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.records import (
    CREDIT,
    CURRENT,
    ENTERPRISE,
    GOODS,
    INDIVIDUAL,
    INSTITUTION,
    PENDING,
    REFUSE,
    RMB,
    SERVICE,
    SETTLE,
    WAIT,
    Advice,
    Evidence,
    Money,
    Payee,
)
from pilotzone.rooms.fx.errors import reason


def advise(payee: Payee, money: Money, evidence: Evidence) -> Advice:
    """What the platform advises by the law of the day of receipt. Banks decide; this is evidence and advice."""
    law = Law(money.on)
    told = Advice(share=share(min(evidence.matched_usd, money.usd), money.usd))
    if (money.via_institution or payee.kind == INSTITUTION) and (why := institutions.single(money.usd, law)):
        told.say(why, REFUSE)
    payees.judge(told, payee, evidence, law)
    if money.rmb:
        told.account, told.outcome = RMB, CREDIT if told.outcome == SETTLE else told.outcome
        law.stands("fx.rmb_counts")
        told.say(reason("rule.fx.rmb", source="人民币跨境收付信息管理系统（C级依据）"))
    elif payee.kind == INDIVIDUAL:
        persons.individual(told, payee, money, evidence, law)
    else:
        _firm(told, payee, money, evidence, law)
    told.parameters = law.used()
    return told


def _firm(told: Advice, payee: Payee, money: Money, evidence: Evidence, law: Law) -> None:
    """Firms: the list or the small trader's exemption, then evidence, account, class and trade credit."""
    if money.purpose == GOODS and not (evidence.orders or evidence.lists):
        told.missing += accounts.lacking(evidence)
        told.say(reason("rule.fx.no_evidence"), WAIT)
    elif money.purpose == GOODS:
        told.missing += accounts.lacking(evidence)
    if not evidence.registered and payee.kind in (SERVICE, ENTERPRISE):
        told.say(reason("rule.fx.client_unknown"), WAIT)
    if payee.klass:
        accounts.account(told, payee, money, evidence, law)
        classes.judge(told, payee, money, evidence, law)
    else:
        told.account = CURRENT if law.stands("fx.pending_account_choice") else PENDING
        persons.micro(told, payee, money, law)
    credits.judge(told, money, evidence, law)
