"""B2B and channels on the pages and over the API: orders B and W with their channel, the lines that differ, parcels and sales."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pilotzone.exchange import clients
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.pipeline.tests.exports import Export
from pilotzone.pipeline.tests.papers import Bench
from pilotzone.portal.desks.tests.test_changes_page import clerk
from pilotzone.portal.desks.tests.test_summaries_page import page

JULY = datetime(2021, 7, 5, 4, tzinfo=UTC)


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    """A B2B order alone, one whose list differs from it, and one for an overseas warehouse; the clock stands in July 2021."""
    with scope(PLATFORM):
        load_units()
    zone = standing_zone
    zone.set_clock(JULY)
    alone = Export("1", at=JULY, mode="9710", order_type="B", edition="2022")
    zone.send(alone.order(zone))
    differs = Export("2", at=JULY, mode="9710", order_type="B", edition="2022")
    zone.send(differs.order(zone), Export("2", at=JULY, mode="9710", edition="2022", qty="3").list(zone))
    zone.send(Export("3", at=JULY, mode="9810", order_type="W", edition="2022").order(zone))
    zone.send(Export("4", at=JULY).order(zone))
    zone.connection.commit()
    clock.forget()
    return zone


def trade(zone: Bench, number: str) -> int:
    ((found,),) = zone.rows("SELECT id FROM clearance_trade WHERE order_no = %s", f"XO{number}")
    return int(found)


def test_b2b_orders_are_listed_with_their_channel(zone: Bench) -> None:
    agent = clerk(zone, "ebc")
    shown = page(agent, "/clearance/b2b/")
    assert all(f"XO{n}" in shown for n in "123") and "XO4" not in shown
    assert "申报清单（出口统一版）" in shown
    assert "XO2" in page(agent, "/clearance/b2b/export.csv")
    assert "没有B2B出口订单" in page(clerk(zone, "pay"), "/clearance/b2b/")


def test_the_lines_that_differ_are_shown_before_sending(zone: Bench) -> None:
    agent = clerk(zone, "ebc")
    shown = page(agent, f"/clearance/b2b/{trade(zone, '2')}/")
    assert "不一致的字段" in shown and "数量" in shown and "总价" in shown
    assert "还没有清单" in page(agent, f"/clearance/b2b/{trade(zone, '1')}/")
    refund = page(agent, f"/clearance/b2b/{trade(zone, '1')}/?refund=1")
    assert "rule.b2b.refund" in refund and "10000004" in refund
    overseas = f"/clearance/b2b/{trade(zone, '3')}/"
    assert "rule.b2b.warehouse" in page(agent, overseas)
    assert "rule.b2b.by_list" in page(agent, f"{overseas}?warehouse=HW1")
    assert agent.get(f"/clearance/b2b/{trade(zone, '4')}/").status_code == 422
    assert agent.get("/clearance/b2b/7/").status_code == 404
    assert clerk(zone, "pay").get(overseas).status_code == 404


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("flow=I&carrier=mail&value=380&personal=1&group=1", "49.40"),
        ("flow=I&carrier=mail&value=390&personal=1&group=1", "50.70"),
        ("flow=I&carrier=mail&value=390&platform_sale=1&group=1&listed=1", "rule.channel.retail_import"),
        ("flow=I&carrier=express&value=5000.01", "0110"),
    ],
)
def test_the_channel_follows_the_facts(zone: Bench, asked: str, says: str) -> None:
    shown = page(clerk(zone, "ebc"), f"/clearance/channels/?{asked}")
    assert says in shown
    assert ("50.70" in shown) == (says == "50.70")


@pytest.mark.parametrize(
    "asked", ["value=abc", "value=1&on=2021-02-30", "value=1&platform_sale=1&personal=1", "value=1&flow=X"]
)
def test_facts_that_are_none_are_refused(zone: Bench, asked: str) -> None:
    answer = clerk(zone, "ebc").get(f"/clearance/channels/?{asked}")
    assert answer.status_code == 422 and "rule.channel" in answer.content.decode()


def test_over_the_api_the_same(zone: Bench) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        token = {"Authorization": f"Bearer {clients.issue(cursor, zone.firms['ebc'], 'test')}"}
    client = Client()

    def get(where: str) -> Any:
        return json.loads(client.get(f"/api/v1/{where}", headers=token).content)

    assert {row["mode"] for row in get("b2b")["rows"]} == {"9710", "9810"}
    told = get(f"b2b/{trade(zone, '2')}")
    assert (
        told["channel"] == "list" and told["digits"] == 6 and told["differences"][0]["fields"] == ["qty", "totalPrice"]
    )
    asked = {"ordered": [{"gnum": "1", "qty": "2"}], "declared": [{"gnum": "1", "qty": "3"}]}
    compared = client.post("/api/v1/b2b/compare", json.dumps(asked), content_type="application/json", headers=token)
    assert json.loads(compared.content)["differences"][0]["fields"] == ["qty"]
    parcel = get("channels?carrier=mail&value=390&personal=true&group=1")
    assert parcel["channel"] == "mail_article" and parcel["parcel"]["total"] in ("50.70", 50.7)
    sale = get("channels?carrier=mail&value=390&platform_sale=true&group=1")
    assert sale["channel"] == "retail_import" and sale["parcel"] is None
