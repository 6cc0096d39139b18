"""Selection, slots and the life of an inspection order: tables an official can read, and properties."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.rooms.clearance.engine import inspection_orders as orders
from pilotzone.rooms.clearance.engine import inspection_selection as selection
from pilotzone.rooms.clearance.engine import inspection_slots as slots
from pilotzone.rooms.clearance.engine.inspection_study import shown, spoken
from pilotzone.rooms.clearance.queries import inspection_settings as settings

CASES = Path(__file__).parent / "cases"
SITE = slots.Site("s", "场所", "site", 2, time(8, 30), time(17, 30), 30)
DAY = date(2021, 3, 10)
NOW = datetime(2021, 3, 10, 9, 5, tzinfo=SHANGHAI)


def table(name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load((CASES / name).read_text(encoding="utf-8"))
    return rows


def at(hour: int, minute: int = 0, *, day: int = 10) -> datetime:
    return datetime(2021, 3, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize("case", table("inspection_selection.yaml"), ids=lambda case: case["name"])
def test_who_is_proposed(case: dict[str, Any]) -> None:
    edition = selection.in_force(settings.shipped_editions(), DAY)
    assert edition is not None and edition.tag == "P"
    facts = {key: Decimal(str(value)) if key in selection.NUMBERS else value for key, value in case["facts"].items()}
    told = selection.select(facts, edition, Decimal(case["draw"]))
    assert (told.selected, told.score, [hit["key"] for hit in told.hits]) == (
        case["selected"],
        case["score"],
        case["hits"],
    )
    assert told.control == case.get("control", False)
    assert all(hit["seen"] and hit["zh"] and hit["en"] for hit in told.hits), "every hit says what it saw"


@pytest.mark.parametrize("case", table("inspection_results.yaml"), ids=str)
def test_what_a_result_must_say(case: dict[str, Any]) -> None:
    wrong = orders.result_fault(case["supervision"], case["quarantine"], case["outcome"], case["findings"])
    assert (wrong.code if wrong else "") == case["fault"]
    if wrong is None:
        assert orders.OUTCOMES[case["outcome"]][2] == case["status"]
        assert orders.after(orders.OPENED, orders.CONCLUDE, outcome=case["outcome"]) == case["state"]


def test_no_edition_holds_before_the_first_day_and_the_later_one_from_its_own() -> None:
    (first,) = settings.shipped_editions()
    assert selection.in_force([first], first.since - timedelta(days=1)) is None
    later = selection.Edition("later", date(2021, 4, 1), 10, Decimal(0), first.rules)
    again = selection.Edition("again", date(2021, 4, 1), 10, Decimal(0), first.rules)
    assert selection.in_force([later, first], date(2021, 3, 31)) is first
    assert selection.in_force([later, first, again], date(2021, 4, 1)) is again


@given(st.text("0123456789abcdef", min_size=12, max_size=64))
def test_a_draw_lies_between_nothing_and_one(text: str) -> None:
    assert 0 <= selection.draw_of(text) < 1
    assert selection.draw_of(text) == selection.draw_of(text)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("", "editions"), ("[]", "editions"), ("editions: [3]", "mapping"), ("{a: [", "YAML"),
        ("editions: [{name: x, from: 2021-01-01, threshold: 0, control: 0, rules: []}]", "threshold"),
        ("editions: [{name: x, from: tomorrow, threshold: 5, control: 0, rules: []}]", "from"),
        ("editions: [{name: x, from: 2021-01-01, threshold: 5, control: NaN, rules: []}]", "control"),
        ("editions: [{name: x, from: 2021-01-01, threshold: 5, control: 2, rules: []}]", "control"),
        ("editions: [{name: x, from: 2021-01-01, threshold: 5, control: 0, rules: []}]", "rules"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_used_say_what_is_wrong(body: str, words: str) -> None:
    with pytest.raises(Refused) as refused:
        settings.editions_of(body)
    assert refused.value.code == "rule.inspection.rules" and words in refused.value.en


@pytest.mark.parametrize(
    ("when", "words"),
    [
        ("{fact: buyer, op: eq, value: x}", "names a fact"), ("{fact: value, op: like, value: 3}", "names a fact"),
        ("{fact: value, op: gt, value: many}", "numbers"), ("{fact: value, op: gt, value: true}", "numbers"),
        ("{fact: mode, op: gt, value: '1210'}", "text"), ("{fact: mode, op: in, value: []}", "list"),
    ],
)  # fmt: skip
def test_a_condition_that_cannot_be_asked_is_refused(when: str, words: str) -> None:
    rule = f"{{key: a, weight: 5, zh: 甲, en: a, when: [{when}]}}"
    with pytest.raises(Refused) as refused:
        settings.editions_of(f"editions: [{{name: x, from: 2021-01-01, threshold: 5, control: 0, rules: [{rule}]}}]")
    assert words in refused.value.en


@pytest.mark.parametrize(
    ("bay", "begins", "ends", "working", "fits"),
    [
        (1, at(9, 30), at(10), True, True), (2, at(17), at(17, 30), True, True), (3, at(9, 30), at(10), True, False),
        (0, at(9, 30), at(10), True, False), (1, at(9), at(9, 30), True, False), (1, at(9, 30), at(9, 59), True, False),
        (1, at(17, 1), at(17, 31), True, False), (1, at(8, 29, day=11), at(9, day=11), True, False),
        (1, at(10), at(9), True, False), (1, at(17), at(9, day=11), True, False), (1, at(9, 30), at(10), False, False),
    ],
)  # fmt: skip
def test_a_slot_lies_ahead_in_hours_and_bays_of_a_working_day(
    bay: int, begins: datetime, ends: datetime, working: bool, fits: bool
) -> None:
    assert slots.fits(SITE, slots.Slot(bay, begins, ends), now=NOW, working=working) is fits


SLOTS = st.builds(
    lambda bay, start, length: slots.Slot(bay, at(8) + timedelta(minutes=start), at(8) + timedelta(minutes=start + length)),
    st.integers(1, 2), st.integers(0, 500), st.integers(1, 120),
)  # fmt: skip


@given(st.lists(SLOTS, max_size=12))
def test_a_free_slot_clashes_with_none_taken_and_fits_its_site(taken: list[slots.Slot]) -> None:
    found = slots.free(SITE, DAY, taken, now=NOW)
    assert all(slots.fits(SITE, one, now=NOW, working=True) for one in found)
    assert not any(one.overlaps(other) for one in found for other in taken)
    assert not any(one.overlaps(other) for i, one in enumerate(found) for other in found[:i])
    whole = slots.free(SITE, DAY, [], now=NOW)
    assert {one for one in whole if not any(one.overlaps(other) for other in taken)} == set(found), "none is kept back"


@given(
    st.lists(st.sampled_from([*orders.MOVES]), max_size=30), st.lists(st.sampled_from([*orders.OUTCOMES]), max_size=30)
)
def test_whatever_is_tried_goods_are_opened_only_from_a_slot_and_concluded_only_when_open(
    verbs: list[str], outcomes: list[str]
) -> None:
    state, openings, results, last = orders.SELECTED, 0, 0, ""
    for verb in verbs:
        if orders.fault(state, verb) is not None:
            continue
        if verb == orders.OPEN:
            assert last in (orders.SCHEDULE, orders.JOIN)
            openings += 1
        if verb == orders.CONCLUDE:
            results += 1
        state = orders.after(
            state,
            verb,
            outcome=outcomes[results - 1] if verb == orders.CONCLUDE and outcomes[results - 1 : results] else "",
        )
        last = verb
        assert state in orders.STATES
        assert results <= openings <= results + 1


def test_where_a_customs_code_is_opened() -> None:
    found = settings.sites()
    airport, rest = slots.site_of(found, "4006"), slots.site_of(found, "9999")
    assert airport is not None and airport.code == "airport"
    assert rest is not None and rest.rest
    assert slots.site_of([], "4006") is None
    assert sum(one.rest for one in found) == 1, "one site takes the rest"


def test_what_is_opened_as_one() -> None:
    same = orders.consignment(carrier=3, waybill="W1", trade=1)
    assert same == orders.consignment(carrier=3, waybill="W1", trade=2)
    assert (
        len(
            {
                same,
                orders.consignment(carrier=4, waybill="W1", trade=1),
                orders.consignment(carrier=3, waybill="", trade=1),
            }
        )
        == 3
    )


def test_a_figure_of_few_trades_is_not_shown() -> None:
    assert (shown(4, 60.0, 5), shown(5, 60.0, 5)) == (None, 60.0)
    assert (spoken(93_905.0), spoken(29.0), spoken(None)) == ("26:05", "0:00", "")
