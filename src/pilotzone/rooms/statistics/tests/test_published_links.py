"""The indices of a month in its release: figures, page, PDF, workbook and API; protected where the cell is, a gap with its reason."""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.utils import translation
from python_calamine import CalamineWorkbook

from pilotzone.base.errors import Refused
from pilotzone.kernel import paper_key
from pilotzone.kernel.access.actor import NOBODY, PLATFORM
from pilotzone.kernel.access.models import Membership, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.models import Release
from pilotzone.rooms.statistics.operations.facts import replace
from pilotzone.rooms.statistics.queries.files import attributes_of
from pilotzone.rooms.statistics.tests.counting import UNITS, facts, listed
from pilotzone.rooms.statistics.tests.test_releases import CUSTOMS, NOW, STATISTICIAN, one_of, published
from pilotzone.rooms.statistics.web import printing

SHIRT, BAG, SECRET = "6109100010", "4202210090", "8517120000"
# month → goods: yuan a piece and pieces of each of eight firms. By hand: August→September 1.5; September→October nothing in common;
# October→November 3 ÷ 2 for every good
SOLD = {8: {SHIRT: (10, 4)}, 9: {SHIRT: (15, 2)}, 10: {BAG: (20, 3)}, 11: {BAG: (30, 6)}}


def counted(**more: Any) -> None:
    lists = []
    for month, goods in SOLD.items():
        for hs, (price, pieces) in goods.items():
            lists += [sold(month * 1000 + firm, firm, month, hs, price, pieces, **more) for firm in range(1, 9)]
    lists += [sold(20_000 + month, 1, month, SECRET, 7, 10) for month in (10, 11)]
    replace([one.trade for one in lists], facts(*lists))


def sold(trade: int, firm: int, month: int, hs: str, price: int, pieces: int, **more: Any) -> Any:
    one = listed(
        trade, firm=firm, month=month, flow="E", hs=(hs,), amount=f"{price * pieces}.00", **({"unit": UNITS[0]} | more)
    )
    line = dataclasses.replace(one.lines[0], legal_quantity=Decimal(pieces), legal_unit="011")
    return dataclasses.replace(one, lines=(line,))


@pytest.fixture
def told(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Release]:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    paper_key.forget()
    with scope(PLATFORM):
        counted()
        api.announce(date(2021, 11, 25))
        for month in (8, 9, 10):
            published(one_of(month=date(2021, month, 1)))
        yield published(one_of())
    paper_key.forget()


def levels(one: Release, coverage: str, indicator: str) -> list[tuple[str, float | None, str]]:
    with scope(NOBODY):
        (found,) = [chain for chain in api.chains(one, coverage) if chain.indicator == indicator]
    return [(point.period, point.level, point.base) for point in found.points]


def test_the_chain_over_the_year_has_its_bases_and_its_gap(told: Release) -> None:
    assert levels(told, "platform", "export_unit_value") == [
        ("2021-08", 1.0, "2021-08"), ("2021-09", 1.5, "2021-08"), ("2021-10", None, "2021-08"), ("2021-11", 1.5, "2021-10"),
    ]  # fmt: skip
    assert [level for _, level, _ in levels(told, "platform", "export_volume")] == [1.0, 0.5, None, 2.0]
    with scope(NOBODY):
        (chain,) = [one for one in api.chains(told, "platform") if one.indicator == "export_volume"]
    assert chain.gaps == {"2021-10": "statistics.index.unmatched"}
    assert chain.step == Decimal("0.9"), "the firm's own goods are hidden, and their amount is not told"


def test_where_the_cell_is_hidden_the_index_is(db: None) -> None:
    with scope(PLATFORM):
        counted(customs="5300")  # the coverage of the port has one firm
        few = [sold(30_000 + month, 1, month, BAG, 10, 1) for month in (10, 11)]
        replace([one.trade for one in few], facts(*few))
        api.announce(date(2021, 11, 25))
        one = published(one_of())
    with scope(NOBODY):
        rows = {row.coverage: row for row in api.figures([one], indicator="export_unit_value")}
        assert rows["port"].hidden and rows["port"].value is None
        assert one.rule["links"]["export"]["port"] == {"gap": "statistics.index.cell"}


def test_out_of_a_hidden_month_there_is_no_link(db: None) -> None:
    """Over the unit value and the volume the total of the month after would give that of the hidden one back."""
    with scope(PLATFORM):
        lists = [sold(m * 1000 + f, f, m, BAG, 20 + m, 3) for m in (9, 10, 11) for f in range(1, 9)]
        lists += [sold(30_000, 1, 10, SECRET, 7, 100_000)]  # one firm leads October, whose bags are safe to tell
        replace([one.trade for one in lists], facts(*lists))
        api.announce(date(2021, 11, 25))
        made = {month: published(one_of(month=date(2021, month, 1))) for month in (9, 10, 11)}
    with scope(NOBODY):
        for month, gone in ((9, False), (10, True), (11, False)):
            rows = api.figures([made[month]], indicator="export_cny", dimension="")
            assert {row.coverage for row in rows if row.hidden} == (
                {"platform", "port", "registered"} if gone else set()
            )
        for name in ("export_unit_value", "export_volume", "export_index_coverage"):
            rows = api.figures([made[11]], indicator=name)
            assert rows and all(row.hidden and row.value is None for row in rows), name
        assert {str(said) for said in made[11].rule["links"]["export"].values()} == {"{'gap': 'statistics.index.base'}"}
        imported = api.figures([made[11]], indicator="import_unit_value")
        assert imported and not any(row.hidden for row in imported), "the other flow has its own cell"


