"""Declared figures: who speaks for the whole, what is added up, shown as declared, and asked for by statistics."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.engine.declared import Said, figure, grown, whole
from pilotzone.rooms.statistics import api as statistics

PLAN = api.plan_of("nanchang-2019")
AT = datetime(2021, 3, 20, 8, tzinfo=UTC)
OFFICE = Actor(kind=ZONE, person=900014, unit_path="zone", role="zone_officer")
STATISTICIAN = Actor(kind=AGENCY, unit_path="zone.statistics", role="statistician")
KINDS = {2019: "new", 2020: "new", 2021: "total"}


def said(*rows: tuple[str, str, int]) -> list[Said]:
    """(month, unit, value), the newest first; units beginning with d are counties."""
    return [
        Said(date.fromisoformat(f"{month}-01"), unit, Decimal(value), unit.startswith("d"))
        for month, unit, value in rows
    ]


@pytest.mark.parametrize(
    ("kind", "year", "rows", "value"),
    [
        ("annual", 2021, [("2021-02", "city", 7), ("2021-01", "city", 3), ("2020-12", "city", 9)], 7),
        ("annual", 2021, [("2020-12", "city", 9)], None),
        ("new", 2019, [("2019-12", "d1", 1), ("2019-11", "d2", 2), ("2019-10", "d1", 5)], 3),  # the newest of each county
        ("new", 2019, [("2019-12", "d1", 1), ("2019-11", "city", 4)], 4),  # who speaks for the whole comes first
        ("stock", 2021, [("2020-05", "city", 6)], 6),
        ("stock", 2019, [("2020-05", "city", 6)], None),
        ("total", 2021, [("2020-12", "city", 5), ("2019-12", "city", 2)], 7),  # nothing of its year: what was added before it
        ("total", 2021, [("2021-01", "city", 8), ("2020-12", "city", 5), ("2019-12", "city", 2)], 8),
        ("total", 2020, [("2020-12", "city", 5), ("2019-12", "city", 2)], 7),  # a year that asks for what was added
        ("total", 2021, [("2021-01", "d1", 8), ("2020-12", "city", 5), ("2019-12", "city", 2)], 7),  # a part is not the whole
        ("total", 2021, [("2021-01", "d1", 8), ("2020-12", "d1", 3), ("2020-12", "d2", 3), ("2019-12", "d2", 2)], 13),
    ],
)  # fmt: skip
def test_a_figure_of_a_year(kind: str, year: int, rows: list[tuple[str, str, int]], value: int | None) -> None:
    found = figure(kind, year, KINDS, said(*rows), additive=True)
    assert (found.value if found else None) == value


def test_ratios_of_counties_are_not_added_up() -> None:
    rows = said(("2021-01", "d1", 60), ("2021-01", "d2", 70))
    assert whole(rows, additive=False) is None
    assert figure("stock", 2021, {}, said(("2021-01", "city", 66), ("2021-01", "d1", 60)), additive=False).value == 66  # type: ignore[union-attr]


def test_a_month_grew_by_what_it_has_more_than_the_month_before() -> None:
    rows = said(("2021-03", "city", 9), ("2021-02", "city", 5), ("2021-01", "city", 2))
    months = [date(2021, number, 1) for number in (1, 2, 3, 4)]
    assert [grown(month, rows, additive=True) for month in months] == [2, 3, 4, None]
    assert grown(date(2021, 3, 1), said(("2021-03", "city", 9)), additive=True) is None  # no month before
    assert (
        grown(date(2021, 2, 1), said(("2021-02", "city", 1), ("2021-01", "city", 5)), additive=True) is None
    )  # never negative


@pytest.mark.parametrize(
    ("rows", "value"),
    [
        ([("2021-02", "d1", 12), ("2021-02", "d2", 6), ("2021-01", "d2", 5), ("2021-01", "d1", 10)], 3),
        ([("2021-02", "d1", 12), ("2021-02", "d2", 90), ("2021-01", "d1", 10)], None),  # d2 told nothing of January
        ([("2021-02", "d1", 12), ("2021-01", "d1", 10), ("2021-01", "d2", 1)], None),
        ([("2021-02", "city", 500), ("2021-01", "d1", 10)], None),  # the whole against a part
        ([("2021-02", "city", 500), ("2021-01", "office", 400)], 100),  # both speak for the whole
    ],
)
def test_a_month_is_only_held_against_one_that_the_same_counties_told(
    rows: list[tuple[str, str, int]], value: int | None
) -> None:
    assert grown(date(2021, 2, 1), said(*rows), additive=True) == value


def declare(actor: Actor, task: int, target: str, month: date, value: int) -> None:
    with scope(actor):
        number = api.declare(
            plan=PLAN,
            task=task,
            month=month,
            status="going",
            words="（合成）填报",
            at=AT,
            target=target,
            value=Decimal(value),
        )
    with scope(OFFICE):
        api.verify(report=number, confirmed=True, at=AT)


def officer(unit: str, person: int) -> Actor:
    kind, role = (DISTRICT, "district_officer") if ".districts." in unit else (AGENCY, "liaison")
    return Actor(kind=kind, person=person, unit_path=unit, role=role)


@pytest.mark.django_db
def test_declared_figures_light_targets_and_are_shown_as_declared() -> None:
    with scope(PLATFORM):
        load_units()
    for number, code in enumerate(("d360111", "d360121")):
        declare(officer(f"zone.districts.{code}", 900020 + number), 18, "demonstration_parks", date(2020, 12, 1), 2)
    declare(officer("zone.investment", 900030), 31, "leading_firms", date(2020, 12, 1), 5)
    declare(officer("zone.investment", 900030), 31, "leading_firms", date(2019, 12, 1), 2)
    with scope(OFFICE):
        seen = api.overview(PLAN, date(2021, 3, 20))
        state = {(one.target.key, one.target.year): one for one in seen.targets}
        parks, firms = state["demonstration_parks", 2020], state["leading_firms", 2021]
        assert (parks.evidence.value, parks.evidence.kind, parks.evidence.count) == (4, "declared", 2)  # both counties
        assert (
            parks.light.light == "green" and parks.light.zh.startswith("填报数") and "填报并经核实" in parks.evidence.zh
        )
        assert firms.evidence.value == 7 and firms.evidence.page == "/plan/targets/leading_firms/#reports"
        for task in seen.tasks:  # asked for alone, as its page does, it and what it serves stand as in the whole
            served = api.targets_of(PLAN, task.task)
            alone = api.overview(PLAN, date(2021, 3, 20), tasks=[task.task], targets=served)
            assert alone.tasks == (task,)
            assert alone.targets == tuple(one for one in seen.targets if one.target in served)
    with scope(officer("zone.investment", 900030)), pytest.raises(Refused, match=r"plan\.value"):
        api.declare(
            plan=PLAN,
            task=31,
            month=date(2020, 12, 1),
            status="going",
            words="别项的数",
            at=AT,
            target="incubators",
            value=Decimal(1),
        )


@pytest.mark.django_db
def test_one_county_does_not_finish_what_all_counties_have_to_do() -> None:
    with scope(PLATFORM):
        load_units()
        every = [body.path for body in api.subjects(PLAN, api.work_rule(), AT.date()) if ".districts." in body.path]

    def state() -> api.TaskState:
        with scope(OFFICE):
            return api.overview(PLAN, AT.date()).tasks[17]

    def done(unit: str, task: int) -> None:
        with scope(officer(unit, 900020)):
            number = api.declare(
                plan=PLAN, task=task, month=date(2021, 2, 1), status="done", words="（合成）已建成", at=AT
            )
        with scope(OFFICE):
            api.verify(report=number, confirmed=True, at=AT)

    done(every[0], 18)
    assert not state().evidence.done and "1个县区报本区域已完成" in state().evidence.zh
    for unit in every[1:]:
        done(unit, 18)
    assert state().evidence.done and "经核实的填报" in state().light.zh
    done("zone.districts.xtdz", 23)  # named by the task itself: it speaks for the whole
    with scope(OFFICE):
        assert api.overview(PLAN, AT.date()).tasks[22].evidence.done


@pytest.mark.django_db
def test_statistics_ask_for_declared_figures_and_nobody_guesses_them() -> None:
    with scope(PLATFORM):
        load_units()
    market = officer("zone.investment", 900030)
    for month, value in ((1, 4), (2, 10)):
        declare(market, 21, "trains", date(2021, month, 1), value)
    declare(officer("zone.districts.d360111", 900020), 34, "incubators", date(2021, 2, 1), 3)
    with scope(STATISTICIAN):
        rows = {row.indicator.key: row for row in statistics.measured(date(2021, 2, 1))}
        assert (rows["trains"].value, rows["trains"].gaps, rows["trains"].page) == (6, (), "/plan/targets/trains/")
        assert rows["incubators"].value == 3
        assert rows["bases"].gaps == (
            "statistics:declared.bases",
        )  # industry bases too: not what the plan's target counts
        assert rows["freighter_routes"].value is None and rows["freighter_routes"].gaps == ()
