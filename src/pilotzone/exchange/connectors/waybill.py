"""A carrier's waybill: imported parcels as CEB511 and, once signed for, CEB513; exported ones as CEB505."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from pilotzone.base.days import SHANGHAI, stamp
from pilotzone.base.money import to_cents
from pilotzone.exchange.connectors.message import (
    Document,
    Firm,
    asked_of,
    customs_currency,
    figure,
    guid_of,
    opening,
)
from pilotzone.exchange.connectors.sale import ZERO, Difference, moment, plain
from pilotzone.exchange.connectors.store import digest_of

IMPORT, EXPORT = "import", "export"
INWARD, OUTWARD, STATUS = "CEB511Message", "CEB505Message", "CEB513Message"
SIGNED = "S"
NEEDED = ("logistics_code", "logistics_name")
UNDECLARED = ("status", "created", "updated", "signed")
MONEY = ("total", "freight", "insured", "surcharge", "weight")


@dataclass(frozen=True)
class Waybill:
    """A waybill as its carrier tells it. Moments are UTC; amounts are Decimal in `currency` (ISO 4217).

    `total` is what the carrier charges: freight, the fee of insurance and surcharges. `weight` is gross, in kg. `signed`
    is the moment the parcel was signed for, None before. `order_no`, `bill_no` and the addressee are of imports, the
    shipper (an e-commerce enterprise's code, name, telephone) of exports.
    """

    number: str
    status: str
    created: datetime
    updated: datetime
    direction: str
    currency: str
    total: Decimal
    freight: Decimal
    weight: Decimal
    pieces: int
    goods: str
    insured: Decimal = ZERO
    surcharge: Decimal = ZERO
    order_no: str = ""
    bill_no: str = ""
    consignee: str = ""
    address: str = ""
    telephone: str = ""
    shipper_code: str = ""
    shipper_name: str = ""
    shipper_telephone: str = ""
    signed: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain data: amounts as text, moments in ISO form."""
        return plain(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Waybill:
        """The waybill that `as_dict` told."""
        moments = {name: moment(told[name]) for name in ("created", "updated", "signed") if told[name]}
        return cls(**{**told, **moments, **{name: Decimal(told[name]) for name in MONEY}})


def reconcile(one: Waybill) -> tuple[Difference, ...]:
    """To the cent: total = freight + fee of insurance + surcharges."""
    told = Difference("total", one.freight + one.insured + one.surcharge, one.total)
    return (told,) if told.by else ()


def content_of(one: Waybill) -> str:
    """The name of what a waybill declares: on its way it changes its state without changing that."""
    return digest_of({name: value for name, value in one.as_dict().items() if name not in UNDECLARED})


def waybill_of(one: Waybill, firm: Firm, *, at: datetime) -> Document:
    """CEB511 of an imported, CEB505 of an exported parcel; surcharges are told with the freight. Refused `message.…`."""
    asked_of(firm, NEEDED)
    name = INWARD if one.direction == IMPORT else OUTWARD
    head = {
        **opening(guid_of(firm.logistics_code, name, one.number, content_of(one)), at), **_carrier(one, firm),
        "freight": figure(to_cents(one.freight + one.surcharge)), "insuredFee": figure(to_cents(one.insured)),
        "currency": customs_currency(one.currency, at.astimezone(SHANGHAI).date()), "packNo": str(one.pieces),
        "goodsInfo": one.goods[:200],
    }  # fmt: skip
    weight = figure(one.weight)
    if name == INWARD:
        head |= {
            "billNo": one.bill_no, "orderNo": one.order_no, "weight": weight, "consignee": one.consignee,
            "consigneeAddress": one.address, "consigneeTelephone": one.telephone,
        }  # fmt: skip
    else:
        head |= {
            "grossWeight": weight, "ebcCode": one.shipper_code, "ebcName": one.shipper_name,
            "ebcTelephone": one.shipper_telephone,
        }  # fmt: skip
    return Document(head, name=name)


def signed_of(one: Waybill, firm: Firm, *, at: datetime) -> Document:
    """CEB513: the parcel was signed for. Refused `message.…`; ValueError where it was not."""
    if one.signed is None:
        raise ValueError(f"waybill {one.number} is not signed for")
    asked_of(firm, NEEDED)
    head = {
        **opening(guid_of(firm.logistics_code, STATUS, one.number, one.signed.isoformat()), at),
        **_carrier(one, firm), "logisticsStatus": SIGNED, "logisticsTime": stamp(one.signed),
    }  # fmt: skip
    return Document(head, name=STATUS)


def _carrier(one: Waybill, firm: Firm) -> dict[str, str]:
    return {
        "logisticsCode": firm.logistics_code, "logisticsName": firm.logistics_name, "logisticsNo": one.number,
    }  # fmt: skip
