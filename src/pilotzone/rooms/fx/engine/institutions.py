"""F5: payment institutions: who may do the business, how large one transaction may be, and no netting."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from pilotzone.rooms.fx.engine.amounts import shown
from pilotzone.rooms.fx.engine.lacks import lacking
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.errors import Reason, reason

ASKED = {
    "listed": ("名录登记", "being on the list"), "licence": ("互联网支付业务许可", "the licence for internet payment"),
    "head": ("外汇业务负责人", "a head for foreign exchange"), "bank": ("合作银行", "a partner bank"), "real_name": ("客户实名", "clients by real name"),
    "verifiable": ("交易可核验", "verifiable trade"), "records": ("交易信息保存", "records kept"), "reserve": ("外汇备付金账户", "a separate reserve account"),
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Institution:
    """What a payment institution can show; `staff`: persons for foreign exchange, the head included."""

    staff: int = 0
    listed: bool = False
    licence: bool = False
    head: bool = False
    bank: bool = False
    real_name: bool = False
    verifiable: bool = False
    records_years: int = 0
    reserve: bool = False
    nets: bool = False


def may_do_business(one: Institution, law: Law) -> list[Reason]:
    """Why it may not do the business on that day; nothing where it may."""
    if not law.stands("fx.payment_institution_staff"):
        return [reason("rule.fx.institution.not_yet")]
    least = int(law["fx.payment_institution_staff"])
    source = law.source("fx.payment_institution_staff")
    found = []
    if one.staff < least:
        found.append(reason("rule.fx.institution.staff", source=source, have=one.staff, least=least))
    years = law["fx.payment_institution.record_years"]
    shows = {name: getattr(one, name, False) for name in ASKED} | {"records": one.records_years >= years}
    if lacks := [words for name, words in ASKED.items() if not shows[name]]:
        found.append(reason("rule.fx.institution.lacks", source=source, **lacking(lacks)))
    if one.nets:
        found.append(reason("rule.fx.institution.netting", source=source))
    return found


def single(usd: Decimal, law: Law) -> Reason | None:
    """Why one transaction through a payment institution is not allowed; None where it is. The limit itself is allowed."""
    if not law.stands("fx.payment_institution_single_usd"):
        return reason("rule.fx.institution.not_yet")
    limit = law["fx.payment_institution_single_usd"]
    if usd <= limit:
        return None
    source = law.source("fx.payment_institution_single_usd")
    return reason("rule.fx.institution.single", source=source, usd=shown(usd), limit=shown(limit))
