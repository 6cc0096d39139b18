"""The field documentation: every message has its page in both languages, and a finding leads to its field."""

from __future__ import annotations

import pytest
from django.test import Client

from pilotzone.exchange.formats.definitions import message_names
from pilotzone.exchange.formats.document_page import fields
from pilotzone.ui.templatetags.pz import field_address

pytestmark = pytest.mark.django_db
NAMES = [name.removesuffix("Message") for name in message_names()]


def test_the_list_holds_every_message_and_can_be_filtered(client: Client) -> None:
    page = client.get("/messages/").content.decode()
    assert all(f'href="/messages/{name}/"' in page for name in NAMES)
    page = client.get("/messages/", {"q": "运抵"}).content.decode()
    assert "CEB507" in page and "CEB311" not in page
    assert "没有与“zzz”相符的报文" in client.get("/messages/", {"q": "zzz"}).content.decode()


@pytest.mark.parametrize("name", NAMES)
def test_every_field_has_its_row(client: Client, name: str) -> None:
    client.cookies["django_language"] = "en"
    page = client.get(f"/messages/{name}/").content.decode()
    told = fields(name)
    assert all(f'id="{field["mark"]}"' in page for part in told["parts"] for field in part["fields"])
    assert ("editions differ" in page or "only in 2022" in page) == any(
        field["differs"] for part in told["parts"] for field in part["fields"]
    )


def test_what_the_editions_change_is_marked(client: Client) -> None:
    page = client.get("/messages/CEB792/").content.decode()
    assert "仅 2022 版" in page
    page = client.get("/messages/CEB621/").content.decode()
    assert "2018: C..30 / 2022: C..20" in page


def test_another_spelling_leads_to_the_one_address_and_none_to_nothing(client: Client) -> None:
    assert client.get("/messages/311/").headers["Location"] == "/messages/CEB311/"
    assert client.get("/messages/CEB999/").status_code == 404
    assert client.get("/messages/CEB213/2018.xlsx").status_code == 404
    assert client.get("/messages/CEB213/2022.xlsx").content[:2] == b"PK"


def test_a_finding_leads_to_its_field() -> None:
    assert field_address("/CEB311Message/Order[1]/OrderHead/orderNo") == "/messages/CEB311/#OrderHead.orderNo"
    assert field_address("/CEB311Message/Order[2]/OrderList[3]/gnum") == "/messages/CEB311/#OrderList.gnum"
    assert field_address("/CEB311Message") == "/messages/CEB311/"
    assert field_address("表头 Head!C5") == ""


def test_the_api_tells_the_same(client: Client) -> None:
    assert len(client.get("/api/v1/schema").json()) == len(NAMES)
    told = client.get("/api/v1/schema/311/fields").json()
    assert told["parts"][0]["fields"][0]["element"] == "guid"
    assert client.get("/api/v1/schema/999/fields").status_code == 404
