"""What pages see of the clearance: each actor his own, personal fields masked, verbs with their limits."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections

from pilotzone.base.errors import Denied, Refused
from pilotzone.exchange.signing import PemSigner
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, CONSUMER, DISTRICT, ENTERPRISE, NOBODY, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.papers import BUYER, Bench, Trade
from pilotzone.rooms.clearance import api

FULL, HALF = (
    Trade("F1", at=datetime.now(UTC) - timedelta(minutes=9)),
    Trade("H1", at=datetime.now(UTC) - timedelta(minutes=9)),
)
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs")


@pytest.fixture(scope="module")
def zone(
    server: Any, fresh_database: Callable[[str], str], django_db_setup: None, demo_keys: dict[str, PemSigner],
    django_db_blocker: Any,
) -> Iterator[Bench]:  # fmt: skip
    """A database of its own with one sent and one waiting trade; Django's connection leads there meanwhile."""
    name = fresh_database("pz_pages_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    settings, before = connections["default"].settings_dict, connections["default"].settings_dict["NAME"]
    with django_db_blocker.unblock():
        connections["default"].close()
        settings["NAME"] = name
        with psycopg.connect(server.dsn(role="pz_flood", database=name)) as connection:
            bench = Bench(connection, demo_keys)
            bench.send(*bench.all_four(FULL), bench.paper(HALF, "order"))
            connection.commit()
            clock.forget()
            yield bench
        connections["default"].close()
        settings["NAME"] = before
        clock.forget()


def firm(zone: Bench, role: str) -> Actor:
    return Actor(kind=ENTERPRISE, organisation=zone.firms[role])


def seen(actor: Actor) -> set[str]:
    with scope(actor):
        return {row["order_no"] for row in api.trades()["rows"]}


@pytest.mark.parametrize(
    ("role", "orders"),
    [("ebp", {"ORDER-F1", "ORDER-H1"}), ("pay", {"ORDER-F1", "ORDER-H1"}), ("logi", {"ORDER-F1"}), ("stranger", set())],
)
def test_a_firm_sees_the_trades_it_is_party_of(zone: Bench, role: str, orders: set[str]) -> None:
    assert seen(firm(zone, role)) == orders


def test_officers_see_all_and_a_county_officer_and_strangers_nothing(zone: Bench) -> None:
    both = {"ORDER-F1", "ORDER-H1"}
    assert seen(CUSTOMS) == both
    assert seen(Actor(kind=AGENCY, unit_path="zone.tax")) == both
    assert seen(Actor(kind=ZONE, role="zone_officer")) == both
    assert seen(Actor(kind=ZONE, role="leader")) == set()
    assert seen(Actor(kind=AGENCY, unit_path="zone.safe")) == set()
    assert seen(Actor(kind=DISTRICT, unit_path="zone.districts.d360111")) == set()
    assert seen(NOBODY) == set()


def test_the_buyer_sees_his_own(zone: Bench) -> None:
    own = api.buyer_key(BUYER["buyerIdType"], BUYER["buyerIdNumber"])
    assert seen(Actor(kind=CONSUMER, buyer=own)) == {"ORDER-F1", "ORDER-H1"}
    assert seen(Actor(kind=CONSUMER, buyer="another")) == set()
    assert seen(Actor(kind=CONSUMER)) == set()


def test_a_trade_tells_what_is_there_and_what_is_missing_and_from_whom(zone: Bench) -> None:
    with scope(firm(zone, "ebp")):
        found = api.trades({"number": "ORDER-H1"})["rows"][0]
        told = api.trade(found["id"])
    assert told is not None
    assert [part["kind"] for part in told["parts"]] == ["order"]
    assert [(part["kind"], part["whose"]) for part in told["missing_parts"]] == [
        ("payment", "pay"), ("waybill", "logi"), ("list", "declarant"),
    ]  # fmt: skip
    assert told["roles"] == ["ebp"]
    with scope(firm(zone, "stranger")):
        assert api.trade(found["id"]) is None


def document_of(zone: Bench, actor: Actor, kind: str) -> dict[str, Any]:
    with scope(actor):
        row = api.trades({"number": "ORDER-F1"})["rows"][0]
        told = api.trade(row["id"])
        assert told is not None
        id_ = next(part["document"] for part in told["parts"] if part["kind"] == kind)
        found = api.document(id_)
    assert found is not None
    return found


def test_personal_fields_are_open_to_who_wrote_them_and_masked_to_others(zone: Bench) -> None:
    own = document_of(zone, firm(zone, "ebp"), "order")
    assert own["personal"]["buyerName"] == BUYER["buyerName"]
    other = document_of(zone, firm(zone, "logi"), "list")
    assert BUYER["buyerIdNumber"] not in str(other)
    assert BUYER["buyerName"] not in str(other)
    officer = document_of(zone, CUSTOMS, "order")
    assert BUYER["buyerIdNumber"] not in str(officer)


def test_customs_opens_personal_fields_with_a_reason_that_is_kept(zone: Bench) -> None:
    id_ = document_of(zone, CUSTOMS, "order")["id"]
    with scope(CUSTOMS), pytest.raises(Denied):
        api.open_personal(document=id_, reason=" ")
    with scope(CUSTOMS):
        assert api.open_personal(document=id_, reason="核查")["personal"]["buyerName"] == BUYER["buyerName"]
    zone.connection.commit()
    assert zone.rows("SELECT reason FROM kernel_audit WHERE action = 'clearance.personal.open'") == [("核查",)]
    with scope(firm(zone, "logi")), pytest.raises((Denied, Refused)):
        api.open_personal(document=id_, reason="x")


def test_urging_works_once_a_day_and_only_where_the_trade_waits(zone: Bench) -> None:
    with scope(firm(zone, "ebp")):
        id_ = api.trades({"number": "ORDER-H1"})["rows"][0]["id"]
        api.urge(trade=id_, party="pay")
        with pytest.raises(Refused, match="again"):
            api.urge(trade=id_, party="pay")
        with pytest.raises(Refused, match="not_theirs"):
            api.urge(trade=id_, party="ebc")
        told = api.trade(id_)
    assert told is not None
    assert [urge["party"] for urge in told["urges"]] == ["pay"]
    with scope(firm(zone, "stranger")), pytest.raises(Refused, match="unknown"):
        api.urge(trade=id_, party="pay")


def test_rows_of_a_page_become_drafts_of_the_firm_alone(zone: Bench) -> None:
    trade = Trade("D1", at=datetime.now(UTC) - timedelta(minutes=5))
    head = {name: value for name, value in trade.head("order").items() if name not in ("guid", "appTime", "appStatus")}
    with scope(firm(zone, "ebp")):
        (receipt,) = api.submit_rows(message="CEB311Message", documents=[(head, trade.lines("order"))])
    zone.connection.commit()
    assert zone.work().documents == 1
    zone.connection.commit()
    assert zone.results(receipt) == [("draft", [])]
    with scope(firm(zone, "ebp")):
        (draft,) = api.drafts()["rows"]
    assert draft["head"]["orderNo"] == "ORDER-D1"
    with scope(firm(zone, "ebc")):
        assert api.drafts()["rows"] == []
    with scope(NOBODY), pytest.raises(Denied):
        api.submit_rows(message="CEB311Message", documents=[(head, trade.lines("order"))])


def test_filters_and_counters_speak_of_what_is_seen(zone: Bench) -> None:
    with scope(firm(zone, "ebp")):
        assert [row["order_no"] for row in api.trades({"state": "sent"})["rows"]] == ["ORDER-F1"]
        assert [row["order_no"] for row in api.trades({"holder": "pay"})["rows"]] == ["ORDER-H1"]
        assert api.trades({"flow": "E"})["total"] == 0
        today = {one["key"]: one["value"] for one in api.counters(clock.today())}
    assert today == {"sent": 1, "waiting": 1}


def test_a_mandate_needs_a_written_undertaking(zone: Bench) -> None:
    with scope(firm(zone, "pay")):
        given = {"principal": zone.firms["pay"], "agent": zone.firms["logi"], "since": clock.today()}
        with pytest.raises(Refused):
            api.give_mandate(kinds=["payment"], undertaking="", **given)
        with pytest.raises(Refused):
            api.give_mandate(kinds=["list"], undertaking="担责", **given)
        assert api.give_mandate(kinds=["payment"], undertaking="担责", **given)
