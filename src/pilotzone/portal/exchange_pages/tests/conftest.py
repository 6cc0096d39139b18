"""Browsers of departments, of the platform and of a firm, in a demonstration zone."""

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
from pilotzone.portal.exchange_pages import lately

DAY = datetime.date(2021, 1, 4)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture(autouse=True)
def _nothing_counted_before() -> None:
    lately.forget()


@pytest.fixture
def firms(db: None) -> dict[str, Organisation]:
    """A firm by its name."""
    with scope(PLATFORM):
        clock.found(demo=True)
        load_units()
        return {"甲公司": Organisation.objects.create(name="甲公司", roles=["ebc"], created_at=clock.now())}


@pytest.fixture
def signed_in(firms: dict[str, Organisation]) -> Callable[..., Client]:
    """A browser of somebody who acts in a role for a firm (its name) or a unit (its code); made at first use."""

    def enter(role: str, body: str) -> Client:
        with scope(PLATFORM):
            person, made = Person.objects.get_or_create(username=f"{role}-{body}", defaults={"display_name": role})
            if made:
                unit = None if body in firms else Unit.objects.get(code=body)
                appoint(person=person, role_code=role, organisation=firms.get(body), unit=unit, since=DAY)
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return enter
