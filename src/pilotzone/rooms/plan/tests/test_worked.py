"""What the plan's own records and the published statistics prove of tasks 38, 41, 42 and 43, on both sides of each threshold."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace

import pytest

from pilotzone.base.errors import Refused
from pilotzone.exchange.hub import rows
from pilotzone.exchange.tests.hub import PERSONS, granted
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.engine.bindings import NEEDED
from pilotzone.rooms.plan.engine.monthly import due_of
from pilotzone.rooms.plan.models import Monthly, Scorecard
from pilotzone.rooms.plan.queries.evidence import QUERIES, of_records
from pilotzone.rooms.statistics import api as statistics
from pilotzone.rooms.tax import api as tax

pytestmark = pytest.mark.django_db
TODAY = date(2021, 3, 15)
AT = datetime(2021, 3, 15, 8, tzinfo=UTC)
PLAN, WORK = api.plan_of("nanchang-2019"), api.work_rule()
OFFICE = Actor(kind=ZONE, person=900004, unit_path="zone", role="zone_officer")
COUNTY = Actor(kind=DISTRICT, person=900003, unit_path="zone.districts.d360111", role="district_officer")
LIAISON = Actor(kind=AGENCY, person=900001, unit_path="zone.commerce", role="liaison")


@pytest.fixture(autouse=True)
def _units() -> None:
    with scope(PLATFORM):
        load_units()


def test_departments_are_connected_by_what_they_exchanged_under_agreements_within_a_year() -> None:
    def told(on: date, least: int = 2) -> tuple[Decimal | None, bool]:
        found = of_records({"query": "departments_connected", "least": least}, on)
        assert found.kind == "records"
        return found.value, found.done

    day, number = clock.today(), granted()
    assert told(day) == (0, False), "an agreement alone exchanges nothing"
    for outcome, got, way, owner, value in (
        ("hub.owner_away", 0, "query", "zone.samr", 0),
        ("answered", 0, "query", "zone.samr", 0),  # it knew nobody: nothing was given
        ("answered", 1, "query", "zone.samr", 2),
        ("answered", 0, "message", "zone.customs", 3),  # the resource is another's since
    ):
        with scope(PLATFORM):
            rows.run(
                "INSERT INTO exchange_hub_use (at, day, agreement, resource, owner, consumer, outcome, rows, way)"
                " VALUES (pz_now(), %s, %s, %s, %s, 'zone.tax', %s, %s, %s)",
                (day, number, PERSONS, owner, outcome, got, way),
            )
        assert told(day) == (value, value >= 2), (outcome, got, way)
    assert told(day, 4) == (3, False) and told(day - timedelta(days=1)) == (0, False)
    assert told(day + timedelta(days=365)) == (3, True) and told(day + timedelta(days=366)) == (0, False)
    found = state(12, day)
    assert found.evidence.kind == "records" and not found.evidence.done and "要求8个" in found.evidence.zh
    assert "管理制度" not in found.evidence.zh, "said without a look"
    with scope(PLATFORM):
        english = dict(Unit.objects.filter(code__in=("samr", "tax", "customs")).values_list("code", "name_en"))
    assert len(english) == 3 and all(one in found.evidence.en for one in english.values())


def state(task: int, on: date = TODAY, reader: Actor = OFFICE) -> api.TaskState:
    with scope(reader):
        return api.overview(PLAN, on).tasks[task - 1]


def test_the_office_works_in_one_place_while_every_unit_has_somebody_there() -> None:
    with scope(OFFICE):
        bodies = [
            body
            for body in api.subjects(PLAN, WORK, TODAY)
            if any(body.named_in([name]) for name in WORK.secondment_units)
        ]
        assert len(bodies) == len(WORK.secondment_units) == 5
        numbers = [
            api.second(plan=PLAN, work=WORK, unit=body.path, name=f"（合成）{n}", since=date(2019, 6, 1), at=AT)
            for n, body in enumerate(bodies)
        ]
    found = state(38)
    assert (found.evidence.kind, found.evidence.value, found.evidence.done, found.light.light) == (
        "records",
        5,
        True,
        "green",
    )
    with scope(OFFICE):
        api.end_secondment(number=numbers[2], on=date(2021, 3, 14))
    found = state(38)
    assert (found.evidence.value, found.evidence.done, found.light.light) == (4, False, "red")
    (name,) = (one for one in WORK.secondment_units if bodies[2].named_in([one]))
    assert f"没有人在岗：{name}" in found.evidence.zh
    assert state(38, date(2021, 3, 14)).evidence.done, "the last day counts"
    assert not state(38, date(2021, 6, 30)).evidence.value, "terms of two years are over"


def months_over() -> list[date]:
    return list(api.months(PLAN, TODAY, 12))


def sent(body: str, month: date, on: date) -> None:
    Monthly.objects.create(
        plan=PLAN.key,
        unit=body,
        month=month,
        summary="（合成）",
        sent_on=on,
        sent_at=AT,
        sent_by=900001,
        facts={},
        words={},
    )


def test_the_leading_group_works_by_liaisons_reports_in_time_and_meetings() -> None:
    from pilotzone.reference.calendar import is_working_day

    with scope(PLATFORM):
        bodies = [body.path for body in api.subjects(PLAN, WORK, TODAY) if not body.coordinated]
    with scope(OFFICE):
        for body in bodies:
            api.name_liaison(
                plan=PLAN, work=WORK, unit=body, name="（合成）", post="", contact="", since=date(2020, 1, 1), at=AT
            )
    days = {month: due_of(month, WORK, is_working_day) for month in months_over()}
    for month in days:
        for body in bodies:
            with scope(
                Actor(kind=DISTRICT if ".districts." in body else AGENCY, person=900009, unit_path=body, role="liaison")
            ):
                sent(body, month, days[month])
    found = state(42)
    assert (found.evidence.value, found.evidence.done) == (100, False) and "季度例会0次（要求4次）" in found.evidence.zh
    for n in range(3, -1, -1):
        day = TODAY - timedelta(days=80 * n)
        then = datetime(day.year, day.month, day.day, 3, tzinfo=UTC)
        with scope(OFFICE):
            number = api.call(
                plan=PLAN, kind="quarterly", day=day, place="", chair="", at=then,
                agenda=[{"kind": "task", "key": "1", "zh": "（合成）", "en": "(synthetic)", "page": ""}],
            )  # fmt: skip
            api.hold(meeting=number, minutes="（合成）", at=then)
    found = state(42)
    assert found.evidence.done and found.light.light == "green"
    assert {state(42, reader=who).evidence for who in (COUNTY, LIAISON)} == {found.evidence}, "whoever reads it"
    assert not state(42, TODAY + timedelta(days=120)).evidence.done, "months that came due since lack their reports"


def test_scores_prove_the_assessment_when_every_one_of_the_last_year_is_final() -> None:
    assert (state(43).evidence.value, state(43).evidence.done) == (0, False)
    with scope(OFFICE):
        for unit, final in (("zone.commerce", "final"), ("zone.samr", "announced")):
            Scorecard.objects.create(
                plan=PLAN.key, year=2020, unit=unit, score=80, parts={}, state=final, algorithm="plan_work.v1", announced_by=900004,
                announced_at=AT, appeal_until=date(2021, 3, 10),
            )  # fmt: skip
    found = state(43)
    assert (found.evidence.value, found.evidence.done) == (1, False)
    with scope(OFFICE):
        Scorecard.objects.filter(plan=PLAN.key, year=2020).update(state="final")
    found = state(43)
    assert (found.evidence.value, found.evidence.done, found.evidence.page) == (2, True, "/plan/assessment/?year=2020")


def released(month: date, stage: str, due: date, published: date | None) -> SimpleNamespace:
    return SimpleNamespace(month=month, stage=stage, due_on=due, published_on=published)


@pytest.mark.parametrize(("late", "prompt", "done"), [(0, 12, True), (1, 11, False)])
def test_statistics_stand_when_twelve_months_came_on_the_day_told(
    monkeypatch: pytest.MonkeyPatch, late: int, prompt: int, done: bool
) -> None:
    rows = []
    for n in range(12):
        month, due = date(2020 + (n + 1) // 12, (n + 1) % 12 + 1, 1), date(2020 + (n + 2) // 12, (n + 2) % 12 + 1, 20)
        rows.append(released(month, "preliminary", due, due + timedelta(days=5) if n < late else due))
        rows.append(released(month, "revised", due + timedelta(days=31), None))
    monkeypatch.setattr(statistics, "calendar", lambda *, until: [row for row in rows if row.due_on <= until])
    found = state(41, date(2021, 12, 30)).evidence
    assert (found.kind, found.value, found.count, found.done) == ("records", prompt, 12, done)
    assert f"按预告日公布{prompt}个月" in found.zh


@pytest.mark.parametrize(("months", "share", "done", "value"), [
    (("2020-12", "2021-01", "2021-02"), "0.995", True, 2985), (("2020-12", "2021-02"), "0.995", False, 1990),
    (("2020-12", "2021-01", "2021-02"), "0.98", False, 2940), (("2020-10", "2020-11", "2021-03"), "0.995", False, 0),
])  # fmt: skip
def test_the_exemption_is_daily_business_when_three_whole_months_match(
    monkeypatch: pytest.MonkeyPatch, months: tuple[str, ...], share: str, done: bool, value: int
) -> None:
    matched = int(Decimal(share) * 1000)
    rows = [{"month": month, "matched": matched, "released": 1000, "share": Decimal(share)} for month in months]
    monkeypatch.setattr(
        tax, "export_months", lambda *, names, until: [row for row in rows if until == TODAY and row["month"] in names]
    )
    found = state(6).evidence
    assert (found.kind, found.done, found.value) == ("records", done, value)


@pytest.mark.parametrize("binding", [
    "{query: nothing}", "{query: seated}", "{months: 3}", "seated", "{query: matched_exports, months: 0}", "{query: matched_exports, months: x}",
    "{query: releases, months: 3}", "{query: releases, months: 1000000000, least: 1}", "{query: releases, months: 3, least: 1.5}",
    "{query: joint_inspection, least: most}", "{query: published_trade, coverage: all}",
])  # fmt: skip
def test_a_zones_own_file_that_names_no_query_is_refused_by_name(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, binding: str
) -> None:
    folder = tmp_path / "data" / "plan"
    folder.mkdir(parents=True)
    (folder / "evidence.yaml").write_text(f"plan: {PLAN.key}\ntasks:\n  1: {binding}\n", encoding="utf-8")
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    with pytest.raises(Refused) as refused:
        state(1)
    assert refused.value.code == "plan.file" and "evidence.yaml" in str(refused.value)


def test_a_fault_of_our_own_is_not_laid_on_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tax, "export_months", lambda *, names, until: [{"month": names[0]}])
    with pytest.raises(KeyError):
        state(6)


def test_every_query_says_what_it_must_be_told() -> None:
    assert set(NEEDED) == set(QUERIES)


def test_a_report_without_attachment_says_so() -> None:
    for name in ("", "批复（合成）.pdf"):
        with scope(LIAISON):
            number = api.declare(
                plan=PLAN, task=16, month=date(2021, 2 if name else 1, 1), status="done", words="（合成）已印发", at=AT,
                name=name, body=b"%PDF" if name else b"",
            )  # fmt: skip
        with scope(OFFICE):
            api.verify(report=number, confirmed=True, at=AT)
        found = state(16).evidence
        assert (found.kind, found.done, "没有附件" in found.zh) == ("declared", True, not name)


def test_no_firm_reads_any_of_it() -> None:
    with scope(Actor(kind=ENTERPRISE, organisation=1, role="ebc")):
        assert not Monthly.objects.exists()
