"""Preliminary, revised, final; and what revisions have been like."""

from __future__ import annotations

import math
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.vintages import FINAL, PRELIMINARY, REVISED, Vintage, stage, summary, table

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "vintages.yaml").read_text(encoding="utf-8"))


def published(month: int, *values: float) -> list[Vintage]:
    days = (date(2020, month + 1, 20), date(2020, month + 2, 20), date(2021, 7, 1))
    return [
        Vintage(f"2020-{month:02d}", name, day, value)
        for name, day, value in zip((PRELIMINARY, REVISED, FINAL), days, values, strict=False)
    ]


@pytest.mark.parametrize("case", CASES["stages"], ids=lambda case: f"{case['period']:%Y-%m} {case['day']}")
def test_the_stage_of_a_publication(case: dict[str, Any]) -> None:
    assert stage(case["period"], case["day"]) == case["stage"]


def test_the_revision_table_and_its_summary() -> None:
    rows = table([*published(1, 100, 102, 103), *published(2, 200, 198), *published(3, 50, 50), *published(4, 10)])
    assert [row.revision for row in rows] == [3, -2, 0, None]
    told = summary(rows)
    assert (told.periods, told.mean, told.absolute) == (3, pytest.approx(1 / 3), pytest.approx(5 / 3))
    assert told.root == pytest.approx(math.sqrt(13 / 3)) and told.mean_relative == pytest.approx((0.03 - 0.01) / 3)
    assert told.absolute_relative == pytest.approx(0.04 / 3) and told.biased is False


def test_revisions_that_always_go_up_are_biased() -> None:
    told = summary(table([one for month in range(1, 10) for one in published(month, 100, 103 + month % 2)]))
    assert told.biased is True and told.t is not None and told.t > 10
    assert summary(table([one for month in range(1, 10) for one in published(month, 100, 103)])).biased is True
    assert summary(table(published(1, 100, 103))).biased is None


def test_a_first_value_of_zero_has_no_relative_revision() -> None:
    told = summary(table(published(1, 0, 5)))
    assert told.mean == 5 and told.mean_relative is None


@pytest.mark.parametrize(
    ("vintages", "code"),
    [
        (
            [Vintage("p", REVISED, date(2020, 1, 2), 1), Vintage("p", PRELIMINARY, date(2020, 1, 3), 1)],
            "statistics.vintage.order",
        ),
        (
            [Vintage("p", PRELIMINARY, date(2020, 1, 2), 1), Vintage("p", PRELIMINARY, date(2020, 1, 3), 1)],
            "statistics.vintage.order",
        ),
        (
            [Vintage("p", PRELIMINARY, date(2020, 1, 2), 1), Vintage("p", REVISED, date(2020, 1, 2), 1)],
            "statistics.vintage.order",
        ),
        ([Vintage("p", "draft", date(2020, 1, 2), 1)], "statistics.vintage.order"),
        (
            [Vintage("p", FINAL, date(2020, 1, 2), 1), Vintage("p", REVISED, date(2020, 1, 3), 1)],
            "statistics.vintage.final",
        ),
        ([Vintage("p", FINAL, date(2020, 1, 2), math.nan)], "statistics.number"),
    ],
)
def test_publications_out_of_order_are_refused(vintages: list[Vintage], code: str) -> None:
    with pytest.raises(Refused) as told:
        table(vintages)
    assert told.value.code == code


def test_a_month_may_be_revised_more_than_once() -> None:
    days = (date(2020, 1, 2), date(2020, 1, 3), date(2020, 1, 4))
    told = table([Vintage("p", name, day, 1) for name, day in zip((PRELIMINARY, REVISED, REVISED), days, strict=True)])
    assert len(told[0].values) == 3


def test_without_a_revision_there_is_no_summary() -> None:
    with pytest.raises(Refused, match=r"vintage\.none"):
        summary(table(published(1, 1)))
