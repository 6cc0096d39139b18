"""A bank, firms and their trades for the tests of foreign exchange, and how a refusal is asked for."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api
from pilotzone.rooms.fx.operations.linking import Traded, link_traded

NOON = datetime(2021, 6, 10, 12, tzinfo=SHANGHAI)
SAFE = Actor(kind=AGENCY, unit_path="zone.safe", role="safe_officer")


class Desk:
    """A bank, a class A service enterprise that SAFE recognised, a stranger, and receipts and trades by name."""

    def __init__(self) -> None:
        self.run = uuid.uuid4().hex[:8].upper()
        with scope(PLATFORM):
            made = [
                Organisation.objects.create(
                    name=f"{role}{self.run}", customs_code=f"{role[0]}{self.run}X", roles=[role], created_at=NOON
                )
                for role in ("bank", "service", "ebc")
            ]
        self.bank, self.firm, self.stranger = (one.pk for one in made)
        self.code = made[1].customs_code
        name = {
            "code": self.code,
            "kind": "service",
            "klass": "A",
            "listed_on": "2019-01-01",
            "recognised_on": "2019-05-01",
        }
        assert api.take_names([name], at=NOON, synthetic=True) == 1
        rates = [{"month": "2021-06-01", "currency": "CNY", "usd": "0.15600000", "source": "SYNTHETIC"}]
        api.take_rates(rates, at=NOON)

    def as_firm(self, number: int | None = None) -> Any:
        return scope(Actor(kind=ENTERPRISE, organisation=number or self.firm, role="service"))

    def as_bank(self) -> Any:
        return scope(Actor(kind=ENTERPRISE, organisation=self.bank, role="bank"))

    def row(self, number: str, amount: str = "100.00", **changed: Any) -> dict[str, Any]:
        return {
            "number": f"{number}-{self.run}", "payee": self.code, "payer": "SYNTHETIC BUYER LTD", "country": "USA",
            "currency": "USD", "amount": amount, "received_on": "2021-06-09",
        } | changed  # fmt: skip

    def receive(self, number: str, amount: str = "100.00", **changed: Any) -> int:
        (told,) = api.take_receipts([self.row(number, amount, **changed)], bank=self.bank, at=NOON)
        assert told.receipt is not None, told.problem
        return told.receipt

    def traded(self, name: str, amount: str = "100.00", currency: str = "USD", exporter: int | None = None) -> Traded:
        facts = {"order_no": name, "invt_no": name, "logistics_no": name, "mode": "9610", "exported_on": "2021-06-01"}
        return Traded(
            key=f"{name}:{self.run}", number=name, exporter=exporter or self.firm, currency=currency,
            amount=Decimal(amount), facts=facts,
        )  # fmt: skip

    def link(self, receipt: int, name: str, amount: str = "100.00", usd: str | None = None, **other: Any) -> None:
        told = self.traded(name, amount, **other)
        link_traded(receipt=receipt, traded=told, at=NOON, usd=None if usd is None else Decimal(usd))

    def applied(self, receipt: int, **how: Any) -> dict[str, Any]:
        with self.as_firm():
            api.consent(bank=self.bank, at=NOON)
            return api.apply(receipt=receipt, at=NOON, **how)

    def decide(self, receipt: int, decision: str = "settle", **how: Any) -> dict[str, Any]:
        with self.as_bank():
            return api.decide(receipt=receipt, decision=decision, **{"reference": decision, "at": NOON} | how)


@contextmanager
def refuses(code: str) -> Iterator[None]:
    with pytest.raises((Refused, Denied)) as refusal:
        yield
    assert refusal.value.code == code and refusal.value.zh and refusal.value.en