LINKS = ("export_unit_value", "export_volume", "export_index_coverage")


def one_firm_leads(month: int) -> None:
    """A late list of one firm so large that the month's sum has to be hidden from its next vintage on."""
    late = sold(60_000 + month, 1, month, SECRET, 7, 100_000)
    replace([late.trade], facts(late))


def closed(one: Release, code: str) -> None:
    with scope(NOBODY):
        for name in LINKS:
            rows = api.figures([one], indicator=name)
            assert rows and all(row.hidden and row.value is None for row in rows), name
        assert {said["gap"] for said in one.rule["links"]["export"].values()} == {code}


@pytest.fixture
def safe_months(db: None) -> None:
    """September to November 2021, each of them safe to tell."""
    with scope(PLATFORM):
        lists = [sold(m * 1000 + f, f, m, BAG, 20 + m, 3) for m in (9, 10, 11) for f in range(1, 9)]
        replace([one.trade for one in lists], facts(*lists))
        api.announce(date(2021, 12, 25))


@pytest.mark.parametrize(("language", "words"), [
    ("zh-hans", ("出口：上月（2021-10）的总值已在2021-12-20公布的修订数中隐去", "初步数曾公布本月指数，本期起不再公布（上月总值须保密", "修订数")),
    ("en", ("the total of the month before (2021-10) is hidden by", "from this vintage on there is none (the total of the month before is protected", "evised")),
])  # fmt: skip
def test_an_index_told_before_the_month_before_was_hidden_ends_with_its_reason(
    safe_months: None, language: str, words: tuple[str, ...]
) -> None:
    october, november = date(2021, 10, 1), date(2021, 11, 1)
    with scope(PLATFORM):
        for month in (date(2021, 9, 1), october, november):
            first = published(one_of(month=month))
        one_firm_leads(10)
        hiding = published(one_of("revised", october))
    with scope(NOBODY):
        assert all(row.hidden for row in api.figures([hiding], indicator="export_cny", dimension=""))
        stands = api.figures([first], indicator="export_unit_value")
        assert stands and not any(row.hidden for row in stands), "what was published is not written over"
        assert [side for side, later in api.overtaken(first, "platform") if later.pk == hiding.pk] == ["export"]
        assert api.overtaken(hiding, "platform") == []
    visitor = Client()
    visitor.cookies["django_language"] = language
    page = visitor.get("/statistics/?month=2021-11&coverage=platform").content.decode()
    assert words[0] in page and words[1] not in page
    with scope(PLATFORM):
        december = published(one_of(month=date(2021, 12, 1)))
    with scope(NOBODY):
        for chain in (one for one in api.chains(december, "platform") if one.indicator.startswith("export")):
            points = {point.period: point.level for point in chain.points}
            assert points["2021-11"] is None and "2021-11" in chain.hidden
            assert chain.gaps["2021-11"] == "statistics.index.base", "no later chain runs over it"
    with scope(PLATFORM):
        second = published(one_of("revised", november))
    closed(second, "statistics.index.base")
    assert {said["ended"] for said in second.rule["links"]["export"].values()} == {"preliminary"}
    assert not any("ended" in said for said in second.rule["links"]["import"].values())
    page = visitor.get("/statistics/?month=2021-11&coverage=platform").content.decode()
    assert words[1] in page and words[0] not in page
    with translation.override(language), scope(NOBODY):
        assert words[1] in str(printing.sheet_of(second, "platform").as_dict())
    raw = visitor.get("/statistics/2021-11/revised/xlsx").content
    cells = {
        str(cell)
        for row in CalamineWorkbook.from_filelike(io.BytesIO(raw)).get_sheet_by_index(3).to_python()
        for cell in row
    }
    assert any(words[1] in cell for cell in cells)


def test_out_of_a_month_that_its_next_vintage_must_hide_no_index_is_told_whichever_is_compiled_first(
    safe_months: None,
) -> None:
    with scope(PLATFORM):
        for month in (9, 10):
            published(one_of(month=date(2021, month, 1)))
        one_firm_leads(10)
        told = published(one_of())  # before the revised October, due the same day
    with scope(NOBODY):
        assert not any(
            row.hidden
            for row in api.figures(
                api.latest(date(2021, 10, 1), date(2021, 10, 1)), indicator="export_cny", dimension=""
            )
        )
    closed(told, "statistics.index.base")


