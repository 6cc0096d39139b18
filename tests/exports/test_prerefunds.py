"""离境即退 by HTTP: listed with their window, settled by the sale, and refused as on the page."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, Actor
from pilotzone.portal.api.tests.conftest import firm
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax.tests.exporting import GOOD, SPRING, Exporter, Released, decided

pytestmark = pytest.mark.django_db
APRIL = datetime(2025, 4, 2, 10, tzinfo=SHANGHAI)


def test_a_pre_refund_is_read_settled_and_settled_once_more(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    seller, stranger = firm("甲", "ebc"), firm("乙", "ebc")
    monkeypatch.setattr(clock, "now", lambda: APRIL)
    monkeypatch.setattr(clock, "today", APRIL.date)
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    made = Exporter(released, profile=False)
    made.firm, made.actor = seller.id, Actor(kind=ENTERPRISE, organisation=seller.id, role="ebc")
    made.profiled(GOOD)
    key = made.refundable("A", on=date(2025, 3, 1), mode="9810")
    made.match("2025-03", at=SPRING)
    decided(made, made.draft(key, kind="prerefund", month="2025-03", at=SPRING), at=SPRING, refund_no="TH1")

    def ask(who: Any, path: str = "", body: dict[str, Any] | None = None) -> Any:
        where = f"/api/v1/export-tax/prerefunds{path}"
        if body is None:
            return client.get(where, headers=who.token)
        return client.post(where, json.dumps(body), content_type="application/json", headers=who.token)

    (row,) = ask(seller, "?state=open").json()["rows"]
    assert (row["list_no"], row["may_settle"], row["last_on"]) == (key[0], True, "2026-04-30")
    one = f"/{row['id']}"
    told = ask(seller, f"{one}/settlement", {"actual": "70.00"}).json()
    assert (told["state"], told["difference"], told["stands"]) == ("settled", "-3.90", "9.10")
    again = ask(seller, f"{one}/settlement", {"actual": "110.00", "sold": "2"}).json()
    assert (again["stands"], again["assessment"]["earlier"][0]["by"]) == ("14.30", "again")
    for wrong, code in (
        ({"actual": "1.234"}, "rule.export.money"),
        ({"actual": "50", "sold": "3"}, "rule.export.settle_sold"),
    ):
        refused = ask(seller, f"{one}/settlement", wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert ask(stranger).json()["rows"] == []
    assert ask(stranger, one).status_code == ask(stranger, f"{one}/settlement", {"actual": "1"}).status_code == 404
    assert client.get("/api/v1/export-tax/prerefunds").status_code == 401
