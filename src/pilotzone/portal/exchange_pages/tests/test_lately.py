"""What was used lately is counted once for many who ask, and not kept into another day."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pilotzone.exchange.catalogue import measures
from pilotzone.exchange.hub import uses
from pilotzone.kernel import clock
from pilotzone.portal.exchange_pages import lately
from pilotzone.portal.exchange_pages.tests.noted import LIST, asked

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def test_the_public_page_counts_a_resource_once_a_minute(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may ask for it, and it reads thirty days of queries."""
    counted, now, count = list[str](), [1000.0], uses.served
    monkeypatch.setattr(uses, "served", lambda code: counted.append(code) or count(code))
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    page, where = f"/catalogue/{LIST}/", f"/exchange/service/{LIST}/"
    asked(100)
    for _ in range(3):
        assert "100 ms" in Client().get(page).content.decode()
    assert counted == [LIST]
    asked(300)
    assert "300 ms" in signed_in("tax_officer", "tax").get(where).content.decode(), (
        "beside its queries it is counted anew"
    )
    assert "300 ms" in Client().get(page).content.decode() and len(counted) == 2
    asked(400)
    now[0] += 59
    assert "400 ms" not in Client().get(page).content.decode()
    now[0] += 2
    assert "400 ms" in Client().get(page).content.decode() and len(counted) == 3
    today = clock.today()
    monkeypatch.setattr(clock, "today", lambda: today + datetime.timedelta(days=31))
    assert "400 ms" not in Client().get(page).content.decode(), "another day of the zone"


def test_the_catalogue_counts_what_was_used_once_a_minute(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    """List, export and every resource's page rest on one count, which reads a year of queries."""
    counted, now, count = list[int](), [1000.0], uses.measured
    monkeypatch.setattr(uses, "measured", lambda: counted.append(1) or count())
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    asked(100)
    for where in (
        "/catalogue/",
        f"/catalogue/{LIST}/",
        "/catalogue/post.items/",
        "/catalogue/export.csv",
        "/catalogue/",
    ):
        assert Client().get(where).status_code == 200
    assert len(counted) == 1
    now[0] += 59
    Client().get("/catalogue/")
    assert len(counted) == 1
    assert signed_in("tax_officer", "tax").get("/exchange/quality/").status_code == 200
    assert len(counted) == 2, "departments judge by what is counted now"
    now[0] += 61
    Client().get("/catalogue/")
    assert len(counted) == 3


def test_who_asks_while_another_counts_reads_what_was_counted_before(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, inside = [1000.0], list[dict[str, Any]]()
    monkeypatch.setattr(lately, "monotonic", lambda: now[0])
    monkeypatch.setattr(uses, "measured", lambda: {"before": measures.UNUSED})
    assert set(lately.measured()) == {"before"}
    now[0] += 61
    monkeypatch.setattr(uses, "measured", lambda: inside.append(lately.measured()) or {"after": measures.UNUSED})
    assert set(lately.measured()) == {"after"} and [set(one) for one in inside] == [{"before"}]
