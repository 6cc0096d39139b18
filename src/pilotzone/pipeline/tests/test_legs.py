"""运抵单, 离境单, 清单总分单: matched by waybill, early or late, told in the life of the trade, refused where they contradict the list."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from pilotzone.pipeline.tests.exports import Export, leg, state, told
from pilotzone.pipeline.tests.papers import FIRMS, Bench, Trade, firm_fields

AT = datetime(2021, 3, 1, 11, tzinfo=UTC)
WAY = [{"logisticsNo": "XW1"}]


def stages(bench: Bench) -> set[str]:
    found = state(bench)["stages"]
    assert isinstance(found, dict)
    return set(found)


def reasons(bench: Bench) -> list[str]:
    found = state(bench)["reasons"]
    assert isinstance(found, list)
    return [one["code"] for one in found]


def test_a_parcel_arrives_is_billed_released_and_leaves(bench: Bench) -> None:
    one = Export()
    one.send(bench)
    one_by_one = [leg(bench, "507", "A1", WAY, at=AT), leg(bench, "607", "B1", WAY, at=AT)]
    assert [told(bench, receipt) for receipt in bench.send(*one_by_one)] == [("accepted", [])] * 2
    bench.send(one.receipt("800", one.at), channel="customs")
    (gone,) = bench.send(leg(bench, "509", "D1", WAY, at=AT))
    assert told(bench, gone) == ("accepted", [])
    assert {"arrival", "bill", "departure", "left"} <= stages(bench)
    assert state(bench)["bill_no"] == "BL1" and "rule.leg.unreleased" not in reasons(bench)
    lines = [line for row in bench.events("clearance.trade_changed") for line in row["lines"]]
    assert {"clearance.arrival", "clearance.bill", "clearance.departure"} <= {line[1] for line in lines}


@pytest.mark.parametrize("kind", ["507", "509", "607"])
def test_a_leg_that_comes_first_is_matched_later(bench: Bench, kind: str) -> None:
    (receipt,) = bench.send(leg(bench, kind, "A1", WAY, at=AT))
    assert told(bench, receipt) == ("accepted", [])
    Export().send(bench)
    bench.pipeline.sweep(bench.connection)
    name = {"507": "arrival", "509": "departure", "607": "bill"}[kind]
    assert name in stages(bench)
    ((trade,),) = bench.rows("SELECT trade_id FROM clearance_leg")
    assert trade == state(bench)["id"]
    events = len(bench.events("clearance.trade_changed"))
    bench.pipeline.sweep(bench.connection)
    assert len(bench.events("clearance.trade_changed")) == events


def test_what_left_without_release_is_told_once(bench: Bench) -> None:
    Export().send(bench)
    bench.send(leg(bench, "509", "D1", WAY, at=AT), leg(bench, "509", "D2", WAY, at=AT))
    assert reasons(bench).count("rule.leg.unreleased") == 1
    assert state(bench)["state"] == "sent"


def test_an_arrival_without_lines_is_that_of_the_bill(bench: Bench) -> None:
    Export().send(bench)
    bench.send(leg(bench, "607", "B1", WAY, at=AT), leg(bench, "507", "A1", [], at=AT))
    assert {"arrival", "bill"} <= stages(bench)


def test_a_deleted_arrival_is_no_arrival(bench: Bench) -> None:
    Export().send(bench)
    bench.send(leg(bench, "507", "A1", WAY, at=AT))
    (receipt,) = bench.send(leg(bench, "507", "A1", WAY, at=AT + timedelta(minutes=1), appType="3"))
    assert told(bench, receipt) == ("accepted", [])
    assert "arrival" not in stages(bench) and bench.rows("SELECT 1 FROM clearance_leg") == []


@pytest.mark.parametrize(
    ("kind", "lines", "changes", "code"),
    [
        ("507", WAY, {"msgSeqNo": "3", "msgCount": "2"}, "rule.split"),
        ("507", [*WAY, *WAY], {}, "rule.leg.repeated"),
        ("509", WAY, {"leaveTime": "20210401000000"}, "rule.leg.future"),
        ("607", [{"logisticsNo": "XW1", "invtNo": "40062021E000000077"}], {}, "rule.leg.list"),
    ],
)
def test_what_contradicts_itself_or_the_list_is_refused(
    bench: Bench, kind: str, lines: list[dict[str, str]], changes: dict[str, str], code: str
) -> None:
    Export().release(bench)
    (receipt,) = bench.send(leg(bench, kind, "A1", lines, at=AT, **changes))
    assert told(bench, receipt) == ("refused", [code])
    assert bench.rows("SELECT 1 FROM clearance_leg") == []


def store(bench: Bench, number: str, waybills: list[str], **changes: str) -> bytes:
    head = {
        "guid": str(uuid4()).upper(), "appType": "1", "appTime": "20210301190000", "appStatus": "2", "customsCode": "4006",
        "copNo": number, "operatorCode": FIRMS["area"], "operatorName": "测试area", "ieFlag": "I", "trafMode": "5", "trafNo": "CA123",
        "voyageNo": "CA123", "billNo": "BL-T1", **firm_fields("logi"),
    }  # fmt: skip
    lines = [{"gnum": str(place), "logisticsNo": one} for place, one in enumerate(waybills, 1)]
    return bench.message("CEB711Message", [(head | changes, lines)], "area")


@pytest.mark.parametrize("early", [False, True], ids=["after the list", "before the waybill"])
def test_the_store_list_of_an_import_is_told_in_its_life(bench: Bench, early: bool) -> None:
    trade, paper = Trade(), store(bench, "R1", ["WB-T1", "WB-X"])
    papers = [paper, *bench.all_four(trade)] if early else [*bench.all_four(trade), paper]
    for one in papers:
        bench.send(one)
    bench.pipeline.sweep(bench.connection)
    assert "store" in bench.trade(trade)["stages"]
    assert bench.rows("SELECT logistics_no, trade_id IS NOT NULL FROM clearance_leg ORDER BY 1") == [
        ("WB-T1", True),
        ("WB-X", False),
    ]
    (again,) = bench.send(store(bench, "R2", ["WB-T1", "WB-T1"]))
    assert told(bench, again) == ("refused", ["rule.leg.repeated"])
