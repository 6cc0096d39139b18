"""The platform's time as everybody may ask for it: a demonstration's stands elsewhere, a real zone's is the real one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db


def asked(client: Client) -> tuple[dict[str, Any], timedelta]:
    """The answer, and how far its time is from the real one."""
    answer = client.get("/api/v1/clock")
    assert (answer.status_code, answer["Cache-Control"]) == (200, "no-store")
    told = answer.json()
    moment = datetime.fromisoformat(told["now"])
    assert (moment.utcoffset(), told["day"]) == (timedelta(hours=8), f"{moment:%Y-%m-%d}")
    return told, moment - datetime.fromisoformat(told["wall"])


def test_a_real_zones_time_is_the_real_one(client: Client) -> None:
    told, apart = asked(client)
    assert (told["demo"], float(told["rate"])) == (False, 1)
    assert abs(apart) < timedelta(seconds=30)


def test_a_demonstrations_time_is_its_own_and_moves_with_it(client: Client) -> None:
    with scope(PLATFORM):
        clock.found(demo=True, start=datetime(2021, 11, 10, 15, 0, tzinfo=UTC))
    told, apart = asked(client)
    assert (told["demo"], told["day"]) == (True, "2021-11-10")
    assert apart < timedelta(days=-365)
    with scope(PLATFORM):
        clock.advance(by=timedelta(hours=2), reason="to Double 11")
    assert asked(client)[0]["day"] == "2021-11-11"
