"""Customs decides cancellations and returns by its books: what the list was, whether it is released, what came back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg
import pytest

from pilotzone.simulators import faults
from pilotzone.simulators.customs import applications, desk
from pilotzone.simulators.tests.papers import Paper, application, export_trade, import_trade
from pilotzone.simulators.tests.test_customs import NOW, customs, of, receipts, send, signer

__all__ = ["customs", "send", "signer"]  # fixtures
Connection = psycopg.Connection[Any]
HOUR = 3_600_000


def used(connection: Connection) -> Decimal:
    row = connection.execute("SELECT coalesce(sum(total), 0) FROM simulators.customs_buyer").fetchone()
    assert row is not None
    return Decimal(row[0])


def number_of(connection: Connection, order: str) -> str:
    row = connection.execute(
        "SELECT data ->> 'invtNo' FROM simulators.customs_document WHERE data ->> 'order' = %s AND key LIKE 'list|%%'",
        (order,),
    ).fetchone()
    assert row is not None
    return str(row[0])


@pytest.fixture
def listed(customs: Connection, send: Callable[..., None]) -> Callable[..., tuple[dict[str, Paper], str]]:
    """A trade that customs took: its papers and the list's number. Its release is told only where `released`."""

    def take(no: str, *, released: bool, qty: str = "1") -> tuple[dict[str, Paper], str]:
        faults.change(customs, {"delay_ms": 0 if released else HOUR})
        trade = import_trade(no)
        for line in (*trade["order"][2], *trade["list"][2]):
            line |= {"qty": qty, "price": str(Decimal(100) / Decimal(qty))}
        send(*trade.values())
        desk.work(customs, NOW)
        assert ("800" in of("CEB622", receipts(customs))) is released
        faults.change(customs, {"delay_ms": 0})
        return trade, number_of(customs, no)

    return take


def decided(connection: Connection, at: datetime = NOW) -> tuple[str, str]:
    """What customs said last of an application."""
    desk.work(connection, at)
    told = [row for row in receipts(connection, at) if row[0] in ("CEB624", "CEB626", "CEB606")]
    assert told[0][1] == "2"
    return told[-1][1:]


def test_a_list_not_yet_released_is_cancelled_and_never_released(
    customs: Connection, send: Callable[..., None], listed: Callable[..., Any]
) -> None:
    trade, number = listed("CA1", released=False)
    assert used(customs) == 100
    send(application("CEB623Message", trade, number))
    status, info = decided(customs)
    assert status == "399"
    assert info.startswith("[Code:2300;")
    assert used(customs) == 0
    customs.execute("UPDATE simulators.customs_receipt SET due_at = clock_timestamp()")
    assert of("CEB622", receipts(customs)) == []
    assert customs.execute("SELECT count(*) FROM simulators.customs_bill").fetchone() == (0,)


def test_a_cancelled_list_is_cancelled_once_and_may_be_declared_again(
    customs: Connection, send: Callable[..., None], listed: Callable[..., Any]
) -> None:
    trade, number = listed("CA2", released=False)
    send(application("CEB623Message", trade, number))
    assert decided(customs)[0] == "399"
    send(application("CEB623Message", trade, number))
    assert decided(customs)[0] == "-623009"
    assert used(customs) == 0
    send(trade["list"])
    desk.work(customs, NOW)
    assert of("CEB622", receipts(customs))[-2:] == ["800", "899"]
    assert used(customs) == 100


def test_a_released_list_is_not_cancelled(
    customs: Connection, send: Callable[..., None], listed: Callable[..., Any]
) -> None:
    trade, number = listed("CA3", released=True)
    send(application("CEB623Message", trade, number))
    assert decided(customs)[0] == "-623005"
    assert used(customs) == 100


@pytest.mark.parametrize(
    ("name", "changes", "code"),
    [
        ("CEB623Message", {"invtNo": "400620219999999999"}, "-623003"),
        ("CEB623Message", {"invtNo": "1"}, "-623003"),
        ("CEB623Message", {"agentCode": "3601900099"}, "-623026"),
        ("CEB625Message", {"invtNo": "400620219999999999"}, "-625204"),
        ("CEB625Message", {"agentCode": "3601900099"}, "-625021"),
    ],
)
def test_an_application_for_no_list_or_anothers_is_refused(
    customs: Connection, send: Callable[..., None], listed: Callable[..., Any],
    name: str, changes: dict[str, str], code: str,
) -> None:  # fmt: skip
    trade, number = listed("CA4", released=name == "CEB625Message")
    paper = application(name, trade, number, {"1": "1"} if name == "CEB625Message" else None)
    send((paper[0], {**paper[1], **changes}, paper[2]))
    assert decided(customs)[0] == code
    assert used(customs) == 100


