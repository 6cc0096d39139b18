"""Customs sums released export lists up: one declaration a group, told line by line; what it may not sum up comes back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pilotzone.exchange.formats.envelope import unwrap
from pilotzone.exchange.formats.parse import parse
from pilotzone.simulators import faults
from pilotzone.simulators.customs import desk
from pilotzone.simulators.customs.answers import post_due
from pilotzone.simulators.singlewindow import node
from pilotzone.simulators.tests.papers import EBC, EBP, LOGI, PLATFORM, Paper, export_trade
from pilotzone.simulators.tests.test_applications import number_of
from pilotzone.simulators.tests.test_customs import NOW, customs, send, signer

__all__ = ["customs", "send", "signer"]  # fixtures
Connection = psycopg.Connection[Any]


def application(cop_no: str, numbers: list[str], **head: str) -> Paper:
    told = {
        "guid": str(uuid.uuid4()).upper(), "appType": "1", "appTime": "20210706100000", "appStatus": "2", "customsCode": "4006",
        "copNo": cop_no, "agentCode": "3601900031", "agentName": "演示报关", **EBC, "declAgentCode": "3601900031",
        "declAgentName": "演示报关", "summaryFlag": "2", "itemNameFlag": "0", "msgCount": "1", "msgSeqNo": "1", **head,
    }  # fmt: skip
    return "CEB701Message", told, [{"invtNo": number} for number in numbers]


@pytest.fixture
def released(customs: Connection, send: Callable[..., None]) -> Callable[..., str]:
    """An export list customs let go; answers its number."""

    def take(no: str, flag: str = "B", **changes: str) -> str:
        papers = export_trade(no)
        papers[3][1].update({"statisticsFlag": flag, **changes})
        send(*papers)
        desk.work(customs, NOW)
        answers(customs)
        return number_of(customs, no)

    return take


def answers(connection: Connection) -> list[tuple[str, dict[str, str], list[dict[str, str]]]]:
    """(message, head, lines) of what lies in the platform's box."""
    post_due(connection, NOW)
    rows = node.receive(connection, PLATFORM, 500)
    node.acknowledge(connection, PLATFORM, [number for number, _ in rows])
    told = []
    for _, raw in rows:
        parsed = parse(unwrap(raw, node.MAX_BYTES).data, on=NOW.date())
        assert parsed.findings == [], parsed.findings
        told += [(parsed.name[:6], dict(one.head), [dict(line) for line in one.lines]) for one in parsed.documents]
    return told


def test_lists_that_share_the_keys_make_one_declaration_and_others_another(
    customs: Connection, send: Callable[..., None], released: Callable[..., str]
) -> None:
    numbers = [released("S1"), released("S2"), released("S3", country="110")]
    send(application("SUM1", numbers))
    desk.work(customs, NOW)
    told = answers(customs)
    assert [(name, head.get("returnStatus")) for name, head, _ in told if name == "CEB702"] == [
        ("CEB702", "2"),
        ("CEB702", "399"),
    ]
    results = [(head, lines) for name, head, lines in told if name == "CEB792"]
    assert sorted(len(lines) for _, lines in results) == [1, 2]
    assert len({head["declSeqNo"] for head, _ in results}) == len({head["entryId"] for head, _ in results}) == 2
    (sum_no,) = {head["sumNo"] for head, _ in results}
    assert sum_no == next(head["sumNo"] for name, head, _ in told if name == "CEB702" and head["returnStatus"] == "399")
    assert sorted(line["invtNo"] for _, lines in results for line in lines) == sorted(numbers)


def test_parts_wait_for_each_other(
    customs: Connection, send: Callable[..., None], released: Callable[..., str]
) -> None:
    one, other = released("S1"), released("S2")
    send(application("SUM1", [one], msgCount="2"))
    desk.work(customs, NOW)
    assert [name for name, _, _ in answers(customs)] == ["CEB702", "CEB702"]
    send(application("SUM1", [other], msgCount="2", msgSeqNo="2"))
    desk.work(customs, NOW)
    (lines,) = [lines for name, _, lines in answers(customs) if name == "CEB792"]
    assert sorted(line["invtNo"] for line in lines) == sorted([one, other])


def test_a_period_takes_what_was_released_in_it(
    customs: Connection, send: Callable[..., None], released: Callable[..., str]
) -> None:
    number = released("S1")
    released("S2", flag="A")
    send(application("SUM1", [number], startTime="20210601000000", endTime="20210630235959"))
    desk.work(customs, NOW)
    (lines,) = [lines for name, _, lines in answers(customs) if name == "CEB792"]
    assert [line["invtNo"] for line in lines] == [number]


@pytest.mark.parametrize("wrong", ["twice", "unknown", "foreign", "for statistics", "not released"])
def test_what_may_not_be_summed_up_comes_back(
    customs: Connection, send: Callable[..., None], released: Callable[..., str], wrong: str
) -> None:
    changes: dict[str, str] = {}
    if wrong == "not released":
        faults.change(customs, {"delay_ms": 3_600_000})
    number = released("S1", flag="A" if wrong == "for statistics" else "B")
    if wrong == "twice":
        send(application("SUM0", [number]))
        desk.work(customs, NOW)
        answers(customs)
    elif wrong == "foreign":
        changes = {"ebcCode": "3601900999"}
    elif wrong == "unknown":
        number = "40062021E999999999"
    faults.change(customs, {"delay_ms": 0})
    send(application("SUM1", [number], **changes))
    desk.work(customs, NOW)
    told = answers(customs)
    assert [head["returnStatus"] for name, head, _ in told if name == "CEB702"] == ["2", "100"]
    assert [name for name, _, _ in told if name == "CEB792"] == []


def back(number: str, cop_no: str, qty: str) -> Paper:
    head = {
        "guid": str(uuid.uuid4()).upper(), "appType": "1", "appTime": "20210706100000", "appStatus": "2", "customsCode": "4006",
        **EBP, **EBC, **LOGI, "logisticsNo": "WS1", "coElNo": cop_no, "invtNo": number, "agentCode": "3601900031",
        "agentName": "演示报关", "billNo": "BACK", "ieFlag": "I", "trafMode": "5", "trafName": "RH302", "portCode": "4006",
        "reason": "演示", "country": "502", "voyageNo": "RH302",
    }  # fmt: skip
    line = {
        "gnum": "1",
        "gcode": "6109100000",
        "gname": "演示",
        "gmodel": "演示",
        "qty": qty,
        "qty1": qty,
        "unit": "011",
        "unit1": "011",
    }
    return "CEB213Message", head, [line]


def test_exported_goods_come_back_once(
    customs: Connection, send: Callable[..., None], released: Callable[..., str]
) -> None:
    number = released("S1")
    for cop_no, expected in (("R1", "399"), ("R2", "-603001")):
        send(back(number, cop_no, "1"), edition="2022")
        desk.work(customs, NOW)
        assert [head["returnStatus"] for name, head, _ in answers(customs) if name == "CEB214"] == ["2", expected]
