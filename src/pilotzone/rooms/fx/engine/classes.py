"""Classes A, B and C (§4.2): what a class B firm may still collect, what a class C firm registers item by item."""

from __future__ import annotations

from pilotzone.rooms.fx.engine.amounts import shown
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.records import REGISTER, A, Advice, B, C, Evidence, Money, Payee
from pilotzone.rooms.fx.errors import reason

SOURCE = "汇发〔2012〕38号"


def judge(told: Advice, payee: Payee, money: Money, evidence: Evidence, law: Law) -> None:
    """Say what the class asks for beyond the account."""
    if payee.klass == A:
        return
    if law.stands("fx.registration.b_days") and evidence.exported_on is not None:
        days = int(law["fx.registration.b_days"])
        if (money.on - evidence.exported_on).days > days:
            source = law.source("fx.registration.b_days")
            told.say(reason("rule.fx.b_long", source=source, klass=payee.klass, days=days), REGISTER)
    if payee.klass == C:
        told.say(reason("rule.fx.class_c", source=SOURCE), REGISTER)
    elif payee.klass == B:
        code = "rule.fx.class_b_within" if money.usd <= payee.room_usd else "rule.fx.class_b_over"
        said = reason(code, source=SOURCE, usd=shown(money.usd), room=shown(payee.room_usd))
        told.say(said, "" if money.usd <= payee.room_usd else REGISTER)
