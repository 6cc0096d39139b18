"""A firm that moved belongs to the district it is registered in on the day: a move told ahead counts from its day on, not before."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation, Unit, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.pipeline.directory import Registry

CODE = "3601960ZZZ"


@pytest.mark.parametrize(
    ("moved_on", "unit"),
    [(date(2012, 1, 1), "zone.districts.d360112"), (date(3000, 1, 1), "zone.districts.d360102")],
)
def test_the_district_is_that_of_the_day(db: None, moved_on: date, unit: str) -> None:
    with scope(PLATFORM):
        load_units()
        firm = Organisation.objects.create(
            name="（合成）迁移企业", customs_code=CODE, created_at=datetime(2010, 1, 1, tzinfo=SHANGHAI)
        )
        before = date.fromordinal(moved_on.toordinal() - 1)
        for code, since, until in (("360102", date(2010, 1, 1), before), ("360112", moved_on, None)):
            UnitLink.objects.create(
                organisation=firm, unit=Unit.objects.get(code=code), kind="registered", valid_from=since, valid_to=until
            )
        registry = Registry()
        with connection.cursor() as cursor:
            registry.refresh(cursor, force=True)
        found = registry.firm(CODE)
    assert found is not None and found.unit == unit
