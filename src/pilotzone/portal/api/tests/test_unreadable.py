"""What only a value of the caller can have broken is 400 by the API too; an overflow of our own is 500 and an error of the log."""

from __future__ import annotations

import io
import json
from datetime import date, timedelta

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


class Beyond:
    """What is asked breaks as a sum or a day beyond what there is breaks."""

    def get(self, key: str) -> date:
        return date.max + timedelta(days=1)


@pytest.mark.parametrize(
    ("asked", "status", "code", "level"),
    [("track/ORDER-7", 400, "api.bad_request", "warning"), ("board", 500, "api.failed", "error")],
)
def test_who_carries_a_value_is_told_so_and_our_own_overflow_is_an_error(
    asked: str, status: int, code: str, level: str, heard: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pilotzone.portal.api.tracking.cache", Beyond())
    monkeypatch.setattr("pilotzone.rooms.tracking.api.payments", Beyond().get)
    answer = Client().get(f"/api/v1/{asked}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    told = [json.loads(one) for one in heard.getvalue().splitlines()]
    (line,) = [one for one in told if one["logger"] == "pilotzone.api"]
    assert (line["level"], "exception" in line) == (level, level == "error")
