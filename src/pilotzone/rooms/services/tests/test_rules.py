"""Deadlines, lights, steps and forms by tables an official can read, on both sides of each border."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.services.engine import deadlines, schema, states

CASES = Path(__file__).parent / "cases"
ON = date(2021, 3, 15)


def cases(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load((CASES / f"{name}.yaml").read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("case", cases("deadlines"), ids=lambda case: case["about"])
def test_a_desk_is_due(case: dict[str, Any]) -> None:
    found = deadlines.due(case["since"], case["days"], case.get("used", 0))
    assert (found.day, found.provisional) == (case["due"], case.get("provisional", False))


@pytest.mark.parametrize("case", cases("lights"), ids=lambda case: case["about"])
def test_a_light_says_how_much_is_left(case: dict[str, Any]) -> None:
    found = deadlines.light(case["due"], case["day"], 1)
    assert (found.colour, found.zh) == (case["light"], case["zh"])


@pytest.mark.parametrize(
    "case", cases("states"), ids=lambda case: f"{case['came']}-{case['verb']}-{case.get('went', 'no')}"
)
def test_a_verb_leads_where_it_should(case: dict[str, Any]) -> None:
    more = {"back": case.get("back", ""), "last": case.get("last", False)}
    if "went" in case:
        assert states.move(case["came"], case["verb"], **more) == case["went"]
    else:
        with pytest.raises(Refused, match=r"service\.case\.state"):
            states.move(case["came"], case["verb"], **more)


def test_nothing_moves_out_of_an_end_but_by_its_notice() -> None:
    for state in states.ENDED:
        assert set(states.offered(state)) <= {"close"}


@given(st.dates(date(2019, 1, 2), date(2026, 11, 1)), st.integers(1, 30), st.lists(st.integers(0, 9), max_size=6))
@settings(max_examples=80)
def test_corrections_cost_the_desk_no_working_day(since: date, days: int, spans: list[int]) -> None:
    """However often it stands still, the working days at the desk add up to those promised."""
    gone, came = 0, since
    for n, span in enumerate(spans):
        until = came + timedelta(days=span)
        if n % 2:  # at the applicant
            came = until
            continue
        gone += deadlines.used(came, until)
        came = until
    due = deadlines.due(came, days, gone).day
    rest = deadlines.used(came, due)
    assert rest == days - gone if gone < days else due >= came and rest <= 1


@given(st.dates(date(2019, 1, 2), date(2027, 6, 1)), st.integers(0, 40))
@settings(max_examples=60)
def test_lights_agree_with_the_filter_of_the_inbox(on: date, ahead: int) -> None:
    due = on + timedelta(days=ahead - 15)
    limit = deadlines.warned_until(on, 1)
    colour = "red" if due < on else "yellow" if due <= limit else "green"
    assert deadlines.light(due, on, 1).colour == colour


FORM = {
    "type": "object", "required": ["name", "agree"],
    "properties": {
        "name": {"type": "string", "title": "名称", "x-en": "Name", "minLength": 2, "maxLength": 10},
        "long": {"type": "string", "title": "说明", "x-en": "Words", "maxLength": 300},
        "code": {"type": "string", "title": "代码", "x-en": "Code", "pattern": "[0-9]{4}"},
        "kind": {"type": "string", "title": "类别", "x-en": "Kind", "enum": ["甲", "乙"], "x-enum-en": ["A", "B"]},
        "some": {"type": "array", "title": "若干", "x-en": "Some", "items": {"type": "string", "enum": ["甲", "乙"]}},
        "day": {"type": "string", "title": "日期", "x-en": "Day", "format": "date", "x-ahead": True},
        "count": {"type": "integer", "title": "数", "x-en": "Count", "minimum": 1, "maximum": 50},
        "money": {"type": "number", "title": "金额", "x-en": "Amount", "minimum": 0, "multipleOf": 0.01},
        "agree": {"type": "boolean", "title": "同意", "x-en": "Agree", "const": True},
    },
}  # fmt: skip
GOOD = {"name": "合成名称", "agree": True}


@pytest.mark.parametrize(
    ("field", "value", "kept"),
    [
        ("name", "  甲乙\t丙 ", "甲乙 丙"), ("long", "一\r\n二", "一\n二"), ("code", "0001", "0001"), ("kind", "乙", "乙"),
        ("some", ["乙", "甲"], ["甲", "乙"]), ("some", "甲", ["甲"]), ("day", "2021-03-15", "2021-03-15"), ("count", 50, "50"),
        ("count", "1", "1"), ("money", "1,234.50", "1234.50"), ("money", 0.07, "0.07"), ("agree", "on", True),
        ("money", "0.00", "0.00"),
    ],
)  # fmt: skip
def test_what_fits_is_kept(field: str, value: Any, kept: Any) -> None:
    found, wrong = schema.judge(schema.fields(FORM), GOOD | {field: value}, on=ON)
    assert wrong == [] and found[field] == kept


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("name", "长" * 11, "too_long"), ("name", "短", "too_short"), ("name", 7, "type"), ("name", ["甲"], "type"),
        ("name", "", "missing"), ("name", None, "missing"), ("code", "12a4", "pattern"), ("kind", "丙", "choice"),
        ("some", ["甲", "丙"], "choice"), ("some", [7], "type"), ("day", "2021-02-30", "type"), ("day", "20210315", "type"),
        ("day", "2021-03-14", "ahead"), ("count", 0, "low"), ("count", 51, "high"), ("count", "1.5", "type"),
        ("count", True, "type"), ("count", "1e3", "type"), ("count", "９", "type"), ("money", "1.005", "places"),
        ("money", "-0.01", "low"), ("money", float("nan"), "type"), ("money", "9" * 25, "type"), ("agree", False, "true"),
        ("agree", "maybe", "type"), ("agree", 1, "type"), ("strange", "x", "unknown"),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_told_by_field(field: str, value: Any, code: str) -> None:
    _kept, wrong = schema.judge(schema.fields(FORM), GOOD | {field: value}, on=ON)
    assert [(one.field, one.code) for one in wrong] == [(field, f"rule.form.{code}")]
    assert all(one.zh and one.en and one.mend_zh for one in wrong)


VALUE = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=30)
    | st.lists(st.text(max_size=3), max_size=3)
)


@given(st.dictionaries(st.sampled_from([*FORM["properties"], "strange"]), VALUE, max_size=9))  # type: ignore[misc]
@settings(max_examples=150)
def test_whatever_is_sent_is_kept_or_refused_and_what_is_kept_is_kept_again(values: dict[str, Any]) -> None:
    asked = schema.fields(FORM)
    kept, wrong = schema.judge(asked, values, on=ON, whole=False)
    faulty = {one.field for one in wrong}
    again, _ = schema.judge(
        asked, {name: value for name, value in kept.items() if name not in faulty}, on=ON, whole=False
    )
    assert again == {name: value for name, value in kept.items() if name not in faulty}
    assert all("\0" not in value for value in kept.values() if isinstance(value, str))
