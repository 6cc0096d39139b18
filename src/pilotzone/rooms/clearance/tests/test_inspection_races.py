"""查检合一 where two come at once: one order, one bay, one winner, and the other is told."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.clearance.models import Inspection
from pilotzone.rooms.clearance.tests.inspection_people import (
    people,
)

__all__ = ["people"]  # a fixture
pytestmark = pytest.mark.django_db


@pytest.fixture
def two_orders(flood_connect: Callable[[], psycopg.Connection[Any]], people: dict[str, Actor]) -> Iterator[list[int]]:
    """Two orders others can see, taken away afterwards."""
    when = (datetime.now(UTC).astimezone(SHANGHAI) + timedelta(days=400)).replace(
        hour=10, minute=0, second=0, microsecond=0
    )
    with flood_connect() as flood:
        ids = [
            int(flood.execute(
                "INSERT INTO clearance_inspection (consignment, flow, mode, customs_code, site, source, state, version, hits, control,"
                " agencies, parties, numbers, selected_at, openings, outcome, bay, slot_from, slot_to) VALUES (%s, 'I', '9610', '4006',"
                " 'airport', 'customs', %s, 1, '[]', false, '{supervision,quarantine}', '{}', '{}', now(), 0, '', %s, %s, %s) RETURNING id",
                (f"test:{uuid.uuid4()}", state, bay, begins, begins and begins + timedelta(minutes=30)),
            ).fetchone()[0])  # type: ignore[index]
            for state, bay, begins in (("scheduled", 3, when), ("selected", None, None))
        ]  # fmt: skip
    yield ids
    with flood_connect() as flood:
        for table in ("inspectionopening", "inspectionlist"):
            flood.execute(f"DELETE FROM clearance_{table} WHERE inspection_id = ANY(%s)", (ids,))
        flood.execute("DELETE FROM clearance_inspection WHERE id = ANY(%s)", (ids,))


def test_of_two_inspectors_on_one_order_one_wins_and_the_other_is_told(two_orders: list[int]) -> None:
    number, start, told = two_orders[0], threading.Barrier(2, timeout=20), list[str]()

    def act() -> None:
        try:
            start.wait()
            with scope(Actor(kind=AGENCY, unit_path="zone.customs", role="customs_inspector")):
                clearance.inspections.open_goods(number=number, version=1)
            told.append("opened")
        except Refused as refused:
            told.append(refused.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=act) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert sorted(told) == ["opened", "rule.inspection.moved"]
    with scope(PLATFORM):
        assert Inspection.objects.get(pk=number).openings == 1


def test_two_connections_cannot_take_one_bay_at_one_time(
    two_orders: list[int], flood_connect: Callable[[], psycopg.Connection[Any]]
) -> None:
    first, second = two_orders
    with flood_connect() as flood, pytest.raises(psycopg.errors.ExclusionViolation):
        flood.execute(
            "UPDATE clearance_inspection b SET state = 'scheduled', bay = a.bay, slot_from = a.slot_from + interval '10 minutes',"
            " slot_to = a.slot_to FROM clearance_inspection a WHERE a.id = %s AND b.id = %s",
            (first, second),
        )
