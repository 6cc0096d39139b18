"""The statisticians' desk and the calendar: a kind of figures that is not published any more says so, and offers no step."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.test import Client
from django.urls import reverse

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.tests.test_bad_reports import signed
from pilotzone.rooms.statistics.tests.test_releases import counted, one_of, published

NOON = datetime(2021, 12, 30, 12, tzinfo=SHANGHAI)
OCTOBER, NOVEMBER = date(2021, 10, 1), date(2021, 11, 1)
WORDS = {
    "zh-hans": ("修订数已公布，不再公布", "已过公布时间，应公布修订数"),
    "en": ("Revised is published: no longer due", "Its time is over: Revised is due"),
}


@pytest.fixture
def year_end(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """30 December 2021: of September the revised figures are out, of October nothing, of November nothing."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(clock, "today", NOON.date)
    with scope(PLATFORM):
        load_units()
        counted(month=9)
        api.announce(NOON.date())
    published(one_of("revised", date(2021, 9, 1)))


@pytest.mark.parametrize("language", WORDS)
@pytest.mark.parametrize(("role", "code"), [("statistician", "statistics"), ("customs_officer", "customs")])
def test_no_step_is_offered_for_figures_that_are_not_published_any_more(
    year_end: None, role: str, code: str, language: str
) -> None:
    desk = signed(role, code=code)
    desk.cookies["django_language"] = language
    page = desk.get(reverse("statistics_desk")).content.decode()
    with scope(PLATFORM):
        numbers = {
            (month.month, stage): one_of(stage, month).pk
            for month in (date(2021, 9, 1), OCTOBER, NOVEMBER)
            for stage in ("preliminary", "revised")
        }
    for word in WORDS[language]:
        assert word in page
    verb = "compute" if role == "statistician" else "consent"
    offered = {key for key, number in numbers.items() if reverse("statistics_act", args=[number, verb]) in page}
    assert (9, "preliminary") not in offered and (10, "preliminary") not in offered, "dead ends"
    assert {(10, "revised"), (11, "preliminary")} <= offered
    assert page.index(WORDS[language][0]) > page.index(
        reverse("statistics_act", args=[numbers[11, "preliminary"], verb])
    ), "what is due stands first"


@pytest.mark.parametrize("language", WORDS)
def test_the_public_calendar_does_not_call_them_announced(year_end: None, language: str) -> None:
    visitor = Client()
    visitor.cookies["django_language"] = language
    with scope(PLATFORM):
        published(one_of("revised", OCTOBER))
        one = one_of("preliminary", OCTOBER)
        one.due_on = date(2021, 12, 10)
        one.save(update_fields=["due_on"])
    assert WORDS[language][0] in visitor.get(reverse("statistics")).content.decode()
