"""What is hidden, and that nobody reads it out of what is shown."""

from __future__ import annotations

import itertools
import math
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from pilotzone.base.errors import Refused
from pilotzone.rooms.statistics.engine.disclosure.attack import Attacker
from pilotzone.rooms.statistics.engine.disclosure.audit import INSIDER, LINE, NARROW, SHOWN, audit
from pilotzone.rooms.statistics.engine.disclosure.cells import Cells, Dimension, Record, Sum, check, key, tabulate
from pilotzone.rooms.statistics.engine.disclosure.protect import protect
from pilotzone.rooms.statistics.engine.disclosure.releases import against, former, secret
from pilotzone.rooms.statistics.engine.disclosure.rules import Rules, rules_on
from pilotzone.rooms.statistics.tests import proving

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "disclosure.yaml").read_text(encoding="utf-8"))
RULES = Rules()
DISTRICT, MODE = (Dimension(n, dict.fromkeys(c, "")) for n, c in (("district", "abc"), ("mode", "xyz")))


def cell(**codes: str) -> tuple[tuple[str, str], ...]:
    return key(codes)


def rows(table: dict[str, list[list[float]]]) -> list[Record]:
    """{district: [amounts of each firm in x, in y, in z]}; every firm is of one cell."""
    return [
        Record({"district": district, "mode": mode}, f"{district}{mode}{i}", amount)
        for district, places in table.items()
        for mode, amounts in zip("xyz", places, strict=True)
        for i, amount in enumerate(amounts)
    ]


# 合成数据: one firm alone in (a, x), all other cells of many firms
LONELY = {
    "a": [[20], [10, 12, 14], [30, 31, 32]],
    "b": [[50, 60, 70], [21, 22, 23], [40, 41, 42]],
    "c": [[15, 16, 17], [33, 34, 35], [25, 26, 27]],
}


def lonely() -> Cells:
    return tabulate(rows(LONELY), [DISTRICT, MODE], [["district", "mode"]])


@pytest.mark.parametrize("case", CASES["rules"], ids=lambda case: case["why"])
def test_the_rules_by_their_table(case: dict[str, Any]) -> None:
    amounts = {f"f{i}": float(amount) for i, amount in enumerate(case["amounts"])}
    assert list(RULES.broken(amounts)) == case["broken"]
    if case["broken"]:
        assert RULES.reach(amounts) == pytest.approx(case["reach"])


def test_the_rules_of_a_day_are_the_zones() -> None:
    assert rules_on(date(2020, 11, 1)) == RULES


def test_one_hidden_cell_alone_is_read_off_the_margins() -> None:
    found, alone = lonely(), cell(district="a", mode="x")
    told = audit(found, {alone}, RULES)
    assert [(one.cell, one.why) for one in told if one.why == NARROW] == [(alone, NARROW)]
    assert told[0].known == pytest.approx((20, 20)) and told[0].needed[1] > 20
    assert {one.why for one in audit(found, set(), RULES)} == {SHOWN}


def test_the_release_of_a_protected_table_may_go_out() -> None:
    found = lonely()
    done = protect(found, RULES)
    assert done.primary.keys() == {cell(district="a", mode="x")}
    assert audit(found, done.hidden, RULES) == []
    assert len(done.secondary) == 3  # a circle of four is the least there is
    assert done.hidden_value + done.shown_value == pytest.approx(sum(found.values().values()))
    assert cell() not in done.hidden


def test_work_is_counted_and_where_tidying_ends_early_more_is_hidden_and_nothing_told() -> None:
    found = lonely()
    whole, short = protect(found, RULES), protect(found, RULES, most_tidy=0)
    assert whole.tidied and not short.tidied and 0 < short.programmes < whole.programmes
    assert len(short.secondary) >= len(whole.secondary)
    assert audit(found, short.hidden, RULES) == []


def test_a_release_that_would_take_too_long_is_refused_by_name() -> None:
    with pytest.raises(Refused) as refused:
        protect(lonely(), RULES, most=1)
    assert refused.value.code == "statistics.table.long"


def test_a_table_without_secrets_hides_nothing() -> None:
    table = {district: [[10.0, 11, 12]] * 3 for district in "abc"}
    done = protect(tabulate(rows(table), [DISTRICT, MODE], [["district", "mode"]]), RULES)
    assert not done.hidden


