"""What a resource promises beside what was measured: counted right, shown to everybody, unfolded to who may see."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from pilotzone.exchange.catalogue import measures, reading
from pilotzone.exchange.catalogue.measures import Service
from pilotzone.exchange.hub import asking, uses
from pilotzone.exchange.tests.hub import FIRM, PERSONS, TAX, answering, granted
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.exchange_pages.tests.noted import LIST, asked
from pilotzone.ui import sheets
from pilotzone.ui.templatetags.pz import moment

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]


def lights() -> tuple[str, str]:
    return measures.kept(reading.resource(LIST), uses.served(LIST))


def test_nothing_asked_is_neither_kept_nor_broken(signed_in: SignedIn) -> None:
    assert uses.served(LIST) == Service() and lights() == ("", "")
    page = Client().get(f"/catalogue/{LIST}/").content.decode()
    assert page.count("尚无记录") == 2 and "≤ 500 ms" in page and "首次发布" in page


def test_the_promise_is_held_against_thirty_days_of_queries(signed_in: SignedIn) -> None:
    for took in [*range(100, 119), 900]:
        asked(took)
    for old in (30, 400):
        asked(5_000, days_ago=old)
    asked(9_000, way="message")
    asked(None, "hub.no_grant")
    assert uses.served(LIST) == Service(answered=20, failed=0, timed=20, p95_ms=118) and lights() == ("green", "green")
    asked(900)
    assert (uses.served(LIST).p95_ms, lights()) == (900, ("green", "red"))
    asked(None, "hub.owner_away")
    told = uses.served(LIST)
    assert (told.answered, told.failed, str(told.availability), lights()) == (21, 1, "95.45", ("red", "red"))


def test_an_answered_query_says_how_long_it_took(signed_in: SignedIn) -> None:
    answering()
    number = granted()
    with scope(TAX):
        asking.ask(asking.Question(PERSONS, number, {"uscc": FIRM}))
        (line,) = uses.queries(PERSONS)
    assert 0 <= line["took_ms"] < 60_000
    assert uses.served(PERSONS).timed == 1


def test_the_lights_unfold_to_the_queries_for_those_who_take_part(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "STEP", 1)
    asked(120)
    asked(700)
    asked(None, "hub.owner_away")
    page, where = f"/catalogue/{LIST}/", f"/exchange/service/{LIST}/"
    open_to_all = Client().get(page).content.decode()
    assert "66.66%" in open_to_all and "700 ms" in open_to_all and open_to_all.count("未达承诺") == 2
    assert where not in open_to_all and Client().get(where).status_code in (302, 403)
    tax, safe = signed_in("tax_officer", "tax"), signed_in("safe_officer", "safe")
    assert where in tax.get(page).content.decode()
    told = tax.get(where).content.decode()
    assert "700" in told and "120" in told and "hub.owner_away" in told
    assert "hub.owner_away" not in tax.get(where, {"outcome": "answered"}).content.decode()
    with scope(PLATFORM):
        times = [moment(one["at"]) for one in uses.queries(LIST)]
    lines = tax.get(f"{where}export.csv").getvalue().decode().splitlines()
    assert [line.partition(",")[0] for line in lines[1:]] == times, "the time of the page: Shanghai's, to the second"
    failed = tax.get(f"{where}export.csv", {"outcome": "failed"}).getvalue().decode().splitlines()
    assert len(failed) == 2 and "提供方未应答" in failed[1]
    assert len(tax.get(f"{where}export.csv").getvalue().decode().splitlines()) == 4
    other = safe.get(where).content.decode()
    assert "近30日没有本单位可见的查询" in other and "66.66%" in other
    assert tax.get("/exchange/service/no.such/").status_code == 404
    assert len(safe.get(f"{where}export.csv").getvalue().decode().splitlines()) == 1
