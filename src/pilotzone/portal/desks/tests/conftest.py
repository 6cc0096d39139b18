"""Firms, offices and the people who sign in for them, for the tests of the desks' pages."""

from __future__ import annotations

import datetime
from collections.abc import Callable

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.pipeline.tests.conftest import demo_keys, standing_zone

DAY = datetime.date(2021, 1, 4)
FOUNDED = datetime.datetime(2021, 1, 4, tzinfo=datetime.UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def firms(db: None) -> dict[str, Organisation]:
    """Two firms by name, in a demonstration zone with its units."""
    with scope(PLATFORM):
        clock.found(demo=True)
        load_units()
        return {
            name: Organisation.objects.create(name=name, customs_code=code, roles=["ebp"], created_at=FOUNDED)
            for name, code in (("甲公司", "3601960A01"), ("乙公司", "3601960A02"))
        }


@pytest.fixture
def signed_in(firms: dict[str, Organisation]) -> Callable[..., Client]:
    """A browser of somebody who acts in a role for a firm (its name) or a unit (its code); made at first use."""

    def make(role: str, body: str) -> Client:
        with scope(PLATFORM):
            person, made = Person.objects.get_or_create(username=f"{role}-{body}", defaults={"display_name": role})
            if made:
                firm = firms.get(body)
                unit = None if firm else Unit.objects.get(code=body)
                appoint(person=person, role_code=role, organisation=firm, unit=unit, since=DAY)
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return make


# the pipeline's bench of test firms
__all__ = ["demo_keys", "firms", "signed_in", "standing_zone"]
