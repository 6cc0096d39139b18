"""The files of a published month hold the same numbers as its page: Excel with charts, a sealed PDF, SDMX-ML."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date
from html import unescape
from pathlib import Path

import pytest
from django.test import Client
from lxml import etree
from python_calamine import CalamineWorkbook

from pilotzone.kernel import paper_key
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.queries.sdmx_xml import COM, GEN, STR
from pilotzone.rooms.statistics.tests.test_releases import counted, one_of, published
from pilotzone.ui.paper import fonts, seal

PLACE = "/statistics/2021-11/preliminary/"
TRADE = sum(100 + n for n in range(1, 41))
needs_font = pytest.mark.skipif(fonts.found(Path("/nowhere")) is None, reason="no CJK font: make browser installs one")


@pytest.fixture
def visitor(db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    paper_key.forget()
    with scope(PLATFORM):
        counted()
        api.announce(date(2021, 11, 25))
        published(one_of())
    yield Client()
    paper_key.forget()


def test_every_indicator_has_a_page_in_both_languages_with_its_definition_and_what_was_published(
    visitor: Client,
) -> None:
    for language in ("zh-hans", "en"):
        visitor.cookies["django_language"] = language
        for one in api.indicators():
            answer = visitor.get(f"/statistics/indicators/{one.key}/")
            said = unescape(answer.content.decode())
            assert answer.status_code == 200, one.key
            assert (one.definition_en if language == "en" else one.definition_zh) in said
            assert one.key in said
    assert f"{TRADE:,}" in visitor.get("/statistics/indicators/trade_cny/").content.decode()
    assert visitor.get("/statistics/indicators/nothing/").status_code == 404


def test_excel_holds_every_number_its_definitions_and_charts(visitor: Client) -> None:
    raw = visitor.get(f"{PLACE}xlsx").content
    book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
    assert book.sheet_names == ["说明", "口岸口径", "属地口径", "平台口径", "全部数据"]
    about = {row[0]: row[1] for row in book.get_sheet_by_name("说明").to_python() if row[0]}
    assert about["报告期"] == "2021-11" and about["公布阶段"] == "初步数" and len(str(about["SHA-256"])) == 64
    assert "跨境电商进出口额（人民币）" in about
    platform = {row[0]: row[1] for row in book.get_sheet_by_name("平台口径").to_python()}
    assert platform["跨境电商进出口额（人民币）"] == TRADE
    with scope(PLATFORM):
        numbers = api.figures([one_of()])
    assert len(book.get_sheet_by_name("全部数据").to_python()) == len(numbers) + 1
    with zipfile.ZipFile(io.BytesIO(raw)) as inside:
        assert sum(name.startswith("xl/charts/chart") for name in inside.namelist()) >= 3


@needs_font
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_pdf_is_sealed_and_names_the_release_it_prints(visitor: Client, language: str) -> None:
    visitor.cookies["django_language"] = language
    first, again = (visitor.get(f"{PLACE}pdf?coverage=port") for _ in range(2))
    assert first.status_code == 200 and first["Content-Type"] == "application/pdf"
    assert first.content == again.content
    verdict = seal.verify(first.content, paper_key.public())
    with scope(PLATFORM):
        digest = one_of().digest
    assert verdict.state == seal.SOUND
    assert [one["digest"] for one in verdict.statement["papers"]] == [digest]


def test_sdmx_ml_tells_every_number_by_the_structure_it_names(visitor: Client) -> None:
    names = {"s": STR, "g": GEN, "c": COM}
    told = etree.fromstring(visitor.get(f"{PLACE}sdmx.xml").content)
    shape = etree.fromstring(visitor.get("/statistics/structure.xml").content)
    keys = shape.xpath("//s:Dimension/@id", namespaces=names)
    notes = shape.xpath("//s:Attribute/@id", namespaces=names)
    series = told.xpath("//g:Series", namespaces=names)
    with scope(PLATFORM):
        numbers = api.figures([one_of()])
    assert len(told.xpath("//g:Obs", namespaces=names)) == len(numbers)
    for one in series:
        assert one.xpath("g:SeriesKey/g:Value/@id", namespaces=names) == keys
        assert one.xpath("g:Obs/g:Attributes/g:Value/@id", namespaces=names) == notes
    place = "//g:Series[g:SeriesKey/g:Value[@id='INDICATOR']/@value='trade_cny'][g:SeriesKey/g:Value[@id='COVERAGE']/@value='platform']"
    assert told.xpath(f"{place}/g:Obs/g:ObsValue/@value", namespaces=names) == [f"{TRADE}.000000"]
    assert told.xpath(f"{place}/g:Obs/g:ObsDimension/@value", namespaces=names) == ["2021-11"]
    listed = set(shape.xpath("//s:Codelist[@id='CL_INDICATOR']/s:Code/@id", namespaces=names))
    assert {row.indicator for row in numbers} <= listed
    for reference in shape.xpath("//Ref[@package='codelist']/@id"):
        assert shape.xpath(f"//s:Codelist[@id='{reference}']", namespaces=names)


def test_an_amount_no_rate_tells_is_unknown_and_not_zero(db: None) -> None:
    with scope(PLATFORM):
        counted(currency="999")
        api.announce(date(2021, 11, 25))
        one = published(one_of())
        rows = {row.indicator: row for row in api.figures([one], coverage="platform", dimension="")}
    assert rows["trade_usd"].value is None and not rows["trade_usd"].hidden
    assert one.rule["undollared"] == 40
