"""A survey is a function of frame and seed, answered by the firm alone, published with its errors or withheld."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from django.test import Client

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ENTERPRISE, NOBODY, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.design.planning import CERTAIN, planned
from pilotzone.rooms.statistics.engine.estimation.survey import Asked, estimated
from pilotzone.rooms.statistics.models import SurveyUnit
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests.counting import facts, listed
from pilotzone.rooms.statistics.tests.test_releases import STATISTICIAN

NOVEMBER, TODAY = date(2021, 11, 1), date(2021, 12, 15)
FIRMS = 20


def at(day: int) -> datetime:
    return datetime(2021, 12, day, 9, tzinfo=SHANGHAI)


def firm(number: int) -> Actor:
    return Actor(kind=ENTERPRISE, organisation=number, role="ebc")


@pytest.fixture
def drawn(db: None) -> int:
    with scope(PLATFORM):
        for n in range(FIRMS):
            Organisation.objects.create(pk=700 + n, name=f"（合成）{n}号", created_at=at(1))
        lists = [listed(n + 1, firm=700 + n, flow="E", amount=f"{1000 * (n + 1)}.00") for n in range(FIRMS)]
        replace([one.trade for one in lists], facts(*lists))
    with scope(STATISTICIAN):
        return api.design(
            title="自主品牌", month=NOVEMBER, size=16, seed="2021-11", due_on=date(2021, 12, 10), at=at(2)
        )


def answered(number: int, share: float = 0.4) -> None:
    with scope(STATISTICIAN):
        firms = [row["firm"] for row in api.units(number)]
    for one in firms:
        exports = 1000 * (one - 699)
        with scope(firm(one)):
            api.answer(number=number, exports=f"{exports}", own=f"{exports * share:.2f}", at=at(5))


def test_a_draw_is_a_function_of_frame_and_seed() -> None:
    sizes = {f"{n}": float(n) for n in range(40)}
    assert planned(sizes, 25, "a") == planned(dict(reversed(sizes.items())), 25, "a")
    assert planned(sizes, 30, "a") != planned(sizes, 30, "b")
    certain = [one for one in planned(sizes, 25, "a") if one.stratum == CERTAIN]
    assert sum(float(one.key) for one in certain) >= 0.8 * sum(sizes.values())
    assert all(one.probability == 1 for one in certain)
    assert len(planned(sizes, 30, "a")) == 30


@pytest.mark.parametrize(
    "sizes", [{"1": 0.0}, {"1": 5.0}, {"1": 0.0, "2": 0.0, "3": 0.0}, {f"{n}": 1.0 for n in range(9)}]
)
def test_small_frames_are_drawn_too(sizes: dict[str, float]) -> None:
    assert 1 <= len(planned(sizes, 1, "s")) <= len(sizes)


def test_few_answers_are_withheld_and_many_told_with_their_error() -> None:
    units = [Asked("middle", 0.5, 100.0 + n, 40.0 + n % 7) for n in range(30)]
    told = estimated(units, fewest=3, on=TODAY)
    assert told["answered"] == 30 and told["share"]["grade"] in ("good", "careful")
    assert told["share"]["low"] < told["share"]["value"] < told["share"]["high"] and told["share"]["error"] > 0
    silent = [Asked("middle", 0.5, None, None)] * 28 + units[:2]
    assert estimated(silent, fewest=3, on=TODAY)["share"] == {
        "value": None,
        "error": None,
        "cv": None,
        "low": None,
        "high": None,
        "grade": "withheld",
    }


def test_a_survey_is_answered_and_published_once_with_its_error(drawn: int) -> None:
    answered(drawn)
    with scope(NOBODY), pytest.raises(Refused):
        api.survey(drawn)
    with scope(STATISTICIAN):
        with pytest.raises(Refused, match=r"statistics\.survey\.early"):
            api.publish_survey(number=drawn, at=at(9), on=date(2021, 12, 9))
        api.publish_survey(number=drawn, at=at(15), on=TODAY)
        with pytest.raises(Refused, match=r"statistics\.survey\.closed"):
            api.publish_survey(number=drawn, at=at(15), on=TODAY)
        someone = api.units(drawn)[0]["firm"]
    with scope(NOBODY):
        told = api.survey(drawn).result
        assert told["share"]["value"] == pytest.approx(0.4) and told["asked"] == told["answered"] == 16
        assert not SurveyUnit.objects.exists()
    with scope(firm(someone)), pytest.raises(Refused, match=r"statistics\.survey\.closed"):
        api.answer(number=drawn, exports="1", own="0", at=at(16))


@pytest.mark.parametrize(
    ("exports", "own"), [("1", "2"), ("x", "0"), ("-1", "0"), ("NaN", "0"), ("1e30", "0"), ("", "")]
)
def test_an_answer_that_cannot_be_is_refused(drawn: int, exports: str, own: str) -> None:
    with scope(firm(700 + FIRMS - 1)), pytest.raises(Refused, match=r"statistics\.survey\.answer"):
        api.answer(number=drawn, exports=exports, own=own, at=at(5))


@pytest.mark.parametrize(
    "actor",
    [
        Actor(kind=AGENCY, unit_path="zone.customs", role="customs_officer"), Actor(kind=ZONE, unit_path="zone", role="zone_officer"),
        Actor(kind=DISTRICT, unit_path="zone.districts.d360102", role="district_officer"), firm(1), NOBODY,
    ],
)  # fmt: skip
def test_answers_are_the_firms_and_the_statisticians(drawn: int, actor: Actor) -> None:
    answered(drawn)
    with scope(actor):
        assert not SurveyUnit.objects.exists()
        for ask in (lambda: api.units(drawn), lambda: api.estimates(drawn, TODAY)):
            with pytest.raises(Denied):
                ask()
        with pytest.raises((Denied, Refused)):
            api.answer(number=drawn, exports="1", own="0", at=at(5))


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_public_page_shows_what_is_published(drawn: int, language: str) -> None:
    visitor = Client()
    visitor.cookies["django_language"] = language
    assert visitor.get("/statistics/surveys/").status_code == 200
    assert visitor.get(f"/statistics/surveys/{drawn}/").status_code == 404
    answered(drawn)
    with scope(STATISTICIAN):
        api.publish_survey(number=drawn, at=at(15), on=TODAY)
    assert "40.00%" in visitor.get("/statistics/surveys/").content.decode()
    said = visitor.get(f"/statistics/surveys/{drawn}/").content.decode()
    assert "0.4000" in said and "2021-11" in said and "16/16" in said
    assert "（合成）" not in re.sub(r"<[^>]+>", "", said).replace("（合成）站", ""), "no firm is named"
    assert visitor.get(f"/statistics/desk/surveys/{drawn}/units.csv").status_code in (302, 401, 403)
    assert visitor.get(f"/statistics/mine/surveys/{drawn}/").status_code in (302, 401, 403)
