"""Each form of refunds, pre-refunds and guarantees, sent with too much and with money nobody can read: refused, nothing typed is lost."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, PLATFORM, Actor
from pilotzone.kernel.access.models import Organisation, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.clearance import api as clearance
from pilotzone.rooms.tax import api
from pilotzone.rooms.tax.models import Prerefund, RefundFiling
from pilotzone.rooms.tax.tests.exporting import JUNE, SPRING, Exporter, Released, decided
from pilotzone.rooms.tax.tests.test_export_agency import Sides
from pilotzone.rooms.tax.tests.test_export_pages import client_of, officer
from pilotzone.ui.tests.forms import refused
from pilotzone.ui.tests.hostile import withstands

pytestmark = pytest.mark.django_db
CUSTOMS = Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")


@pytest.fixture
def firm(monkeypatch: pytest.MonkeyPatch) -> Exporter:
    released = Released()
    monkeypatch.setattr(clearance, "export_lines", released)
    _at(monkeypatch, JUNE)
    return Exporter(released)


def _at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    monkeypatch.setattr(clock, "now", lambda: moment)
    monkeypatch.setattr(clock, "today", moment.date)


def seller_of(firm: Exporter) -> Any:
    return client_of("ebc", "seller", organisation=Organisation(pk=firm.firm))


def test_a_filing_keeps_what_was_typed_through_its_states(firm: Exporter) -> None:
    key = firm.refundable("A")
    firm.match()
    seller, first = seller_of(firm), officer("first")
    number = firm.draft(key)
    refused(seller, "/tax/export/refunds/new/", 1)
    where = f"/tax/export/refunds/{number}/"
    for who, state, reviewed_by in ((seller, "question", None), (first, "accepted", None), (first, "reviewed", 0)):
        with scope(PLATFORM):
            RefundFiling.objects.filter(number=number).update(state=state, reviewed_by=reviewed_by, proposal="approve")
        refused(who, where, 1)
        assert withstands(who, where) == []


def test_a_pre_refund_keeps_what_was_typed_when_it_is_settled_and_recovered(
    firm: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [firm.refundable(name, on=date(2025, 3, 1), mode="9810") for name in "AB"]
    firm.match("2025-03", at=SPRING)
    decided(firm, firm.draft(*keys, kind="prerefund", month="2025-03", at=SPRING), at=SPRING, refund_no="TH9")
    _at(monkeypatch, datetime(2025, 4, 2, 10, tzinfo=SHANGHAI))
    seller = seller_of(firm)
    with scope(PLATFORM):
        first, second = (
            f"/tax/export/prerefunds/{Prerefund.objects.get(list_no=number).pk}/" for number, _line in keys
        )
    refused(seller, first, 1)
    assert withstands(seller, first) == []
    assert seller.get("/tax/export/prerefunds/987654321987654321987/").status_code == 404
    _at(monkeypatch, datetime(2026, 5, 4, 10, tzinfo=SHANGHAI))
    tax = officer("second")
    refused(tax, second, 1)
    assert withstands(tax, second) == []


def test_a_paper_of_guarantee_keeps_what_was_typed_when_it_is_corrected(firm: Exporter) -> None:
    with scope(PLATFORM):
        unit, _ = Unit.objects.get_or_create(path="zone.customs", defaults={"code": "customs", "name_zh": "南昌海关"})
    with scope(CUSTOMS):
        for number in ("保函-1", "保函-2"):
            api.lodge(
                organisation=firm.firm, number=number, kind="cash", amount=Decimal("100.00"), at=JUNE,
                valid_from=date(2021, 1, 1),
            )  # fmt: skip
    customs = client_of("customs_officer", "customs-of", unit=unit)
    refused(customs, f"/tax/guarantee/{firm.firm}/", 2)
    assert withstands(customs, f"/tax/guarantee/{firm.firm}/") == []


def test_an_agreement_keeps_what_was_typed_when_it_is_confirmed(firm: Exporter) -> None:
    sides = Sides(firm.released)
    with scope(sides.service.actor):
        api.propose_agency(
            producer=sides.code, number="XY-1", valid_from=date(2021, 1, 1), valid_to=date(2021, 12, 31), controls=True, at=JUNE
        )  # fmt: skip
    refused(client_of("ebc", "makes", organisation=Organisation(pk=sides.producer.firm)), "/tax/export/agencies/", 1)
