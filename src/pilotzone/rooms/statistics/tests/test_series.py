"""A series on page, in file and by API: adjusted where there are enough months, else the gap by name; nothing unpublished."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.test import Client
from python_calamine import CalamineWorkbook

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import NOBODY, PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.seasonal import months
from pilotzone.rooms.statistics.engine.seasonal.adjust import LEAST
from pilotzone.rooms.statistics.models import Figure, Release
from pilotzone.rooms.statistics.tests.test_releases import STATISTICIAN, counted
from pilotzone.rooms.statistics.web import printing

LAST = months.number(date(2021, 11, 1))


@pytest.fixture
def visitor(db: None) -> Iterator[Client]:
    yield Client()


def value(month: int) -> Decimal:
    """A synthetic series (合成数据): it grows, and December is high."""
    return Decimal(round(1e6 * math.exp(0.01 * (month - 24_200)) * (1.3 if month % 12 == 11 else 1))).quantize(
        Decimal(1)
    )


def publish(count: int, *, hidden: int | None = None, left_out: int | None = None) -> list[Release]:
    """`count` months up to 2021-11 as published final figures."""
    with scope(PLATFORM):
        ones = []
        for month in range(LAST - count + 1, LAST + 1):
            if month == left_out:
                continue
            day = months.first_day(month + 2)
            ones.append(Release.objects.create(
                month=months.first_day(month), stage="preliminary", due_on=day, state="published", consent="同意（合成）",
                published_on=day, published_at=datetime(day.year, day.month, 2, tzinfo=SHANGHAI), rule={"fewest": 3}, digest="0" * 64,
            ))  # fmt: skip
        Figure.objects.bulk_create(
            Figure(
                release=one, indicator=name, version="1", coverage="platform", hidden=months.number(one.month) == hidden,
                flow={"t": "", "e": "E", "i": "I"}[name[0]], value=None if months.number(one.month) == hidden else value(months.number(one.month)),
            )
            for one in ones
            for name in ("trade_cny", "export_cny", "import_cny")
        )  # fmt: skip
        return ones


def test_enough_months_are_adjusted_and_one_fewer_is_named(visitor: Client) -> None:
    publish(LEAST)
    told = visitor.get("/api/v1/statistics/adjusted").json()
    assert (
        told["gap"] is None
        and told["algorithm"] == "seasonal.v1"
        and told["version"] == "1"
        and len(told["rows"]) == LEAST
    )
    assert all(row["adjusted"] and row["trend"] and row["stage"] == "preliminary" for row in told["rows"])
    december = next(row for row in told["rows"] if row["month"] == "2019-12")
    assert float(december["adjusted"]) < 0.9 * float(december["value"])
    with scope(PLATFORM):
        first = Release.objects.order_by("month").first()
        Figure.objects.filter(release=first).delete()
    told = visitor.get("/api/v1/statistics/adjusted").json()
    assert told["gap"]["code"] == "statistics.series.short" and str(LEAST) in told["gap"]["zh"]
    assert [row["adjusted"] for row in told["rows"]] == [None] * (LEAST - 1)
    assert told["rows"][0]["value"] is not None


@pytest.mark.parametrize("how", ["hidden", "left_out"])
def test_a_month_without_figure_is_named_and_never_filled(visitor: Client, how: str) -> None:
    publish(60, **{how: LAST - 10})
    told = api.adjusted_series("export_cny", "platform")
    assert told.gap and told.gap.code == "statistics.series.gap" and "2021-01" in told.gap.zh
    assert len(told.points) == 60 and told.points[49].value is None and told.points[49].hidden is (how == "hidden")
    assert all(point.adjusted is None for point in told.points)


def test_a_wrong_question_is_refused_and_the_cube_is_the_statisticians(visitor: Client) -> None:
    for indicator, coverage in [("active_firms", "platform"), ("trade_cny", "all"), ("", "")]:
        with pytest.raises(Refused, match=r"cube\.question"):
            api.adjusted_series(indicator, coverage)
        address = f"/api/v1/statistics/adjusted?indicator={indicator}&coverage={coverage}"
        assert visitor.get(address).status_code == 422
    with scope(NOBODY), pytest.raises(Denied):
        api.adjusted_series("trade_cny", "platform", cube=True)


def test_a_statistician_asks_the_cube_up_to_the_last_whole_month(db: None) -> None:
    with scope(PLATFORM):
        counted()
    with scope(STATISTICIAN):
        told = api.adjusted_series("export_cny", "platform", cube=True)
        assert not told.published and told.gap and told.gap.code == "statistics.series.short"
        assert [point.month for point in told.points] == ["2021-11"] and told.points[0].stage == ""


def test_a_bulletin_tells_the_growth_as_it_was_known_on_its_day(visitor: Client) -> None:
    ones = publish(60)

    def grown() -> str:
        said: str = visitor.get("/statistics/?month=2021-10").content.decode()
        return said.partition('id="growth"')[2].partition("</section>")[0]

    said = grown()
    assert "seasonal.v1" in said and said.count("<tr>") == 4
    with scope(PLATFORM):  # a later vintage of an earlier month
        late = Release.objects.create(
            month=ones[20].month, stage="revised", due_on=date(2022, 5, 1), state="published", consent="同意（合成）", digest="0" * 64,
            published_on=date(2022, 5, 1), published_at=datetime(2022, 5, 1, tzinfo=SHANGHAI), rule={},
        )  # fmt: skip
        Figure.objects.create(release=late, indicator="trade_cny", version="1", coverage="platform", value=Decimal(1))
    assert grown() == said
    assert api.adjusted_series("trade_cny", "platform").points[20].value == 1


def test_the_growth_table_stands_filled_in_pdf_and_workbook(visitor: Client) -> None:
    ones = publish(LEAST)
    points = {key: api.adjusted_series(key, "platform").points[-1] for key in ("trade_cny", "export_cny", "import_cny")}
    with scope(PLATFORM):
        sheet = printing.sheet_of(api.release(ones[-1].pk), "platform")
    (table,) = [one for one in sheet.tables if "seasonal.v1" in one.title]
    assert len(table.rows) == 3 and not any("statistics.series" in note for note in sheet.notes)
    raw = visitor.get("/statistics/2021-11/preliminary/xlsx").content
    rows = CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_name("平台口径").to_python()
    (head,) = [at for at, row in enumerate(rows) if row[0] == "季节调整增速"]
    for point, line, printed in zip(points.values(), rows[head + 1 : head + 4], table.rows, strict=True):
        assert line[1] == pytest.approx(float(point.value or 0)) and line[2] == pytest.approx(
            float(point.adjusted or 0)
        )
        assert [*line[3:6]] == [f"{point.yearly:+.1%}", f"{point.monthly:+.1%}", "seasonal.v1"]
        assert [*printed[-2:]] == [f"{point.yearly:+.1%}", f"{point.monthly:+.1%}"]
    assert visitor.get("/statistics/2021-11/preliminary/pdf").content.startswith(b"%PDF")


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("count", [0, 5, 60])
def test_page_and_file_stand_empty_short_and_whole(visitor: Client, language: str, count: int) -> None:
    publish(count)
    visitor.cookies["django_language"] = language
    said = visitor.get("/statistics/series/?indicator=import_cny").content.decode()
    file = b"".join(visitor.get("/statistics/series.csv?indicator=import_cny")).decode("utf-8-sig").splitlines()
    assert len(file) == count + 1
    assert ("seasonal.v1" in said) is (count == 60)
    assert ("statistics.series.short" in said) is (count == 5)
    assert ('class="empty"' in said) is (count == 0)
    if count == 5:
        assert all("statistics.series.short" in line for line in file[1:])