def test_a_single_firm_in_two_cells_does_not_come_back_as_their_sum() -> None:
    records = [r for r in rows(LONELY) if not (r.codes["district"] == "a" and r.codes["mode"] in "xy")]
    records += [Record({"district": "a", "mode": mode}, "same", 20.0) for mode in "xy"]
    found = tabulate(records, [DISTRICT, MODE], [["district", "mode"]])
    pair = {cell(district="a", mode=mode) for mode in "xy"}
    assert LINE in {one.why for one in audit(found, pair, RULES)}
    assert audit(found, protect(found, RULES).hidden, RULES) == []


def test_a_firm_alone_in_a_cell_does_not_read_another_one() -> None:
    """(a, x) and (b, y) are of one firm each, on one circle of four: whoever knows his own knows the other's."""
    table = {"a": [[20], [10, 12, 14], [30, 31, 32]], "b": [[50, 60, 70], [21], [40, 41, 42]], "c": LONELY["c"]}
    found = tabulate(rows(table), [DISTRICT, MODE], [["district", "mode"]])
    circle = {cell(district=d, mode=m) for d in "ab" for m in "xy"}
    told = audit(found, circle, RULES)
    assert {one.by for one in told if one.why == INSIDER} == {"ax0", "by0"}
    assert all(one.why == INSIDER for one in told)
    assert audit(found, circle, RULES, insiders=False) == []
    done = protect(found, RULES)
    assert audit(found, done.hidden, RULES) == [] and done.exposed == ()


def test_linked_tables_are_protected_together() -> None:
    """District × mode and mode × country share the modes: what one hides the other must not tell."""
    country = Dimension("country", {"u": "", "v": ""})
    records = [
        Record({**row.codes, "country": "u" if i % 3 else "v"}, row.unit, row.amount)
        for i, row in enumerate(rows(LONELY))
    ]
    found = tabulate(records, [DISTRICT, MODE, country], [["district", "mode"], ["mode", "country"]])
    assert len([k for k in found.cells if k == cell(mode="x")]) == 1
    assert audit(found, protect(found, RULES).hidden, RULES) == []


def test_levels_of_a_classification_add_up() -> None:
    goods = Dimension("hs", {"61": "", "6109": "61", "6110": "61", "85": ""})
    found = tabulate(
        [Record({"hs": "6109"}, "f", 1.0), Record({"hs": "6110"}, "g", 2.0), Record({"hs": "85"}, "g", 4.0)],
        [goods],
        [["hs"]],
    )
    assert found.value(cell(hs="61")) == 3 and found.value(cell()) == 7
    check(found)
    assert audit(found, protect(found, RULES).hidden, RULES) == []


@given(st.lists(st.integers(0, 4), min_size=9, max_size=9), st.sets(st.integers(0, 8), min_size=1, max_size=5))
@settings(max_examples=40)
def test_the_attacker_knows_exactly_what_all_tables_agree_on(values: list[int], shut: set[int]) -> None:
    """Against every table of whole numbers with the same margins and shown cells: none lies outside the attacker's range."""
    cells = {cell(district=d, mode=m): float(values[i]) for i, (d, m) in enumerate(itertools.product("abc", "xyz"))}
    names = list(cells)
    sums = [Sum(cell(district=d), tuple(cell(district=d, mode=m) for m in "xyz")) for d in "abc"]
    sums += [Sum(cell(mode=m), tuple(cell(district=d, mode=m) for d in "abc")) for m in "xyz"]
    wholes = {one.whole: math.fsum(cells[p] for p in one.parts) for one in sums}
    hidden = [names[i] for i in sorted(shut)]
    published = {k: v for k, v in (cells | wholes).items() if k not in hidden}
    attacker = Attacker(published, hidden, sums)
    ranges = {k: attacker.range(k) for k in hidden}
    seen: dict[Any, list[float]] = {k: [] for k in hidden}
    for guess in itertools.product(range(5), repeat=len(hidden)):
        trial = cells | dict(zip(hidden, map(float, guess), strict=True))
        if all(math.isclose(sum(trial[p] for p in one.parts), wholes[one.whole]) for one in sums):
            for k in hidden:
                seen[k].append(trial[k])
    for k, (low, high) in ranges.items():
        assert low <= min(seen[k]) + 1e-6 and high >= max(seen[k]) - 1e-6
        if all(
            top < 4.5 for _, top in ranges.values()
        ):  # within the numbers tried, the range is exact: a table of margins has whole corners
            assert (low, high) == pytest.approx((min(seen[k]), max(seen[k])), abs=1e-6)


def test_an_attacker_without_any_total_knows_nothing_from_above() -> None:
    assert Attacker({}, [cell(mode="x")], []).range(cell(mode="x")) == (0, math.inf)


def test_drawn_tables_hold_out_against_the_attacker() -> None:
    """Small; at full size under `make proof`."""
    for told in proving.suppressed(6, 4, seed=11):
        assert told.unsafe == [] and told.sensitive > 0


