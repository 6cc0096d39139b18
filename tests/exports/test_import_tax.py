"""Bills, guarantees and promotion years by HTTP: one's own, in pages, by the filters of the pages."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api.tests.conftest import Firm, firm
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.tests.books import Books

pytestmark = pytest.mark.django_db
LATE = datetime(2021, 6, 20, 12, tzinfo=SHANGHAI)


@pytest.fixture(autouse=True)
def _day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: LATE)
    monkeypatch.setattr(clock, "today", LATE.date)


def asked(client: Client, who: Firm, path: str) -> Any:
    return client.get(f"/api/v1/{path}", headers=who.token)


def test_a_guarantor_reads_its_bills_its_guarantee_and_its_statement(client: Client) -> None:
    guarantor, stranger = firm("担保", "ebp"), firm("他", "ebp")
    with scope(PLATFORM):
        books = Books(connection.cursor())
        books.firm = guarantor.id
        api.guarantee(books.cursor, [api.Deposit(guarantor.id, Decimal("500.00"), f"P{books.run}")], at=LATE)
        books.hold("1", "98.00")
        books.bill("1", "98.00")
    bills = asked(client, guarantor, "tax/bills?standing=overdue").json()
    assert [(row["tax_no"], row["due"], row["agrees"]) for row in bills["rows"]] == [(books.tax_no("1"), "98.00", True)]
    assert bills["total"] == bills["overdue"] == 1
    assert asked(client, guarantor, "tax/bills?standing=paid").json()["rows"] == []
    (own,) = asked(client, guarantor, "tax/guarantees").json()["rows"]
    assert (own["organisation"], own["deposited"], own["held"]) == (guarantor.id, "500.00", "98.00")
    where = f"tax/guarantees/{guarantor.id}/statement"
    events = [row["event"] for row in asked(client, guarantor, where).json()["rows"]]
    assert sorted(events) == ["DEPOSIT", "HOLD"]
    assert asked(client, guarantor, f"{where}?event=HOLD").json()["total"] == 1
    assert asked(client, guarantor, f"{where}?last=2021-01-01").json()["total"] == 0
    assert asked(client, guarantor, f"{where}?first=0001-01-01&last=9999-12-31").json()["total"] == 2
    for wrong in ("tax/bills?standing=x", "tax/bills?due=2021-13-40", f"{where}?event=x", f"{where}?page=0"):
        assert asked(client, guarantor, wrong).status_code == 422, wrong
    for path in ("tax/bills", "tax/guarantees"):
        assert asked(client, stranger, path).json()["rows"] == []
        assert client.get(f"/api/v1/{path}").status_code == 401
    assert asked(client, stranger, where).status_code == 404


def test_a_firm_reads_its_years_of_promotion_cost(client: Client) -> None:
    seller, stranger = firm("甲", "ebc"), firm("乙", "ebc")
    with scope(Actor(kind=ENTERPRISE, organisation=seller.id, role="ebc")):
        for year, revenue, spend in ((2019, "10000000.00", "2000000.00"), (2020, "16000000.00", "1500000.00")):
            api.record_promotion(api.Claim(year, "general", Decimal(revenue), Decimal(spend)), at=LATE)
    rows = asked(client, seller, "export-tax/promotions").json()
    assert rows["total"] == 2 and [row["year"] for row in rows["rows"]] == [2020, 2019]
    assert Decimal(rows["rows"][0]["carry_in"]) == Decimal(rows["rows"][1]["carry_out"]) > 0
    assert asked(client, stranger, "export-tax/promotions").json()["rows"] == []
    assert client.get("/api/v1/export-tax/promotions").status_code == 401
