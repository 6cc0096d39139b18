"""What the departments' simulated systems know beside their registers, so that every resource of the catalogue can be asked. Synthetic.

Numbers, plates and persons are of the right form in ranges nobody gives out; every text says that it is synthetic.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from pilotzone.base.days import SHANGHAI
from pilotzone.base.ids import s10
from pilotzone.exchange.channels.exchange_desks import stage
from pilotzone.portal.demo.firms import CARRIER, Firm, everyone, of_role
from pilotzone.portal.demo.people import buyer

ITEMS, PERSONS, VEHICLES = 200, 300, 6
STEPS = (("收寄", 0), ("互换局封发", 9), ("海关放行", 20), ("交航", 30), ("境外进口互换局开拆", 96), ("妥投", 170))
COUNTRIES = ("USA", "JPN", "DEU", "KOR")
Entry = tuple[str, str, list[dict[str, Any]]]


def tell(url: str, now: datetime) -> int:
    """Tell every department its rows; how many keys. Unavailable where the simulators are away."""
    by_department: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for resource, key, rows in _entries(now):
        by_department[resource.partition(".")[0]].append({"resource": resource, "key": key, "rows": rows})
    for name, rows in by_department.items():
        stage(url, f"/departments/{name}/entries", {"rows": rows})
    return sum(map(len, by_department.values()))


def _entries(now: datetime) -> Iterator[Entry]:
    for firm in everyone():
        yield from _of_firm(firm, now.date())
    for carrier in of_role(CARRIER):
        for n in range(VEHICLES):
            plate = f"赣A{carrier.number * 10 + n:05d}"
            row = {"plate": plate, "uscc": carrier.uscc, "state": "暂停" if n == VEHICLES - 1 else "正常"}
            yield "police.vehicle_check", plate, [row]
        yield "post.licences", carrier.uscc, [_named(carrier, licence=f"赣邮{carrier.number:08d}", until="2027-12-31")]
    for number in range(PERSONS):
        person = buyer(number)
        yield "police.identity_check", person.document, [{"person": person.name}]
    items = list(_items(now))
    yield from (("post.items", str(row["item_no"]), [row]) for row in items)
    months: dict[str, int] = defaultdict(int)
    for row in items:
        months[str(row["steps"][0][1])[:7]] += 1
    yield from (("post.volumes", month, [{"month": month, "items": n}]) for month, n in sorted(months.items()))


def _of_firm(firm: Firm, today: date) -> Iterator[Entry]:
    yield "commerce.foreign_trade_filing", firm.uscc, [_named(firm, filing_no=f"SYN{firm.number:05d}")]
    grade, score = ("AAA", "95.0") if firm.number % 9 == 1 else ("AA", "86.5") if firm.number % 3 else ("A", "72.0")
    yield "samr.credit_grades", firm.uscc, [_named(firm, grade=grade, score=score, version="SYNTHETIC-1")]
    if firm.number % 17 == 0:
        decided = today - timedelta(days=40)
        row = _named(
            firm, decision_no=f"（合成）市监罚〔{decided.year}〕{firm.number}号", decided_on=decided.isoformat()
        )
        yield "samr.penalties", firm.uscc, [row]
    if firm.number % 11 == 5:
        country = COUNTRIES[firm.number % len(COUNTRIES)]
        yield (
            "commerce.overseas_warehouses",
            firm.uscc,
            [_named(firm, country=country, area=str(1000 + firm.number * 10))],
        )
        yield "commerce.policy_funds", firm.uscc, [_named(firm, item="（合成）海外仓补助", amount="50000.00")]
    if firm.number % 7 == 2:
        month = f"{today.replace(day=1) - timedelta(days=1):%Y-%m}"
        yield (
            "tax.exemption_use",
            firm.uscc,
            [{"uscc": firm.uscc, "month": month, "exports": f"{firm.number * 100}.00"}],
        )


def _items(now: datetime) -> Iterator[dict[str, Any]]:
    """Postal items of the last four weeks, each somewhere on its way."""
    sellers = [firm for firm in everyone() if firm.role == "ebc"]
    for number in range(ITEMS):
        person, began = buyer(900 + number), now.astimezone(SHANGHAI) - timedelta(hours=3 * number + 1)
        stem = f"LX{number:08d}"
        steps = [[state, (began + timedelta(hours=hours)).isoformat(timespec="seconds")] for state, hours in STEPS]
        yield {
            "item_no": f"{stem}{s10.calc_check_digit(stem[2:])}CN", "uscc": sellers[number % len(sellers)].uscc, "recipient": person.name,
            "address": person.address, "steps": steps,
        }  # fmt: skip


def _named(firm: Firm, **fields: str) -> dict[str, str]:
    return {"uscc": firm.uscc, "name": firm.name, **fields}
