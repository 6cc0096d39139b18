"""Exports that come back: the table an official reads, the ledger that adds up, once each, whatever the order of filing and return."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Problem, Refused
from pilotzone.kernel import events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.engine.export import returned
from pilotzone.rooms.tax.engine.export.ledger import APPLIED, FREE, REFUNDED, Standing
from pilotzone.rooms.tax.engine.export.returned import Back
from pilotzone.rooms.tax.models import Prerefund, RefundEntry
from pilotzone.rooms.tax.operations.export import returning
from pilotzone.rooms.tax.queries import export as queries
from pilotzone.rooms.tax.tests.exporting import JUNE, SPRING, Exporter, Released, decided

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "export_returns.yaml").read_text(encoding="utf-8"))["cases"]
LATER = datetime(2021, 7, 1, 4, tzinfo=UTC)


def standing(told: list[str]) -> Standing:
    state, amount, *clawed = told
    paid = Decimal(amount) if state == REFUNDED else Decimal(0)
    return Standing(
        {"free": FREE, "applied": APPLIED, "refunded": REFUNDED}[state],
        Decimal(amount),
        paid,
        Decimal(clawed[0] if clawed else 0),
    )


@pytest.mark.parametrize("case", [pytest.param(case, id=case["name"]) for case in CASES])
def test_the_table(case: dict[str, Any]) -> None:
    on = case.get("on", case.get(True))  # YAML 1.1 reads on as true
    back = Back(*(Decimal(text) for text in case["line"]))
    ask = lambda: returned.effect(  # noqa: E731
        back,
        standing(case["standing"]),
        case.get("treatment", "refund"),
        on=on,
        repaid=Decimal(case.get("repaid", "0")),
    )
    if "error" in case:
        with pytest.raises(Problem) as problem:
            ask()
        assert problem.value.code.startswith(case["error"])
        return
    found = ask()
    assert (found.kind, found.amount) == (case["effect"], Decimal(case["amount"]))
    told = found.as_dict()
    (why,) = told["reasons"]
    assert why["code"] == case["code"] and why["zh"] and why["en"] and "公告" in why["source"]
    (step,) = told["steps"]
    assert step["parameters"][0]["tag"] == "C" and step["result"] == told["amount"]


@given(st.lists(st.integers(1, 50), min_size=1, max_size=8), st.decimals("0.01", "99999.99", places=2))
def test_part_returns_repay_the_whole_to_the_cent(parts: list[int], refunded: Decimal) -> None:
    whole, before, repaid = Decimal(sum(parts)), Decimal(0), Decimal(0)
    for part in parts:
        at = Standing(REFUNDED, refunded, refunded, repaid)
        found = returned.effect(Back(whole, before, Decimal(part)), at, "refund", on=date(2021, 7, 1), repaid=repaid)
        before, repaid = before + part, repaid + found.amount
        assert Decimal(0) <= repaid <= refunded
    assert repaid == refunded


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch) -> Exporter:
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    return Exporter(released)


def came_back(firm: Exporter, key: tuple[str, int], quantity: str, *, document: int, at: datetime = LATER) -> None:
    """As the clearance room tells of a return customs closed."""
    with scope(PLATFORM):
        line = {"line_no": key[1], "quantity": quantity, "declared": "2", "hs": "6109100000"}
        row = {"trade": 1, "document": document, "list_no": key[0], "seller": firm.firm, "at": at.isoformat()}
        returning.take(row, line)


def adds_up(firm: Exporter) -> dict[str, Decimal]:
    with scope(PLATFORM):
        told = firm.account()
        assert queries.sums(firm.firm) == {name: told[name] for name in ("applied", "refunded", "clawed")}
    return told


def effects(key: tuple[str, int]) -> list[tuple[str, Decimal, str]]:
    with scope(PLATFORM):
        return [(one["effect"], one["amount"], one["state"]) for one in api.export_returns(*key)]


pytestmark = pytest.mark.django_db


def test_what_was_refunded_is_repaid_once(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    decided(firm, firm.draft(key), refund_no="TH1")
    came_back(firm, key, "1", document=11)
    came_back(firm, key, "1", document=11)
    assert adds_up(firm)["clawed"] == Decimal("6.50")
    came_back(firm, key, "1", document=12)
    assert adds_up(firm) == {"applied": 0, "refunded": 13, "clawed": 13, "net": 0}
    came_back(firm, key, "1", document=13)  # more than was declared: nothing is booked, it stands in the audit
    assert adds_up(firm)["clawed"] == 13 and len(effects(key)) == 2
    with scope(PLATFORM):
        assert list(RefundEntry.objects.filter(list_no=key[0], event="CLAW").values_list("reference", flat=True)) == [
            "return:11", "return:12",
        ]  # fmt: skip


def test_what_is_applied_for_is_repaid_as_soon_as_it_is_paid(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    came_back(firm, key, "1", document=21)
    assert effects(key) == [("reduce", Decimal("6.50"), "waiting")]
    decided(firm, number, refund_no="TH2")
    assert effects(key) == [("reduce", Decimal("6.50"), "booked")]
    assert adds_up(firm) == {"applied": 0, "refunded": 13, "clawed": Decimal("6.50"), "net": Decimal("6.50")}
    came_back(firm, key, "1", document=22)
    assert adds_up(firm)["net"] == 0


def test_a_filing_taken_back_is_filed_anew_with_what_is_left(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    first = firm.draft(key)
    came_back(firm, key, "1", document=31)
    with scope(firm.actor):
        api.withdraw_refund(first, at=JUNE)
    assert effects(key) == [("less", Decimal(0), "booked")]
    second = firm.draft(key)
    assert firm.filing(second)["amount"] == Decimal("6.50")
    decided(firm, second, refund_no="TH3")
    assert adds_up(firm) == {"applied": 0, "refunded": Decimal("6.50"), "clawed": 0, "net": Decimal("6.50")}


def test_what_came_back_whole_is_not_filed(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    came_back(firm, key, "2", document=41)
    with pytest.raises(Refused, match=r"rule\.export\.returned_whole"):
        firm.draft(key)
    assert adds_up(firm)["applied"] == 0


def test_an_exempt_line_owes_nothing(firm: Exporter) -> None:
    number = firm.release("A")
    firm.register("A")
    firm.match()
    came_back(firm, (number, 1), "2", document=51)
    assert effects((number, 1)) == [("nothing", Decimal(0), "booked")]
    assert adds_up(firm)["clawed"] == 0


def test_a_pre_refund_is_settled_on_what_is_left(firm: Exporter) -> None:
    key = firm.refundable("A", on=date(2025, 3, 1), mode="9810")
    firm.match("2025-03", at=SPRING)
    decided(firm, firm.draft(key, kind="prerefund", month="2025-03", at=SPRING), at=SPRING, refund_no="TH4")
    came_back(firm, key, "1", document=61, at=SPRING)
    with scope(PLATFORM):
        row = Prerefund.objects.get(list_no=key[0])
        assert (row.base, row.refunded) == (Decimal("50.00"), Decimal("6.50"))
    with scope(firm.actor):
        told = api.settle_prerefund(row.pk, Decimal("50.00"), at=datetime(2025, 4, 2, tzinfo=UTC))
    assert Decimal(told["difference"]) == 0 and adds_up(firm)["net"] == Decimal("6.50")


def test_events_are_followed_in_the_order_they_were_told(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    decided(firm, firm.draft(key), refund_no="TH5")
    with scope(PLATFORM):
        line = {"line_no": 1, "quantity": "2", "declared": "2", "hs": "6109100000"}
        events.publish(
            "clearance.export_returned",
            [{"trade": 1, "document": 71, "list_no": key[0], "seller": firm.firm, "mode": "9610", "at": LATER.isoformat(), "lines": [line]}],
        )  # fmt: skip
        while api.follow_export_returns():
            pass
    assert adds_up(firm)["net"] == 0


def test_a_line_declared_for_statistics_only_is_never_refunded(firm: Exporter) -> None:
    key = firm.refundable("A", simplified=True)
    firm.match()
    with pytest.raises(Refused, match=r"rule\.export\.simplified"):
        firm.draft(key)
    assert adds_up(firm)["applied"] == 0
