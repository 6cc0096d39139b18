"""The export side by HTTP: what the pages do, with the same refusals, and only for who may."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api.tests.conftest import Firm, firm
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax.operations.export import returning
from pilotzone.rooms.tax.tests.exporting import GOOD, JUNE, TODAY, Exporter, Released

pytestmark = pytest.mark.django_db
SIX = {
    "line_no": 1, "exported_on": "2021-06-18", "goods_name": "针织T恤衫", "unit": "011", "quantity": "2", "price": "59.00",
    "amount": "118.00",
}  # fmt: skip
PROOFS = {
    "voucher": "special", "invoice_no": "P1", "invoice_amount": "100.00", "refund_rate": "0.13", "received_on": "2021-06-18",
}  # fmt: skip


@pytest.fixture
def seller(db: None) -> Firm:
    return firm("甲", "ebc")


@pytest.fixture
def exporter(monkeypatch: pytest.MonkeyPatch, seller: Firm) -> Exporter:
    monkeypatch.setattr(clock, "now", lambda: JUNE)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    made = Exporter(released, profile=False)
    made.firm, made.actor = seller.id, Actor(kind=ENTERPRISE, organisation=seller.id, role="ebc")
    made.profiled(GOOD)
    return made


def ask(client: Client, seller: Firm, path: str, body: dict[str, Any] | None = None) -> Any:
    if body is None:
        return client.get(f"/api/v1/export-tax/{path}", headers=seller.token)
    return client.post(
        f"/api/v1/export-tax/{path}", json.dumps(body), content_type="application/json", headers=seller.token
    )


def test_a_firms_system_registers_matches_drafts_and_fetches_the_string(
    client: Client, seller: Firm, exporter: Exporter
) -> None:
    one, two = exporter.release("A"), exporter.release("B")
    rows = [{"list_no": one, **SIX, **PROOFS}, {"list_no": two, **SIX}]
    assert ask(client, seller, "registrations", {"rows": rows}).json() == {"registered": 2}
    assert ask(client, seller, "months/2021-06/match", {}).json()["share"] == "1.0000"
    told = ask(client, seller, "lines?month=2021-06").json()["rows"]
    assert {row["list_no"]: row["treatment"] for row in told} == {one: "refund", two: "no_invoice"}
    refused = ask(
        client, seller, "refunds", {"kind": "trade", "month": "2021-06", "lines": [{"list_no": two, "line_no": 1}]}
    )
    assert refused.status_code == 422 and refused.json()["code"] == "rule.export.not_refundable"
    made = ask(
        client, seller, "refunds", {"kind": "trade", "month": "2021-06", "lines": [{"list_no": one, "line_no": 1}]}
    ).json()
    assert made["amount"] == "13.00"
    number = made["number"]
    string = ask(client, seller, f"refunds/{number}/string", {}).json()["string"]
    assert json.loads(string)["amount"] == "13.00" and json.loads(string)["lines"][0][0] == one
    wrong = ask(client, seller, f"refunds/{number}/signature", {"certificate": "x", "signature": "eA=="})
    assert wrong.status_code == 422
    assert ask(client, seller, f"refunds/{number}").json()["assessment"]["steps"]
    assert ask(client, seller, "refunds").json()["total"] == 1
    assert ask(client, seller, "refunds/TS0").status_code == 404
    with scope(PLATFORM):
        back = {"trade": 1, "document": 92, "list_no": one, "seller": seller.id, "at": JUNE.isoformat()}
        returning.take(back, {"line_no": 1, "quantity": "1", "declared": "2"})
    (told,) = ask(client, seller, f"lines/{one}/1/returns").json()["rows"]
    assert (told["effect"], told["amount"], told["state"]) == ("reduce", "6.50", "waiting")
    assert told["assessment"]["steps"][0]["parameters"][0]["document"] == "国家税务总局公告2012年第24号"
    assert ask(client, seller, "lines/NOSUCHLIST/1/returns").json() == {"rows": []}


@pytest.mark.parametrize(
    ("change", "code"), [({"amount": "118.001"}, "rule.export.money"), ({"quantity": "0"}, "rule.export.six_fields")]
)
def test_a_bad_line_is_refused_and_nothing_is_kept(
    client: Client, seller: Firm, exporter: Exporter, change: dict[str, str], code: str
) -> None:
    rows = [{"list_no": "GOOD1", **SIX}, {"list_no": "BAD1", **SIX, **change}]
    told = ask(client, seller, "registrations", {"rows": rows})
    assert (told.status_code, told.json()["code"]) == (422, code)
    assert ask(client, seller, "lines").json()["total"] == 0
    assert ask(client, seller, "months/2021-13/match", {}).json()["code"] == "rule.export.month"


def test_nobody_is_turned_away(client: Client) -> None:
    for path in ("lines", "refunds"):
        assert client.get(f"/api/v1/export-tax/{path}").status_code == 401
