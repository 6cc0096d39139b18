"""Counties know how many residuals are not settled, of nobody else's firms, and of no firm that could be read out of it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.test import Client

from pilotzone.kernel.access.actor import DISTRICT, ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tracking import api
from pilotzone.rooms.tracking.models import Residual, ResidualFigure
from pilotzone.rooms.tracking.operations.reconcile.figures import publish_residuals
from pilotzone.rooms.tracking.tests.test_reconcile_desk import NOON
from pilotzone.rooms.tracking.tests.test_reconcile_pages import signed_in

pytestmark = pytest.mark.django_db
DAY = date(2021, 3, 2)
A, B = "zone.districts.360111", "zone.districts.360112"


def planted(unit: str, kind: str, *firms: int) -> None:
    for at, firm in enumerate(firms):
        Residual.objects.create(
            mark=f"{unit}{kind}{firm}-{at}", kind=kind, key="k", firm=firm, unit=unit, pass_day=DAY, day=DAY, due_on=DAY,
            left="", right="", owner="ebc", found_at=NOON, first_run=1, last_run=1,
        )  # fmt: skip


@pytest.fixture
def figures(db: None) -> None:
    with scope(PLATFORM):
        planted(A, "tax_differs", *range(1, 13))
        planted(A, "unregistered", 1)
        planted(A, "released_untaxed", *range(1, 11))
        planted(B, "tax_differs", *range(21, 31))
        planted("", "tax_differs", 99)
        assert publish_residuals(DAY) > 0
        assert publish_residuals(DAY) == 0, "a day is told once"


def seen(unit: str) -> dict[str, Any]:
    with scope(Actor(kind=DISTRICT, unit_path=unit, role="district_officer")):
        rows = api.residual_figures()
    assert {row["unit"] for row in rows} <= {unit}
    return {row["kind"]: row["n"] for row in rows}


def test_a_county_sees_its_own_and_no_cell_of_few_firms(figures: None) -> None:
    mine = seen(A)
    assert mine["unregistered"] is None, "one firm"
    assert mine["tax_differs"] == 12 or mine["released_untaxed"] == 10
    known = {kind: n for kind, n in mine.items() if n is not None}
    assert not {"*", "tax_differs", "released_untaxed"} <= known.keys(), "or the hidden one could be computed"
    assert "tax_differs" in seen(B) and "released_untaxed" not in seen(B)
    with scope(Actor(kind=ENTERPRISE, organisation=1, role="ebc")):
        assert not ResidualFigure.objects.exists()


def test_the_page_of_a_county(figures: None) -> None:
    with scope(PLATFORM):
        unit, _ = Unit.objects.get_or_create(path=A, defaults={"code": "360111", "name_zh": "青山湖区"})
    county = signed_in("district_officer", unit=unit)
    page = county.get("/reconciliation/figures/").content.decode()
    assert "不公布" in page and "税额不一致" in page and "360112" not in page
    assert "不公布" in county.get("/reconciliation/figures.csv").content.decode()
    county.cookies["django_language"] = "en"
    assert "Withheld" in county.get("/reconciliation/figures/").content.decode()
    assert county.get("/reconciliation/").status_code == 403
    assert Client().get("/reconciliation/figures/").status_code in (302, 403)
