"""The pages say what is published and nothing else; a firm reports on its own page alone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.tests.test_releases import counted, one_of, published

PAGES = ("/statistics/", "/statistics/indicators/", "/statistics/explore/", "/statistics/explore/?by=country&flow=E",
         "/statistics/explore.csv", "/statistics/structure.json", "/statistics/structure.xml")  # fmt: skip
FILES = ("csv", "xlsx", "sdmx.json", "sdmx.xml", "release.json")


@pytest.fixture
def client_(db: None) -> Iterator[Client]:
    yield Client()


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_page_stands_with_and_without_a_release(client_: Client, page: str, language: str) -> None:
    client_.cookies["django_language"] = language
    assert client_.get(page).status_code == 200
    with scope(PLATFORM):
        counted()
        api.announce(date(2021, 11, 25))
        published(one_of())
    assert client_.get(page).status_code == 200


def test_the_bulletin_names_month_vintage_and_coverage_and_its_files_open(client_: Client) -> None:
    with scope(PLATFORM):
        counted()
        api.announce(date(2021, 11, 25))
        published(one_of())
    said = client_.get("/statistics/?coverage=port").content.decode()
    assert all(word in said for word in ("2021-11", "初步数", "口岸口径", "发布日历", "南昌海关同意（合成）"))
    for form in FILES:
        assert client_.get(f"/statistics/2021-11/preliminary/{form}").status_code == 200, form
        assert client_.get(f"/statistics/2021-11/revised/{form}").status_code == 404, form
    rows = client_.get("/api/v1/statistics/figures?coverage=port&indicator=trade_cny").json()["rows"]
    assert [(row["month"], row["stage"], row["coverage"], row["version"]) for row in rows] == [
        ("2021-11", "preliminary", "port", "1")
    ]
    assert client_.get("/api/v1/statistics/releases").json()["rows"]
    assert len(client_.get("/api/v1/statistics/indicators").json()["rows"]) == len(api.indicators())


@pytest.mark.parametrize(
    ("path", "post"),
    [("/statistics/desk/", False), ("/statistics/mine/", False), ("/statistics/desk/1/compute/", True)],
)
def test_desks_are_closed_to_visitors(client_: Client, path: str, post: bool) -> None:
    answer: Any = client_.post(path) if post else client_.get(path)
    assert answer.status_code in (302, 401, 403)


def test_a_hidden_month_hides_the_sum_of_the_explorer(client_: Client) -> None:
    from pilotzone.rooms.statistics.operations.facts import replace
    from pilotzone.rooms.statistics.tests.counting import facts, listed

    with scope(PLATFORM):
        counted()
        few = [listed(100, firm=1, country="502", amount="5000.00")]
        replace([100], facts(*few))
        api.announce(date(2021, 11, 25))
        published(one_of())
    told = b"".join(client_.get("/statistics/explore.csv?by=country&flow=I&first=2021-01&last=2021-12")).decode()
    assert "5000" not in told and "已隐去" in told


def test_districts_stand_on_a_tile_map_that_says_it_is_a_sketch(client_: Client) -> None:
    from pilotzone.kernel.access.units import load_units

    with scope(PLATFORM):
        load_units()
        counted()
        api.announce(date(2021, 11, 25))
        published(one_of())
    said = client_.get("/statistics/explore/?by=unit&coverage=registered&first=2021-01&last=2021-12").content.decode()
    assert 'class="x4 y1 l' in said and "合成示意" in said and "东湖区" in said
    assert "合成示意" not in client_.get("/statistics/explore/?by=mode").content.decode()


def test_every_district_of_the_tile_map_is_a_unit_and_no_two_of_one_day_stand_on_one_tile(db: None) -> None:
    from pilotzone.kernel.access.models import Unit
    from pilotzone.kernel.access.units import load_units

    with scope(PLATFORM):
        load_units()
        units = {one.path: one for one in Unit.objects.filter(kind="district")}
    assert api.tiles().keys() == units.keys()
    for day in (date(2019, 6, 1), date(2021, 6, 1)):
        places = [
            place for path, place in api.tiles().items()
            if (units[path].valid_from or day) <= day <= (units[path].valid_to or day)
        ]  # fmt: skip
        assert len(places) == len(set(places))


EMBED = "/statistics/explore/embed/?by=country&flow=E&first=2021-01&last=2021-12&lang="


@pytest.mark.parametrize(("lang", "words"), [("zh", ("初步数 1", "平台口径", "示意方格", "指标定义", "合成数据")), ("en", ("Preliminary 1", "Schematic tiles", "Definition of the indicator"))])  # fmt: skip
def test_an_embedded_answer_says_what_it_is_and_may_be_framed(
    client_: Client, monkeypatch: pytest.MonkeyPatch, lang: str, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("pilotzone.kernel.clock.is_demo", lambda: True)
    with scope(PLATFORM):
        counted()
        api.announce(date(2021, 11, 25))
        published(one_of())
    answer = client_.get(EMBED + lang)
    said = answer.content.decode()
    assert answer.status_code == 200 and all(word in said for word in (*words, "PilotZone 综试通", 'class="world"'))
    assert "frame-ancestors *" in answer["Content-Security-Policy"] and "X-Frame-Options" not in answer
    assert "script-src 'self'" in answer["Content-Security-Policy"] and not answer.cookies
    assert "<table" in said and "/statistics/indicators/export_cny/" in said


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("by=hs8", "statistics.embed.protected"),
        ("by=transport", "statistics.embed.protected"),
        ("by=month&country=502", "statistics.embed.protected"),
        ("by=firm", "statistics.embed.parameter"),
        ("coverage=all", "statistics.embed.parameter"),
        ("flow=X", "statistics.embed.parameter"),
        ("first=2021-13", "statistics.embed.parameter"),
        ("first=2021-12&last=2021-01", "statistics.embed.parameter"),
        ("lang=fr", "statistics.embed.parameter"),
        ("callback=x", "statistics.embed.parameter"),
    ],
)
def test_a_question_that_cannot_be_embedded_is_refused_and_not_framed(client_: Client, query: str, code: str) -> None:
    answer = client_.get(f"/statistics/explore/embed/?{query}")
    assert answer.status_code == 422 and code in answer.content.decode()
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"] and answer["X-Frame-Options"] == "DENY"


def test_a_statistician_embeds_what_is_published_and_not_the_cube(client_: Client, monkeypatch: Any) -> None:
    monkeypatch.setattr("pilotzone.rooms.statistics.web.explorer.may", lambda _action: True)
    monkeypatch.setattr(api, "ask", lambda **_: pytest.fail("the cube was asked"), raising=False)
    assert client_.get(EMBED + "zh").status_code == 200


def test_the_explorer_offers_the_frame_and_refuses_to_be_framed(client_: Client) -> None:
    answer = client_.get("/statistics/explore/?by=country&flow=E")
    assert "&lt;iframe src=" in answer.content.decode() and "explore/embed/?by=country" in answer.content.decode()
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"] and answer["X-Frame-Options"] == "DENY"


def test_countries_stand_on_a_world_of_tiles_with_their_names_of_the_code_list(client_: Client) -> None:
    with scope(PLATFORM):
        counted()
        api.announce(date(2021, 11, 25))
        published(one_of())
    said = client_.get("/statistics/explore/?by=country&first=2021-01&last=2021-12").content.decode()
    assert all(name in said for name in ("中国香港", "中国澳门", "台澎金马关税区", "示意方格"))
    assert said.count("<rect ") == len(api.world()) and 'class="l4"' in said and "<table" in said
    assert "<svg" not in client_.get("/statistics/explore/?by=mode").content.decode()
