"""Figures, lists, charts and sentences, as a reader sees them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict

from pilotzone.ui import listing, numbers
from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.states import STATES, light_of, state_of
from pilotzone.ui.wording import said


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (0, "0", "0"),
        (9999, "9,999", "9,999"),
        (10_000, "1.00 万", "10.00 k"),
        (123_456_789, "1.23 亿", "123.46 M"),
        (Decimal("-20000"), "-2.00 万", "-20.00 k"),
        (None, "—", "—"),
        ("twelve", "—", "—"),
        (float("nan"), "—", "—"),
        (float("inf"), "—", "—"),
    ],
)
def test_large_figures_in_the_units_of_their_readers(value: object, chinese: str, english: str) -> None:
    assert numbers.scaled(value, "zh-hans") == chinese
    assert numbers.scaled(value, "en") == english


def test_money_has_two_decimals_and_rounds_half_up() -> None:
    assert [numbers.money(x) for x in ("1234.5", Decimal("0.005"), -1, "", True)] == [
        "1,234.50", "0.01", "-1.00", "—", "—",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("done", "total", "percent"),
    [(0, 10, 0), (9999, 10_000, 99), (10, 10, 100), (11, 10, 100), (5, 0, 0), (-1, 10, 0), (None, 1, 0)],
)
def test_a_share_is_whole_only_at_the_end(done: object, total: object, percent: int) -> None:
    assert numbers.share(done, total) == percent


def sample(**more: object) -> listing.Listing:
    query = QueryDict("state=放行&page=2&a=1&a=2")
    rows = [{"id": n, "amount": n} for n in range(50)]
    columns = [listing.Column("amount", "金额", listing.MONEY)]
    return listing.Listing(columns=columns, rows=rows, page=2, query=query, export_url="/x.csv", **more)  # type: ignore[arg-type]


def test_a_list_pages_and_exports_with_its_filters() -> None:
    page = sample(total=120)
    assert (page.pages, page.more, page.first, page.last) == (3, True, 51, 100)
    assert QueryDict(page.next_address[1:]).getlist("a") == ["1", "2"]
    assert QueryDict(page.next_address[1:])["page"] == "3"
    assert "page" not in page.export_address and "state=" in page.export_address
    assert page.table()[1]["cells"][0]["value"] == "1.00"


def test_a_list_nobody_counted_goes_on_while_there_is_more() -> None:
    assert (sample().pages, sample().more, sample(has_next=True).more) == (None, False, True)
    assert sample(total=100).more is False


@pytest.mark.parametrize(
    ("asked", "page"),
    [("3", 3), ("0", 1), ("-1", 1), ("x", 1), (None, 1), ("٣", 1), ("9" * 30, 1), ("9999999", 1_000_000)],
)
def test_a_page_number_of_a_stranger(asked: str | None, page: int) -> None:
    assert listing.page_number(asked) == page


def test_no_key_names_two_states_and_strange_ones_are_shown_as_they_are() -> None:
    keys = [key for state in STATES for key in (state.word, *state.keys)]
    assert len(keys) == len(set(keys))
    assert state_of("120").word == state_of("stored").word == "海关入库"
    assert (state_of("<b>").word, state_of(None).word, light_of("blue").word) == ("<b>", "—", "未亮灯")


def test_a_chart_refuses_what_cannot_be_drawn() -> None:
    with pytest.raises(ValueError, match="no such chart"):
        Chart("x", [], [], kind="pie")
    with pytest.raises(ValueError, match="放行: 1 values, 2 categories"):
        Chart("x", ["a", "b"], [Series("放行", [1])])
    assert Chart("x", ["a"], [Series("s", [0])]).empty
    assert Chart("x", ["a"], [Series("s", [2]), Series("t", [None])]).rows() == [("a", [2, None])]


def test_a_sentence_is_said_in_the_language_asked_or_in_the_other() -> None:
    both = {"zh": "退单", "en": "returned", "mend_zh": "重报"}
    assert (said(both), said(both, language="en")) == ("退单", "returned")
    assert (said(both, "mend", "en"), said(both, "other"), said("as is"), said(None)) == ("重报", "", "as is", "")
    assert said({"text_zh": "甲", "text_en": "A"}, language="en") == "A"