def test_a_release_differenced_against_the_next_leaks_nothing() -> None:
    told = proving.differenced(4, seed=11)
    assert told.unsafe == [] and told.sensitive > 0


def test_the_proof_finds_what_is_not_protected() -> None:
    told = proving.Told()
    chance = np.random.default_rng(3)
    found = proving.two_way(chance)
    done = protect(found, RULES)
    naked = type(done)(done.primary, frozenset(), done.cells, 0.0, 1.0)
    proving.hold(told, found, naked)
    assert told.unsafe


def test_one_late_document_is_not_read_off_two_releases() -> None:
    """Without the former release the new table needs three more cells; with it, also what moved stays hidden."""
    before = lonely()
    hidden = protect(before, RULES).hidden
    shown = next(c for c in before.cells if len(c) == 2 and c not in hidden)
    late = Record(dict(shown), "late", 9.0)
    now = tabulate([*rows(LONELY), late], [DISTRICT, MODE], [["district", "mode"]])
    both = against(before, hidden, now)
    assert both.value(shown) - both.value(former(shown)) == pytest.approx(9)
    naive = protect(now, RULES).hidden | secret(both)
    assert any(one.cell[-1] == ("~", "change") for one in audit(both, naive, RULES) if one.cell)
    done = protect(both, RULES, also=secret(both))
    assert audit(both, done.hidden, RULES) == []
    assert shown in done.hidden


def test_a_quarter_less_its_published_months_tells_nothing() -> None:
    """Periods are a dimension like any other: January and February are out, then March and the quarter come."""
    period = Dimension("period", {"Q1": "", "01": "Q1", "02": "Q1", "03": "Q1"})
    districts = Dimension("district", dict.fromkeys("abcd", ""))
    chance = np.random.default_rng(4)
    records = [
        Record({"district": district, "period": month}, f"{district}{firm}", float(chance.integers(5, 60)))
        for district, firms in (("a", 1), ("b", 4), ("c", 5), ("d", 4))
        for month in ("01", "02", "03")
        for firm in range(firms)
    ]
    early = [row for row in records if row.codes["period"] != "03"]
    first, whole = (tabulate(rows_, [districts, period], [["district", "period"]]) for rows_ in (early, records))
    months = {c for c in first.cells if ("period", "01") in c or ("period", "02") in c}  # no quarter before it is over
    first = Cells({c: first.cells[c] for c in months}, [one for one in first.sums if {one.whole, *one.parts} <= months])
    hidden = protect(first, RULES).hidden
    whole.told = months - hidden
    done = protect(whole, RULES, also=hidden)
    assert audit(whole, done.hidden, RULES) == [] and hidden <= done.hidden
    assert cell(district="a", period="Q1") in done.hidden


def test_a_release_that_changes_nothing_shows_what_was_shown() -> None:
    before = lonely()
    hidden = protect(before, RULES).hidden
    both = against(before, hidden, lonely())
    assert protect(both, RULES, also=secret(both)).hidden == hidden


def test_what_was_told_before_cannot_be_hidden_any_more() -> None:
    found = lonely()
    found.told = set(found.cells)
    with pytest.raises(Refused, match=r"table\.told"):
        protect(found, RULES)
    found.told = set(found.cells) - {cell(district="a", mode="x")}
    with pytest.raises(Refused, match=r"table\.told"):
        protect(found, RULES)


def test_bad_tables_are_refused_by_name() -> None:
    bad = Record({"district": "a", "mode": "x"}, "f", -1.0)
    with pytest.raises(Refused, match=r"table\.negative"):
        tabulate([bad], [DISTRICT, MODE], [["district", "mode"]])
    for codes in ({"district": "q", "mode": "x"}, {"district": "a"}):
        with pytest.raises(Refused, match=r"table\.code"):
            tabulate([Record(codes, "f", 1.0)], [DISTRICT, MODE], [["district", "mode"]])
    with pytest.raises(Refused, match="statistics.number"):
        tabulate([Record({"district": "a", "mode": "x"}, "f", math.nan)], [DISTRICT, MODE], [["district", "mode"]])
    with pytest.raises(Refused, match=r"table\.dimension"):
        Dimension("hs", {"a": "b", "b": "a"}).chain("a")
    broken = lonely()
    broken.cells[cell(district="a")] = {"f": 1.0}
    with pytest.raises(Refused, match=r"table\.parts"):
        protect(broken, RULES)
    assert not protect(tabulate([], [DISTRICT, MODE], [["district", "mode"]]), RULES).hidden
