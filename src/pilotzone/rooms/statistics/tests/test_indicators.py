"""Indicators as data: the shipped ones, faulty files, formulas, growth, the development index."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.expressions import formula
from pilotzone.rooms.statistics.engine.indicators import growth
from pilotzone.rooms.statistics.engine.indicators.definitions import GROUPS, in_force, read
from pilotzone.rooms.statistics.queries.definitions import indicators

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "formulas.yaml").read_text(encoding="utf-8"))
SHIPPED = (Path(__file__).parents[3] / "data" / "indicators" / "actors.yaml").read_text(encoding="utf-8")


def facts(raw: dict[str, Any]) -> dict[str, Decimal | None]:
    return {name: None if value is None else Decimal(str(value)) for name, value in raw.items()}


@pytest.mark.parametrize("case", CASES["values"], ids=lambda case: case["formula"])
def test_a_formula_gives_its_value(case: dict[str, Any]) -> None:
    wanted = None if case["value"] is None else Decimal(str(case["value"]))
    assert formula(case["formula"]).value(facts(case["facts"])) == wanted


@pytest.mark.parametrize("case", CASES["holds"], ids=lambda case: case["formula"])
def test_a_condition_holds_or_not(case: dict[str, Any]) -> None:
    assert formula(case["formula"]).holds(facts(case["facts"])) is case["holds"]


@pytest.mark.parametrize("text", CASES["refused"])
def test_what_is_no_formula_is_refused(text: str) -> None:
    with pytest.raises(Refused, match="statistics.formula"):
        formula(text)


@given(st.text("ab+-*/()<>=.,[]{}: 019_'!", max_size=40))
@settings(max_examples=300)
def test_whatever_is_written_is_a_formula_or_refused(text: str) -> None:
    try:
        parsed = formula(text)
    except Refused:
        return
    try:
        told = parsed.value({"a": Decimal(3), "b": Decimal(0)})
    except Refused:
        return
    assert told is None or told.is_finite()


def test_deep_or_long_formulas_are_refused() -> None:
    for text in ("-" * 60 + "a", "(" * 90 + "a" + ")" * 90, "a + " * 200 + "a"):
        if text.startswith("("):
            assert formula(text).names == {"a"}  # brackets are no depth
            continue
        with pytest.raises(Refused):
            formula(text)


def test_a_fact_without_entry_is_named() -> None:
    with pytest.raises(Refused, match=r"formula\.fact"):
        formula("a / b").value({"a": Decimal(1)})
    with pytest.raises(Refused, match="statistics.number"):
        formula("a").value({"a": Decimal("NaN")})


def test_every_group_of_the_handbook_has_its_indicators() -> None:
    told = {group: {one.key for one in indicators() if one.group == group} for group in GROUPS}
    assert told["scale"] >= {
        "export_cny",
        "import_usd",
        "trade_usd",
        "orders",
        "parcels",
        "active_firms",
        "share_in_city_trade",
        "completion",
    }
    assert told["structure"] >= {
        "mode_share", "goods_share", "country_share", "rcep_share", "belt_and_road_share", "eu_share", "us_share",
        "district_share", "transport_share", "country_hhi", "top10_share",
    }  # fmt: skip
    assert told["quality"] == {
        "own_brand_share", "repeat_buyer_share", "return_rate", "refund_coverage", "ipr_cases", "average_order", "unit_value_index",
        *(f"{side}_{name}" for side in ("export", "import") for name in ("unit_value", "volume", "index_coverage")),
    }  # fmt: skip
    assert told["efficiency"] == {
        "clearance_p50", "clearance_p90", "auto_pass_share", "inspection_rate", "door_to_door_days", "refund_days", "settlement_days",
    }  # fmt: skip
    assert told["actors"] >= {
        "filed_firms",
        "active_share",
        "new_firms",
        "leading_firms",
        "service_enterprises",
        "million_sellers",
        "survival",
        "credit_coverage",
        "credit_queries",
        "credit_rated_share",
        "credit_recognition",
    }
    assert told["carriers"] >= {"parks", "occupancy", "bonded_area", "overseas_warehouses", "incubators", "bases"}
    assert told["channels"] >= {
        "express_pieces",
        "freighter_routes",
        "freighter_flights",
        "cargo_tonnes",
        "trains",
        "rail_teu",
        "multimodal_teu",
    }
    assert told["livelihood"] == {"consumer_savings", "import_skus", "jobs", "training"}
    assert told["contribution"] == {"tax", "fx_receipts", "employment", "upgrade_index"}


def test_every_indicator_can_be_reckoned() -> None:
    for one in indicators():
        told = one.value({source.name: Decimal(4) for source in one.sources})
        assert told is not None and told.is_finite(), one.key
        assert one.definition_zh and one.definition_en and one.coverages
        nothing = one.value(dict.fromkeys((source.name for source in one.sources), Decimal(0)))
        assert nothing is None or nothing == 0, one.key


def test_an_indicator_has_the_version_of_its_day() -> None:
    one = in_force(indicators(), "filed_firms", date(2019, 4, 11))
    assert one.tag == "A" and one.coverages == ("registered",)
    for key, day in (("filed_firms", date(2019, 4, 10)), ("nothing", date(2020, 1, 1))):
        with pytest.raises(Refused, match=r"indicator\.unknown"):
            in_force(indicators(), key, day)


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("unit: count", "unit: pieces", "unit"), ("formula: filed_firms", "formula: filed_firms + firms", "formula"),
        ("formula: filed_firms", "formula: filed_firms ** 2", "formula"), ("coverage: [registered]", "coverage: [world]", "coverage"),
        ("coverage: [registered]", "coverage: [registered, registered]", "coverage"), ("period: month", "period: day", "period"),
        ("tag: A", "tag: X", "tag"), ("from: 2019-04-11", "from: then", "from"), ("    zh: 备案企业数\n", "", ""),
        ("    zh: 备案企业数\n", "    zh: 备案企业数\n    colour: red\n", "colour"),
        ("room: registry, fact: filed.standing}", "room: registry}", "sources.filed_firms"),
        ("group: actors", "group: people", "group"), ("key: new_firms", "key: filed_firms", ""),
        ("    zh: 备案企业数\n", "    zh: 备案企业数\n    zh: 备案\n", "zh"), ("indicators:", "indicators: [", ""),
    ],
)  # fmt: skip
def test_a_faulty_file_is_refused_with_its_line(old: str, new: str, where: str) -> None:
    text = SHIPPED.replace(old, new, 1)
    assert text != SHIPPED
    with pytest.raises(Refused, match=r"indicator\.file") as told:
        read(text, "actors.yaml")
    first = next(iter(told.value.fields))
    line = int(first.split(":")[0])
    assert where in first and 1 <= line <= text.count("\n") + 1
    if where and "." not in where and new:
        assert where in text.splitlines()[line - 1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "group: actors",
        "group: actors\nindicators: []",
        "a: &x [*x]",
        "? [1]\n: 2",
        "group: actors\nindicators: [1]",
    ],
)
def test_a_file_of_another_kind_is_refused(text: str) -> None:
    with pytest.raises(Refused, match=r"indicator\.file"):
        read(text, "x.yaml")


def test_growth_without_a_base_is_not_zero() -> None:
    assert growth.on_year(Decimal(15), Decimal(10)) == Decimal("0.5")
    assert growth.on_year(Decimal(15), Decimal(0)) is None and growth.on_year(None, Decimal(1)) is None


def test_concentration() -> None:
    assert growth.concentration({"a": Decimal(5), "b": Decimal(5)}) == Decimal("0.5")
    assert growth.concentration({}) is None
    with pytest.raises(Refused):
        growth.concentration({"a": Decimal(-1)})
    assert growth.largest({"a": Decimal(1), "b": Decimal(2), "c": Decimal(2)}, 2) == [
        ("b", Decimal(2)),
        ("c", Decimal(2)),
    ]


def test_the_development_index_unfolds_into_its_parts() -> None:
    targets = dict.fromkeys(growth.WEIGHTS, Decimal(100))
    told = growth.development({name: Decimal(100) for name in targets}, targets)
    assert told.index == 100 and sum(part.points or 0 for part in told.parts) == told.index
    capped = growth.development(dict.fromkeys(targets, Decimal(500)), targets)
    assert capped.index == 120
    assert growth.development({"scale": Decimal(1)}, targets).index is None
    with pytest.raises(Refused, match=r"growth\.plan"):
        growth.development({}, dict.fromkeys(targets, Decimal(0)))
    with pytest.raises(Refused, match=r"growth\.plan"):
        growth.development({}, targets, {"scale": Decimal("0.5")})
