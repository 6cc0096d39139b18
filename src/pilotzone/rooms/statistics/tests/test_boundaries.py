"""Figures on old and new district boundaries."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.boundaries import Fact, moves, on_boundaries
from pilotzone.rooms.statistics.queries.definitions import boundary_moves

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "boundaries.yaml").read_text(encoding="utf-8"))
FACTS = st.builds(
    Fact, st.dates(date(2019, 1, 1), date(2020, 12, 31)), st.sampled_from(["360102", "360105", "360112", "360113", "HGT"]),
    st.integers(0, 1000).map(Decimal), st.sampled_from(["", "梅岭镇", "生米镇", "沙井街道", "别处"]),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["why"])
def test_figures_by_their_table(case: dict[str, Any]) -> None:
    facts = [Fact(day, unit, Decimal(amount), street) for day, unit, street, amount in case["facts"]]
    told = on_boundaries(facts, boundary_moves(), of=case["of"])
    assert {unit: [figure.amount, figure.unsure] for unit, figure in told.items()} == case["told"]


@given(st.lists(FACTS, max_size=12), st.dates(date(2018, 1, 1), date(2021, 12, 31)))
def test_the_city_is_the_same_on_every_boundary(facts: list[Fact], of: date) -> None:
    told = on_boundaries(facts, boundary_moves(), of=of)
    assert sum(figure.amount for figure in told.values()) == sum(fact.amount for fact in facts)
    assert all(0 <= figure.unsure <= figure.amount for figure in told.values())
    if of >= date(2019, 12, 1):
        assert not {"360105", "HGT"} & told.keys()


@pytest.mark.parametrize(
    "row",
    [
        {"day": date(2020, 1, 1), "from": "a", "to": "a", "document": "d", "tag": "B"},
        {"day": "2020", "from": "a", "to": "b", "document": "d", "tag": "B"},
        {"day": date(2020, 1, 1), "from": "a", "to": "b", "document": "d", "tag": "Z"},
        {"day": date(2020, 1, 1), "from": "a", "to": "b", "tag": "B"},
    ],
)
def test_a_faulty_change_is_refused(row: dict[str, Any]) -> None:
    with pytest.raises(Refused, match=r"boundary\.file"):
        moves({"moves": [row]})


def test_a_district_ends_once() -> None:
    row = {"day": date(2020, 1, 1), "from": "a", "to": "b", "document": "d", "tag": "B"}
    with pytest.raises(Refused, match=r"boundary\.file"):
        moves({"moves": [row, row | {"day": date(2021, 1, 1)}]})


def test_an_amount_that_is_no_number_is_refused() -> None:
    with pytest.raises(Refused, match="statistics.number"):
        on_boundaries([Fact(date(2020, 1, 1), "a", Decimal("NaN"))], (), of=date(2020, 1, 1))