def test_an_export_list_waiting_for_its_papers_is_cancelled(customs: Connection, send: Callable[..., None]) -> None:
    trade = export_trade("XC1")
    send(trade[3])
    desk.work(customs, NOW)
    receipts(customs)
    row = customs.execute("SELECT data -> 'head' ->> 'invtNo' FROM simulators.customs_waiting").fetchone()
    assert row is not None
    head = trade[3][1]
    cancel = {
        **{name: head[name] for name in ("guid", "appType", "appTime", "appStatus", "customsCode", "copNo")},
        "invtNo": row[0], "reason": "演示",
        **{name: head[name] for name in ("agentCode", "agentName", "ebcCode", "ebcName")},
    }  # fmt: skip
    send(("CEB605Message", cancel, []))
    assert decided(customs)[0] == "399"
    send(*trade[:3])
    desk.work(customs, NOW)
    assert of("CEB604", receipts(customs)) == []
    send(("CEB605Message", cancel, []))
    assert decided(customs)[0] == applications.EXPORT_REFUSED


def test_returned_goods_give_the_buyer_their_price_back(
    customs: Connection, send: Callable[..., None], listed: Callable[..., Any]
) -> None:
    trade, number = listed("RT1", released=True, qty="4")
    send(application("CEB625Message", trade, number, {"1": "1"}, copNo="R1"))
    assert decided(customs) == ("399", "审结")
    assert used(customs) == 75
    send(application("CEB625Message", trade, number, {"1": "1"}, copNo="R1"))
    assert decided(customs)[0] == "-625033"
    send(application("CEB625Message", trade, number, {"1": "4"}, copNo="R2"))
    assert decided(customs)[0] == "-625001"
    assert used(customs) == 75
    send(application("CEB625Message", trade, number, {"1": "3"}, copNo="R3"))
    assert decided(customs)[0] == "399"
    assert used(customs) == 0
    assert customs.execute("SELECT count(*) FROM simulators.customs_bill").fetchone() == (0,)


def test_a_receipt_can_be_written_for_a_document_without_its_optional_numbers(
    customs: Connection, send: Callable[..., None]
) -> None:
    name, head, lines = import_trade("NO1")["list"]
    send((name, {**{n: v for n, v in head.items() if n != "copNo"}, "invtNo": "7"}, lines))
    desk.work(customs, NOW)
    assert of("CEB622", receipts(customs)) == ["2"]


@pytest.mark.parametrize(
    ("released", "lines", "days", "code"),
    [
        (True, {"1": "1"}, 30, "399"),
        (True, {"1": "1"}, 31, "-625004"),
        (False, {"1": "1"}, 0, "-625004"),
        (True, {"2": "1"}, 0, "-625209"),
        (True, {"1": "0"}, 0, "-625001"),
        (True, {"1": "2"}, 0, "-625001"),
    ],
)
def test_a_return_is_taken_within_its_days_and_its_lines(
    customs: Connection, send: Callable[..., None], listed: Callable[..., Any],
    released: bool, lines: dict[str, str], days: int, code: str,
) -> None:  # fmt: skip
    trade, number = listed("RT2", released=released)
    send(application("CEB625Message", trade, number, lines))
    assert decided(customs, NOW + timedelta(days=days))[0] == code
    assert used(customs) == (0 if code == "399" else 100)


def test_in_a_synthetic_year_release_is_judged_by_the_senders_time(
    customs: Connection, send: Callable[..., None]
) -> None:
    faults.change(customs, {"follow": True, "delay_ms": HOUR})
    trade = import_trade("FO1")
    send(*trade.values())
    desk.work(customs, NOW)
    number = number_of(customs, "FO1")
    send(application("CEB623Message", trade, number))  # sent at the same moment as the list: not released by then
    desk.work(customs, NOW)
    row = customs.execute("SELECT status FROM simulators.customs_document WHERE data ->> 'invtNo' = %s", (number,))
    assert row.fetchone() == (applications.CANCELLED,)


@pytest.mark.parametrize(
    ("day", "days"),
    [
        (date(2018, 12, 31), None),
        (date(2019, 1, 1), 30),
        (date(2020, 3, 27), 30),
        (date(2020, 3, 28), 30),
        (date(2026, 1, 1), 30),
    ],
)
def test_the_window_is_the_laws_of_the_day_of_release(day: date, days: int | None) -> None:
    assert applications.window(day) == days


def test_part_returns_with_freight_add_up_to_the_whole() -> None:
    data: dict[str, Any] = {
        "price": "107.00",  # 100 of goods and 7 of freight
        "lines": {"1": ["2106909090", "3", "70"], "2": ["3304990029", "1", "30"]},
    }
    told = Decimal(0)
    for lines in ([("1", "2106909090", "1")], [("2", "3304990029", "1")], [("1", "2106909090", "2")]):
        rows = [{"gnum": n, "gcode": code, "qty": qty} for n, code, qty in lines]
        back = applications.brought_back(data, rows)
        assert isinstance(back, applications.Back)
        told += back.price
        data |= {"back": back.quantities, "restored": str(told)}
    assert (told, back.whole) == (Decimal("107.00"), True)
