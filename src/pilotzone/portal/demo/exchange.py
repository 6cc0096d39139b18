"""Receipts of foreign exchange for the demonstration: SAFE and the bank are set up, then the firms' and the bank's clerks act.

Everything goes the way real data goes: the simulated bank delivers, the scheduler fetches, firms link and apply, the bank decides.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Problem
from pilotzone.base.money import yuan
from pilotzone.exchange.channels import exchange_desks as channel
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo.firms import BANK, SERVICE, Firm, of_role, sellers
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.fx import api as fx

CNY, EUR = "0.15500000", "1.18000000"  # synthetic, not SAFE's table
SOURCE = "SYNTHETIC 合成数据"
CLASSES = ("A", "A", "A", "B", "A", "C", "", "A")
MOST, PATIENCE_S, LOOK_S = 12, 30.0, 0.25
PREFIX = "DEMO-FX-"
WAITS = 3


def stage(url: str, today: date) -> None:
    """Let the simulated SAFE know its list, its rates and a year of months."""
    channel.stage(url, "/safe/tell", {"kind": "names", "rows": list(_names())})
    months = [date(year, month, 1) for year in (today.year - 1, today.year) for month in range(1, 13)]
    months = [month for month in months if month <= today]
    rates = [
        {"month": month.isoformat(), "currency": currency, "usd": usd, "source": SOURCE}
        for month in months
        for currency, usd in (("CNY", CNY), ("EUR", EUR))
    ]
    channel.stage(url, "/safe/tell", {"kind": "rates", "rows": rates})
    channel.stage(url, "/safe/tell", {"kind": "months", "rows": list(_months(months[-13:-1]))})


@dataclass(frozen=True)
class Remitted:
    """What a bank received for firms of the zone, and the trades behind each row by its number."""

    rows: list[dict[str, Any]]
    trades: dict[str, list[str]]
    at: datetime


def remit(url: str, now: datetime) -> Remitted:
    """Money for some of the year's exports comes to the bank; the scheduler fetches it meanwhile. Unavailable."""
    bank, service = of_role(BANK)[0], of_role(SERVICE)[0]
    rows, trades = _remittances(now.date() - timedelta(days=1), service)
    channel.stage(url, f"/bank/{bank.customs_code}/remit", {"rows": rows})
    return Remitted(rows, trades, now)


def deal_with(money: Remitted) -> int:
    """What was received is linked, applied for and decided; how many receipts came in time. Problem."""
    found = _fetched({row["number"] for row in money.rows}, money.at.date())
    with scope(PLATFORM):
        ids = dict(Organisation.objects.exclude(customs_code="").values_list("customs_code", "pk"))
    for place, row in enumerate(money.rows):
        if row["number"] in found:
            with suppress(Problem):  # the visitors of a running zone may have used the trade meanwhile
                _act(found[row["number"]], row, money.trades[row["number"]], ids, place, money.at)
    return len(found)


def _act(
    receipt: int, row: dict[str, Any], trades: list[str], ids: dict[str, int], place: int, now: datetime
) -> None:  # fmt: skip
    """Consent, links and application by the firms' clerks, and every fourth receipt settled by the bank's."""
    bank, exporter = ids[of_role(BANK)[0].customs_code], ids[row.get("client") or row["payee"]]
    if row.get("client"):
        with _as(ids[row["payee"]], "service"):
            fx.consent(bank=bank, at=now)
    with _as(exporter, "ebc"):
        fx.consent(bank=bank, at=now)
        for number in trades:
            fx.link(receipt=receipt, number=number, at=now)
        if place % 4 == WAITS:
            return  # some wait for their firm
        told = fx.apply(
            receipt=receipt, at=now, purpose="goods" if trades else "advance",
            collecting=list(fx.CONDITIONS) if row.get("client") else [],
        )  # fmt: skip
    if place % 4 == 0 and told["outcome"] in ("direct", "settle"):
        with _as(bank, "bank"):
            fx.decide(receipt=receipt, decision="settle", reference=f"demo-{place}", at=now)


@contextmanager
def _as(organisation: int, role: str) -> Iterator[Actor]:
    with scope(Actor(kind=ENTERPRISE, organisation=organisation, role=role, reason="demo")) as actor:
        yield actor


