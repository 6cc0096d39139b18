"""Platforms of districts on a day in 2021: a form that opens one, and officers who enter."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units

Enter = Callable[[str, str], Client]
NOW = datetime(2021, 3, 15, 8, tzinfo=UTC)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
FORM = {
    "unit": "360111", "slug": "qingshanhu", "name_zh": "青山湖区分平台", "name_en": "Qingshanhu platform", "accent": "blue",
    "menu": ["filing", "track"], "links": "区政府 | District | https://example.org/", "prereview": "1",
    "notices": "2021-03-01 | 2021-03-31 | 培训报名 | Training\n2020-01-01 | 2020-02-01 | 已过期 | Past",
}  # fmt: skip


@pytest.fixture
def login(monkeypatch: pytest.MonkeyPatch) -> Enter:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", NOW.date)
    with scope(PLATFORM):
        load_units()

    def enter(role: str, unit: str) -> Client:
        with scope(PLATFORM):
            person, _ = Person.objects.get_or_create(username=f"{role}-{unit}")
            appoint(person=person, role_code=role, since=date(2020, 1, 1), unit=Unit.objects.get(code=unit))
        client = Client()
        client.force_login(person, backend=BACKEND)
        return client

    return enter
