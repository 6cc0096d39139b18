"""What a firm hands in: a registration of one line, and what a producer's month needs beside its lines."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from pilotzone.rooms.tax.engine.export.line import NONE, SixFields


@dataclass(frozen=True, slots=True)
class Registration:
    """One line to register. `voucher`: none, ordinary or special with number and net amount; `sold` for 9810."""

    list_no: str
    line_no: int
    fields: SixFields
    voucher: str = NONE
    invoice_no: str = ""
    invoice_amount: Decimal | None = None
    invoice_matches: bool = True
    vat_rate: Decimal | None = None
    refund_rate: Decimal | None = None
    received_on: date | None = None
    sold: bool = True


@dataclass(frozen=True, slots=True)
class Month:
    """Output tax, input tax, opening credit in yuan, and middle rates (yuan for one unit) by currency code."""

    output: Decimal = Decimal(0)
    input: Decimal = Decimal(0)
    opening: Decimal = Decimal(0)
    rates: Mapping[str, Decimal] = field(default_factory=dict)
