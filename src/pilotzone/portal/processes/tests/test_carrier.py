"""What lies in the platform's box is kept by what it is: customs' word, a firm's copy, our own; then acknowledged."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange.formats.envelope import (
    CUSTOMS_EXPORT,
    CUSTOMS_IMPORT,
    TAX_PAYMENT,
    TAX_PAYMENT_NOTICE,
    DxpMsg,
    wrap,
)
from pilotzone.exchange.inbox import SUBSCRIPTION
from pilotzone.portal.processes import carrier

BOX = "DXPENT0036000000"
FIRM = "DXPENT3601990001"


def letter(sender: str, data: bytes = b"<a/>") -> bytes:
    return wrap(
        DxpMsg(
            message_id="M1", sender=sender, receivers=[BOX], created=datetime(2021, 3, 1, tzinfo=SHANGHAI),
            message_type="CEB622Message", data=data,
        )
    )  # fmt: skip


@pytest.mark.parametrize(
    ("raw", "channel"),
    [
        (letter(CUSTOMS_IMPORT), "customs"),
        (letter(CUSTOMS_EXPORT), "customs"),
        (letter(FIRM), SUBSCRIPTION),
        (letter(FIRM, b"<SenderId>DXPEDCCEB0000002</SenderId>"), SUBSCRIPTION),
        (b"<!-- <SenderId>DXPEDCCEB0000002</SenderId> -->" + letter(FIRM), SUBSCRIPTION),
        (letter(BOX), ""),
        (letter(TAX_PAYMENT), carrier.PAYMENT),
        (b"<DxpMsg>", SUBSCRIPTION),
        (b"", SUBSCRIPTION),
    ],
)
def test_the_sender_of_the_envelope_decides(raw: bytes, channel: str) -> None:
    assert carrier.channel_of(raw, BOX) == channel


class Box:
    """A node with one box."""

    def __init__(self, *letters: bytes) -> None:
        self.letters = list(enumerate(letters, start=1))
        self.acknowledged: list[int] = []

    def receive(self, box: str, most: int) -> list[tuple[int, bytes]]:
        return self.letters[:most]

    def acknowledge(self, box: str, numbers: list[int]) -> None:
        self.acknowledged += numbers


def test_all_is_acknowledged_and_all_but_our_own_is_kept(
    flood_connect: Callable[[], psycopg.Connection[Any]],
) -> None:
    connection = flood_connect()
    before = connection.execute("SELECT coalesce(max(id), 0) FROM exchange_inbox").fetchone()
    node = Box(letter(CUSTOMS_IMPORT), letter(FIRM), letter(BOX))
    assert carrier.fetch(connection, node, BOX) == 3  # type: ignore[arg-type]
    rows = connection.execute("SELECT channel FROM exchange_inbox WHERE id > %s ORDER BY id", before).fetchall()
    assert rows == [("customs",), (SUBSCRIPTION,)]
    assert node.acknowledged == [1, 2, 3]
    connection.rollback()


def notice(**told: object) -> bytes:
    return wrap(
        DxpMsg(
            message_id="N1", sender=TAX_PAYMENT, receivers=[BOX], created=datetime(2021, 3, 1, tzinfo=SHANGHAI),
            message_type=TAX_PAYMENT_NOTICE, data=json.dumps(told).encode(),
        )
    )  # fmt: skip


GOOD = {"receiptNo": "SYN-CARRIER", "paidOn": "2021-03-01", "amount": "98.00", "taxNos": ["T-CARRIER_0"]}


def test_a_notice_of_payment_is_booked_once_and_waits_for_its_bill(
    flood_connect: Callable[[], psycopg.Connection[Any]],
) -> None:
    connection = flood_connect()
    node = Box(notice(**GOOD), notice(**GOOD))
    assert carrier.fetch(connection, node, BOX) == 2  # type: ignore[arg-type]
    rows = connection.execute(
        "SELECT amount, bills, state, channel, raw FROM tax_payment WHERE receipt_no = 'SYN-CARRIER'"
    ).fetchall()
    assert [(str(row[0]), *row[1:4]) for row in rows] == [("98.00", ["T-CARRIER_0"], "waiting", "notice")]
    assert rows[0][4] == notice(**GOOD) and node.acknowledged == [1, 2]
    connection.rollback()


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "NaN"}, {"amount": "x"}, {"paidOn": "2021-02-30"}, {"taxNos": "T"}, {"taxNos": [""]}, {"taxNos": []}, {"amount": "-1.00"},
        {"taxNos": ["x" * 51]}, {"receiptNo": ""}, {"taxNos": None}, {"receiptNo": "a\0b"},
    ],
)  # fmt: skip
def test_a_notice_nobody_can_read_is_kept_for_the_worker(
    flood_connect: Callable[[], psycopg.Connection[Any]], wrong: dict[str, Any]
) -> None:
    connection = flood_connect()
    before = connection.execute("SELECT coalesce(max(id), 0) FROM exchange_inbox").fetchone()
    node = Box(notice(**{**GOOD, "receiptNo": "SYN-WRONG", **wrong}))
    carrier.fetch(connection, node, BOX)  # type: ignore[arg-type]
    kept = connection.execute("SELECT count(*) FROM exchange_inbox WHERE id > %s", before).fetchone()
    booked = connection.execute("SELECT count(*) FROM tax_payment WHERE receipt_no LIKE 'SYN-WRONG%%'").fetchone()
    connection.rollback()
    assert (kept, booked) == ((1,), (0,)) and node.acknowledged == [1]
