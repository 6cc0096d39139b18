"""The promotion centre: what the plan says of it, who enters and verifies its documents, what is refused, how it stands after each."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ENTERPRISE, PLATFORM, PUBLIC, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.engine.plan import read
from pilotzone.rooms.plan.models import CentreRecord

pytestmark = pytest.mark.django_db
AT = datetime(2021, 6, 20, 8, tzinfo=UTC)
TODAY = date(2021, 6, 20)
PLAN, WORK = api.plan_of("nanchang-2019"), api.work_rule()
OFFICE = Actor(kind=ZONE, person=900004, unit_path="zone", role="zone_officer")
SECOND = Actor(kind=ZONE, person=900005, unit_path="zone", role="zone_officer")
SAID = api.Founding(  # 合成数据
    name="南昌综试区跨境电商促进中心", document="关于设立促进中心的批复（合成）", number="合成〔2021〕1号", day=date(2021, 3, 1), unit="zone.commerce",
    duties="（一）承担综试区建设的事务性工作；\n（二）服务企业。", members=(api.Member("甲某", "主任", date(2021, 3, 1), date(2024, 2, 29)),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _units() -> None:
    with scope(PLATFORM):
        load_units()


def enter(said: api.Founding = SAID, kind: str = api.FOUNDED, **more: Any) -> int:
    words: dict[str, Any] = {"plan": PLAN, "work": WORK, "at": AT, "paper_name": "批复.pdf", "paper": b"%PDF"}
    return api.enter_centre(kind=kind, said=said, **words | more)


def founded() -> int:
    with scope(OFFICE):
        number = enter()
    with scope(SECOND):
        api.verify_centre(number=number, confirmed=True, at=AT)
    return number


def standing(on: date = TODAY) -> api.CentreState:
    with scope(PLATFORM):
        found = api.centre_state(PLAN, on)
    assert found is not None
    return found


def test_the_plan_is_quoted_word_by_word_and_asks_for_it_in_no_task() -> None:
    assert PLAN.centre is not None and PLAN.centre.of == "25"
    assert PLAN.centre.said_zh == "根据南昌综试区建设发展实际需求，适时成立南昌综试区跨境电商促进中心。"
    assert not any("促进中心" in task.zh for task in PLAN.tasks)


def test_a_plan_whose_centre_belongs_to_no_measure_is_not_in_order() -> None:
    raw = {
        "key": "x", "zh": "甲", "en": "a", "document": "合成", "from": date(2021, 1, 1), "to": date(2021, 12, 31), "chapters": [], "measures": [], "tasks": [],
    }  # fmt: skip
    assert read(raw).centre is None
    with pytest.raises(Refused, match=r"plan\.file"):
        read(raw | {"centre": {"of": 25, "zh": "甲", "en": "a", "said": "乙", "said_en": "b"}})


def test_it_is_founded_once_another_person_of_the_zone_office_has_verified_it() -> None:
    assert standing().state == "none"
    with scope(OFFICE):
        number = enter()
        assert standing().state == "waiting"
        with pytest.raises(Refused, match=r"plan\.four_eyes"):
            api.verify_centre(number=number, confirmed=True, at=AT)
    with scope(SECOND):
        api.verify_centre(number=number, confirmed=True, at=AT)
        with pytest.raises(Refused, match=r"plan\.verified"):
            api.verify_centre(number=number, confirmed=False, remark="不符", at=AT)
        with pytest.raises(Refused, match=r"plan\.no_report"):
            api.verify_centre(number=number + 1, confirmed=True, at=AT)
        assert api.centre_paper(number) == ("批复.pdf", b"%PDF")
    now = standing()
    assert (now.state, now.founded, now.unit, now.duties) == ("founded", SAID.day, "市商务局", SAID.duties)
    assert now.members == SAID.members and now.sha256 == hashlib.sha256(b"%PDF").hexdigest()
    assert standing(date(2021, 2, 28)).state == "none", "a day before the founding"


def test_it_proves_no_task_and_stands_in_the_data_without_names() -> None:
    with scope(PLATFORM):
        before = api.as_data(api.overview(PLAN, TODAY))
    founded()
    with scope(PLATFORM):
        after = api.as_data(api.overview(PLAN, TODAY))
    assert before["tasks"] == after["tasks"] and before["targets"] == after["targets"]
    assert (
        before["centre"]["state"] == "none" and before["centre"]["due"] is None and before["centre"]["founded"] is None
    )
    assert after["centre"]["state"] == "founded" and after["centre"]["founded"] == "2021-03-01"
    assert after["centre"]["members"] == 1 and "甲某" not in str(after)
    assert api.as_data(api.unproved(PLAN, TODAY))["centre"]["state"] == "unknown"
    assert api.as_data(api.unproved(replace(PLAN, centre=None), TODAY))["centre"] is None


def test_a_change_stands_from_its_day_and_the_founding_is_kept() -> None:
    first = founded()
    later = replace(
        SAID, day=date(2021, 5, 1), unit="zone", document="关于调整成员的通知（合成）",
        members=(api.Member("乙某", "主任", date(2021, 5, 1)),),
    )  # fmt: skip
    with scope(SECOND):
        number = enter(later, api.CHANGED)
        with pytest.raises(Refused, match=r"plan\.centre_waiting"):
            enter(later, api.CHANGED)
    assert standing().members[0].name == "甲某", "a change that waits changes nothing"
    with scope(OFFICE):
        api.verify_centre(number=number, confirmed=True, at=AT)
        kept = api.centre_records(PLAN.key)
    assert [(one["id"], one["kind"]) for one in kept] == [(number, "changed"), (first, "founded")]
    now, before = standing(), standing(date(2021, 4, 30))
    assert (now.founded, now.members[0].name, now.records) == (date(2021, 3, 1), "乙某", 2)
    assert before.members[0].name == "甲某" and before.members[0].over(date(2024, 3, 1))


def test_a_record_sent_back_leaves_room_for_a_new_one_and_is_kept_with_its_remark() -> None:
    with scope(OFFICE):
        number = enter()
    with scope(SECOND):
        with pytest.raises(Refused, match=r"plan\.remark"):
            api.verify_centre(number=number, confirmed=False, at=AT)
        api.verify_centre(number=number, confirmed=False, remark="缺印章", at=AT)
    assert standing().state == "none"
    founded()
    with scope(OFFICE):
        assert [one["remark"] for one in api.centre_records(PLAN.key, verdict="returned")] == ["缺印章"]


@pytest.mark.parametrize(
    ("said", "more", "code"),
    [
        ({"day": date(2021, 6, 21)}, {}, "plan.centre_day"), ({"day": date(2019, 4, 10)}, {}, "plan.centre_day"),
        ({}, {"paper": b""}, "plan.attachment"), ({}, {"paper_name": " "}, "plan.attachment"),
        ({}, {"paper": b"x" * (5 * 1024 * 1024 + 1)}, "plan.attachment"), ({"document": " "}, {}, "plan.centre"),
        ({"duties": ""}, {}, "plan.centre"), ({"duties": "职" * 4001}, {}, "plan.centre"), ({"name": ""}, {}, "plan.centre"),
        ({"unit": "zone.nowhere"}, {}, "plan.unit"), ({"members": (api.Member("", "主任", TODAY),)}, {}, "plan.members"),
        ({"members": (api.Member("甲某", "", TODAY, date(2021, 1, 1)),)}, {}, "plan.members"), ({"members": SAID.members * 2}, {}, "plan.members"),
        ({}, {"plan": replace(PLAN, centre=None)}, "plan.centre_none"), ({}, {"kind": "changed"}, "plan.not_founded"), ({}, {"kind": "ended"}, "plan.not_founded"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_refused_by_name_and_nothing_is_kept(
    said: dict[str, Any], more: dict[str, Any], code: str
) -> None:
    with scope(OFFICE):
        with pytest.raises(Refused) as refused:
            enter(replace(SAID, **said), **more)
        assert refused.value.code == code
        assert not CentreRecord.objects.exists()


@pytest.mark.parametrize("day", [date(2019, 4, 11), TODAY])
def test_the_day_of_the_plan_and_today_are_in_time(day: date) -> None:
    with scope(OFFICE):
        assert enter(replace(SAID, day=day))


def test_it_is_not_founded_twice_nor_changed_before_it_was_founded() -> None:
    with scope(OFFICE):
        number = enter()
        with pytest.raises(Refused, match=r"plan\.founded"):
            enter(replace(SAID, day=date(2021, 4, 1)))
        with pytest.raises(Refused, match=r"plan\.not_founded"):
            enter(kind=api.CHANGED)
    with scope(SECOND):
        api.verify_centre(number=number, confirmed=True, at=AT)
        with pytest.raises(Refused, match=r"plan\.founded"):
            enter()
        with pytest.raises(Refused, match=r"plan\.centre_day"):
            enter(replace(SAID, day=date(2021, 2, 28)), api.CHANGED)


@pytest.mark.parametrize(
    ("actor", "reads"),
    [
        (Actor(kind=AGENCY, person=900001, unit_path="zone.tax", role="liaison"), True),
        (Actor(kind=DISTRICT, person=900002, unit_path="zone.districts.d360111", role="district_officer"), True),
        (Actor(kind=ZONE, person=900003, unit_path="zone", role="leader"), True),
        (Actor(kind=ENTERPRISE, organisation=1, role="ebc"), False),
        (Actor(kind=PUBLIC), False),
    ],
)  # fmt: skip
def test_others_neither_enter_nor_verify_and_firms_see_nothing(actor: Actor, reads: bool) -> None:
    with scope(OFFICE):
        number = enter()
    with scope(actor):
        with pytest.raises(Denied):
            enter()
        with pytest.raises(Denied):
            api.verify_centre(number=number, confirmed=True, at=AT)
        assert CentreRecord.objects.exists() is reads
        if actor.kind != ZONE:
            assert CentreRecord.objects.filter(pk=number).update(verdict="confirmed", verified_by=900003) == 0


def test_the_database_keeps_what_was_decided_and_its_changes_leave_their_trace() -> None:
    number = founded()
    with scope(OFFICE):
        assert CentreRecord.objects.filter(pk=number).update(duties="另一种职责") == 0
        assert CentreRecord.objects.filter(pk=number).delete()[0] == 0
        with pytest.raises(DatabaseError), transaction.atomic():
            CentreRecord.objects.create(
                plan="other", kind="founded", name="x", document="x", day=TODAY, unit="zone", duties="x", paper=b"x", paper_name="x",
                paper_sha256="x", entered_by=1, entered_at=AT, verdict="confirmed", verified_by=2, verified_at=AT,
            )  # fmt: skip
        row = CentreRecord.objects.get(pk=number)
        row.pk, row.verdict, row.verified_by = None, "", None
        with pytest.raises(IntegrityError, match="plan_centre_founded_once"), transaction.atomic():
            row.save(force_insert=True)
    assert standing().duties == SAID.duties
    with scope(PLATFORM):
        lines = audit.trail("plan.centre", number)
    assert {"plan.centre", "plan.centre.verify"} <= {one["action"] for one in lines}
