"""The link of a month to the one before in every coverage, and the chain of links, by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from pilotzone.rooms.statistics.engine.disclosure.rules import Rules
from pilotzone.rooms.statistics.engine.indices.chained import joined
from pilotzone.rooms.statistics.engine.indices.links import Gathered, Link, gather, linked, step
from pilotzone.rooms.statistics.engine.indices.unit_values import Line

CASE = yaml.safe_load((Path(__file__).parent / "cases" / "indices.yaml").read_text(encoding="utf-8"))["chain"]
COVERAGES = ("port", "registered", "platform")


def told(lines: list[Line]) -> dict[str, Link]:
    found = {coverage: Gathered() for coverage in COVERAGES}
    gather(found, lines, "0", "1", Rules())
    return {coverage: linked(one, "0", "1") for coverage, one in found.items()}


def sold(product: str, period: str, price: float, firms: range = range(5), **sides: Any) -> list[Line]:
    return [Line(period, product, price * 2, 2.0, str(n), **sides) for n in firms]


def test_the_chain_by_hand() -> None:
    months = CASE["months"]
    links: dict[str, float | None] = {}
    for base, now in zip(list(months)[:-1], list(months)[1:], strict=True):
        # five firms share each quantity alike: nothing of it is a secret
        lines = [
            Line(period, product, price * quantity / 5, quantity / 5, str(firm))
            for period in (base, now)
            for product, (price, quantity) in months[period].items()
            for firm in range(5)
        ]
        found = {"platform": Gathered()}
        gather(found, lines, base, now, Rules())
        links[now] = linked(found["platform"], base, now).price
    points = joined(links, list(months))
    assert [(one.period, one.base) for one in points] == [(name, base) for name, (_, base) in CASE["told"].items()]
    assert [one.level for one in points] == [
        None if level is None else pytest.approx(level) for level, _ in CASE["told"].values()
    ]


def test_a_product_that_tells_of_a_firm_on_one_side_enters_no_coverage() -> None:
    shirts = [*sold("a", "0", 1.0), *sold("a", "1", 2.0)]
    inside = [*sold("b", "0", 1.0, port=True), *sold("b", "1", 8.0, port=True), *sold("b", "1", 8.0, range(9, 10))]
    one = told([*shirts, *inside])
    assert one["platform"].price == pytest.approx(2) and one["platform"].hidden == 1
    assert one["port"].price is None and one["port"].gap == "statistics.index.protected"
    safe = told([*shirts, *(line for line in inside if line.port)])
    assert safe["port"].price == pytest.approx(8) and safe["platform"].hidden == 0


def test_why_there_is_no_link_is_named() -> None:
    assert told(sold("a", "1", 1.0))["platform"].gap == "statistics.index.quantity"
    assert told([*sold("a", "0", 1.0), *sold("b", "1", 1.0)])["platform"].gap == "statistics.index.unmatched"
    alone = [*sold("a", "0", 1.0, range(1)), *sold("a", "1", 1.0, range(1))]
    assert told(alone)["platform"].gap == "statistics.index.protected"


@pytest.mark.parametrize(("share", "low"), [(1.0, 0.9), (0.9, 0.9), (0.899, 0.75), (0.5, 0.5), (0.2, 0.0), (0.0, 0.0)])
def test_the_share_that_entered_is_told_in_steps(share: float, low: float) -> None:
    assert step(share) == low
