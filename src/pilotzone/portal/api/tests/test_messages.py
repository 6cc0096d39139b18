"""A firm fetches what is its own: results of messages and official receipts, in order, again and again."""

from __future__ import annotations

import base64
import datetime

import pytest
from django.db import connection
from django.test import Client

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange import inbox, receipts, results
from pilotzone.exchange.receipts import Receipt
from pilotzone.exchange.results import Result
from pilotzone.exchange.signing import verify
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api.tests.conftest import Firm

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2021, 11, 11, 8, 30, 1, tzinfo=SHANGHAI)


def official(organisation: int, status: str) -> Receipt:
    node = f"<InventoryReturn><guid>{status}</guid>放行</InventoryReturn>"
    return Receipt(organisation, "CEB622Message", f"LIST-{status}", status, AT, f"[{status}]", node)


def message(status: str) -> str:
    """The official message of one receipt."""
    opening = f'<CEB622Message xmlns="http://www.chinaport.gov.cn/ceb" guid="{status}" version="1.0">'
    return f"{opening}<InventoryReturn><guid>{status}</guid>放行</InventoryReturn></CEB622Message>"


@pytest.fixture
def owed(seller: Firm, rival: Firm) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        receipts.write(cursor, [official(seller.id, "2"), official(rival.id, "99"), official(seller.id, "120")])
        receipts.write(cursor, [official(seller.id, "800")])


def fetched() -> list[tuple[int, int, bool]]:
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT organisation_id, returns, fetched_at IS NOT NULL FROM exchange_receipt ORDER BY id")
        return list(cursor.fetchall())


def test_receipts_come_in_order_and_no_one_elses(client: Client, seller: Firm, owed: None) -> None:
    told = client.get("/api/v1/receipts", headers=seller.token).json()
    assert [one["return_status"] for one in told["receipts"]] == ["2", "120", "800"]
    first = told["receipts"][0]
    assert first["message"] == "CEB622Message" and first["document"] == "LIST-2"
    assert first["return_time"] == "2021-11-11T08:30:01+08:00"
    assert base64.b64decode(first["xml"]).decode() == message("2")
    assert (told["after"], told["more"]) == (told["receipts"][-1]["id"], False)


def test_a_cursor_walks_all_of_them_and_may_go_back(client: Client, seller: Firm, owed: None) -> None:
    after, statuses, pages = 0, [], 0
    while True:
        told = client.get(f"/api/v1/receipts?after={after}&limit=1", headers=seller.token).json()
        statuses += [one["return_status"] for one in told["receipts"]]
        after, pages = told["after"], pages + 1
        if not told["more"]:
            break
    assert (statuses, pages) == (["2", "120", "800"], 4)
    assert client.get(f"/api/v1/receipts?after={after}", headers=seller.token).json()["after"] == after
    assert len(client.get("/api/v1/receipts", headers=seller.token).json()["receipts"]) == 3


def test_handing_out_is_noted_by_package(client: Client, seller: Firm, rival: Firm, owed: None) -> None:
    client.get("/api/v1/receipts?limit=1", headers=seller.token)
    assert fetched() == [(seller.id, 2, True), (rival.id, 1, False), (seller.id, 1, False)]
    client.get("/api/v1/receipts", headers=seller.token)
    assert fetched() == [(seller.id, 2, True), (rival.id, 1, False), (seller.id, 1, True)]


def test_a_receipt_as_xml_is_the_message_itself(client: Client, seller: Firm, rival: Firm, owed: None) -> None:
    number = client.get("/api/v1/receipts", headers=seller.token).json()["receipts"][1]["id"]
    answer = client.get(f"/api/v1/receipts/{number}.xml", headers=seller.token)
    assert answer.headers["Content-Type"] == "application/xml; charset=utf-8"
    assert answer.content.decode() == message("120")
    assert client.get(f"/api/v1/receipts/{number}.xml", headers=rival.token).status_code == 404
    # a number between mine is another firm's or nobody's: not the next one of mine
    assert client.get(f"/api/v1/receipts/{number + 1}.xml", headers=seller.token).status_code == 404


def test_the_signed_package_verifies_and_is_no_one_elses(client: Client, seller: Firm, rival: Firm, owed: None) -> None:
    number = client.get("/api/v1/receipts", headers=seller.token).json()["receipts"][1]["id"]
    answer = client.get(f"/api/v1/receipts/{number}/package", headers=seller.token)
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/xml; charset=utf-8")
    assert answer.content.count(b"<InventoryReturn>") == 2  # what one batch answered
    assert verify(answer.content, at=datetime.datetime.now(datetime.UTC)).ok
    assert not verify(answer.content.replace(b">120<", b">800<"), at=datetime.datetime.now(datetime.UTC)).ok
    assert client.get(f"/api/v1/receipts/{number}/package", headers=rival.token).status_code == 404


@pytest.mark.parametrize(
    "query", ["after=-1", "after=x", "after=9223372036854775808", "limit=0", "limit=501", "limit=", "after=1e3"]
)
def test_a_bad_cursor_is_named(client: Client, seller: Firm, query: str) -> None:
    answer = client.get(f"/api/v1/receipts?{query}", headers=seller.token)
    assert (answer.status_code, answer.json()["code"]) == (422, "api.input")
    assert list(answer.json()["fields"]) == [query.split("=")[0]]


@pytest.mark.parametrize("number", ["0", "9223372036854775808", "-1"])
def test_a_bad_receipt_number_is_refused(client: Client, seller: Firm, number: str) -> None:
    assert client.get(f"/api/v1/receipts/{number}.xml", headers=seller.token).status_code == 422


def test_a_message_is_told_to_its_sender_only(client: Client, seller: Firm, rival: Firm) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        receipt = inbox.keep_one(connection, b"<a/>", channel="http", organisation_id=seller.id)
    where = f"/api/v1/messages/{receipt}"
    told = client.get(where, headers=seller.token).json()
    assert (told["receipt"], told["state"], told["documents"], told["channel"]) == (receipt, "received", [], "http")
    finding = {"code": "rule.match.amount", "zh": "金额不符", "en": "amounts differ", "whose": "pay", "path": "/a"}
    with scope(PLATFORM), connection.cursor() as cursor:
        results.write(cursor, [Result(receipt, 0, "accepted"), Result(receipt, 1, "refused", "CEB311 O-1", [finding])])
        cursor.execute("UPDATE exchange_cursor SET position = 9223372036854775807")
    told = client.get(where, headers=seller.token).json()
    assert (told["state"], told["result"]) == ("done", "accepted")
    assert told["documents"] == [{"position": 1, "state": "refused", "document": "CEB311 O-1", "findings": [finding]}]
    assert client.get(where, headers=rival.token).json()["code"] == "api.not_found"


@pytest.mark.parametrize("receipt", ["%00", "a%00b", "a" * 65, "a%20b", "%F0%9F%98%80", "'--"])
def test_a_bad_receipt_id_is_refused(client: Client, seller: Firm, receipt: str) -> None:
    assert client.get(f"/api/v1/messages/{receipt}", headers=seller.token).status_code == 422
