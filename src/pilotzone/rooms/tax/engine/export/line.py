"""What the export side is asked about: a line of a released list, the firm, and the proofs it has."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from pilotzone.base.money import decimal
from pilotzone.rooms.tax.errors import Reason, refused

TRADER, PRODUCER, SERVICE = "trader", "producer", "service"
KINDS = (TRADER, PRODUCER, SERVICE)
NONE, ORDINARY, SPECIAL, AGENCY = "none", "ordinary", "special", "agency"
VOUCHERS = (NONE, ORDINARY, SPECIAL, AGENCY)
_MONEY = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,2})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A line of an export list or declaration. `exported_on` is the export date 出口日期 it names."""

    list_no: str
    line_no: int
    exported_on: date
    hs: str
    mode: str
    customs: str

    @property
    def key(self) -> tuple[str, int]:
        """List number and line: the key of the monthly match."""
        return self.list_no, self.line_no


@dataclass(frozen=True, slots=True)
class Taxpayer:
    """The firm on that day: general taxpayer 一般纳税人, refund filing 出口退（免）税备案, kind, registered in the zone."""

    general: bool = False
    refund_filed: bool = False
    kind: str = TRADER
    in_zone: bool = True


@dataclass(frozen=True, slots=True)
class Proofs:
    """What the firm has: electronic information of the declaration, receipt of foreign exchange, voucher, six fields.

    `voucher`: none, ordinary (legal, no deduction), special (专用发票 or import VAT slip) or agency (the producer's own
    special invoice with the remark 代办退税专用); `matches` the export; `agency_lacks`: what is missing for an agency.
    """

    declared: bool = True
    received: bool = False
    voucher: str = NONE
    matches: bool = True
    registered: bool = False
    agency_lacks: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class SixFields:
    """The six registered fields of 财税〔2018〕103号: 出口日期、货物名称、计量单位、数量、单价、金额."""

    exported_on: date
    goods_name: str
    unit: str
    quantity: Decimal
    price: Decimal
    amount: Decimal

    def missing(self) -> tuple[str, ...]:
        """The names of fields that say nothing."""
        empty = {name: not getattr(self, name) for name in ("exported_on", "goods_name", "unit")}
        empty |= {name: getattr(self, name) <= 0 for name in ("quantity", "price", "amount")}
        return tuple(name for name, lacks in empty.items() if lacks)

    def differs(self, other: SixFields) -> tuple[str, ...]:
        """The names of fields in which the two say different things; blanks at the ends do not count."""
        pairs = [(one.name, getattr(self, one.name), getattr(other, one.name)) for one in fields(self)]
        return tuple(
            name for name, ours, theirs in pairs
            if (ours.strip() != theirs.strip() if isinstance(ours, str) else ours != theirs)
        )  # fmt: skip


def money(text: str, name: str) -> Decimal:
    """An amount in yuan as typed: at most two decimals. Refused `rule.export.money` else, three decimals too."""
    cleaned = str(text).strip().replace(",", "")
    if not _MONEY.fullmatch(cleaned):
        raise refused("rule.export.money", name=name, value=str(text)[:40])
    return decimal(cleaned)


def whole_cents(amount: Decimal, name: str) -> Decimal:
    """`amount` if it is a number of whole cents; Refused `rule.export.money` else."""
    if not amount.is_finite() or amount != amount.quantize(Decimal("0.01")):
        raise refused("rule.export.money", name=name, value=format(amount, "f")[:40])
    return amount
