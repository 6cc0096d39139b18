"""The permission matrix and the tree of units are data that holds together."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest

from pilotzone.base.errors import Refused
from pilotzone.kernel.access import roles, units
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import scope

SEED = Path(__file__).parents[4].parent / "shared" / "seed" / "nanchang-action-plan-2019-2021.txt"
REGIONS = SEED.parents[1] / "data" / "regions" / "nanchang_subplatforms.csv"
PLAN = roles.read("plan_bodies.yaml")


def test_no_role_holds_duties_that_must_be_apart() -> None:
    for each in roles.roles():
        assert roles.clash(frozenset({each.code})) is None, each.code


def test_every_action_is_somebodys_and_every_role_has_its_words() -> None:
    used = frozenset().union(*(each.may for each in roles.roles()))
    assert used == {action.key for action in roles.actions()}
    assert all(each.zh and each.en and each.side in {"organisation", "unit", "none"} for each in roles.roles())


@pytest.mark.parametrize(
    ("code", "action", "may"),
    [
        ("district_officer", "trade.see", False),
        ("district_officer", "aggregate.see", True),
        ("zone_officer", "trade.see", True),
        ("leader", "trade.see", False),
        ("customs_inspector", "control.order", False),
        ("auditor", "audit.read", True),
        ("auditor", "access.manage", False),
        ("ebc", "declare.submit", True),
        ("consumer", "declare.submit", False),
    ],
)
def test_the_matrix_says(code: str, action: str, may: bool) -> None:
    assert (action in roles.role(code).may) is may


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(Refused, match="kernel.access.role"):
        roles.role("king")


def test_units_have_one_place_and_their_parents_exist() -> None:
    rows = units.shipped()
    paths = {row["path"] for row in rows}
    assert len(paths) == len(rows) == len({row["code"] for row in rows})
    assert all(path == "zone" or path.rpartition(".")[0] in paths for path in paths)
    assert all(row["en"] and row["zh"] for row in rows)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("国家外汇管理江西省分局", "safe"),
        ("国家外汇管理局江西省分局", "safe"),
        ("南昌县政府（向塘开发区管委会）", "XTDZ"),
        ("各县（区）政府、开发区（新区）管委会", "districts"),
        ("无此单位", None),
    ],
)
def test_official_spellings_name_a_unit(name: str, code: str | None) -> None:
    assert units.code_named(name) == code


@pytest.mark.parametrize("row", PLAN, ids=lambda row: row["name"])
def test_every_body_of_the_plan_is_a_unit(row: dict[str, object]) -> None:
    code = units.code_named(str(row["name"]))
    assert code is not None
    assert row.get("site", code) == code
    assert row.get("leads") or row.get("joins") or row.get("named") or row.get("site"), "where the plan names it"


def test_no_two_units_answer_to_one_name() -> None:
    names = [name for row in units.shipped() for name in (row["zh"], *row.get("also", ()))]
    assert [name for name in names if names.count(name) > 1] == []
    listed = [row["name"] for row in PLAN]
    assert len(listed) == len(set(listed)) > 70


@pytest.mark.django_db
def test_loading_twice_changes_nothing_and_a_corrected_name_is_mended() -> None:
    with scope(PLATFORM):
        assert units.load_units() > 0
        assert units.load_units() == 0
        Unit.objects.filter(code="customs").update(name_zh="错")
        assert units.load_units() == 1
        wanli = Unit.objects.get(code="360105")
    assert (wanli.valid_to, wanli.successor and wanli.successor.code) == (date(2019, 12, 31), "360112")


@pytest.mark.shared
def test_every_unit_the_plan_names_is_there() -> None:
    if not SEED.exists():
        pytest.skip("the action plan is not beside this checkout")
    text = re.sub(r"\s+", "", SEED.read_text(encoding="utf-8"))
    named: set[str] = set()
    for lead, members in re.findall(r"\[牵头单位：(.*?)；参加单位：(.*?)\]", text):
        whole = f"{lead}、{members}".replace("各县（区）政府、开发区（新区）管委会", "各县（区）政府—管委会")
        named |= {name.replace("—", "、开发区（新区）") for name in whole.split("、")}
    assert len(named) > 30
    assert {name for name in named if units.code_named(name) is None} == set()
    assert named <= {row["name"] for row in PLAN}, "data/units/plan_bodies.yaml lists them all"


@pytest.mark.shared
def test_every_sub_platform_of_the_regional_data_is_listed() -> None:
    if not REGIONS.exists():
        pytest.skip("the regional data is not beside this checkout")
    lines = REGIONS.read_text(encoding="utf-8").splitlines()[1:]
    assert {line.split(",")[0] for line in lines} == {row["site"] for row in PLAN if "site" in row}


def unit(code: str, path: str = "", zh: str = "", **more: object) -> dict[str, object]:
    return {
        "code": code,
        "path": path or f"zone.{code}",
        "kind": "district",
        "zh": zh or f"合成{code}",
        "en": code,
        **more,
    }


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([unit("a", successor="b"), unit("b", successor="c"), unit("c", successor="a")], "kernel.unit.cycle"),
        ([unit("a", successor="a")], "kernel.unit.cycle"),
        ([unit("a", successor="gone")], "kernel.unit.successor"),
        ([unit("a", "zone.b.a"), unit("c", "zone.a.b")], "kernel.unit.parent"),
        ([unit("a"), unit("b", "zone.a")], "kernel.unit.twice"),
        ([unit("a"), unit("a", "zone.b")], "kernel.unit.twice"),
        ([unit("a", zh="合成区"), unit("b", zh="合成区")], "kernel.unit.twice"),
        ([unit("a", zh="合成区", to=date(2020, 1, 1)), unit("b", zh="合成区")], "kernel.unit.twice"),
    ],
)
@pytest.mark.django_db
def test_units_that_are_no_tree_are_refused_logged_and_nothing_is_changed(
    rows: list[dict[str, object]], code: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    with scope(PLATFORM):
        before = list(Unit.objects.values_list("code", "path").order_by("code"))
        monkeypatch.setattr(units, "shipped", lambda: (unit("zone", "zone"), *rows))
        with pytest.raises(Refused, match=code.replace(".", r"\.")), caplog.at_level("ERROR", "pilotzone.units"):
            units.load_units()
        assert list(Unit.objects.values_list("code", "path").order_by("code")) == before
    assert [one.getMessage().split()[0] for one in caplog.records if one.name == "pilotzone.units"] == [code]


def test_a_name_may_pass_on_to_a_unit_that_comes_afterwards() -> None:
    units.hold_together([
        unit("zone", "zone"), unit("a", zh="合成区", to=date(2019, 12, 5), successor="b"),
        unit("b", zh="合成区", **{"from": date(2019, 12, 6)}),
    ])  # fmt: skip
