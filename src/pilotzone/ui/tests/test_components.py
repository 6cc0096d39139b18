"""Components as HTML: hostile values stay text, the policy holds, words stand with colours, in both languages."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.http import QueryDict
from django.template import Context, Template
from django.utils.translation import override

from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.listing import Action, Column, Filter, Listing

EVIL = "<script>alert('x')</script>\"'"
SOURCE = Path(__file__).parents[2]


def render(text: str, language: str = "zh-hans", **values: Any) -> str:
    with override(language):
        return Template("{% load pz %}" + text).render(Context(values))


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("{% state x %}", {"x": EVIL}),
        ("{% light x x %}", {"x": EVIL}),
        ("{% party x %}", {"x": EVIL}),
        ("{% facts x %}", {"x": [(EVIL, EVIL)]}),
        ("{% timeline x %}", {"x": [{"zh": EVIL, "state": EVIL, "source": EVIL, "code": EVIL}]}),
        ("{% findings x %}", {"x": [{"zh": EVIL, "code": EVIL, "whose": EVIL, "path": EVIL, "mend_zh": EVIL}]}),
        ("{% why x %}", {"x": {"zh": EVIL, "result": EVIL, "parameters": [{"key": EVIL, "document": EVIL}]}}),
        ("{% progress 1 2 x %}", {"x": EVIL}),
        ("{% confirm x x x x %}", {"x": EVIL}),
        ("{% dropzone x x 10 x x %}", {"x": EVIL}),
        ("{% chart x %}", {"x": Chart(EVIL, [EVIL], [Series(EVIL, [1])], unit=EVIL)}),
        ("{% data_list x %}", {
            "x": Listing([Column("k", EVIL, href="h")], [{"id": EVIL, "k": EVIL, "h": EVIL}],
                         [Filter("f", EVIL, "select", [(EVIL, EVIL)], EVIL)], [Action("a", EVIL, EVIL)],
                         caption=EVIL)
        }),
    ],
)  # fmt: skip
def test_a_hostile_value_stays_text(text: str, values: dict[str, Any]) -> None:
    html = render(text, **values)
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_states_and_lights_say_their_word_in_the_readers_language() -> None:
    assert words(render('{% state "800" %}{% light "red" %}')) == "放行 红灯 滞后"
    assert words(render('{% state "800" %}{% light "red" %}', "en")) == "Released Red: late"
    assert words(render('{% party "ebp,customs" %}')) == "电商平台企业、海关"
    assert words(render('{% party "ebp,customs" %}', "en")) == "e-commerce platform, customs"


def test_personal_values_are_masked_and_never_whole() -> None:
    html = render('{% masked n "name" %}{% masked p "phone" %}', n="张三丰", p="13800138000")
    assert words(html) == "张** 138****8000"
    assert words(render('{% masked n "id" %}', n=None)) == "—"


def test_a_finding_says_whose_error_it_is_and_how_to_mend_it() -> None:
    finding = {"code": "rule.x", "zh": "不一致", "en": "differs", "whose": "pay", "mend_en": "Declare again", "line": 7}
    said = words(render("{% findings f %}", "en", f=[finding]))
    assert all(part in said for part in ("differs", "rule.x", "payment enterprise", "Declare again", "line 7"))


def test_an_amount_unfolds_to_the_document_behind_each_parameter() -> None:
    rate = {"key": "vat.standard", "value": "0.13", "from": "2019-04-01", "document": "公告39号", "tag": "A"}
    step = {
        "zh": "增值税",
        "en": "VAT",
        "result": "38.68",
        "parameters": [rate],
        "inputs": [{"name": "P", "value": "425"}],
    }
    html = render("{% why w %}", w={"zh": "合计", "en": "Total", "amount": "38.68", "parts": [step]})
    assert html.count("<details") == 2
    assert all(part in words(html) for part in ("vat.standard", "0.13", "2019-04-01", "公告39号", "P 425"))


def test_times_are_shown_in_shanghai() -> None:
    assert render("{{ at|moment }}", at=datetime(2021, 11, 10, 16, 5, 9, tzinfo=UTC)) == "2021-11-11 00:05:09"


def test_a_chart_carries_the_table_of_its_figures() -> None:
    html = render("{% chart c %}", c=Chart("票数", ["08:00"], [Series("放行", [1234]), Series("查验", [None])]))
    assert "1,234" in html and "—" in html and "data-chart=" in html
    assert "这段时间还没有数据" in render("{% chart c %}", c=Chart("票数", ["08:00"], [Series("放行", [0])]))


def test_an_empty_list_says_whether_the_filters_did_it() -> None:
    assert "还没有申报" in render("{% data_list x %}", x=Listing([], [], empty="还没有申报"))
    assert "没有符合条件" in render("{% data_list x %}", x=Listing([], [], [Filter("q", "单号", value="1")]))


def test_an_export_asks_for_its_own_list_alone() -> None:
    query = QueryDict("state=a&page=3&before=7&editions=2")
    listing = Listing([], [], query=query, export_url="/x.csv", beside=("editions",))
    assert listing.export_address == "/x.csv?state=a" and "editions=2" in listing.address(4)


def test_a_missing_file_is_left_out_of_the_page() -> None:
    assert render('{% script "vendor/nobody.js" %}{% stylesheet "ui/nobody.css" %}') == ""
    assert "?v=" in render('{% stylesheet "ui/pilotzone.css" %}')


def test_a_path_nobody_answers_is_empty() -> None:
    assert (render('{% path "/nobody/answers/" %}'), render('{% path "/style/" %}')) == ("", "/style/")


@pytest.mark.parametrize("path", sorted(SOURCE.rglob("templates/**/*.html")), ids=lambda path: path.name)
def test_no_template_holds_inline_script_or_style_or_foreign_files(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:|hx-on", text)
    assert not re.search(r"""(?:src|<link[^>]*href)=["']?(?:https?:)?//""", text)
