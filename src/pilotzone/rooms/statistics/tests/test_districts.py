"""A question by district on the boundaries of then and of now: both sides of the day, the total the same, hidden stays hidden."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.models import Figure, Release
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.tests import counting
from pilotzone.rooms.statistics.tests.test_releases import one_of, published
from pilotzone.rooms.statistics.web import printing

WANLI, XINJIAN, EAST, SOUTH = (f"zone.districts.d{code}" for code in ("360105", "360112", "360102", "360121"))
AMOUNTS = {
    date(2019, 11, 1): {WANLI: Decimal(10), XINJIAN: Decimal(5), EAST: Decimal(3)},
    date(2019, 12, 1): {XINJIAN: Decimal(20), EAST: Decimal(4)},
}
NOW = date(2021, 11, 1)


@pytest.fixture
def visitor(db: None) -> Iterator[Client]:
    with scope(PLATFORM):
        load_units()
    yield Client()


def publish(hidden: str = "") -> None:
    """Both months as published exports by district (合成数据)."""
    with scope(PLATFORM):
        for month, units in AMOUNTS.items():
            one = Release.objects.create(
                month=month, stage="final", due_on=date(2020, 7, 1), state="published", consent="同意（合成）", digest="0" * 64,
                published_on=date(2020, 7, 1), published_at=datetime(2020, 7, 1, tzinfo=SHANGHAI), rule={},
            )  # fmt: skip
            for unit, amount in units.items():
                Figure.objects.create(
                    release=one, indicator="export_cny", version="1", coverage="registered", flow="E", dimension="unit", code=unit,
                    hidden=unit == hidden, value=None if unit == hidden else amount,
                )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "told"),
    [
        (None, {WANLI: 10, XINJIAN: 25, EAST: 7}),
        (date(2019, 11, 30), {WANLI: 10, XINJIAN: 25, EAST: 7}),
        (date(2019, 12, 1), {XINJIAN: 35, EAST: 7}),
        (NOW, {XINJIAN: 35, EAST: 7}),
    ],
)
def test_sums_stand_on_either_side_of_the_day_and_add_up(
    visitor: Client, of: date | None, told: dict[str, int]
) -> None:
    rows = [(month, unit, amount) for month, units in AMOUNTS.items() for unit, amount in units.items()]
    found, _unsure = api.carried_over(rows, of=of)
    assert found == told and sum(amount or 0 for amount in found.values()) == 42


def test_time_is_cut_where_a_district_changed() -> None:
    day = date(2019, 12, 1)
    assert api.stretches(date(2019, 10, 1), date(2020, 2, 1)) == [
        (date(2019, 10, 1), date(2019, 11, 30)), (day, date(2020, 2, 1)),
    ]  # fmt: skip
    assert api.stretches(day, date(2020, 2, 1)) == [(day, date(2020, 2, 1))]


def file(visitor: Client, bounds: str) -> dict[str, str]:
    where = f"/statistics/explore.csv?by=unit&coverage=registered&flow=E&first=2019-11&last=2019-12&boundaries={bounds}"
    lines = b"".join(visitor.get(where)).decode("utf-8-sig").splitlines()[1:]
    return {line.split(",")[1]: line.split(",")[4] for line in lines}


def test_the_reader_chooses_and_the_note_names_the_document(visitor: Client) -> None:
    publish()
    assert file(visitor, "then") == {WANLI: "10.00", XINJIAN: "25.00", EAST: "7.00"}
    assert file(visitor, "now") == {XINJIAN: "35.00", EAST: "7.00"}
    said = visitor.get(
        "/statistics/explore/?by=unit&coverage=registered&flow=E&first=2019-11&last=2019-12"
    ).content.decode()
    assert "按现行区划" in said and "2019年12月撤销湾里区、并入新建区" in said
    later = visitor.get("/statistics/explore/?by=unit&first=2020-01&last=2020-12").content.decode()
    assert "撤销湾里区" not in later


@pytest.mark.parametrize(("bounds", "shown", "gone"), [("then", "湾里", "15.00"), ("now", "15.00", ">湾里")])
def test_the_bulletin_stands_on_the_chosen_boundaries_and_names_their_day(
    visitor: Client, bounds: str, shown: str, gone: str
) -> None:
    publish()
    query = f"month=2019-11&coverage=registered&boundaries={bounds}"
    page = visitor.get(f"/statistics/?{query}").content.decode()
    table = page.partition('id="by-unit"')[2].partition("</section>")[0]
    assert shown in table and gone not in table and ("2019年12月撤销湾里区" in table) is (bounds == "now")
    assert ("2019-12-01" in table) is (bounds == "now")
    with scope(PLATFORM):
        (one,) = api.published(date(2019, 11, 1))
        told = str(printing.sheet_of(one, "registered", date(2019, 12, 1) if bounds == "now" else None).as_dict())
    assert shown in told and ("2019-12-01" in told) is (bounds == "now")
    pdf = visitor.get(f"/statistics/2019-11/final/pdf?{query}")
    assert pdf.status_code == 200 and pdf.content.startswith(b"%PDF")
    book = CalamineWorkbook.from_filelike(io.BytesIO(visitor.get(f"/statistics/2019-11/final/xlsx?{query}").content))
    cells = [cell for name in book.sheet_names[:-1] for row in book.get_sheet_by_name(name).to_python() for cell in row]
    assert (15.0 in cells) is (bounds == "now") and any("区划" in str(cell) for cell in cells)
    raw = [cell for row in book.get_sheet_by_name(book.sheet_names[-1]).to_python() for cell in row]
    assert any(cell == WANLI for cell in raw)  # all numbers stand as they were published


def test_the_api_tells_the_day_of_the_boundaries(visitor: Client) -> None:
    publish()
    asked = "coverage=registered&indicator=export_cny&dimension=unit&first=2019-11-01&last=2019-11-30&boundaries="
    where = f"/api/v1/statistics/figures?{asked}"
    then, now = (visitor.get(where + bounds).json() for bounds in ("then", "now"))
    assert then["boundaries_on"] is None and len(then["rows"]) == 3
    assert now["boundaries_on"] == "2019-12-01"
    assert {row["code"]: Decimal(row["value"]) for row in now["rows"]} == {XINJIAN: 15, EAST: 3}
    wrong = visitor.get(where + "old")
    assert wrong.status_code == 422 and "statistics.boundary.choice" in wrong.content.decode()


def test_the_framed_picture_stands_on_the_chosen_boundaries(visitor: Client) -> None:
    publish()
    where = (
        "/statistics/explore/embed/?by=unit&coverage=registered&flow=E&first=2019-11&last=2019-11&lang=zh&boundaries="
    )
    then, now = (visitor.get(where + bounds).content.decode() for bounds in ("then", "now"))
    assert "15.00" not in then and "10.00" in then and "15.00" in now and "10.00" not in now
    assert visitor.get(where + "old").status_code == 422
    page = visitor.get("/statistics/explore/?by=unit&coverage=registered&boundaries=now").content.decode()
    assert "boundaries=now" in page.partition("&lt;iframe")[2]


def test_what_is_hidden_hides_the_district_it_came_to(visitor: Client) -> None:
    publish(hidden=WANLI)
    assert file(visitor, "then") == {WANLI: "", XINJIAN: "25.00", EAST: "7.00"}
    assert file(visitor, "now") == {XINJIAN: "", EAST: "7.00"}
    page = visitor.get("/statistics/?month=2019-11&coverage=registered&boundaries=now").content.decode()
    table = page.partition('id="by-unit"')[2].partition("</section>")[0]
    assert "已隐去" in table and ">5.00<" not in table


PLACES = (
    "/statistics/?month=2019-11&coverage=registered&boundaries={}", "/statistics/2019-11/final/xlsx?boundaries={}",
    "/statistics/2019-11/final/pdf?coverage=registered&boundaries={}", "/statistics/2019-11/final/csv?boundaries={}",
    "/statistics/2019-11/final/release.json?boundaries={}", "/statistics/explore/?by=unit&boundaries={}",
    "/statistics/explore/?by=month&boundaries={}", "/statistics/explore.csv?by=unit&boundaries={}",
    "/api/v1/statistics/figures?boundaries={}",
)  # fmt: skip


def test_a_wrong_choice_of_boundaries_is_refused_everywhere_and_never_guessed(visitor: Client) -> None:
    publish()
    for place in PLACES:
        for language, said in (("zh-hans", "区划选择"), ("en", "no choice of boundaries")):
            visitor.cookies["django_language"] = language
            assert visitor.get(place.format("now")).status_code == 200, (place, language)
            for wrong in ("old", "NOW", ""):
                answer = visitor.get(place.format(wrong), headers={"accept-language": language})
                told = answer.content.decode()
                assert answer.status_code == 422, (place, language, wrong)
                assert "statistics.boundary.choice" in told and said in told, (place, language, wrong)


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ("month=2021-13", "statistics.release.unknown"), ("month=1999-01", "statistics.release.unknown"),
        ("coverage=all", "statistics.cube.question"),
    ],
)  # fmt: skip
def test_a_month_or_coverage_there_is_not_is_refused_and_not_another_shown(
    visitor: Client, wrong: str, code: str
) -> None:
    publish()
    assert visitor.get("/statistics/?month=&coverage=").status_code == 200
    answer = visitor.get(f"/statistics/?{wrong}")
    assert answer.status_code == 422 and code in answer.content.decode()


@pytest.mark.parametrize(
    ("day", "own"), [(date(2019, 11, 20), {WANLI: None, XINJIAN: 800}), (date(2019, 12, 20), {XINJIAN: 815})]
)
def test_what_is_recorded_in_an_ended_district_is_protected_where_it_stands(
    visitor: Client, day: date, own: dict[str, int | None]
) -> None:
    """One firm of Wanli and eight of Xinjian: before the day Wanli is hidden, from it on it is a part of Xinjian before anything is."""
    lists = [counting.listed(n, firm=n, flow="E", unit=XINJIAN, amount="100.00") for n in range(1, 9)]
    lists += [counting.listed(9, firm=9, flow="E", unit=WANLI, amount="15.00")]
    lists += [counting.listed(20 + n, firm=n, flow="E", unit=EAST, amount="90.00") for n in range(1, 9)]
    lists += [counting.listed(40 + n, firm=20 + n, flow="E", unit=SOUTH, amount="3.00") for n in range(1, 3)]
    month = day.replace(day=1)
    with scope(PLATFORM):
        dated = [dataclasses.replace(one, released=day) for one in lists]
        replace([one.trade for one in dated], counting.facts(*dated))
        api.announce(day)
        one = published(one_of(month=month))
        rows = {
            row.code: row for row in api.figures([one], indicator="export_cny", coverage="registered", dimension="unit")
        }
    told = {code: row.value for code, row in rows.items() if code in (WANLI, XINJIAN)}
    assert told == own and all(row.hidden is (row.value is None) for row in rows.values())
    table = visitor.get(f"/statistics/?month={month:%Y-%m}&coverage=registered&boundaries=now").content.decode()
    table = table.partition('id="by-unit"')[2].partition("</section>")[0].partition("新建区")[2].partition("</tr>")[0]
    assert ("已隐去" in table) is (WANLI in own)
