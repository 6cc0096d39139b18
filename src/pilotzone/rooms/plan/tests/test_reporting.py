"""Reports, deadlines and objections: who may, four eyes, once, and what counts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.queries.plans import bindings

pytestmark = pytest.mark.django_db
AT = datetime(2019, 12, 20, 8, tzinfo=UTC)
PLAN = api.plan_of("nanchang-2019")
TAX = Actor(kind=AGENCY, person=900001, unit_path="zone.tax", role="liaison")
POST = Actor(kind=AGENCY, person=900002, unit_path="zone.post", role="liaison")
COUNTY = Actor(kind=DISTRICT, person=900003, unit_path="zone.districts.d360111", role="district_officer")
OFFICE = Actor(kind=ZONE, person=900004, unit_path="zone", role="zone_officer")


@pytest.fixture(autouse=True)
def _units() -> None:
    with scope(PLATFORM):
        load_units()


def declare(**more: Any) -> int:
    words: dict[str, Any] = {
        "plan": PLAN,
        "task": 6,
        "month": date(2019, 12, 1),
        "status": "done",
        "words": "常态化运行",
        "at": AT,
    }
    return api.declare(**words | more)


def light(number: int) -> tuple[str, str]:
    seen = api.overview(PLAN, date(2020, 1, 15))
    state = seen.tasks[number - 1]
    return state.light.light, state.evidence.kind


def test_a_report_counts_once_another_person_has_verified_it() -> None:
    with scope(TAX):
        number = declare(body=b"%PDF", name="证明.pdf")
        assert light(6) == ("red", "records")
    with scope(OFFICE):
        api.verify(report=number, confirmed=True, at=AT)
        assert light(6) == ("green", "declared")
        (row,) = api.reports(PLAN.key, task=6)
        assert (row["unit"], row["verdict"], row["evidence_name"]) == ("市税务局", "confirmed", "证明.pdf")
        assert api.attachment(number) == ("证明.pdf", b"%PDF")
        with pytest.raises(Refused, match=r"plan\.verified"):
            api.verify(report=number, confirmed=False, remark="不符", at=AT)
    with scope(TAX), pytest.raises(Refused, match=r"plan\.verified"):
        declare(words="再填")
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM kernel_audit WHERE action = 'plan.verify' AND object_id = 'nanchang-2019/6'"
        )
        assert cursor.fetchone() == (1,)


def test_a_returned_report_is_declared_again() -> None:
    with scope(TAX):
        number = declare()
    with scope(OFFICE):
        with pytest.raises(Refused, match=r"plan\.remark"):
            api.verify(report=number, confirmed=False, at=AT)
        api.verify(report=number, confirmed=False, remark="缺附件", at=AT)
        assert light(6)[0] == "red"
    with scope(TAX):
        assert declare(body=b"x", name="a.pdf") == number
    with scope(OFFICE):
        api.verify(report=number, confirmed=True, at=AT)
        assert light(6)[0] == "green"


def test_only_who_leads_or_takes_part_reports() -> None:
    with scope(POST), pytest.raises(Refused, match=r"plan\.not_responsible"):
        declare()
    with scope(COUNTY):
        assert declare(task=14)
        with pytest.raises(Refused, match=r"plan\.not_responsible"):
            declare(task=6)
    with scope(Actor(kind=ENTERPRISE, person=1, organisation=1, role="ebc")), pytest.raises(Denied):
        declare()


def test_nobody_verifies_his_own() -> None:
    with scope(TAX):
        number = declare()
    same = Actor(kind=ZONE, person=TAX.person, unit_path="zone", role="zone_officer")
    with scope(same), pytest.raises(Refused, match=r"plan\.four_eyes"):
        api.verify(report=number, confirmed=True, at=AT)


def test_a_firm_reads_no_report() -> None:
    with scope(TAX):
        declare()
    with scope(Actor(kind=ENTERPRISE, person=1, organisation=1, role="ebc")):
        assert api.reports(PLAN.key) == []


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"task": 46}, "plan.task"),
        ({"words": " "}, "plan.words"),
        ({"words": "长" * 2001}, "plan.words"),
        ({"status": "maybe"}, "plan.words"),
        ({"month": date(2020, 1, 1)}, "plan.month"),
        ({"month": date(2019, 3, 1)}, "plan.month"),
        ({"month": date(2019, 12, 2)}, "plan.month"),
        ({"value": Decimal(-1)}, "plan.value"),
        ({"value": Decimal("NaN")}, "plan.value"),
        ({"value": Decimal("1E15")}, "plan.value"),
        ({"value": Decimal("0.00001")}, "plan.value"),
        ({"target": "nothing"}, "plan.value"),
        ({"body": b"x" * (5 * 1024 * 1024 + 1), "name": "a"}, "plan.attachment"),
        ({"body": b"x"}, "plan.attachment"),
    ],
)
def test_what_is_wrong_is_refused_and_leaves_nothing(wrong: dict[str, Any], code: str) -> None:
    with scope(TAX):
        with pytest.raises(Refused) as refusal:
            declare(**wrong)
        assert refusal.value.code == code and api.reports(PLAN.key) == []


def test_a_declared_number_lights_its_target() -> None:
    commerce = Actor(kind=AGENCY, person=900005, unit_path="zone.commerce", role="liaison")
    with scope(commerce):
        number = declare(task=33, target="firm_training", value=Decimal(520), status="going")
    with scope(OFFICE):
        api.verify(report=number, confirmed=True, at=AT)
        seen = {(one.target.key, one.target.year): one for one in api.overview(PLAN, date(2020, 1, 15)).targets}
    assert seen["firm_training", 2019].light.light == "green" and seen["firm_training", 2019].evidence.value == 520
    assert seen["firm_training", 2020].evidence.value is None, "a number of 2019 says nothing of 2020"


def test_a_deadline_moves_when_another_approves() -> None:
    with scope(TAX):
        asked = api.ask_deadline(plan=PLAN, task=6, due="2020-06", reason="政策衔接", at=AT)
        assert light(6)[0] == "red"
        with pytest.raises(Denied):
            api.decide_deadline(request=asked, approved=True, at=AT)
        for due in ("2019-06", "soon", "2020-13"):
            with pytest.raises(Refused, match=r"plan\.due"):
                api.ask_deadline(plan=PLAN, task=6, due=due, reason="x", at=AT)
    with scope(OFFICE):
        api.decide_deadline(request=asked, approved=True, at=AT)
        assert light(6)[0] == "green"
        with pytest.raises(Refused, match=r"plan\.verified"):
            api.decide_deadline(request=asked, approved=False, at=AT, remark="重复")
        assert api.deadlines(PLAN.key, 6)[0]["verdict"] == "approved"


def test_an_objection_is_answered_and_changes_no_light() -> None:
    with scope(TAX):
        number = api.object_to(plan=PLAN, task=6, light="red", reason="平台未计入", at=AT)
    with scope(OFFICE):
        api.answer(objection=number, words="请补证据", at=AT)
        with pytest.raises(Refused, match=r"plan\.verified"):
            api.answer(objection=number, words="再答", at=AT)
        assert api.objections(PLAN.key, 6)[0]["answer"] == "请补证据"
        assert light(6)[0] == "red"


def test_the_data_keep_what_interfaces_promise() -> None:
    with scope(PLATFORM):
        told = api.as_data(api.overview(PLAN, date(2021, 12, 31)))
    assert {
        "no",
        "chapter",
        "title_zh",
        "title_en",
        "lead",
        "participants",
        "due",
        "light",
        "value",
        "evidence",
    } <= set(told["tasks"][0])
    assert {"key", "year", "target", "value", "unit", "light"} <= set(told["targets"][0])
    assert {one["light"] for one in told["tasks"]} <= {"green", "yellow", "red", "long"}
    assert told["tasks"][9]["due"] == "long" and told["tasks"][0]["due"] == "2019-06"


@pytest.mark.parametrize(
    "verb", [lambda: api.verify(report=0, confirmed=True, at=AT), lambda: api.answer(objection=0, words="x", at=AT)]
)
def test_what_is_not_there_is_refused(verb: Callable[[], None]) -> None:
    with scope(OFFICE), pytest.raises(Refused, match=r"plan\.no_report"):
        verb()


def test_what_the_platform_sees_is_counted_and_not_declared() -> None:
    with scope(PLATFORM):
        seen = api.overview(PLAN, date(2021, 12, 31))
    kinds = {one.task.no: one.evidence.kind for one in seen.tasks}
    assert {number for number, kind in kinds.items() if kind == "records"} == set(bindings(PLAN.key)["tasks"])
    assert all(
        one.evidence.page and one.evidence.value is not None for one in seen.tasks if one.evidence.kind == "records"
    )
    (filed,) = [one for one in seen.targets if one.target.key == "filed_firms"]
    assert filed.evidence.kind == "records"


def test_published_trade_stands_against_its_target_and_without_any_a_declared_figure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from types import SimpleNamespace

    from pilotzone.rooms.plan.queries import evidence

    def found(on: date) -> Any:
        states = {(one.target.key, one.target.year): one.evidence for one in api.overview(PLAN, on).targets}
        return states["trade_value", 2020]

    with scope(OFFICE):
        before = found(date(2020, 3, 1))
        assert (before.kind, before.value) == ("none", None) and "没有已公布" in before.zh and before.page
        monkeypatch.setattr(evidence.statistics, "latest", lambda first, last: [SimpleNamespace(month=first)])
        monkeypatch.setattr(
            evidence.statistics,
            "figures",
            lambda _ones, **asked: [
                SimpleNamespace(value=Decimal("1500000.00") if asked["coverage"] == "registered" else None),
                SimpleNamespace(value=None),
            ],
        )
        after = found(date(2020, 3, 1))
    assert (after.kind, after.value, after.count) == ("records", Decimal("1.5000"), 1) and "属地口径" in after.zh


def test_a_target_nobody_can_see_says_why() -> None:
    with scope(OFFICE):
        seen = {one.target.key: one.evidence for one in api.overview(PLAN, date(2020, 3, 1)).targets}
    for key in bindings(PLAN.key)["gaps"]:
        assert seen[key].value is None and "核实" in seen[key].zh and "verifies" in seen[key].en
    assert set(bindings(PLAN.key)["gaps"]) <= {target.key for target in PLAN.targets}
