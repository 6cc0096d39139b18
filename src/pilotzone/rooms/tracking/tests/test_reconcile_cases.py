"""Every case of cases/reconcile.yaml, which an official can read; and the identity of the totals in each of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.rooms.tracking.engine.reconcile.finding import Desk
from pilotzone.rooms.tracking.engine.reconcile.kinds import KINDS
from pilotzone.rooms.tracking.engine.reconcile.merging import bundles
from pilotzone.rooms.tracking.engine.reconcile.records import Billed, Held, Linked, Listed, Received, Registered
from pilotzone.rooms.tracking.engine.reconcile.run import reconcile
from pilotzone.rooms.tracking.engine.reconcile.totals import Totals
from pilotzone.rooms.tracking.errors import SENTENCES

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "reconcile.yaml").read_text(encoding="utf-8"))
FIRM, KEY = 7, "400620211000000001"
RELEASED, BILLED, REGISTERED, RECEIVED = date(2021, 3, 1), date(2021, 3, 2), date(2021, 3, 20), date(2021, 3, 15)
MONEY = ("tax", "freight", "usd", "value", "worth", "linked")


def fen(text: Any) -> int | None:
    return None if text is None else int(Decimal(text) * 100)


def told(changed: dict[str, Any]) -> dict[str, Any]:
    return {name: fen(value) if name in MONEY else value for name, value in changed.items()}


def cases(table: str) -> Any:
    return pytest.mark.parametrize("case", [pytest.param(one, id=one["name"]) for one in CASES[table]])


def found(case: dict[str, Any], received: Any = (), **sides: Any) -> list[str]:
    totals = Totals()
    desk = Desk(case["day"], totals)
    rows = list(reconcile(desk, bundles(**{"lists": [], **sides}), received))
    assert totals.violated() == []
    for row in rows:
        said = SENTENCES.reason(
            f"rule.reconcile.{row.kind}",
            number=row.number,
            subject=row.subject,
            left=row.left,
            right=row.right,
            due=row.due,
        )
        assert said.zh
        assert said.source
        assert row.kind in KINDS
    return [f"{row.kind} {row.due} {_leg(row)}" for row in rows]


def _leg(row: Any) -> str:
    return f"{Decimal(row.legs[0].fen) / 100:.2f}" if row.legs else "0"


@cases("import")
def test_import(case: dict[str, Any]) -> None:
    base = {
        "key": KEY, "trade": 11, "number": KEY, "flow": "I", "mode": "9610", "firm": FIRM, "unit": "zone",
        "released": RELEASED, "standing": True, "signed": date(2021, 3, 5), "tax": "11.90",
    }  # fmt: skip
    changed = case.get("list", {})
    lists = [] if changed is None else [Listed(**told(base | changed))]
    if case.get("twin"):
        lists.append(Listed(**told(base | {"trade": 12})))
    bills = [Billed(KEY, name, fen(amount), BILLED) for name, amount in case.get("bills", [["T1", "11.90"]])]
    held = [Held(KEY, KEY, fen(case["held"][0]), fen(case["held"][1]), case["held"][2])] if "held" in case else []  # type: ignore[arg-type]
    assert found(case, lists=lists, bills=bills, held=held) == case["finds"]


@cases("export")
def test_export(case: dict[str, Any]) -> None:
    base = {
        "key": KEY, "trade": 11, "number": KEY, "flow": "E", "mode": "9610", "firm": FIRM, "unit": "zone",
        "released": RELEASED, "standing": True, "lines": ((1, 10000, "USD"),), "worth": "100.00",
    }  # fmt: skip
    changed = case.get("list", {})
    lists = [] if changed is None else [Listed(**told(base | changed))]
    registered = [
        Registered(KEY, line, fen(amount) or 0, REGISTERED, FIRM)
        for line, amount in case.get("registered", [[1, "100.00"]])
    ]
    link = {
        "key": KEY, "receipt": 1, "number": "R1", "payee": FIRM, "usd": "100.00", "value": "100.00", "currency": "USD",
        "worth": "100.00", "on": RECEIVED,
    }  # fmt: skip
    linked = [Linked(**told(link | one)) for one in case.get("linked", [{}])]
    assert found(case, lists=lists, registered=registered, linked=linked) == case["finds"]


@cases("receipts")
def test_receipts(case: dict[str, Any]) -> None:
    base = {
        "receipt": 1, "number": "R1", "bank": 5, "firm": FIRM, "currency": "USD", "fen": 10000, "usd": "100.00",
        "linked": "100.00", "on": RECEIVED,
    }  # fmt: skip
    assert found(case, received=[Received(**told(base | one)) for one in case["rows"]]) == case["finds"]


def test_every_kind_stands_in_a_case() -> None:
    named = {text.split()[0] for table in CASES.values() for case in table for text in case["finds"]}
    assert named == set(KINDS)
    assert len(KINDS) >= 10
