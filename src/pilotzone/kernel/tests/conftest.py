"""People and firms the kernel's tests are about."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

import pytest

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Membership, Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units

DAY = datetime.date(2021, 1, 4)


@dataclass
class Cast:
    """Two firms with a clerk each (the first with a colleague), an officer, a county officer, a consumer, somebody of the zone office."""

    firm: Organisation
    other: Organisation
    clerk: Person
    mate: Person
    rival: Person
    consumer: Person
    clerks: Membership
    customs: Membership
    county: Membership
    office: Membership


@pytest.fixture
def cast(db: None) -> Cast:
    founded = datetime.datetime(2021, 1, 4, tzinfo=datetime.UTC)
    with scope(PLATFORM):
        load_units()
        unit = {u.code: u for u in Unit.objects.all()}
        people = {
            n: Person.objects.create(username=n) for n in ("clerk", "mate", "rival", "buyer", "guan", "xian", "ban")
        }
        firm = Organisation.objects.create(name="甲", created_at=founded)
        other = Organisation.objects.create(name="乙", created_at=founded)
        clerks = appoint(person=people["clerk"], role_code="ebc", organisation=firm, since=DAY)
        appoint(person=people["mate"], role_code="ebc", organisation=firm, since=DAY)
        appoint(person=people["rival"], role_code="pay", organisation=other, since=DAY)
        return Cast(
            firm=firm,
            other=other,
            clerk=people["clerk"],
            mate=people["mate"],
            rival=people["rival"],
            consumer=people["buyer"],
            clerks=clerks,
            customs=appoint(person=people["guan"], role_code="customs_officer", unit=unit["customs"], since=DAY),
            county=appoint(person=people["xian"], role_code="district_officer", unit=unit["360111"], since=DAY),
            office=appoint(person=people["ban"], role_code="zone_officer", unit=unit["zone"], since=DAY),
        )
