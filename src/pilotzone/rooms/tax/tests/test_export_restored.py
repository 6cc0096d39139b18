"""A cancelled export list that customs releases again: its repaid refund counts as refunded again, once, whatever else came back."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pilotzone.base.errors import Refused
from pilotzone.kernel import events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.engine.export.ledger import REFUNDED, RefundLedger, Standing
from pilotzone.rooms.tax.models import Prerefund, RefundEntry
from pilotzone.rooms.tax.operations.export import returning
from pilotzone.rooms.tax.tests.exporting import SPRING, Exporter, Released, decided
from pilotzone.rooms.tax.tests.test_export_returned import LATER, adds_up, came_back, effects

pytestmark = pytest.mark.django_db
LIST = 5  # the document of the list, under which a cancellation applied for elsewhere is told


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch) -> Exporter:
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    return Exporter(released)


def moment(hour: int) -> str:
    return f"20210701{hour:02d}0000000"


def cancelled(firm: Exporter, key: tuple[str, int], quantity: str, hour: int, *, at: datetime = LATER) -> None:
    line = {"line_no": key[1], "quantity": quantity, "declared": "2", "hs": "6109100000"}
    row = {
        "trade": 1, "document": LIST, "list": LIST, "list_no": key[0], "seller": firm.firm, "at": at.isoformat(),
        "cancelled": moment(hour),
    }  # fmt: skip
    with scope(PLATFORM):
        returning.take(row, line)


def released(firm: Exporter, key: tuple[str, int], hour: int, *, document: int = LIST, at: datetime = LATER) -> int:
    row = {
        "trade": 1, "list": document, "list_no": key[0], "seller": firm.firm, "at": at.isoformat(), "released": moment(hour),
    }  # fmt: skip
    with scope(PLATFORM):
        return returning.restore(row)


def test_what_was_repaid_counts_as_refunded_again_once(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    decided(firm, firm.draft(key), refund_no="TH1")
    before = adds_up(firm)
    cancelled(firm, key, "2", 9)
    assert adds_up(firm)["net"] == 0
    assert released(firm, key, 8) == 0, "a release customs gave before the cancellation undoes nothing"
    assert released(firm, key, 9, document=6) == 0, "a list declared anew is another one"
    assert [released(firm, key, 9), released(firm, key, 9), released(firm, key, 10)] == [1, 0, 0]
    assert adds_up(firm) == before and effects(key) == [("undone", Decimal(0), "booked")]
    cancelled(firm, key, "2", 9)  # the first cancellation, told once more
    assert adds_up(firm) == before
    cancelled(firm, key, "2", 11)
    assert adds_up(firm)["net"] == 0 and effects(key) == [("repay", Decimal("13.00"), "booked")]
    assert released(firm, key, 12) == 1 and adds_up(firm) == before
    with scope(PLATFORM):
        entries = RefundEntry.objects.filter(list_no=key[0], event__in=("CLAW", "UNCLAW")).order_by("pk")
        assert [(one.event, one.clawed_change) for one in entries] == 2 * [
            ("CLAW", Decimal("13.00")), ("UNCLAW", Decimal("-13.00")),
        ]  # fmt: skip
        (told,) = api.export_returns(*key)
    (why,) = told["assessment"]["reasons"]
    assert why["code"] == "rule.export.returned_undone" and "13.00" in why["zh"] and "13.00" in why["en"]


def test_goods_that_had_come_back_before_stay_back(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    decided(firm, firm.draft(key), refund_no="TH2")
    came_back(firm, key, "1", document=11)
    cancelled(firm, key, "1", 9)
    assert adds_up(firm)["net"] == 0
    assert released(firm, key, 9) == 1 and adds_up(firm)["net"] == Decimal("6.50")
    came_back(firm, key, "1", document=12)  # and what is left may come back after it
    assert adds_up(firm)["net"] == 0


def test_what_waits_for_its_payment_is_taken_off_no_more(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    number = firm.draft(key)
    cancelled(firm, key, "2", 9)
    assert effects(key) == [("reduce", Decimal("13.00"), "waiting")]
    assert released(firm, key, 10) == 1
    decided(firm, number, refund_no="TH3")
    assert adds_up(firm) == {"applied": 0, "refunded": Decimal("13.00"), "clawed": 0, "net": Decimal("13.00")}


def test_a_line_that_was_never_filed_is_filed_whole_again(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    cancelled(firm, key, "2", 9)
    with pytest.raises(Refused, match=r"rule\.export\.returned_whole"):
        firm.draft(key)
    assert released(firm, key, 9) == 1
    assert firm.filing(firm.draft(key))["amount"] == Decimal("13.00")


def test_an_open_pre_refund_has_its_base_again(firm: Exporter) -> None:
    key = firm.refundable("A", on=date(2025, 3, 1), mode="9810")
    firm.match("2025-03", at=SPRING)
    decided(firm, firm.draft(key, kind="prerefund", month="2025-03", at=SPRING), at=SPRING, refund_no="TH4")

    def stands() -> tuple[Decimal, Decimal]:
        with scope(PLATFORM):
            row = Prerefund.objects.get(list_no=key[0])
            return row.base, row.refunded

    before = stands()
    came_back(firm, key, "1", document=61, at=SPRING)
    half = stands()
    cancelled(firm, key, "1", 9, at=SPRING)
    assert stands() == (0, 0), "the part returns of a line add up to its whole base"
    released(firm, key, 9, at=SPRING)
    assert stands() == half == (before[0] / 2, before[1] / 2)


def test_cancellation_and_release_are_followed_in_the_order_they_were_told(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    decided(firm, firm.draft(key), refund_no="TH5")
    at = datetime(2021, 7, 1, 5, tzinfo=UTC).isoformat()
    line = {"line_no": 1, "quantity": "2", "declared": "2", "hs": "6109100000"}
    both = {"trade": 1, "list": LIST, "list_no": key[0], "seller": firm.firm, "at": at}
    with scope(PLATFORM):
        events.publish(
            "clearance.export_returned",
            [{**both, "document": LIST, "mode": "9610", "cancelled": moment(9), "lines": [line]}],
        )
        events.publish("clearance.export_restored", [{**both, "released": moment(10)}])
        while api.follow_export_returns():
            pass
    assert adds_up(firm)["net"] == Decimal("13.00")


def test_never_more_counts_as_refunded_again_than_was_paid_back() -> None:
    key = ("L", 1)
    ledger = RefundLedger({key: Standing(REFUNDED, Decimal(13), Decimal(13), Decimal(5))})
    with pytest.raises(Refused, match=r"rule\.export\.money"):
        ledger.unclaw(key, Decimal("5.01"))
    assert ledger.unclaw(key, Decimal(0)) == [] and ledger.lines[key].clawed == 5
