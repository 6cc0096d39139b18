"""A firm's export side in a test: its profile, released lists out of a small fake of the clearance room, its verbs."""

from __future__ import annotations

import uuid
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.api import Facts, Registration, SixFields
from pilotzone.rooms.tax.models import RefundFiling

JUNE = datetime(2021, 6, 21, 12, tzinfo=SHANGHAI)
TODAY = date(2021, 6, 21)
SPRING = datetime(2025, 3, 14, 10, tzinfo=SHANGHAI)
GOOD = Facts("trader", "A", risk_control=True, asset_ratio=Decimal("0.61"), first_refund_on=date(2016, 10, 1))


class Released:
    """Stands for `clearance.export_lines`: the lists it was told of."""

    def __init__(self) -> None:
        self.rows: list[dict[str, Any]] = []

    def __call__(self, *, first: date, last: date, firm: int) -> list[dict[str, Any]]:
        return [row for row in self.rows if first <= row["exported_on"] <= last and row["firm"] == firm]


class Exporter:
    """One firm with a card of its own, and two tax officers."""

    def __init__(self, released: Released, *, facts: Facts = GOOD, profile: bool = True) -> None:
        self.run, self.released = uuid.uuid4().hex[:8].upper(), released
        with scope(PLATFORM):
            self.firm = Organisation.objects.create(
                name=f"出口{self.run}", customs_code=f"X{self.run}", created_at=JUNE
            ).pk
        self.actor = Actor(kind=ENTERPRISE, organisation=self.firm, role="ebc", person=None)
        if profile:
            self.profiled(facts)

    def profiled(self, facts: Facts, **more: Any) -> None:
        with scope(officer(1)):
            api.record_export_firm(
                organisation=self.firm, valid_from=date(2019, 1, 1), general=True, refund_filed=True, facts=facts,
                at=JUNE, **more,
            )  # fmt: skip

    def release(
        self,
        name: str,
        *,
        on: date = date(2021, 6, 18),
        mode: str = "9610",
        amount: str = "118.00",
        simplified: bool = False,
    ) -> str:
        """A released list with one line of two shirts; its number."""
        number = f"{name}{self.run}"
        self.released.rows.append({
            "trade": 1, "firm": self.firm, "list_no": number, "line_no": 1, "exported_on": on, "hs": "6109100000",
            "goods_name": "针织T恤衫", "unit": "011", "quantity": "2", "price": str(Decimal(amount) / 2), "amount": amount,
            "currency": "142", "mode": mode, "customs_code": "4006", "simplified": simplified,
        })  # fmt: skip
        return number

    def register(self, name: str, *, on: date = date(2021, 6, 18), amount: str = "118.00", **proofs: Any) -> int:
        """Register what `release` tells, with these proofs."""
        six = SixFields(on, "针织T恤衫", "011", Decimal(2), Decimal(amount) / 2, Decimal(amount))
        with scope(self.actor):
            return api.register_exports(
                [Registration(f"{name}{self.run}", 1, six, **proofs)],
                at=max(JUNE, datetime(on.year, on.month, on.day, 12, tzinfo=SHANGHAI)),
            )

    def refundable(self, name: str, *, net: str = "100.00", **where: Any) -> tuple[str, int]:
        """A released line, registered with a special invoice and receipt; its key."""
        number = self.release(name, **where)
        on = where.get("on", date(2021, 6, 18))
        self.register(
            name, on=on, amount=where.get("amount", "118.00"), voucher="special", invoice_no=f"P{name}", invoice_amount=Decimal(net),
            refund_rate=Decimal("0.13"), received_on=on, sold=where.get("mode") != "9810",
        )  # fmt: skip
        return number, 1

    def match(self, month: str = "2021-06", at: datetime = JUNE) -> dict[str, Any]:
        with scope(self.actor):
            return api.match_exports(month, at=at)

    def draft(
        self, *keys: tuple[str, int], kind: str = "trade", month: str = "2021-06", at: datetime = JUNE, **more: Any
    ) -> str:
        with scope(self.actor):
            number: str = api.draft_refund(kind=kind, month=month, lines=list(keys), at=at, **more)["number"]
            return number

    def account(self) -> dict[str, Decimal]:
        with scope(PLATFORM):
            return {name: Decimal(value) for name, value in api.refund_account(self.firm).items()}

    def filing(self, number: str, on: date = TODAY) -> dict[str, Any]:
        with scope(PLATFORM):
            found = api.refund_filing(number, on=on)
        assert found is not None
        return found


def officer(person: int) -> Actor:
    """A tax officer; `person` tells them apart."""
    return Actor(kind=AGENCY, unit_path="zone.tax", role="tax_officer", person=person)


def refused(code: str) -> Any:
    return pytest.raises(Refused, match=code.replace(".", r"\."))


def decided(firm: Exporter, number: str, at: datetime = JUNE, refund_no: str = "") -> None:
    """From draft to paid, as the authority and two officers would; signing is tested by itself."""
    with scope(PLATFORM):
        RefundFiling.objects.filter(number=number).update(state="signed")
        api.bureau().received(number, accepted=True, receipt_no="SL1", text="", at=at)
    with scope(officer(1)):
        api.review_refund(number, "approve", "单证齐全", at=at)
    with scope(officer(2)):
        api.decide_refund(number, "approve", "同意", at=at)
    if refund_no:
        with scope(PLATFORM):
            api.bureau().paid(number, refund_no, at=at)
