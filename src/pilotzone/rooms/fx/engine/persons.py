"""F3 and F4: persons and their yearly quota, the file to open an account, and small traders below the listing."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from pilotzone.rooms.fx.engine.amounts import share, shown
from pilotzone.rooms.fx.engine.lacks import lacking
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.records import PERSONAL, REGISTER, WAIT, Advice, Evidence, Money, Payee
from pilotzone.rooms.fx.errors import Reason, reason

PACK = {
    "identity": ("身份证件", "identity document"),
    "registration": ("个体工商户登记或平台备案", "registration as a trader or on the platform"),
    "shop": ("电商平台店铺信息", "the shop on an e-commerce platform"),
    "trades": ("交易电子信息", "electronic information of trades"),
    "consent": ("数据授权", "consent to use the data"),
}
RECEIVED = {"what_zh": "收汇", "what_en": "receipts"}
PAID = {"what_zh": "付汇", "what_en": "payments"}


def individual(told: Advice, payee: Payee, money: Money, evidence: Evidence, law: Law) -> None:
    """F3: outside the quota with proof of the trade since 2020-05-20, else inside the yearly quota or not at all."""
    told.account = PERSONAL
    if evidence.proof and law.stands("fx.individual_outside_quota"):
        told.say(reason("rule.fx.individual_outside", source=law.source("fx.individual_outside_quota")))
        return
    limit = law["fx.individual_quota_usd"]
    amounts = {"used": shown(payee.quota_used_usd), "usd": shown(money.usd), "limit": shown(limit)}
    source = law.source("fx.individual_quota_usd")
    if payee.quota_used_usd + money.usd <= limit:
        told.counts_quota = True
        told.say(reason("rule.fx.individual_within", source=source, **amounts))
        return
    told.missing.append("proof")
    told.say(reason("rule.fx.individual_over", source=source, **amounts), WAIT)


def opening(have: Iterable[str], law: Law) -> tuple[list[str], Reason | None]:
    """What a person's file for an account still lacks, and the sentence about it; nothing where it is whole."""
    if not law.stands("fx.individual_account"):
        return [], reason("rule.fx.account_not_yet")
    asked, brought = law.text("fx.opening_pack").split(), set(have)
    lacks = [name for name in asked if name not in brought]
    if not lacks:
        return [], None
    words = lacking([PACK.get(name, (name, name)) for name in lacks])
    return lacks, reason("rule.fx.opening_pack", source=law.source("fx.opening_pack"), **words)


def micro(told: Advice, payee: Payee, money: Money, law: Law, *, paying: bool = False) -> None:
    """F4 for who is on no list: below the limit of the calendar year, receipts and payments each, nothing is needed.

    What reaches the limit is the last one before the listing; before 2019-10-23 nobody could do without it. `paying`:
    the money goes out and counts among the payments.
    """
    if not law.stands("fx.micro_trader_usd"):
        told.say(reason("rule.fx.not_listed", source="汇发〔2012〕38号"), REGISTER)
        return
    limit = law["fx.micro_trader_usd"]
    source = law.source("fx.micro_trader_usd")
    if payee.paid_usd >= limit:
        words = {"usd": shown(payee.paid_usd), "limit": shown(limit), **PAID}
        told.say(reason("rule.fx.micro_over", source=source, **words), REGISTER)
    if payee.received_usd >= limit:
        words = {"usd": shown(payee.received_usd), "limit": shown(limit), **RECEIVED}
        told.say(reason("rule.fx.micro_over", source=source, **words), REGISTER)
    before, which = (payee.paid_usd, PAID) if paying else (payee.received_usd, RECEIVED)
    if before >= limit or (paying and payee.received_usd >= limit):
        return
    after = before + money.usd
    level = micro_level(after, law)
    words = {"usd": shown(after), "limit": shown(limit), **which}
    if level == "red":
        told.say(reason("rule.fx.micro_reached", source=source, **words))
    elif level:
        told.say(reason("rule.fx.micro_near", source=source, share=share(after, limit), **words))
    else:
        told.say(reason("rule.fx.micro", source=source, **words))


def micro_level(usd: Decimal, law: Law) -> str:
    """How near a year's sum is to the listing: '', yellow, orange, and red once it is reached."""
    limit = law["fx.micro_trader_usd"]
    if usd >= limit:
        return "red"
    if usd >= limit * law["fx.micro_warn_orange"]:
        return "orange"
    return "yellow" if usd >= limit * law["fx.micro_warn_yellow"] else ""
