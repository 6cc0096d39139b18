"""Two firms with their tokens, and somebody who signs in: who comes to the API's door."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.db import connection
from django.test import Client

from pilotzone.exchange import clients
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.kernel.pace import Pace
from pilotzone.portal.api import callers
from pilotzone.portal.exchange_pages import lately

DAY = datetime.date(2021, 1, 4)
FOUNDED = datetime.datetime(2021, 1, 4, tzinfo=datetime.UTC)


@dataclass
class Firm:
    """A firm and its token, as headers."""

    id: int
    token: dict[str, str]


@pytest.fixture(autouse=True)
def fresh_pace(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test pays for what another one asked, or reads what was counted for it."""
    monkeypatch.setattr(callers, "PACE", Pace())
    lately.forget()


@pytest.fixture
def client() -> Iterator[Client]:
    yield Client()


def firm(name: str, *roles: str) -> Firm:
    with scope(PLATFORM):
        made = Organisation.objects.create(name=name, roles=list(roles), created_at=FOUNDED)
        with connection.cursor() as cursor:
            return Firm(made.pk, {"Authorization": f"Bearer {clients.issue(cursor, made.pk, 'test')}"})


@pytest.fixture
def seller(db: None) -> Firm:
    return firm("甲", "ebc")


@pytest.fixture
def rival(db: None) -> Firm:
    return firm("乙", "ebc")


def sign_in(client: Client, role_code: str, *, organisation: int | None = None, unit: str = "") -> None:
    """Sign a new person in who acts in that role."""
    with scope(PLATFORM):
        load_units()
        person = Person.objects.create(username=f"a-{role_code}")
        appoint(
            person=person,
            role_code=role_code,
            since=DAY,
            organisation=Organisation.objects.get(pk=organisation) if organisation else None,
            unit=Unit.objects.get(code=unit) if unit else None,
        )
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
