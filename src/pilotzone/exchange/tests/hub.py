"""Departments at the hub, for its tests: who applies, checks and decides, and a resource somebody answers for."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from pilotzone.exchange.hub import agreements, providers
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, ZONE, Actor
from pilotzone.kernel.access.scope import scope

TAX = Actor(kind=AGENCY, person=9001, unit_path="zone.tax", role="tax_officer")
CHECKER = Actor(kind=ZONE, person=9002, unit_path="zone.eport", role="operator")
SAFE = Actor(kind=AGENCY, person=9003, unit_path="zone.safe", role="safe_officer")
SAMR = Actor(kind=AGENCY, person=9004, unit_path="zone.samr", role="agency_officer")
FIRM = "91360100MA00000X0K"
PERSONS = "samr.persons"
ROWS: list[Mapping[str, object]] = [
    {"uscc": FIRM, "name": "（合成）甲", "person": "赵安邦", "document": "360102189001010010", "phone": "10000000001", "address": "江西省南昌市演示大道1号样例楼"},
    {"uscc": "91360100MA00000X0X", "name": "（合成）乙", "person": "钱博晨", "document": "360102189001010029", "phone": "10000000002", "address": "江西省南昌市样例路2号样例楼"},
]  # fmt: skip


def answering(code: str = PERSONS, rows: list[Mapping[str, object]] | None = None) -> None:
    """Let the rows answer for a resource: those that match what is asked."""
    told = ROWS if rows is None else rows
    providers.register(code, lambda where, day: [one for one in told if all(one.get(k) == v for k, v in where.items())])


def wanted(**changed: Any) -> agreements.Wanted:
    """An application that is in order."""
    facts: dict[str, Any] = {
        "resource": PERSONS, "purpose": "核实退税企业法定代表人", "article": "国发〔2016〕51号第十二条", "fields": ["uscc", "name", "person", "phone"],
        "until": clock.today() + datetime.timedelta(days=30), "volume": 5,
    }  # fmt: skip
    return agreements.Wanted(**(facts | changed))


def granted(*, whole: tuple[str, ...] = (), **changed: Any) -> int:
    """An agreement that has gone all its way."""
    with scope(TAX):
        number = agreements.apply(wanted(**changed))
    with scope(CHECKER):
        agreements.check(number, passes=True)
    with scope(SAMR):
        agreements.decide(number, grants=True, whole=whole)
    return number
