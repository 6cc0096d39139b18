"""A search that ended before it came to the end says so and goes on with the same filters."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client

from pilotzone.rooms.clearance import api as clearance

pytestmark = pytest.mark.django_db
WHERE = "/officer/trades/"


def test_the_page_says_how_far_it_looked_and_goes_on(
    signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def found(filters: dict[str, Any], page: int, size: int) -> dict[str, Any]:
        asked.append(filters)
        back = None if filters.get("back") else date(2021, 3, 1)
        return {"rows": [], "total": 0, "page": 1, "pages": 1, "more": False, "back": back}

    monkeypatch.setattr(clearance, "trades", found)
    officer = signed_in("zone_officer", "zone")
    page = officer.get(f"{WHERE}?state=refused&page=2").content.decode()
    assert "已查到 2021-03-01 为止" in page
    assert 'href="?state=refused&amp;back=2021-03-01"' in page
    onward = officer.get(f"{WHERE}?state=refused&back=2021-03-01").content.decode()
    assert "已查到" not in onward
    assert (asked[-1]["state"], asked[-1]["back"]) == ("refused", date(2021, 3, 1))
