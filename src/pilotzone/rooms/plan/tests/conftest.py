"""Somebody signs in with a role at a unit; the zone's day is 20 February 2020."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client

from pilotzone.kernel import clock, paper_key
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units

NOW = datetime(2020, 2, 20, 8, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@pytest.fixture
def login(db: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[[str, str], Client]:
    """Enter as a role at a unit's code."""
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))  # the key papers are sealed with
    paper_key.forget()
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", NOW.date)
    with scope(PLATFORM):
        load_units()

    def enter(role: str, unit: str, name: str = "") -> Client:
        with scope(PLATFORM):
            person, _ = Person.objects.get_or_create(username=f"{role}-{unit}{name}")
            appoint(person=person, role_code=role, since=date(2019, 5, 1), unit=Unit.objects.get(code=unit))
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return enter
