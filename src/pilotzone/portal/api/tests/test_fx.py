"""Receipts of foreign exchange through the API: told by the bank, read and applied for by the firm, decided."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api.tests.conftest import Firm, firm

pytestmark = pytest.mark.django_db
JSON = "application/json"


@pytest.fixture
def bank(db: None) -> Firm:
    return firm("银行", "bank")


def post(client: Client, who: Firm, path: str, body: dict[str, Any]) -> Any:
    return client.post(f"/api/v1/fx/{path}", body, content_type=JSON, headers=who.token)


def told(client: Client, bank: Firm, seller: Firm, **changed: Any) -> dict[str, Any]:
    with scope(PLATFORM):
        Organisation.objects.filter(pk=seller.id).update(customs_code="3601911111")
    row = {
        "number": "FX-1", "payee": "3601911111", "payer": "SYNTHETIC LTD", "currency": "502", "amount": "100.00",
        "received_on": clock.today().isoformat(),
    } | changed  # fmt: skip
    rows: list[dict[str, Any]] = post(client, bank, "receipts", {"receipts": [row]}).json()["rows"]
    return rows[0]


def test_a_bank_tells_a_firm_applies_and_the_bank_decides(
    client: Client, bank: Firm, seller: Firm, rival: Firm
) -> None:
    receipt = told(client, bank, seller)["id"]
    assert told(client, bank, seller)["again"] is True
    assert client.get("/api/v1/fx/receipts", headers=rival.token).json()["total"] == 0
    row = client.get("/api/v1/fx/receipts?state=received", headers=seller.token).json()["rows"][0]
    assert (row["id"], row["currency"], row["amount"], row["left"]) == (receipt, "USD", "100.00", "100.00")
    one = client.get(f"/api/v1/fx/receipts/{receipt}", headers=seller.token).json()
    assert one["advice"]["outcome"] == "wait" and one["advice"]["missing"] == ["order", "list", "waybill"]
    assert {"code", "text_zh", "text_en", "source"} <= set(one["advice"]["reasons"][0])
    assert "from" in one["advice"]["parameters"][0]
    refused = post(client, seller, f"receipts/{receipt}/application", {"purpose": "advance"})
    assert (refused.status_code, refused.json()["code"]) == (422, "rule.fx.consent")
    early = post(client, bank, f"receipts/{receipt}/decision", {"decision": "settle", "reference": "B-1"})
    assert (early.status_code, early.json()["code"]) == (422, "rule.fx.not_applied")
    link = post(client, seller, f"receipts/{receipt}/links", {"number": "NOTHING"})
    assert (link.status_code, link.json()["code"]) == (422, "rule.fx.trade_unknown")


def test_bad_rows_and_strangers_are_refused(client: Client, bank: Firm, seller: Firm, rival: Firm) -> None:
    assert told(client, bank, seller, amount="1.234")["code"] == "rule.fx.amount_decimals"
    assert told(client, bank, seller, currency="XYZ")["code"] == "rule.fx.currency"
    assert post(client, seller, "receipts", {"receipts": []}).status_code == 403
    receipt = told(client, bank, seller)["id"]
    assert client.get(f"/api/v1/fx/receipts/{receipt}", headers=rival.token).status_code in (403, 404)
    assert client.get(f"/api/v1/fx/receipts/{receipt}").status_code == 401
    decided = post(client, seller, f"receipts/{receipt}/decision", {"decision": "settle", "reference": "B-1"})
    assert decided.status_code == 403
