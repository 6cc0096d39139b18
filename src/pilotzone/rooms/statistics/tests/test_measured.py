"""Indicators are reckoned from what is recorded; what nobody records is named, and never a number."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from pilotzone.base.errors import Denied
from pilotzone.kernel.access.actor import AGENCY, NOBODY, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests.counting import UNITS, facts, listed
from pilotzone.rooms.statistics.tests.test_recognising import signed_in
from pilotzone.rooms.statistics.tests.test_releases import STATISTICIAN
from pilotzone.rooms.tax import api as tax

NOVEMBER = date(2021, 11, 1)


@pytest.fixture
def counted(db: None) -> None:
    lists = [
        listed(1, firm=1, amount="100.00", country="116"),
        listed(2, firm=2, amount="300.00", country="502", flow="E", mode="9710", unit=UNITS[1], customs="5100", back=5),
    ]
    with scope(PLATFORM):
        replace([1, 2], facts(*lists))


def told(month: date = NOVEMBER) -> dict[tuple[str, str], api.Measured]:
    with scope(STATISTICIAN):
        return {(row.indicator.key, row.coverage): row for row in api.measured(month)}


def test_numbers_are_those_of_the_facts(counted: None) -> None:
    rows = told()
    assert {key: rows[key, "platform"].value for key in ("return_rate", "average_order", "top10_share", "country_hhi", "us_share")} == {
        "return_rate": Decimal("0.75"), "average_order": 200, "top10_share": 1, "country_hhi": Decimal("0.625"), "us_share": Decimal("0.75"),
    }  # fmt: skip
    assert rows["return_rate", "port"].value == 0 and rows["country_hhi", "port"].value == 1
    assert rows["million_sellers", "registered"].value == 0
    assert rows["mode_share", "platform"].parts == (("9710", Decimal("0.75")), ("9610", Decimal("0.25")))
    assert rows["average_order", "platform"].numbers == {"trade_cny": 400, "orders": 2}


def test_what_nobody_records_is_named_and_has_no_value(counted: None) -> None:
    rows = told()
    assert (rows["parks", "registered"].value, rows["parks", "registered"].gaps) == (
        None,
        ("statistics:declared.parks",),
    )
    assert rows["own_brand_share", "registered"].gaps == ("statistics:survey.own_brand_export_cny",)
    assert all(row.value is None for row in rows.values() if row.gaps)
    by_key = {row.indicator.key: row for row in rows.values()}
    assert {key for key, row in by_key.items() if row.gaps} == {
        one.key for one in api.indicators() if api.unrecorded(one)
    }


def test_a_line_without_a_rate_makes_no_sum(db: None) -> None:
    with scope(PLATFORM):
        replace([1], facts(listed(1, currency="999")))
    assert told()["average_order", "platform"].value is None


def test_a_month_without_anything_has_no_figures_but_names_them(db: None) -> None:
    rows = told(date(2020, 3, 1))
    assert {row.indicator.group for row in rows.values()} == set(api.GROUPS)
    assert rows["average_order", "platform"].value is None and rows["average_order", "platform"].gaps == ()


def test_refunds_and_settlements_are_the_rooms_own_figures(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told()["refund_days", "registered"].value is None
    assert fx.settled_in(NOVEMBER, date(2021, 11, 30)) == {"usd": 0, "entries": 0, "days": None}
    monkeypatch.setattr(
        tax, "refunds_paid", lambda first, last: {"days": Decimal(last.day)} if first == NOVEMBER else {}
    )
    assert told()["refund_days", "registered"].value == 30


@pytest.mark.parametrize("actor", [NOBODY, Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer")])
def test_they_are_the_statisticians(db: None, actor: Actor) -> None:
    with scope(actor), pytest.raises(Denied):
        api.measured(NOVEMBER)


def test_the_page_shows_values_gaps_and_where_they_come_from(counted: None) -> None:
    office = signed_in("statistician")
    asked, pages = {"month": "2021-11"}, list[str]()
    while not pages or "下一页" in pages[-1]:
        told = office.get(reverse("statistics_measured"), asked | {"page": str(len(pages) + 1)})
        pages.append(told.content.decode())
    assert 3 < len(pages) < 20
    page = "".join(pages)
    assert all(
        word in page
        for word in (
            "0.7500",
            "statistics:declared.parks",
            "/statistics/explore/?coverage=platform",
            "returned_cny = 300",
        )
    )
    only = office.get(
        reverse("statistics_measured"), {"month": "2021-11", "group": "carriers", "state": "told"}
    ).content.decode()
    assert "园区与中心数" in page and "园区与中心数" not in only
    told_csv = office.get(reverse("statistics_measured_export"), {"group": "quality"}).content
    assert "退货率" in told_csv.decode() and "parks" not in told_csv.decode()
    assert "statistics:declared.parks" in office.get("/statistics/indicators/parks/").content.decode()
