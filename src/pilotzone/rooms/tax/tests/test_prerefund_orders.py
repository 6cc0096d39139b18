"""A pre-refund, its sale and what comes back of it, in either order: the same refund stands in the end, and book and line agree."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.models import Prerefund
from pilotzone.rooms.tax.tests.exporting import SPRING, Exporter, Released, decided
from pilotzone.rooms.tax.tests.test_export_cases import table
from pilotzone.rooms.tax.tests.test_export_pages import client_of
from pilotzone.rooms.tax.tests.test_export_restored import cancelled, released
from pilotzone.rooms.tax.tests.test_export_returned import adds_up, came_back

pytestmark = pytest.mark.django_db
APRIL = datetime(2025, 4, 2, 10, tzinfo=SHANGHAI)


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch) -> Exporter:
    sent = Released()
    monkeypatch.setattr(clearance, "export_lines", sent)
    return Exporter(sent)


@pytest.mark.parametrize("case", table("prerefund_orders"))
def test_what_stands_in_the_end_is_what_the_table_says(firm: Exporter, case: dict[str, Any]) -> None:
    key = firm.refundable("A", on=date(2025, 3, 1), mode="9810")
    firm.match("2025-03", at=SPRING)
    decided(firm, firm.draft(key, kind="prerefund", month="2025-03", at=SPRING), at=SPRING, refund_no="TH4")
    if "error" in case:
        with pytest.raises(Refused, match=case["error"].replace(".", r"\.")):
            _happen(firm, key, case["do"])
        return
    assert _happen(firm, key, case["do"]) == case["differences"]
    assert adds_up(firm)["net"] == Decimal(case["net"])
    with scope(PLATFORM):
        row = Prerefund.objects.get(list_no=key[0])
        assert row.refunded + (row.difference or 0) == Decimal(case["net"]), "the line tells what the book says"


def _happen(firm: Exporter, key: tuple[str, int], steps: list[dict[str, Any]]) -> list[str]:
    told, hours = [], count(1)
    with scope(PLATFORM):
        number = Prerefund.objects.get(list_no=key[0]).pk
    for place, step in enumerate(steps):
        ((what, value),) = step.items()
        at = APRIL + timedelta(hours=place)
        if what == "settle":
            sold = Decimal(value[1]) if len(value) > 1 else None
            with scope(firm.actor):
                told.append(api.settle_prerefund(number, Decimal(value[0]), at=at, sold=sold)["difference"])
        elif what == "return":
            came_back(firm, key, value, document=100 + place, at=at)
        elif what == "cancel":
            cancelled(firm, key, value, next(hours), at=at)
        else:
            released(firm, key, next(hours), at=at)
    return told


def test_a_return_after_the_sale_names_its_article(firm: Exporter) -> None:
    key = firm.refundable("A", on=date(2025, 3, 1), mode="9810")
    firm.match("2025-03", at=SPRING)
    decided(firm, firm.draft(key, kind="prerefund", month="2025-03", at=SPRING), at=SPRING, refund_no="TH4")
    _happen(firm, key, [{"settle": ["70.00"]}, {"return": "1"}])
    with scope(PLATFORM):
        (row,) = api.export_returns(*key)
    assert "税务总局公告2025年第3号" in str(row["assessment"]["steps"]) and row["amount"] == Decimal("4.55")


def test_a_return_for_which_nothing_stands_repays_nothing_and_says_why(firm: Exporter) -> None:
    key = firm.refundable("A", on=date(2025, 3, 1), mode="9810")
    firm.match("2025-03", at=SPRING)
    decided(firm, firm.draft(key, kind="prerefund", month="2025-03", at=SPRING), at=SPRING, refund_no="TH4")
    _happen(firm, key, [{"settle": ["0.00"]}, {"return": "1"}])
    with scope(PLATFORM):
        (row,) = api.export_returns(*key)
    assert (row["effect"], row["amount"]) == ("nothing", Decimal(0))
    assert "rule.export.returned_settled" in str(row["assessment"]["reasons"])


def test_the_page_says_what_is_paid_back_and_settles_once_more(firm: Exporter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: APRIL)
    monkeypatch.setattr(clock, "today", APRIL.date)
    key = firm.refundable("A", on=date(2025, 3, 1), mode="9810")
    firm.match("2025-03", at=SPRING)
    decided(firm, firm.draft(key, kind="prerefund", month="2025-03", at=SPRING), at=SPRING, refund_no="TH4")
    seller, page = client_of("ebc", "seller", organisation=Organisation(pk=firm.firm)), "/tax/export/prerefunds/"
    with scope(PLATFORM):
        where = f"{page}{Prerefund.objects.get(list_no=key[0]).pk}/"
    told = seller.post(where, {"actual": "70.00"}, follow=True).content.decode()
    assert "应补缴 3.90 元" in told and "税务总局公告2025年第3号" in told and "再次核算" in told
    again = seller.post(where, {"actual": "110.00", "sold": "2"}, follow=True).content.decode()
    assert 'value="110.00"' not in again, "who presses once more types what the sale gave"
    assert "应退付 5.20 元" in again and "以前核算" in again and "14.30" in again
    for wrong in ({"actual": "50", "sold": "3"}, {"actual": "50", "sold": "二"}):
        assert seller.post(where, wrong).status_code == 422
    seller.cookies["django_language"] = "en"
    assert "Settled before" in seller.get(where).content.decode()
    assert f'href="{where}"' in seller.get(page).content.decode()


def test_a_settlement_undone_by_a_new_release_is_shown_as_superseded(
    firm: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = APRIL + timedelta(days=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    monkeypatch.setattr(clock, "today", later.date)
    key = firm.refundable("A", on=date(2025, 3, 1), mode="9810")
    firm.match("2025-03", at=SPRING)
    decided(firm, firm.draft(key, kind="prerefund", month="2025-03", at=SPRING), at=SPRING, refund_no="TH4")
    _happen(firm, key, [{"cancel": "1"}, {"settle": ["40.00"]}, {"release": ""}])
    with scope(PLATFORM):
        where = f"/tax/export/prerefunds/{Prerefund.objects.get(list_no=key[0]).pk}/"
    seller = client_of("ebc", "seller", organisation=Organisation(pk=firm.firm))
    told = seller.get(where).content.decode()
    assert "待核算" in told and "海关再次放行，原核算不再有效" in told and "40.00" in told and 'role="note"' in told
    assert seller.post(where, {"actual": "90.00", "sold": "2"}).status_code == 302
    again = seller.get(where).content.decode()
    assert "海关再次放行，原核算不再有效" in again and 'role="note"' not in again, "it stays in the history"
