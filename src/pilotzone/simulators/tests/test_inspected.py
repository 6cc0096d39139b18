"""A list that is inspected waits for the result entered on the platform; release, hold, return and destroy follow it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pilotzone.simulators import faults
from pilotzone.simulators.customs import desk, inspected
from pilotzone.simulators.tests.papers import import_trade
from pilotzone.simulators.tests.test_applications import number_of, used
from pilotzone.simulators.tests.test_customs import NOW, customs, of, receipts, send, signer

__all__ = ["customs", "send", "signer"]  # fixtures
Connection = psycopg.Connection[Any]
STATUS = {"release": "800", "hold": "599", "return": "700", "destroy": "599"}


@pytest.fixture
def waiting(customs: Connection, send: Callable[..., None]) -> str:
    """The number of a list under inspection."""
    faults.change(customs, {"delay_ms": 0, "inspection": 1.0, "field_s": 3600})
    send(*import_trade("IN1").values())
    desk.work(customs, NOW)
    told = of("CEB622", receipts(customs))
    assert told[-1] == "500" and "800" not in told
    return number_of(customs, "IN1")


def answered(connection: Connection, number: str, outcome: str) -> str:
    result = {"id": 1, "outcome": outcome, "status": STATUS[outcome], "lists": [{"order_no": "IN1", "invt_no": number}]}
    (one,) = inspected.take(connection, [result], faults.read(connection))
    return str(one["text"])


def test_a_release_comes_at_once_and_only_once(customs: Connection, waiting: str) -> None:
    assert answered(customs, waiting, "release").endswith("放行")
    assert of("CEB622", receipts(customs)) == ["800", "899"]
    assert answered(customs, waiting, "release").endswith("已处理")
    assert of("CEB622", receipts(customs)) == []


@pytest.mark.parametrize(("outcome", "status"), [("return", "700"), ("destroy", "599")])
def test_what_is_sent_back_or_destroyed_is_never_released_and_owes_nothing(
    customs: Connection, waiting: str, outcome: str, status: str
) -> None:
    assert used(customs) == 100
    answered(customs, waiting, outcome)
    assert of("CEB622", receipts(customs)) == [status]
    customs.execute("UPDATE simulators.customs_receipt SET due_at = clock_timestamp()")
    assert of("CEB622", receipts(customs)) == []
    assert used(customs) == 0
    assert customs.execute("SELECT count(*) FROM simulators.customs_bill").fetchone() == (0,)


def test_what_is_held_waits_for_another_result(customs: Connection, waiting: str) -> None:
    answered(customs, waiting, "hold")
    assert of("CEB622", receipts(customs)) == ["599"]
    assert answered(customs, waiting, "release").endswith("放行")
    assert of("CEB622", receipts(customs)) == ["800", "899"]


def test_a_list_nobody_knows_is_said_to_be_unknown(customs: Connection, waiting: str) -> None:
    assert answered(customs, "99999999I000000001", "release").endswith("无此清单")
    assert answered(customs, "", "release").endswith("无此清单")
