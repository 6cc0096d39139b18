"""Joint inspections for the demonstration: customs inspects a few last imports, inspectors deal with some of them, the rest wait.

Everything goes the real way: customs' receipts raise the orders, the scheduler follows, the officers' own verbs do the rest.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import psycopg

from pilotzone.exchange import inbox
from pilotzone.exchange.inbox import Incoming
from pilotzone.exchange.signing import PemSigner
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo import batches
from pilotzone.portal.demo.load import withheld
from pilotzone.portal.demo.trades import deal, import_papers
from pilotzone.reference.calendar import next_working_day
from pilotzone.rooms.clearance import api as clearance

# how customs behaves while they are sent: everything is inspected, and the results of the platform's inspectors are waited for
INSPECTING: dict[str, object] = {
    "brief": False, "follow": False, "delay_ms": 0, "review": 0.0, "inspection": 1.0, "ask": 0.0, "field_s": 30 * 86_400,
}  # fmt: skip
MOST, ONE_IN, PATIENCE_S, LOOK_S = 8, 10, 40.0, 0.2
FIRST_NUMBER = 6_000_000
PASSED: dict[str, Any] = {"supervision": "passed", "quarantine": "passed", "outcome": "release"}
# what becomes of the orders, one after the other; those beyond wait to be scheduled
RESULTS: tuple[dict[str, Any] | None, ...] = (
    PASSED, PASSED,
    {"supervision": "passed", "quarantine": "problem", "outcome": "destroy", "findings": "（合成）检疫发现活虫"},
    {"supervision": "problem", "quarantine": "passed", "outcome": "hold", "findings": "（合成）数量多于申报"},
    PASSED, None,
)  # fmt: skip
INSPECTOR = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_inspector", reason="SYNTHETIC DEMO")
OFFICER = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer", reason="SYNTHETIC DEMO")
FACILITIES = ("platform", "xray", "quarantine")


def send(
    trades: int,
    seed: int,
    at: datetime,
    signers: Mapping[int, PemSigner],
    connect: Callable[[], psycopg.Connection[Any]],
) -> list[str]:
    """Send a few imports more, to be inspected; their order numbers."""
    chance = random.Random(f"inspections {seed}")  # noqa: S311 (synthetic data, not a secret)
    count = min(MOST, trades // ONE_IN)
    made = [deal(FIRST_NUMBER + n, flow="I", mode="9610", at=at, chance=chance, people=200) for n in range(count)]
    papers = [(at, paper) for one in made for paper in import_papers(one, withheld(one))]
    with connect() as connection:
        for message in batches.Desk(signers).messages(papers):
            inbox.keep(connection, [Incoming(message.body, "http", message.sender.dxp_id, None, message.at)])
        connection.commit()
    return [one.number for one in made]


def inspect(orders: list[str]) -> int:
    """Deal with the orders of these trades as they come, as `RESULTS` says; how many came in time."""
    found = _wait(orders)
    day = next_working_day(clock.today()).day
    for place, number in enumerate(found):
        if place < len(RESULTS):
            _deal(number, day, RESULTS[place])
    with scope(INSPECTOR):
        for facility in FACILITIES:
            for site in ("airport", "bonded"):
                clearance.inspections.confirm_facility(
                    site=site, facility=facility, since=date(2019, 12, 31), note="合成数据"
                )
    _liaison()
    return len(found)


def _wait(orders: list[str]) -> list[int]:
    until, found = time.monotonic() + PATIENCE_S, list[int]()
    while time.monotonic() < until and len(found) < len(orders):
        with scope(PLATFORM):
            rows = [clearance.inspections.listed({"number": number}, 1, 1)["rows"] for number in orders]
        found = sorted({row[0]["id"] for row in rows if row})
        if len(found) < len(orders):
            time.sleep(LOOK_S)
    return found


def _deal(number: int, day: date, result: dict[str, Any] | None) -> None:
    with scope(INSPECTOR):
        told = clearance.inspections.told(number)
        if told["state"] != "selected":
            return
        slot = clearance.inspections.free_slots(told["site"], day)[0]
        version = clearance.inspections.schedule(
            number=number, version=told["version"], bay=slot.bay, begins=slot.begins, ends=slot.ends
        )
        if result is None:
            return
        version = clearance.inspections.open_goods(number=number, version=version)
        clearance.inspections.conclude(number=number, version=version, **result)


def _liaison() -> None:
    with scope(OFFICER):
        if clearance.inspections.cases()["total"]:
            return
        for port in ("shenzhen", "ningbo", "shanghai", "xiamen"):
            clearance.inspections.keep_contact(port=port, name="（合成）联系人", phone="000-0000000", post="监管处")
        first = clearance.inspections.open_case(
            port="ningbo", subject="（合成）转关货物封志核对", words="请协助核对封志号和重量。"
        )
        clearance.inspections.answer_case(number=first, words="（合成）已核对，一致。")
        clearance.inspections.open_case(
            port="shanghai", subject="（合成）江海联运货物查验衔接", words="请告知到港后的查验安排。"
        )


__all__ = ["INSPECTING", "inspect", "send"]
