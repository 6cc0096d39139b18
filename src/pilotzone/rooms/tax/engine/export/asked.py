"""The shapes of `pilotzone tax export --json`: what can be asked in one line, by its `what`."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from msgspec import Struct

from pilotzone.rooms.tax.engine.export.line import NONE, SERVICE, TRADER
from pilotzone.rooms.tax.engine.export.promotion import GENERAL

ZERO = Decimal(0)


class Asked(Struct, forbid_unknown_fields=True, kw_only=True, tag_field="what"):
    """Every line may carry an id, told back."""

    id: str | int | None = None


class Agreement(Struct, forbid_unknown_fields=True, kw_only=True):
    """代办退税: the agreement with a service enterprise; `first` and `last` are its days."""

    first: date
    last: date
    confirmed: bool = True
    filed: bool = True
    ended: date | None = None
    own_goods: bool = True
    contract_abroad: bool = True
    account: bool = True
    controls: bool = True
    service: str = SERVICE


class Treatment(Asked, kw_only=True, tag="treatment"):
    """One export line, the firm and its proofs; `today` defaults to the day of export."""

    on: date
    today: date | None = None
    hs: str
    mode: str = "9610"
    customs: str = "4006"
    general: bool = False
    refund_filed: bool = False
    kind: str = TRADER
    in_zone: bool = True
    declared: bool = True
    received: bool = False
    voucher: str = NONE
    matches: bool = True
    registered: bool = False
    agreement: Agreement | None = None


class Row(Struct, forbid_unknown_fields=True, kw_only=True):
    """One line of a refund: amount (net of the special invoice, or FOB in yuan), rates where the goods table lacks them."""

    amount: Decimal
    hs: str = ""
    vat: Decimal | None = None
    refund: Decimal | None = None
    materials: Decimal = ZERO


class Refund(Asked, kw_only=True, tag="refund"):
    """免退税 of a trading firm."""

    on: date
    lines: list[Row]


class Production(Asked, kw_only=True, tag="production"):
    """免抵退 of a producer's month."""

    on: date
    lines: list[Row]
    output: Decimal = ZERO
    input: Decimal = ZERO
    opening: Decimal = ZERO


class Deemed(Asked, kw_only=True, tag="deemed"):
    """核定征收 of a year."""

    year: int
    revenue: Decimal
    staff: int = 0
    assets: Decimal = ZERO
    exempt: Decimal = ZERO


class Promotion(Asked, kw_only=True, tag="promotion"):
    """推广费 of a year."""

    year: int
    trade: str = GENERAL
    revenue: Decimal
    spend: Decimal
    carry: Decimal = ZERO
    commission: Decimal = ZERO
    contracts: Decimal = ZERO
    related: bool = False
    deemed: bool = False
    evidence: list[str] = []


class Prerefund(Asked, kw_only=True, tag="prerefund"):
    """9810: may it be pre-refunded (`on` alone), or, with `handled_on`, what settles it on the day `on`."""

    on: date
    mode: str = "9810"
    sold: bool = False
    overdue: int = 0
    handled_on: date | None = None
    refunded: Decimal = ZERO
    base: Decimal = ZERO
    actual: Decimal = ZERO
    refund: Decimal = ZERO
    recover: bool = False


class Clock(Asked, kw_only=True, tag="clock"):
    """The working days of a class for a filing accepted on `on`."""

    on: date
    class_number: int
    today: date | None = None


class Deadline(Asked, kw_only=True, tag="deadline"):
    """Until when a refund of goods exported on `on` is filed."""

    on: date
    today: date | None = None


AnyAsked = Treatment | Refund | Production | Deemed | Promotion | Prerefund | Clock | Deadline
