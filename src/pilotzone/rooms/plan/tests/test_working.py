"""Liaisons, secondments, meetings, monthly reports and scorecards: who may, once, four eyes, and what is chased."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from django.db import DatabaseError, connection, transaction

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel.access.actor import AGENCY, DISTRICT, ENTERPRISE, PLATFORM, ZONE, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.rooms.plan import api
from pilotzone.rooms.plan.models import Chase, Liaison, Scorecard

pytestmark = pytest.mark.django_db
AT = datetime(2020, 2, 3, 8, tzinfo=UTC)
PLAN, WORK = api.plan_of("nanchang-2019"), api.work_rule()
COMMERCE = Actor(kind=AGENCY, person=900001, unit_path="zone.commerce", role="liaison")
CUSTOMS = Actor(kind=AGENCY, person=900002, unit_path="zone.customs", role="liaison")
COUNTY = Actor(kind=DISTRICT, person=900003, unit_path="zone.districts.d360111", role="district_officer")
OFFICE = Actor(kind=ZONE, person=900004, unit_path="zone", role="zone_officer")
SECOND = Actor(kind=ZONE, person=900005, unit_path="zone", role="zone_officer")
FIRM = Actor(kind=ENTERPRISE, person=1, organisation=1, role="ebc")
ITEMS = [{"kind": "task", "key": "1", "zh": "任务1红灯", "en": "Task 1 is red", "page": "/plan/tasks/1/"}]


@pytest.fixture(autouse=True)
def _units() -> None:
    with scope(PLATFORM):
        load_units()


def liaison(unit: str = "", since: date = date(2020, 1, 1), name: str = "张三") -> None:
    api.name_liaison(
        plan=PLAN, work=WORK, unit=unit, name=name, post="处长", contact="0791-83980000", since=since, at=AT
    )


def test_a_body_names_its_own_liaison_and_the_number_is_sealed() -> None:
    with scope(COMMERCE):
        liaison()
        liaison(since=date(2020, 2, 1), name="李四")
        with pytest.raises(Refused, match=r"plan\.days"):
            liaison(since=date(2020, 2, 1))
        with pytest.raises(Refused, match=r"plan\.unit"):
            liaison(unit="zone.customs")
        with pytest.raises(Refused, match=r"plan\.person"):
            liaison(name=" ")
    with scope(OFFICE):
        told = {one["unit"]: one for one in api.liaisons(PLAN, WORK, AT.date())}
        assert (told["zone.commerce"]["name"], told["zone.commerce"]["contact"]) == ("李四", "0791-83980000")
        assert told["zone.finance"]["name"] == "" and told["zone.customs"]["coordinated"]
        rows = Liaison.objects.filter(unit="zone.commerce").order_by("since")
        assert [row.until for row in rows] == [date(2020, 1, 31), None]
        assert b"8398" not in bytes(rows[1].contact)
    with scope(FIRM), pytest.raises(Denied):
        liaison()


def test_a_secondment_runs_two_years_and_may_end_before() -> None:
    with scope(OFFICE):
        number = api.second(plan=PLAN, work=WORK, unit="zone.customs", name="王五", since=date(2020, 2, 29), at=AT)
        (told,) = api.secondments(PLAN, WORK, date(2021, 12, 31))
        assert (told["until"], told["light"]) == (date(2022, 2, 27), "yellow")
        with pytest.raises(Refused, match=r"plan\.days"):
            api.end_secondment(number=number, on=date(2022, 3, 1))
        api.end_secondment(number=number, on=date(2021, 6, 30))
        assert api.secondments(PLAN, WORK, date(2021, 12, 31))[0]["light"] == ""
    with scope(CUSTOMS), pytest.raises(Denied):
        api.second(plan=PLAN, work=WORK, unit="zone.customs", name="王五", since=date(2020, 2, 1), at=AT)


def test_a_meeting_is_called_held_and_its_decision_closed_by_evidence() -> None:
    with scope(OFFICE):
        with pytest.raises(Refused, match=r"plan\.meeting"):
            api.call(plan=PLAN, kind="quarterly", day=AT.date(), place="", chair="", agenda=[], at=AT)
        number = api.call(
            plan=PLAN, kind="quarterly", day=date(2020, 2, 10), place="会议室", chair="", agenda=ITEMS, at=AT
        )
        with pytest.raises(Refused, match=r"plan\.meeting_state"):
            api.hold(meeting=number, minutes="议定", at=AT)
        held = datetime(2020, 2, 10, 8, tzinfo=UTC)
        with pytest.raises(Refused, match=r"plan\.minutes"):
            api.hold(meeting=number, minutes=" ", at=held)
        api.hold(meeting=number, minutes="议定如下", at=held)
        action = api.decide(
            plan=PLAN, work=WORK, meeting=number, words="三月底前办结", unit="zone.commerce", task=16, due=None, at=held
        )
        with pytest.raises(Refused, match=r"plan\.task"):
            api.decide(
                plan=PLAN, work=WORK, meeting=number, words="办", unit="zone.commerce", task=99, due=None, at=held
            )
    with scope(CUSTOMS), pytest.raises(Refused, match=r"plan\.(not_responsible|no_report)"):
        api.say_done(action=action, words="已办", at=held)
    with scope(COMMERCE):
        (mine,) = api.actions(PLAN, unit="zone.commerce")
        assert mine["due"] == date(2020, 3, 11)  # thirty days where no day was named
        api.say_done(action=action, words="已办", at=held)
    with scope(OFFICE):
        with pytest.raises(Refused, match=r"plan\.remark"):
            api.close(action=action, accepted=False, remark="", at=held)
        api.close(action=action, accepted=False, remark="缺附件", at=held)
    with scope(COMMERCE):
        api.say_done(action=action, words="补交", at=held)
    with scope(OFFICE):
        api.close(action=action, accepted=True, remark="", at=held)
        with pytest.raises(Refused, match=r"plan\.action_state"):
            api.close(action=action, accepted=True, remark="", at=held)
        assert api.meetings(PLAN)[0]["closed"] == 1
        told = api.meeting(PLAN, number)
        assert told is not None and told["actions"][0]["state"] == "closed"


def test_a_monthly_report_is_prefilled_explained_and_sent_once() -> None:
    seen_at = date(2020, 2, 3)
    with scope(COMMERCE):
        seen = api.overview(PLAN, seen_at)
        asked = {
            "plan": PLAN, "work": WORK, "seen": seen, "month": date(2020, 1, 1), "summary": "本月推进", "at": AT,
        }  # fmt: skip
        with pytest.raises(Refused, match=r"plan\.explain") as refusal:
            api.send_monthly(words={}, **asked)
        lacking = [int(number) for number in refusal.value.zh.split("：")[1].split("、")]
        assert 16 in lacking
        words = dict.fromkeys(lacking, "正在办理")
        with pytest.raises(Refused, match=r"plan\.explain"):
            api.send_monthly(words=words | {1: "不是本单位的"}, **asked)
        with pytest.raises(Refused, match=r"plan\.month"):
            api.send_monthly(words=words, **asked | {"month": date(2020, 2, 1)})
        api.send_monthly(words=words, **asked)
        with pytest.raises(Refused, match=r"plan\.sent"):
            api.send_monthly(words=words, **asked)
        kept = api.monthly_report(PLAN, "zone.commerce", date(2020, 1, 1))
        assert kept is not None and kept.words["16"] == "正在办理"
        assert {one["no"] for one in kept.facts["tasks"]} >= set(lacking)
    with scope(OFFICE):
        stands = {
            row["body"].path: row for row in api.monthly_standing(PLAN, WORK, date(2020, 1, 1), date(2020, 2, 20))
        }
        assert stands["zone.commerce"]["standing"].state == "on_time"
        assert stands["zone.finance"]["standing"].state == "overdue"
        assert stands["zone.customs"]["standing"] is None  # only coordinated: no chase


def test_the_chase_writes_each_step_once_and_leaves_coordinated_bodies_alone() -> None:
    assert api.tick(date(2020, 2, 20)) > 0
    assert api.tick(date(2020, 2, 20)) == 0
    with scope(OFFICE):
        rows = Chase.objects.filter(about="2020-01")
        assert set(rows.values_list("step", flat=True)) == {"remind", "chase", "notice"}
        assert rows.filter(unit="zone.districts.d360111").count() == 3
        assert not rows.filter(unit="zone.customs").exists()
        items = api.proposed(PLAN, WORK, api.overview(PLAN, date(2020, 2, 20)))
        assert {one.kind for one in items} >= {"task", "late"}


def test_scores_are_announced_once_appealed_against_in_time_and_decided_by_another() -> None:
    at = datetime(2020, 1, 6, 8, tzinfo=UTC)
    with scope(OFFICE):
        seen = api.overview(PLAN, date(2019, 12, 31))
        with pytest.raises(Refused, match=r"plan\.year"):
            api.announce(plan=PLAN, work=WORK, seen=seen, year=2020, at=at)
        assert api.announce(plan=PLAN, work=WORK, seen=seen, year=2019, at=at) > 10
        with pytest.raises(Refused, match=r"plan\.scored"):
            api.announce(plan=PLAN, work=WORK, seen=seen, year=2019, at=at)
        told = {one["path"]: one for one in api.scorecards(PLAN, 2019)}
        assert "zone.customs" not in told and told["zone.commerce"]["parts"]
        mine, other = told["zone.districts.d360111"]["id"], told["zone.commerce"]["id"]
    with scope(COUNTY):
        with pytest.raises(Refused, match=r"plan\.no_report"):  # not its to touch, so not there
            api.appeal(scorecard=other, words="不服", at=at)
        with pytest.raises(Refused, match=r"plan\.appeal_late"):
            api.appeal(scorecard=mine, words="不服", at=datetime(2020, 1, 14, 8, tzinfo=UTC))
        api.appeal(scorecard=mine, words="月报已按时报送", at=at)
    with scope(OFFICE), pytest.raises(Refused, match=r"plan\.four_eyes"):
        api.decide_appeal(scorecard=mine, upheld=True, adjusted=Decimal(80), words="属实", at=at)
    with scope(SECOND):
        with pytest.raises(Refused, match=r"plan\.score_range"):
            api.decide_appeal(scorecard=mine, upheld=True, adjusted=Decimal(101), words="属实", at=at)
        with pytest.raises(Refused, match=r"plan\.score_range"):  # never rounded without a word
            api.decide_appeal(scorecard=mine, upheld=True, adjusted=Decimal("80.04"), words="属实", at=at)
        api.decide_appeal(scorecard=mine, upheld=True, adjusted=Decimal("80.0"), words="属实", at=at)
        with pytest.raises(Refused, match=r"plan\.verified"):
            api.decide_appeal(scorecard=mine, upheld=False, adjusted=None, words="再定", at=at)
        assert next(one for one in api.scorecards(PLAN, 2019) if one["id"] == mine)["counts"] == Decimal("80.0")
    api.tick(date(2020, 1, 14))
    with scope(OFFICE):
        assert set(Scorecard.objects.values_list("state", flat=True)) == {"final"}


def test_another_body_writes_into_nobodys_rows() -> None:
    with scope(COUNTY), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO plan_liaison (plan, unit, name, post, contact, since, entered_by, entered_at)"
            " VALUES ('nanchang-2019', 'zone.commerce', '甲', '', '', '2020-01-01', 1, now())"
        )
