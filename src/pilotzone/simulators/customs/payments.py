"""Electronic payment of retail import tax by the single window (from 2023-06-01, handbook §2.6), simulated.

Demo firms pay in the days 31 to 45, all bills due on a day together. No document shows the notice a platform gets of
it: this one is the platform's own (tag P), a transport message of the single window with a few lines of JSON:
{"receiptNo", "paidOn", "amount", "taxNos"}. Synthetic.
"""

from __future__ import annotations

import json
import uuid
import zlib
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import psycopg

from pilotzone.base.days import day_of
from pilotzone.exchange.formats.envelope import TAX_PAYMENT, TAX_PAYMENT_NOTICE, DxpMsg
from pilotzone.reference.rates import rate
from pilotzone.simulators.customs.numbers import serials
from pilotzone.simulators.singlewindow.node import put_all

EVERY_DAYS = 5  # firms pay on every fifth day, so that one receipt pays many bills
MOST_BILLS = 400
RUN = 20_000
Debt = tuple[str, Decimal]
Payment = tuple[date, tuple[str, ...], list[Debt]]  # on which day, who is told of it, which bills it pays


def pay_due(connection: psycopg.Connection[Any], now: datetime, *, unpaid: float = 0.0) -> int:
    """Pay what is summed up and has come to its day, and tell the platform; returns how many bills.

    `unpaid`: the share of bills nobody pays, so that there is something to remind of.
    """
    today = day_of(now)
    first, last = (int(rate(f"import.tax.pay_{end}_day", on=today).value) for end in ("from", "to"))
    with connection.transaction():
        rows = connection.execute(
            "SELECT invt_no, tax_no, released_on, data FROM simulators.customs_bill WHERE status = '2'"
            " AND released_on <= %s ORDER BY released_on, invt_no LIMIT %s FOR UPDATE SKIP LOCKED",
            (today - timedelta(days=first), RUN),
        ).fetchall()
        groups: dict[tuple[date, str, tuple[str, ...]], list[Debt]] = defaultdict(list)
        done = []
        for invt_no, tax_no, released_on, data in rows:
            on = pay_day(released_on, first, last)
            if on > today:
                continue
            done.append(invt_no)
            amount = Decimal(data.get("total", "0"))
            if amount > 0 and _share(invt_no) >= unpaid:
                groups[on, data["assureCode"], tuple(data["receivers"])].append((tax_no, amount))
        payments: list[Payment] = [
            (on, receivers, debts[start : start + MOST_BILLS])
            for (on, _, receivers), debts in groups.items()
            for start in range(0, len(debts), MOST_BILLS)
        ]
        if payments:
            _tell(connection, payments, now)
        connection.execute(
            "UPDATE simulators.customs_bill SET status = 'P' WHERE invt_no = ANY(%s)", (done,)
        )  # fmt: skip
    return len(done)


def pay_day(released_on: date, first: int, last: int) -> date:
    """The day a bill is paid: the first paying day inside its window."""
    opens = released_on + timedelta(days=first)
    return min(opens + timedelta(days=-opens.toordinal() % EVERY_DAYS), released_on + timedelta(days=last))


def _tell(connection: psycopg.Connection[Any], payments: Sequence[Payment], now: datetime) -> None:
    """A notice of each payment, with a receipt number of its own, for each who is told of it."""
    numbers = serials(connection, "payment", len(payments))
    put_all(
        connection,
        (
            (receiver, _notice(on, number, debts, receiver, identity, now))
            for number, (on, receivers, debts) in zip(numbers, payments, strict=True)
            for identity in [str(uuid.uuid4()).upper()]
            for receiver in receivers
        ),
    )


def _notice(on: date, number: int, debts: list[Debt], receiver: str, identity: str, now: datetime) -> DxpMsg:
    told = {
        "receiptNo": f"SYN{on:%Y%m%d}{number:08d}",
        "paidOn": on.isoformat(),
        "amount": f"{sum((amount for _, amount in debts), Decimal()):.2f}",
        "taxNos": [tax_no for tax_no, _ in debts],
    }
    return DxpMsg(
        message_id=identity, sender=TAX_PAYMENT, receivers=[receiver], created=now, message_type=TAX_PAYMENT_NOTICE,
        data=json.dumps(told).encode(), file_name=f"{told['receiptNo']}.json", keys={},
    )  # fmt: skip


def _share(invt_no: str) -> float:
    return zlib.crc32(invt_no.encode()) / 2**32
