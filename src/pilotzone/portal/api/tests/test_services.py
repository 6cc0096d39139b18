"""Service items and cases through the API: read by everybody, applied for whole or as a draft, seen by their firm alone."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.portal.api.tests.conftest import Firm

pytestmark = pytest.mark.django_db
VALUES = {
    "kind": "信用异议",
    "about": "合成记录",
    "facts": "合成理由，仅供试验之用",
    "contact": "合成",
    "phone": "0791-10000001",
}
PAPER = {"key": "proof", "name": "合成.pdf", "content": base64.b64encode(b"%PDF-1.4").decode()}


def post(client: Client, who: Firm, **body: Any) -> Any:
    return client.post("/api/v1/services/cases", body, content_type="application/json", headers=who.token)


def test_everybody_reads_the_items(client: Client, db: None) -> None:
    rows = client.get("/api/v1/services/items").json()["rows"]
    assert len(rows) >= 8 and {"form", "steps", "basis", "days"} <= set(rows[0])
    assert [one["key"] for one in client.get("/api/v1/services/items?query=海外仓").json()["rows"]] == [
        "overseas-warehouse"
    ]
    one = client.get("/api/v1/services/items/training").json()
    assert one["form"]["properties"]["persons"]["maximum"] == 50
    assert client.get("/api/v1/services/items/nothing").status_code == 404


def test_a_program_applies_whole_or_not_at_all(client: Client, seller: Firm, rival: Firm) -> None:
    with scope(PLATFORM):
        load_units()
    refused = post(client, seller, item="credit-objection", values=VALUES)
    assert (refused.status_code, refused.json()["code"]) == (422, "service.case.findings")
    assert list(refused.json()["fields"]) == ["proof"]
    assert client.get("/api/v1/services/cases", headers=seller.token).json()["total"] == 0
    made = post(client, seller, item="credit-objection", values=VALUES, papers=[PAPER])
    assert made.status_code == 200, made.content
    told = made.json()
    assert told["state"] == "submitted" and told["desks"][0]["unit"] == "zone.samr" and "urge" in told["verbs"]
    assert client.get(f"/api/v1/services/cases/{told['id']}", headers=rival.token).status_code == 404
    assert (
        client.get("/api/v1/services/cases?state=submitted", headers=seller.token).json()["rows"][0]["now"][0]["days"]
        == 3
    )
    draft = post(client, seller, item="credit-objection", values={"kind": 7}, draft=True).json()
    assert draft["state"] == "draft" and {one["code"] for one in draft["findings"]} >= {
        "rule.form.missing",
        "rule.material.missing",
    }


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"item": "nothing", "values": {}}, 404, "service.item.unknown"),
        ({"item": "training", "values": {"colour": "x"}}, 422, "rule.form.unknown"),
        ({"item": "training", "values": []}, 422, "api.input"),
        ({"item": "fx-class-a", "values": {}}, 422, "service.firm.role"),
        ({"item": "training", "values": {}, "principal": 10**12}, 404, "kernel.access.unknown"),
        ({"item": "credit-objection", "values": VALUES, "papers": [PAPER | {"content": "!"}]}, 422, "api.input"),
        (
            {"item": "credit-objection", "values": VALUES, "papers": [PAPER | {"key": "x"}]},
            422,
            "rule.material.unknown",
        ),
    ],
)
def test_bad_input_is_refused_and_nothing_is_kept(
    client: Client, seller: Firm, body: dict[str, Any], status: int, code: str
) -> None:
    answer = post(client, seller, **body)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.content
    assert client.get("/api/v1/services/cases", headers=seller.token).json()["total"] == 0