def _fetched(numbers: set[str], on: date) -> dict[str, int]:
    """The receipts once the scheduler took them and the rates: number → id; those that came where not all did in time."""
    until = time.monotonic() + PATIENCE_S
    while True:
        with scope(PLATFORM):
            rows = fx.receipts({}, 1, 500)["rows"]
            ready = numbers <= {row["number"] for row in rows} and fx.rate_known("CNY", on)
        if ready or time.monotonic() > until:
            return {row["number"]: row["id"] for row in rows if row["number"] in numbers}
        time.sleep(LOOK_S)


def _remittances(on: date, service: Firm) -> tuple[list[dict[str, Any]], dict[str, list[str]]]:
    """What comes in, and the trades that stand behind each: own receipts, collected ones, and one advance."""
    rows: list[dict[str, Any]] = []
    plans: dict[str, list[str]] = {}
    codes = {firm.customs_code for firm in sellers()}
    with scope(PLATFORM):
        firms = dict(Organisation.objects.filter(customs_code__in=codes).values_list("pk", "customs_code"))
    for trade in _exports():
        if len(rows) >= MOST:
            break
        seller, value = firms.get(trade["firms"].get("ebc", 0)), _usd(trade)
        if seller is None or value is None:
            continue
        number = f"{PREFIX}{len(rows) + 1:04d}"
        client = {"client": seller} if len(rows) % 2 else {}
        rows.append(_row(number, service.customs_code if client else seller, value, on) | client)
        plans[number] = [trade["order_no"]]
    number = f"{PREFIX}{len(rows) + 1:04d}"
    rows.append(_row(number, sellers()[0].customs_code, Decimal("5000.00"), on))
    plans[number] = []
    return rows, plans


def _exports() -> Iterator[dict[str, Any]]:
    """The latest exports that are out, each opened when it is asked for."""
    with scope(PLATFORM):
        found = clearance.trades({"flow": "E", "state": ["released", "closed"]}, 1, MOST * 4)["rows"]
    for row in found:
        with scope(PLATFORM):
            trade = clearance.trade(row["id"])
        if trade is not None:
            yield trade


def _row(number: str, payee: str, usd: Decimal, on: date) -> dict[str, Any]:
    return {
        "number": number, "payee": payee, "payer": "SYNTHETIC BUYERS INC", "country": "USA", "currency": "USD",
        "amount": yuan(usd), "received_on": on.isoformat(),
    }  # fmt: skip


def _usd(trade: dict[str, Any]) -> Decimal | None:
    """The order's worth in dollars by the synthetic table; None where the order is not to be read."""
    for part in trade["parts"]:
        if part["kind"] == "order" and part["document"]:
            with scope(PLATFORM):
                told = clearance.document(part["document"])
            if told is not None:
                value = Decimal(told["head"]["goodsValue"]) + Decimal(told["head"].get("freight") or "0")
                return (value * Decimal(CNY)).quantize(Decimal("0.01"))
    return None


def _names() -> Iterator[dict[str, Any]]:
    for service in of_role(SERVICE):
        yield {
            "code": service.customs_code, "kind": "service", "klass": "A", "listed_on": "2019-01-01",
            "recognised_on": "2019-06-01",
        }  # fmt: skip
    for place, seller in enumerate(sellers()):
        klass = CLASSES[place % len(CLASSES)]
        kind = "enterprise" if klass else "trader"
        listed = {"listed_on": "2019-01-01"} if klass else {}
        yield {"code": seller.customs_code, "kind": kind, "klass": klass, "room_usd": "20000.00", **listed}


def _months(months: list[date]) -> Iterator[dict[str, Any]]:
    for place, seller in enumerate(sellers()[:16]):
        for month in months:
            base = 20_000 + 1_000 * place + 500 * month.month
            received = base * (60 + 5 * (place % 12)) // 100 if place != 5 else base // 20
            yield {
                "code": seller.customs_code, "month": month.isoformat(), "exports": f"{base // 2}",
                "list_exports": f"{base - base // 2}", "receipts": f"{received}", "payments": f"{100 * place}",
            }  # fmt: skip
