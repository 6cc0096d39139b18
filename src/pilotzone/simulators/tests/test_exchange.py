"""SAFE and a bank over HTTP, as the platform's channel meets them: stateful, once each, misbehaving as told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.channels import exchange_desks as channel
from pilotzone.simulators.tests.test_door import served

__all__ = ["served"]  # a fixture
Connection = psycopg.Connection[Any]
BANK = "3601900051"
ROW = {"number": "FX-1", "payee": "3601900100", "payer": "SYNTHETIC LTD", "currency": "USD", "amount": "100.00", "received_on": "2021-06-09"}  # fmt: skip


@pytest.fixture
def url(served: Callable[..., str]) -> Iterator[str]:
    yield served()


def test_safe_tells_what_it_knows_and_the_later_word_stands(url: str) -> None:
    for klass in ("B", "A"):
        channel.stage(url, "/safe/tell", {"kind": "names", "rows": [{"code": "1", "kind": "service", "klass": klass}]})
    assert channel.safe_rows(url, "names") == [{"code": "1", "kind": "service", "klass": "A"}]
    assert channel.safe_rows(url, "rates") == []
    with pytest.raises(Unavailable, match="404"):
        channel.safe_rows(url, "secrets")
    with pytest.raises(Unavailable, match="400"):
        channel.stage(url, "/safe/tell", {"kind": "names", "rows": [{}]})


def test_a_report_gets_one_number(url: str) -> None:
    first = channel.hand_reports(url, [{"id": 7, "usd": "1.00"}])
    assert first == channel.hand_reports(url, [{"id": 7, "usd": "1.00"}]) and first[7].startswith("SYN-TC-")
    channel.stage(url, "/safe/control", {"refuse_reports": True})
    with pytest.raises(Unavailable):
        channel.hand_reports(url, [{"id": 8}])


def test_money_comes_in_once_and_leaves_the_pending_account_once(url: str) -> None:
    assert channel.stage(url, f"/bank/{BANK}/remit", {"rows": [ROW]})["remitted"] == 1
    assert channel.stage(url, f"/bank/{BANK}/remit", {"rows": [ROW]})["remitted"] == 0
    (row,) = channel.bank_receipts(url, BANK, 0)
    assert row["number"] == "FX-1" and channel.bank_receipts(url, BANK, row["id"]) == []
    for _ in range(2):
        channel.tell_decisions(url, BANK, [{"number": "FX-1", "decision": "settle"}])
    told = channel._ask(url, "GET", f"/bank/{BANK}/accounts?firm=3601900100")["accounts"]
    assert told == [
        {"kind": "pending", "currency": "USD", "balance": "0.00"},
        {"kind": "rmb", "currency": "USD", "balance": "100.00"},
    ]
    assert channel.bank_receipts(url, "3601900052", 0) == []


def test_a_bank_misbehaves_as_told(url: str) -> None:
    channel.stage(url, f"/bank/{BANK}/remit", {"rows": [ROW]})
    (row,) = channel.bank_receipts(url, BANK, 0)
    channel.stage(url, f"/bank/{BANK}/control", {"repeat": True, "broken": True})
    (again,) = channel.bank_receipts(url, BANK, row["id"])
    assert again["amount"] == "100.001"
    assert channel.tell_advice(url, BANK, [{"number": "FX-1", "outcome": "direct"}]) == []
    channel.stage(url, f"/bank/{BANK}/control", {"decides": True})
    outcomes = ["direct", "credit", "refuse", "wait"]
    told = channel.tell_advice(url, BANK, [{"number": str(n), "outcome": one} for n, one in enumerate(outcomes)])
    assert [one["decision"] for one in told] == ["settle", "credit", "refuse", "ask"]
    assert all(one["note"] for one in told[2:])
    channel.stage(url, f"/bank/{BANK}/control", {"down": True})
    with pytest.raises(Unavailable, match="503"):
        channel.bank_receipts(url, BANK, 0)
    with pytest.raises(Unavailable, match="400"):
        channel.stage(url, f"/bank/{BANK}/control", {"nonsense": True})
