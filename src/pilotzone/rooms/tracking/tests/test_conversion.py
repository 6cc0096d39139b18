"""Timelines read the same after their tables were turned back to lines of their own and forth again (migrations/0005)."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor

from pilotzone.kernel.access.actor import NOBODY, PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tracking import api

FIND = "SELECT * FROM tracking_find('400120211000000001')"
BEFORE, NOW = "0004_seen_by_number", "0005_gathered_lines"


@pytest.fixture
def owned(
    fresh_database: Callable[[str], str], django_db_setup: None, django_db_blocker: Any
) -> Iterator[Callable[[str], None]]:
    """A database of its own; the fixture turns it to a migration, as its owner."""
    name = fresh_database("pz_conversion_" + os.environ.get("PYTEST_XDIST_WORKER", "main"))
    settings = connections["default"].settings_dict
    before = (settings["NAME"], settings["USER"])

    def use(user: str) -> None:
        connections["default"].close()
        settings["NAME"], settings["USER"] = name, user

    def turn(to: str) -> None:
        use("pz_owner")
        MigrationExecutor(connection).migrate([("tracking", to)])
        use(before[1])

    with django_db_blocker.unblock():
        use(before[1])
        yield turn
        connections["default"].close()
        settings["NAME"], settings["USER"] = before


def test_what_stood_there_is_converted_back_and_forth(owned: Callable[[str], None]) -> None:
    row = {
        "trade": 7, "at": "2021-11-11T08:00:00+08:00", "flow": "I", "mode": "9610", "parties": [11], "buyer": "b7",
        "state": "waiting", "holder": "pay", "code": "clearance.waiting", "zh": "等待“支付单”", "en": 'waiting for a "payment"',
        "numbers": {"orderNo": "ORDER-7", "billNo": "SAME-7", "logisticsNo": "SAME-7"},
    }  # fmt: skip
    later = row | {"at": "2021-11-11T08:00:05+08:00", "state": "released", "holder": "", "code": "clearance.released"}
    with scope(PLATFORM):
        api.read_in([row, row | {"trade": 8, "numbers": {"orderNo": "ORDER-8"}}])
        api.read_in([later | {"numbers": {"invtNo": "400120211000000001"}}])
        _run("INSERT INTO kernel_event_cursor (consumer, position) VALUES ('tracking', 5)")
        told = api.timelines("SAME-7")
    with scope(NOBODY):
        stages = _run(FIND)
    owned(BEFORE)
    with scope(PLATFORM):
        assert _run("SELECT trade_id, code, zh, holder FROM tracking_event ORDER BY trade_id, at") == [
            (7, "clearance.waiting", "等待“支付单”", "pay"), (7, "clearance.released", "等待“支付单”", ""),
            (8, "clearance.waiting", "等待“支付单”", "pay"),
        ]  # fmt: skip
        assert _run("SELECT kind FROM tracking_number WHERE number = 'SAME-7' ORDER BY 1") == [
            ("billNo",),
            ("logisticsNo",),
        ]
        assert _run(
            "SELECT consumer, position FROM kernel_event_cursor WHERE consumer LIKE 'tracking%' ORDER BY 1"
        ) == [("tracking", 5), ("tracking.months", 5)]
    with scope(NOBODY):
        assert _run("SELECT * FROM tracking_event") == [], "its rows are protected again"
        assert _run(FIND) == stages
    owned(NOW)
    with scope(PLATFORM):
        assert api.timelines("SAME-7") == told
        assert _run("SELECT consumer, position FROM kernel_event_cursor WHERE consumer LIKE 'tracking%'") == [
            ("tracking", 5)
        ]
    with scope(NOBODY):
        assert _run(FIND) == stages


def _run(query: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(query)
        return cursor.fetchall() if cursor.description else []