def test_an_index_compiled_before_the_month_before_was_hidden_is_not_published(safe_months: None) -> None:
    with scope(PLATFORM):
        for month in (9, 10):
            published(one_of(month=date(2021, month, 1)))
    with scope(STATISTICIAN):
        api.compute(one_of().pk, at=NOW)
    with scope(PLATFORM):
        one_firm_leads(10)
        published(one_of("revised", date(2021, 10, 1)))
    with scope(CUSTOMS):
        api.consent(one_of().pk, text="南昌海关同意（合成）", at=NOW)
    with scope(STATISTICIAN), pytest.raises(Refused) as refused:
        api.publish(one_of().pk, at=NOW, on=one_of().due_on)
    assert refused.value.code == "statistics.release.base" and "2021-10" in str(refused.value)
    closed(published(one_of()), "statistics.index.base")


def test_an_index_withheld_is_hidden_and_one_there_is_none_of_is_missing(db: None) -> None:
    with scope(PLATFORM):
        lists = [sold(m * 1000 + f, f, m, hs, 20, 3) for m, hs in ((9, SHIRT), (10, BAG)) for f in range(1, 9)]
        lists += [sold(30_000 + m, 1, m, SECRET, 7, 2) for m in (9, 10)]  # all that both months share is one firm's
        replace([one.trade for one in lists], facts(*lists))
        api.announce(date(2021, 10, 25))
        for month in (9, 10):
            one = published(one_of(month=date(2021, month, 1)))
    with scope(NOBODY):
        rows = api.figures([one], coverage="platform", dimension="")
        said = {row.indicator: attributes_of(row)[:2] for row in rows if row.value is None}
        assert one.rule["links"]["export"]["platform"]["gap"] == "statistics.index.protected"
    for name in ("unit_value", "volume", "index_coverage"):
        assert said[f"export_{name}"] == ("Q", "N") and said[f"import_{name}"] == ("O", "F"), name
    page = Client().get("/statistics/?month=2021-10&coverage=platform").content.decode()
    assert '已隐去 <span class="quiet">共同的商品都须保密</span>' in page and "没有带法定数量的商品行" in page


def test_a_later_vintage_counts_what_came_late_and_leaves_the_first(told: Release) -> None:
    with scope(PLATFORM):
        late = [sold(40_000 + firm, firm, 11, BAG, 60, 6) for firm in range(1, 9)]
        replace([one.trade for one in late], facts(*late))
        second = published(one_of("revised"))
    assert levels(told, "platform", "export_unit_value")[-1][1] == 1.5
    assert levels(second, "platform", "export_unit_value")[-1][1] == pytest.approx(2.25)


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", ("单位价值与物量指数", "与上月没有共同的商品", "90%以上", "出口物量指数")),
     ("en", ("Unit value and volume indices", "no product in common with the month before", "90% or more", "Export volume index"))],
)  # fmt: skip
def test_page_workbook_paper_and_api_say_the_same(told: Release, language: str, words: tuple[str, ...]) -> None:
    visitor = Client()
    visitor.cookies["django_language"] = language
    page = visitor.get("/statistics/?month=2021-11").content.decode()
    assert all(word in page for word in (*words, "150.00", "200.00", "2021-10=100", "links.v1"))
    assert "pilotzone rebuild" not in page
    raw = visitor.get("/statistics/2021-11/preliminary/xlsx").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    cells = {cell for row in book.get_sheet_by_index(3).to_python() for cell in row}
    assert {150.0, words[2], "links.v1"} <= cells
    with translation.override(language), scope(NOBODY):
        sheet = printing.sheet_of(told, "platform").as_dict()
    assert all(word in str(sheet) for word in (*words, "150.00", "2021-10=100"))
    rows = visitor.get("/api/v1/statistics/figures?indicator=export_unit_value&coverage=platform").json()["rows"]
    assert {row["month"]: row["value"] and float(row["value"]) for row in rows}["2021-11"] == 1.5


def test_what_a_rebuild_would_mend_is_for_who_works_and_not_in_what_is_published(told: Release) -> None:
    with scope(PLATFORM):
        bare = listed(50_000, firm=1, month=11, flow="E", hs=(BAG,), amount="10.00", unit=UNITS[0])
        replace([bare.trade], facts(bare))
    assert told.rule["links"].keys() == {"algorithm", "export", "import"}
    with scope(NOBODY):
        signed = api.content(told)
        assert "unkept" not in str(signed) and "rebuild" not in str(signed)
    said = "1个商品行没有第一法定单位的数量"
    place = "/statistics/?month=2021-11&coverage=platform"
    assert said not in Client().get(place).content.decode()
    with translation.override("zh-hans"), scope(NOBODY):
        assert "没有第一法定单位的数量" not in str(printing.sheet_of(told, "platform").as_dict())
    office = Client()
    with scope(PLATFORM):
        load_units()
        person = get_user_model().objects.create_user(username="statistician")
        unit = Unit.objects.get(code="statistics")
        Membership.objects.create(person=person, role="statistician", valid_from=date(2019, 1, 1), unit=unit)
    office.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert said in office.get(place).content.decode()
