"""F6 and F12: costs netted against proceeds, with both gross legs still reported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from pilotzone.rooms.fx.engine.amounts import ZERO, shown
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.records import SERVICE, A, B
from pilotzone.rooms.fx.errors import Reason, reason

COSTS = ("storage", "logistics", "tax")
RECEIPT, PAYMENT, NET = "gross_receipt", "gross_payment", "net"


@dataclass(frozen=True, slots=True)
class Leg:
    """One reported leg: gross_receipt, gross_payment (with its kind of cost) or net. `bop` is empty where the bank sets it."""

    leg: str
    amount: Decimal
    kind: str = ""
    bop: str = ""


@dataclass(frozen=True, slots=True)
class Netted:
    """What comes in and what is reported (还原申报); refused where `ok` is False. receipt − payments = net, always."""

    ok: bool
    net: Decimal
    legs: tuple[Leg, ...]
    reasons: tuple[Reason, ...]


def net(
    gross: Decimal, costs: Sequence[tuple[str, Decimal]], *, law: Law, klass: str = A, kind: str = ""
) -> Netted:  # fmt: skip
    """Net overseas costs (kind, amount above zero) of exported goods against their proceeds, in one currency.

    Class B is restricted to the bank's check and is refused here; class C is forbidden.
    """
    total = sum((amount for _, amount in costs), ZERO)
    if not law.stands("fx.netting"):
        return _refused(reason("rule.fx.net_not_yet"))
    source = law.source("fx.netting")
    if klass != A:
        how = ("受限，须经银行逐笔核查", "restricted; the bank checks each") if klass == B else ("不得", "forbidden")
        return _refused(
            reason("rule.fx.net_class", source="汇发〔2012〕38号", klass=klass, how_zh=how[0], how_en=how[1])
        )
    wider = kind == SERVICE and law.stands("fx.netting_wider")
    for name, _ in costs:
        if name not in COSTS and not wider:
            return _refused(reason("rule.fx.net_kind", source=source, kind=name[:40]))
    if total > gross:
        return _refused(reason("rule.fx.net_exceeds", source=source, costs=shown(total), gross=shown(gross)))
    goods = law.text("fx.bop.goods")
    legs = (
        Leg(NET, gross - total),
        Leg(RECEIPT, gross, bop=goods),
        *(Leg(PAYMENT, amount, kind=name) for name, amount in costs),
    )
    words = {"net": shown(gross - total), "gross": shown(gross), "costs": shown(total)}
    return Netted(True, gross - total, legs, (reason("rule.fx.net", source=source, **words),))


def _refused(why: Reason) -> Netted:
    return Netted(False, ZERO, (), (why,))
