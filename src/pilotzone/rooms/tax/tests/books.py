"""A guarantor's books for the tests of payments: lists of his that are held, billed, paid and cancelled by name."""

from __future__ import annotations

import uuid
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.models import Organisation
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.engine.payments import Payment

NOON = datetime(2021, 6, 10, 12, tzinfo=SHANGHAI)
RELEASED = date(2021, 5, 1)


class Books:
    """One guarantor, and lists of his that are held, billed, paid and cancelled by name."""

    def __init__(self, cursor: Any, deposit: str = "100000.00") -> None:
        self.cursor, self.run, self.turn = cursor, uuid.uuid4().hex[:8].upper(), 0
        self.firm = Organisation.objects.create(name=self.run, customs_code=f"F{self.run}", created_at=NOON).pk
        api.guarantee(cursor, [api.Deposit(self.firm, Decimal(deposit), self.run)], at=NOON)

    def hold(self, name: str, tax: str) -> bool:
        return api.hold_batch(self.cursor, [api.HoldTax(self.key(name), self.firm, Decimal(tax))], at=NOON)[0].ok

    def bill(self, name: str, tax: str, status: str = "1") -> None:
        """816 with `tax` as VAT, or (status 2, 3) the 818."""
        self.turn += 1
        said = NOON + timedelta(seconds=self.turn)
        head = {
            "invtNo": self.invt(name), "taxNo": self.tax_no(name), "status": status, "guid": str(uuid.uuid4()),
            "returnTime": f"{said:%Y%m%d%H%M%S}000", "assureCode": f"F{self.run}",
        }  # fmt: skip
        amounts = {"customsTax": "0", "consumptionTax": "0", "valueAddedTax": tax}
        bill = api.bill_of_816({**head, **amounts}, []) if status == "1" else api.bill_of_818(head)
        ours = api.OurTax(
            self.invt(name), self.key(name), Decimal(0), Decimal(0), Decimal(tax), RELEASED, (self.firm,), "甲"
        )
        api.store_bills(self.cursor, [bill], at=NOON)
        api.know_ours(self.cursor, [ours])
        api.match_payments(self.cursor, [bill.tax_no], at=NOON)
        api.free_batch(self.cursor, [bill.invt_no], at=NOON)

    def pay(self, receipt: str, amount: str, *names: str) -> api.Paid:
        bills = tuple(self.tax_no(name) for name in names)
        fact = Payment(f"{receipt}-{self.run}", NOON.date(), Decimal(amount), bills, channel="customs", raw=b"{}")
        return api.pay_batch(self.cursor, [fact], at=NOON)[0]

    def held(self) -> Decimal:
        return Decimal(api.guarantee_of(self.firm)["held"])

    def key(self, name: str) -> str:
        return f"{name}:{self.run}"

    def invt(self, name: str) -> str:
        return f"I{self.run}{name}"

    def tax_no(self, name: str) -> str:
        return f"{self.invt(name)}_0"
