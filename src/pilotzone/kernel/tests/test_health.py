"""Ready means: database there, migrations applied, web bound, events flowing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection

from pilotzone.kernel import health

pytestmark = pytest.mark.django_db


def test_a_migrated_zone_with_role_web_is_ready() -> None:
    found = health.checks()
    assert {check.key: check.ok for check in found} == {
        "database": True,
        "migrations": True,
        "web_bypass": True,
        "events": True,
    }


def test_a_role_that_could_bypass_is_not_ready(owner_connect: Callable[[], Any], monkeypatch: Any) -> None:
    raw = owner_connect()
    monkeypatch.setattr(health, "connection", raw)
    assert not health._bound().ok
    raw.rollback()


def test_a_database_that_is_away_is_said_and_nothing_else_asked(monkeypatch: Any) -> None:
    def away() -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(connection, "cursor", away)
    (only,) = health.checks()
    assert (only.key, only.ok) == ("database", False) and "refused" in only.en
