"""Customs cancels a list after its release: a receipt nobody applied for here; the books follow; a closed list is left alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg
import pytest

from pilotzone.simulators import faults
from pilotzone.simulators.customs import cancelling, desk
from pilotzone.simulators.tests.papers import Paper, export_trade, import_trade
from pilotzone.simulators.tests.test_applications import HOUR, number_of, used
from pilotzone.simulators.tests.test_customs import NOW, customs, of, receipts, send, signer

__all__ = ["customs", "send", "signer"]  # fixtures
Connection = psycopg.Connection[Any]


def cancel(connection: Connection, number: str) -> str:
    return cancelling.cancel(connection, number, NOW, faults.read(connection))


@pytest.mark.parametrize(
    ("receipt", "papers"),
    [("CEB624", list(import_trade("CA1").values())), ("CEB606", export_trade("CA1"))],
    ids=["import", "export"],
)
def test_a_released_list_is_cancelled_once(
    customs: Connection, send: Callable[..., None], receipt: str, papers: list[Paper]
) -> None:
    faults.change(customs, {"delay_ms": HOUR})
    send(*papers)
    desk.work(customs, NOW)
    number = number_of(customs, "CA1")
    assert cancel(customs, number).endswith("未放行或已撤销")
    customs.execute(
        "UPDATE simulators.customs_receipt SET due_at = clock_timestamp() WHERE fields ->> 'returnStatus' <> '899'"
    )
    assert "800" in [status for _, status, _ in receipts(customs)]
    assert cancel(customs, number) == f"{number} 放行后撤销"
    assert of(receipt, receipts(customs)) == ["399"] and used(customs) == 0
    customs.execute("UPDATE simulators.customs_receipt SET due_at = clock_timestamp()")
    assert receipts(customs) == []  # it is neither closed nor billed after that
    assert cancel(customs, number).endswith("未放行或已撤销")


def test_a_closed_or_unknown_list_is_left_alone(customs: Connection, send: Callable[..., None]) -> None:
    faults.change(customs, {"delay_ms": 0})
    send(*import_trade("CA2").values())
    desk.work(customs, NOW)
    assert "899" in of("CEB622", receipts(customs))
    assert cancel(customs, number_of(customs, "CA2")).endswith("已结关")
    assert cancel(customs, "400620210000000000").endswith("无此清单") and used(customs) == 100
