"""Payment raw data laid down by platform enterprises: taken whole or not at all, sealed, kept for the years of the law."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pilotzone.base.days import day_of
from pilotzone.base.errors import Denied, Gap, Refused
from pilotzone.exchange.formats import payment_raw_deposit as deposits
from pilotzone.exchange.formats.payment_raw_shapes import SOURCE
from pilotzone.exchange.sealing import pack
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.models import Organisation
from pilotzone.reference.rates import rate
from pilotzone.rooms.clearance.models import PaymentData
from pilotzone.rooms.clearance.operations.verbs import own_firm
from pilotzone.rooms.clearance.queries.payment_data import SEALED

KEEP_YEARS = "import.payment_raw.keep_years"
PLATFORM_ROLE = "ebp"
SHOWN = 50


def deposit(text: str | bytes, *, channel: str) -> dict[str, int]:
    """Keep the payments in a JSON text: {payments, replaced}. The same transaction again replaces what was kept.

    Denied `clearance.payment.denied` to who is no platform enterprise; Refused `format.payment_raw` with everything wrong
    by place, `clearance.payment.platform` where ebpCode is another's, `clearance.payment.twice`.
    """
    firm = platform_firm()
    payments, found = deposits.read(text)
    if found:
        raise Refused(
            code="format.payment_raw", zh=f"支付原始数据有{len(found)}处错误。", en=f"The payment data have {len(found)} faults.",
            source=SOURCE, fields={one.path: f"{one.zh} {one.en}" for one in found[:SHOWN]},
        )  # fmt: skip
    _own(payments, firm)
    now = clock.now()
    until = keep_until(day_of(now))
    replaced = 0
    for head, orders in payments:
        _, new = PaymentData.objects.update_or_create(
            organisation=firm, pay_code=head.payCode, pay_transaction=head.payTransactionId,
            defaults={
                "orders": [one.orderNo for one in orders], "amount": head.totalAmount, "currency": head.currency,
                "traded": head.tradingTime, "body": pack(deposits.write((head, orders)).encode(), SEALED),
                "channel": channel, "deposited_at": now, "keep_until": until,
            },
        )  # fmt: skip
        replaced += not new
    audit.record(
        "clearance.payment.deposit", object_kind="organisation", object_id=firm.pk,
        after={"payments": len(payments), "replaced": replaced, "channel": channel},
    )  # fmt: skip
    return {"payments": len(payments), "replaced": replaced}


def forget_ended(today: date) -> int:
    """Remove what was kept long enough; asked by the platform's daily round. Answers how many."""
    return PaymentData.objects.filter(keep_until__lt=today).delete()[0]


def ended(today: date) -> int:
    """How much of it was kept long enough (as the platform)."""
    return PaymentData.objects.filter(keep_until__lt=today).count()


def platform_firm() -> Organisation:
    """The platform enterprise the caller acts for."""
    firm = own_firm()
    if PLATFORM_ROLE not in firm.roles:
        raise Denied(
            code="clearance.payment.denied", zh="支付原始数据由跨境电商平台企业开放，贵单位未登记为平台企业。",
            en="Payment raw data are opened by e-commerce platforms; your firm is not registered as one.",
            source="海关总署公告2018年第165号",
        )  # fmt: skip
    return firm


def keep_until(day: date) -> date:
    """The last day on which data laid down on `day` are kept."""
    try:
        years = int(rate(KEEP_YEARS, on=day).number)
    except Gap:
        years = 3
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # the 29th of February
        return day.replace(year=day.year + years, month=3, day=1)


def milliseconds(moment: datetime) -> str:
    """serviceTime: milliseconds since 1970."""
    return str(int(moment.timestamp() * 1000))


def _own(payments: list[Any], firm: Organisation) -> None:
    codes = {code for code in (firm.customs_code, firm.uscc) if code}
    foreign = sorted({head.ebpCode for head, _ in payments} - codes)
    if foreign:
        raise Refused(
            code="clearance.payment.platform", source=SOURCE, fields={"ebpCode": "、".join(foreign[:5])},
            zh="ebpCode 不是贵单位的代码。", en="ebpCode is not your firm's code.",
        )  # fmt: skip
    keys = [(head.payCode, head.payTransactionId) for head, _ in payments]
    if len(set(keys)) < len(keys):
        raise Refused(
            code="clearance.payment.twice", source=SOURCE, zh="同一支付交易编号出现两次。",
            en="One payment transaction stands there twice.",
        )  # fmt: skip
