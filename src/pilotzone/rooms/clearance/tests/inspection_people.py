"""Officers, a firm and the consignments the inspection tests work with."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Organisation, Person
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.clearance.models import InspectionList
from pilotzone.rooms.clearance.operations import inspecting
from pilotzone.rooms.clearance.operations.inspecting import Seen

desk = clearance.inspections
NOW = datetime(2021, 3, 10, 9, 5, tzinfo=SHANGHAI)  # a Wednesday
PNG = b"\x89PNG\r\n\x1a\n" + bytes(40)
PEOPLE = ("inspector", "second", "control", "author", "approver", "firm")


@pytest.fixture
def people(db: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, Actor]:
    """Officers and a firm's clerk; the clock stands at NOW."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", NOW.date)
    with scope(PLATFORM):
        made = {name: Person.objects.create(username=name, display_name=name).pk for name in PEOPLE}
        firm = Organisation.objects.create(
            name="甲公司", customs_code="3601960A01", roles=["ebc"], created_at=NOW - timedelta(days=400)
        )

    def officer(name: str, role: str, unit: str = "zone.customs") -> Actor:
        return Actor(kind=AGENCY, person=made[name], unit_path=unit, role=role)

    return {
        "inspector": officer("inspector", "customs_inspector"), "second": officer("second", "customs_inspector"),
        "control": officer("control", "customs_control"), "author": officer("author", "rule_writer", "zone"),
        "approver": officer("approver", "rule_approver", "zone"), "samr": officer("approver", "agency_officer", "zone.samr"),
        "firm": Actor(kind=ENTERPRISE, person=made["firm"], organisation=firm.pk, role="ebc"),
        "other": Actor(kind=ENTERPRISE, organisation=firm.pk + 1, role="ebc"), "auditor": Actor(kind=ZONE, unit_path="zone.audit", role="auditor"),
        "tax": officer("second", "tax_officer", "zone.tax"),
    }  # fmt: skip


def seen(
    trade: int, *, waybill: str = "W1", state: str = "inspection", firm: int = 0, value: str = "100.00", **more: Any
) -> Seen:
    numbers = {"orderNo": f"O{trade}", "logisticsNo": waybill, "invtNo": f"I{trade}"}
    firms = {"ebc": firm, "logi": 7} if firm else {"logi": 7}
    return Seen(trade, state, "I", more.get("mode", "9610"), "4006", numbers, firms, [firm] if firm else [], value)


def raised(people: dict[str, Actor], *rows: Seen) -> int:
    """The one order of these trades."""
    told = rows or (seen(1, firm=people["firm"].organisation or 0),)
    with scope(PLATFORM):
        inspecting.take(list(told), NOW)
        (number,) = set(
            InspectionList.objects.filter(trade_id__in=[row.trade for row in told]).values_list(
                "inspection_id", flat=True
            )
        )
    return int(number)


def scheduled(people: dict[str, Actor], number: int, *, hour: int = 10, bay: int = 1) -> int:
    begins = NOW.replace(hour=hour, minute=0)
    with scope(people["inspector"]):
        told = desk.told(number)
        return desk.schedule(
            number=number, version=told["version"], bay=bay, begins=begins, ends=begins + timedelta(minutes=30)
        )


def opened(people: dict[str, Actor], number: int, *, reason: str = "", hour: int = 10) -> int:
    version = scheduled(people, number, hour=hour)
    with scope(people["inspector"]):
        return desk.open_goods(number=number, version=version, reason=reason)


RELEASE = {"supervision": "passed", "quarantine": "passed", "outcome": "release"}
HOLD = {"supervision": "problem", "quarantine": "passed", "outcome": "hold", "findings": "数量不符"}


def refusal(act: Callable[..., Any], **words: Any) -> str:
    with pytest.raises((Refused, Denied)) as refused, transaction.atomic():
        act(**words)
    return str(refused.value.code)
