"""The parts of payment raw data; their fields stand in the order of the annex (announcement 179, spec §5.1)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import msgspec

SOURCE = "Announcements 2018-165 and 2018-179, annex (spec §5.1)"


class Goods(msgspec.Struct, frozen=True):
    """One article of an order: its name and the address of its page."""

    gname: str
    itemLink: str


class OrderPaid(msgspec.Struct, frozen=True, omit_defaults=True):
    """One order of the payment. `recpCode` is absent for a foreign seller."""

    orderNo: str
    goodsInfo: tuple[Goods, ...]
    recpAccount: str
    recpCode: str | None = None
    recpName: str = ""


class PayHead(msgspec.Struct, frozen=True, omit_defaults=True):
    """The payment. `totalAmount` is written as a JSON number with the digits it has."""

    guid: str
    initalRequest: str
    initalResponse: str
    ebpCode: str
    payCode: str
    payTransactionId: str
    totalAmount: Decimal
    currency: str
    verDept: str
    payType: str | None = None
    tradingTime: str = ""
    note: str | None = None


@dataclass(frozen=True)
class PaymentRaw:
    """One payExInfoStr; `service_time` are milliseconds since 1970 as text."""

    session_id: str
    head: PayHead
    orders: tuple[OrderPaid, ...]
    service_time: str
    certificate_number: str = ""
    sign_value: str = ""


@dataclass(frozen=True)
class OpenRequest:
    """What customs asks for: the raw data of the payment of one order."""

    order_no: str
    session_id: str
    service_time: str
