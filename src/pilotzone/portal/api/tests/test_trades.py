"""Trades and timelines: whole for the parties, stages for everybody, nothing for another firm."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from django.core.cache import cache
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.partitions import first_id
from pilotzone.portal.api.tests.conftest import Firm, sign_in
from pilotzone.rooms.tracking import api as tracking

pytestmark = pytest.mark.django_db
AT = datetime.datetime(2021, 11, 11, 0, 30, tzinfo=datetime.UTC)
COLUMNS = {
    "id": first_id(AT.date()) + 7001, "hash": 7001, "key": "k", "flow": "I", "mode": "9610", "order_no": "ORDER-7", "pay_no": "",
    "logistics_no": "SF70", "cop_no": "", "pre_no": "", "invt_no": "", "bill_no": "", "state": "waiting",
    "customs_status": "", "return_time": "", "missing": ["payment"], "holder": "pay", "buyer": "b7",
    "customs_code": "4000", "unit": "zone", "value": "425.50", "first_at": AT, "changed_at": AT, "history": False,
    "reasons": json.dumps([{"code": "rule.match.missing", "zh": "缺支付单", "en": "no payment", "whose": "pay"}]),
    "stages": json.dumps({"order": "2021-11-11T08:30:00+08:00"}),
}  # fmt: skip


@pytest.fixture
def trade(seller: Firm, flood_connect: Callable[[], psycopg.Connection[Any]]) -> Iterator[int]:
    """A trade of the seller's that waits for its payment, as the flood writes it."""
    row = COLUMNS | {"parties": [seller.id], "firms": json.dumps({"ebc": seller.id, "pay": 99})}
    with flood_connect() as connection:
        connection.execute("SELECT pz_partition('clearance_trade', %s)", (AT.date(),))
        places = ", ".join(["%s"] * len(row))
        connection.execute(f"INSERT INTO clearance_trade ({', '.join(row)}) VALUES ({places})", list(row.values()))
        # as the timelines know it by then
        connection.execute("INSERT INTO tracking_number (number, trade_id) VALUES ('SF70', %s)", (row["id"],))
    yield COLUMNS["id"]  # type: ignore[misc]
    with flood_connect() as connection:
        connection.execute("DELETE FROM clearance_trade WHERE id = %s", (COLUMNS["id"],))
        connection.execute("DELETE FROM tracking_number WHERE trade_id = %s", (COLUMNS["id"],))


def test_a_party_lists_and_opens_its_trade(client: Client, seller: Firm, trade: int) -> None:
    told = client.get("/api/v1/trades", headers=seller.token).json()
    assert (told["total"], told["page"], told["pages"]) == (1, 1, 1)
    row = told["rows"][0]
    assert (row["id"], row["order_no"], row["value"], row["tax"]) == (trade, "ORDER-7", "425.50", None)
    assert row["first_at"] == "2021-11-11T08:30:00+08:00"
    assert row["state_zh"] and row["state_en"]
    one = client.get(f"/api/v1/trades/{trade}", headers=seller.token).json()
    assert one["missing_parts"][0]["kind"] == "payment" and one["missing_parts"][0]["organisation"] == 99
    assert one["reasons"][0]["whose"] == "pay"
    assert one["roles"] == ["ebc"]
    assert one["stages"] == [["order", "2021-11-11T08:30:00+08:00"]]


def test_another_firm_sees_nothing_of_it(client: Client, rival: Firm, trade: int) -> None:
    assert client.get("/api/v1/trades", headers=rival.token).json()["rows"] == []
    assert client.get("/api/v1/trades?number=ORDER-7", headers=rival.token).json()["total"] == 0
    answer = client.get(f"/api/v1/trades/{trade}", headers=rival.token)
    assert (answer.status_code, answer.json()["code"]) == (404, "api.not_found")


def test_customs_sees_it(client: Client, trade: int) -> None:
    sign_in(client, "customs_officer", unit="customs")
    assert client.get(f"/api/v1/trades/{trade}").status_code == 200


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("state=waiting", 1), ("state=released&state=waiting", 1), ("state=released", 0), ("flow=I", 1), ("flow=E", 0),
        ("mode=9610&customs=4000", 1), ("customs=4001", 0), ("holder=pay", 1), ("holder=logi", 0), ("number=SF70", 1),
        ("number=SF7", 0), ("since=2021-11-11&until=2021-11-11", 1), ("since=2021-11-12", 0), ("until=2021-11-10", 0),
        ("history=true", 0), ("unit=zone", 1), ("unit=zone.d360111", 0), ("page=9&size=1", 1),
    ],
)  # fmt: skip
def test_filters_narrow_the_list(client: Client, seller: Firm, trade: int, query: str, found: int) -> None:
    assert client.get(f"/api/v1/trades?{query}", headers=seller.token).json()["total"] == found


