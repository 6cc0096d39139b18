"""The demonstration's cases come about by the real path, each once, and stand where the demonstration wants them."""

from __future__ import annotations

import datetime

import pytest

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.portal.demo import services as demo
from pilotzone.portal.demo.firms import of_role
from pilotzone.rooms.registry import api as registry
from pilotzone.rooms.services import api

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("filed", [True, False])
def test_cases_stand_at_every_stage(monkeypatch: pytest.MonkeyPatch, filed: bool) -> None:
    now = datetime.datetime(2021, 12, 30, 8, tzinfo=datetime.UTC)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", now.date)
    monkeypatch.setattr(registry, "standing", lambda number, on: {"state": "valid", "in_force": filed, "ended": []})
    with scope(PLATFORM):
        load_units()
        for role in ("ebc", "logi", "agent"):
            firm = of_role(role)[0]
            Organisation.objects.create(
                name=firm.name,
                uscc=firm.uscc,
                customs_code=firm.customs_code,
                roles=[firm.role],
                synthetic=True,
                created_at=now,
            )
    assert demo.make_cases() == (6 if filed else 3)
    assert demo.make_cases() == 0, "asked again it does nothing twice"
    with scope(PLATFORM):
        rows = api.inbox(api.Wanted())["rows"]
    assert rows == [], "the platform has no desk of its own"
    with scope(demo.OFFICE):
        waiting = [row["item"] for row in api.inbox(api.Wanted())["rows"]]
        assert waiting == ["training"]
        if filed:
            assert api.inbox(api.Wanted(paused=True))["total"] == 1
    with scope(demo.CUSTOMS):
        assert [row["step"] for row in api.inbox(api.Wanted())["rows"]] == [0]
    assert [one["title"] for one in api.published()["rows"]] == ["企业备案证明几天可以拿到？"]
