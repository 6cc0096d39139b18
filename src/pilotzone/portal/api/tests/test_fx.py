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
from pilotzone.reference import calendar

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


def test_a_firm_asks_for_a_payment_abroad_and_its_bank_decides(
    client: Client, bank: Firm, seller: Firm, rival: Firm
) -> None:
    body = {
        "bank": bank.id, "number": "FH-1", "purpose": "storage", "payee": "SYNTHETIC LLC", "currency": "USD",
        "amount": "100.00", "pay_on": calendar.on_or_after(clock.today()).day.isoformat(), "vouchers": [
            {"kind": "invoice", "number": "I-1", "issuer": "SYNTHETIC LLC", "dated_on": "2021-01-04", "amount": "100.00"}],
    }  # fmt: skip
    told = post(client, seller, "payments", body).json()
    assert told["advice"]["outcome"] == "settle" and told["advice"]["algorithm"] == "fx_payment/1"
    assert post(client, seller, "payments", body).json()["again"] is True
    three = post(client, seller, "payments", body | {"number": "FH-2", "amount": "1.001"})
    assert (three.status_code, three.json()["code"]) == (422, "rule.fx.amount_decimals")
    once = post(client, seller, "payments", body | {"number": "FH-3"})
    assert (once.status_code, once.json()["code"]) == (422, "rule.fx.used_up")
    assert client.get("/api/v1/fx/payments", headers=rival.token).json()["total"] == 0
    assert client.get(f"/api/v1/fx/payments/{told['id']}", headers=rival.token).status_code in (403, 404)
    row = client.get("/api/v1/fx/payments?state=applied", headers=bank.token).json()["rows"][0]
    assert (row["id"], row["payee"], row["usd"]) == (told["id"], "SYNTHETIC LLC", "100.00")
    bare = post(client, bank, f"payments/{told['id']}/decision", {"decision": "refuse", "reference": "B-1"})
    assert (bare.status_code, bare.json()["code"]) == (422, "rule.fx.reason_wanted")
    done = post(client, bank, f"payments/{told['id']}/decision", {"decision": "ask", "reference": "B-1"})
    assert done.json()["state"] == "asked"
    shown = client.get(f"/api/v1/fx/payments/{told['id']}", headers=seller.token).json()
    assert shown["vouchers"][0]["number"] == "I-1" and shown["decisions"][0]["outcome"] == "ask"
    none = post(client, seller, f"payments/{told['id']}/report", {})
    assert (none.status_code, none.json()["code"]) == (422, "rule.fx.report_unknown")