@pytest.mark.parametrize(
    "query",
    ["page=0", "size=501", "since=20211111", "since=1", "until=2021-02-30", "number=a%00b", "state=%00", "history=maybe",
     "page=99999999999999999999", "unit=" + "x" * 201, "states=waiting"],
)  # fmt: skip
def test_a_bad_filter_is_named(client: Client, seller: Firm, query: str) -> None:
    answer = client.get(f"/api/v1/trades?{query}", headers=seller.token)
    assert (answer.status_code, answer.json()["code"]) == (422, "api.input")
    assert query.split("=")[0] in next(iter(answer.json()["fields"]))


@pytest.mark.parametrize(("id_", "status"), [("0", 422), ("x", 422), ("9223372036854775807", 404), ("9" * 30, 422)])
def test_a_trade_that_is_none(client: Client, seller: Firm, id_: str, status: int) -> None:
    assert client.get(f"/api/v1/trades/{id_}", headers=seller.token).status_code == status


@pytest.fixture
def life(seller: Firm) -> None:
    row = {
        "trade": 7, "flow": "I", "mode": "9610", "parties": [seller.id], "buyer": "b7", "holder": "pay",
        "zh": "等待支付单", "en": "waiting for the payment", "numbers": {"orderNo": "ORDER/7", "logisticsNo": "SF70"},
    }  # fmt: skip
    with scope(PLATFORM):
        tracking.read_in([row | {"at": "2021-11-11T08:00:00+08:00", "state": "waiting", "code": "clearance.waiting"}])
        tracking.read_in([row | {"at": "2021-11-11T08:00:05+08:00", "state": "released", "code": "clearance.released", "holder": ""}])  # fmt: skip


def test_a_timeline_is_whole_for_a_party_and_stages_for_everybody(client: Client, seller: Firm, life: None) -> None:
    (mine,) = client.get("/api/v1/track/SF70", headers=seller.token).json()["found"]
    assert mine["full"] and mine["trade"] == 7 and mine["numbers"]["orderNo"] == "ORDER/7"
    assert [event["zh"] for event in mine["events"]] == ["等待支付单", "等待支付单"]
    (theirs,) = client.get("/api/v1/track/SF70").json()["found"]
    assert (theirs["full"], theirs["trade"], theirs["numbers"]) == (False, None, {})
    assert [(event["state"], event["zh"], event["code"]) for event in theirs["events"]] == [
        ("waiting", "", ""),
        ("released", "", ""),
    ]
    assert theirs["state_zh"] == "放行" and theirs["holder_en"] == "done"


def test_a_number_may_hold_a_stroke(client: Client, life: None) -> None:
    assert client.get("/api/v1/track/ORDER/7").json()["number"] == "ORDER/7"


@pytest.mark.parametrize(
    ("number", "told"),
    [("ORDER-8", (404, "tracking.not_found")), ("x", (422, "tracking.bad_number")), ("ab%00cd", (422, "api.input")),
     ("n" * 201, (422, "api.input")), ("a%20%3Cb%3E", (422, "tracking.bad_number")), ("%FF%FEab", (404, "tracking.not_found"))],
)  # fmt: skip
def test_a_number_that_finds_nothing_says_so(client: Client, number: str, told: tuple[int, str]) -> None:
    answer = client.get(f"/api/v1/track/{number}")
    assert (answer.status_code, answer.json()["code"]) == told


def test_the_board_counts_the_zones_day(client: Client, life: None, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(clock, "today", lambda: datetime.date(2021, 11, 11))
    told = client.get("/api/v1/board").json()
    cache.clear()
    assert told["day"] == "2021-11-11"
    assert {(one["key"], one["zh"], one["value"]) for one in told["counters"]} >= {("released", "放行", 1)}
    assert {"state": "released", "points": [["2021-11-11T08:00:00+08:00", 1]]} in told["series"]
