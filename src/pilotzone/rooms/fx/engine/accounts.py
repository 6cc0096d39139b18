"""F1 and F2: which account money comes to, and whether its data are complete enough to be settled directly."""

from __future__ import annotations

from pilotzone.rooms.fx.engine.amounts import share
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.records import (
    CURRENT,
    DIRECT,
    PENDING,
    REVIEW,
    SERVICE,
    SETTLE,
    SETTLEMENT,
    WAIT,
    A,
    Advice,
    Evidence,
    Money,
    Payee,
)
from pilotzone.rooms.fx.errors import Reason, reason

SEES = {"orders": "order", "lists": "list", "waybills": "waybill"}


def lacking(evidence: Evidence) -> list[str]:
    """What kinds of evidence are missing: order, list, waybill, client."""
    found = [word for field, word in SEES.items() if not getattr(evidence, field)]
    return found if evidence.registered else [*found, "client"]


def complete(money: Money, evidence: Evidence, law: Law) -> bool:
    """F2: order, export list and waybill linked, the client registered, and the share of the amount covered."""
    covered = evidence.matched_usd >= law["fx.complete_share"] * money.usd
    return covered and not lacking(evidence)


def account(told: Advice, payee: Payee, money: Money, evidence: Evidence, law: Law) -> None:
    """F1 for firms on the list: straight to the account where the plan or the firm's choice allows it, else pending.

    Classes B and C are strict: neither the plan's exception nor the choice since 2019-10-23 is theirs.
    """
    if payee.klass != A:
        law.stands("fx.pending_account_choice")
        told.account = PENDING
        told.say(_strict(payee, law), REVIEW)
        return
    exception = payee.kind == SERVICE and payee.recognised and law.stands("fx.direct_settlement")
    chooses = law.stands("fx.pending_account_choice") and not payee.keeps_pending
    whole = law.stands("fx.complete_share") and complete(money, evidence, law)
    if exception and whole:
        told.account, told.outcome = SETTLEMENT, _lighter(told, DIRECT)
        least = law["fx.complete_share"]
        told.reasons.append(
            reason(
                "rule.fx.direct", source=law.source("fx.direct_settlement"),
                share=share(evidence.matched_usd, money.usd), least=f"{least:.0%}",
            )
        )  # fmt: skip
        return
    if exception:
        told.say(_incomplete(money, evidence, law), WAIT if not evidence.orders else REVIEW)
    if chooses:
        told.account = CURRENT
        told.outcome = _lighter(told, DIRECT if whole else SETTLE)
        told.say(reason("rule.fx.choice", source=law.source("fx.pending_account_choice")))
        return
    told.account = PENDING
    source = law.source("fx.pending_account_choice") if law.stands("fx.pending_account_choice") else "汇发〔2012〕38号"
    told.say(reason("rule.fx.pending", source=source))


def _lighter(told: Advice, outcome: str) -> str:
    """A lighter outcome stands only where nothing graver was said."""
    return outcome if told.outcome == SETTLE else told.outcome


def _strict(payee: Payee, law: Law) -> Reason:
    source = "汇发〔2012〕38号"
    if law.stands("fx.pending_account_choice"):
        source = law.source("fx.pending_account_choice")
    return reason("rule.fx.strict", source=source, klass=payee.klass)


def _incomplete(money: Money, evidence: Evidence, law: Law) -> Reason:
    least = law["fx.complete_share"]
    return reason(
        "rule.fx.incomplete", source=law.source("fx.complete_share"), share=share(evidence.matched_usd, money.usd),
        least=f"{least:.0%}",
    )  # fmt: skip
