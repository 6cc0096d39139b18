"""代办退税 agreements by HTTP: proposed, confirmed, read and ended by their two sides, with the pages' refusals and audit."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api.tests.conftest import Firm, firm
from pilotzone.rooms.tax import api as tax
from pilotzone.rooms.tax.tests.exporting import JUNE, TODAY, officer
from pilotzone.rooms.tax.tests.test_export_agency import PRODUCER, SERVICE

pytestmark = pytest.mark.django_db
CODE = "3601988888"
BODY = {"producer": CODE, "number": "XY-1", "valid_from": "2021-01-01", "valid_to": "2021-12-31", "controls": True}


@pytest.fixture
def sides(monkeypatch: pytest.MonkeyPatch) -> tuple[Firm, Firm]:
    """The service enterprise and the producer, both recorded."""
    monkeypatch.setattr(clock, "now", lambda: JUNE)
    monkeypatch.setattr(clock, "today", lambda: TODAY)
    service, producer = firm("外综服", "service"), firm("生产", "ebc")
    with scope(PLATFORM):
        Organisation.objects.filter(pk=producer.id).update(customs_code=CODE)
    with scope(officer(1)):
        for who, facts in ((service, SERVICE), (producer, PRODUCER)):
            tax.record_export_firm(
                organisation=who.id, valid_from=TODAY.replace(year=2019), general=True, refund_filed=True, facts=facts,
                at=JUNE,
            )  # fmt: skip
    return service, producer


def ask(client: Client, who: Firm, path: str = "", body: dict[str, Any] | None = None) -> Any:
    where = f"/api/v1/export-tax/agencies{path}"
    if body is None:
        return client.get(where, headers=who.token)
    return client.post(where, body, content_type="application/json", headers=who.token)


def test_an_agreement_is_proposed_confirmed_and_ended_by_its_sides(client: Client, sides: tuple[Firm, Firm]) -> None:
    service, producer = sides
    made = ask(client, service, body=BODY).json()
    assert (made["state"], made["producer_name"], made["account"]) == ("proposed", "生产", False)
    where = f"/{made['id']}"
    assert ask(client, producer, "?state=proposed").json()["total"] == 1
    told = ask(
        client, producer, f"{where}/confirmation", {"own_goods": True, "contract_abroad": True, "account": "SYN-ACC"}
    )
    assert (told.json()["state"], told.json()["account"]) == ("confirmed", True) and "SYN-ACC" not in told.text
    assert ask(client, producer, f"{where}/end", {}).json()["ended_on"] == TODAY.isoformat()
    assert ask(client, service, where).json()["state"] == "ended"
    with scope(PLATFORM):
        lines = [line["action"] for line in audit.trail("refund_agency", made["id"])]
    assert lines == ["tax.agency.end", "tax.agency.confirm", "tax.agency.propose"]


def test_what_is_not_in_order_is_refused_by_name_and_strangers_see_nothing(
    client: Client, sides: tuple[Firm, Firm]
) -> None:
    service, producer = sides
    for changed, code in (
        ({"number": "9" * 41}, "rule.export.agency.long"),
        ({"producer": "NOBODY"}, "rule.export.agency.client"),
        ({"valid_to": "2020-12-31"}, "rule.export.agency.days"),
        ({"valid_to": 1}, "api.input"),
    ):
        answer = ask(client, service, body=BODY | changed)
        assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert ask(client, producer, body=BODY).json()["code"] == "rule.export.agency.service"
    number = ask(client, service, body=BODY).json()["id"]
    stranger, bank = firm("别家", "ebc"), firm("银行", "bank")
    assert ask(client, stranger).json()["total"] == 0
    assert ask(client, stranger, f"/{number}").status_code == 404
    assert ask(client, stranger, f"/{number}/end", {}).json()["code"] == "rule.export.agency.unknown"
    assert ask(client, bank).status_code == 403 and ask(client, bank, body=BODY).status_code == 403
    assert client.get("/api/v1/export-tax/agencies").status_code == 401
