"""The electronic tax bills of customs, CEB816 and CEB818: read, compared with ours, given their days to pay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from pilotzone.base.days import add_days, parse_stamp
from pilotzone.base.errors import Gap
from pilotzone.base.money import decimal
from pilotzone.rooms.tax.engine.parameters import Parameters

MADE, SUMMED_UP, CANCELLED = "1", "2", "3"


@dataclass(frozen=True, slots=True)
class Bill:
    """One bill or status message. The amounts are None in a CEB818; `returned_at` orders what customs said."""

    tax_no: str
    invt_no: str
    status: str
    returned_at: datetime
    guid: str = ""
    duty_no: str = ""
    assure_code: str = ""
    tariff: Decimal | None = None
    consumption_tax: Decimal | None = None
    vat: Decimal | None = None
    lines: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class OurTax:
    """What this platform computed for a list and knows of it; `released_on` None while it is not released."""

    invt_no: str
    list_key: str
    tariff: Decimal
    consumption_tax: Decimal
    vat: Decimal
    released_on: date | None
    parties: tuple[int, ...] = ()
    buyer_key: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """Customs minus ours, in yuan, kind by kind."""

    tariff: Decimal
    consumption_tax: Decimal
    vat: Decimal

    @property
    def total(self) -> Decimal:
        """All kinds together; kinds may cancel out, so look at `agrees`."""
        return self.tariff + self.consumption_tax + self.vat

    @property
    def agrees(self) -> bool:
        """Every kind to the cent."""
        return not (self.tariff or self.consumption_tax or self.vat)


def bill_of_816(head: Mapping[str, str], lines: Sequence[Mapping[str, str]]) -> Bill:
    """TaxHeadRd and its TaxListRd as parsed; Refused `rule.number` or `rule.stamp` for what is none."""
    return replace(
        bill_of_818(head),
        tariff=decimal(head["customsTax"]),
        consumption_tax=decimal(head["consumptionTax"]),
        vat=decimal(head["valueAddedTax"]),
        lines=tuple(lines),
    )


def bill_of_818(head: Mapping[str, str]) -> Bill:
    """TaxHeadStatus as parsed: a new status, no amounts."""
    return Bill(
        tax_no=head["taxNo"],
        invt_no=head["invtNo"],
        status=head["status"],
        returned_at=parse_stamp(head["returnTime"]),
        guid=head.get("guid", ""),
        duty_no=head.get("entDutyNo", ""),
        assure_code=head.get("assureCode", ""),
    )


def compare(bill: Bill, ours: OurTax) -> Difference | None:
    """Customs minus ours; None where customs has not told its amounts yet: unknown is not zero."""
    if bill.tariff is None or bill.consumption_tax is None or bill.vat is None:
        return None
    return Difference(bill.tariff - ours.tariff, bill.consumption_tax - ours.consumption_tax, bill.vat - ours.vat)


def payment_days(released_on: date) -> tuple[date, date] | None:
    """First and last day to pay, the day after release being day 1 (handbook §2.6); None where no rule is recorded."""
    law = Parameters(released_on)
    try:
        first, last = law["import.tax.pay_from_day"], law["import.tax.pay_to_day"]
    except Gap:
        return None
    return add_days(released_on, int(first)), add_days(released_on, int(last))
