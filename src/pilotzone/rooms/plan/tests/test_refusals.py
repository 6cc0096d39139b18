"""What the plan's forms refuse: too long, wrong days, the past, doubles, who may not; with its code, and what was typed is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.plan import api

pytestmark = pytest.mark.django_db
LONG = "长" * 2001 + "尾"


def refused(client: Client, where: str, typed: dict[str, Any], code: str, *kept: str) -> None:
    """The form is answered by a page with the code, and what was typed stands in it to the last sign."""
    answer = client.post(f"/plan/{where}", typed)
    page = answer.content.decode()
    assert answer.status_code == 422 and code in page, (where, answer.status_code, code)
    for words in kept:
        assert words in page, words


OFFICE: tuple[tuple[str, dict[str, Any], str, tuple[str, ...]], ...] = (
    ("liaisons/name/", {"form": "name", "unit": "zone.tax", "name": "甲" * 41, "since": "2020-02-01"}, "plan.person", ("甲" * 41,)),
    ("liaisons/name/", {"form": "name", "unit": "zone.tax", "name": "甲", "since": "2200-01-01"}, "plan.days", ('value="甲"',)),
    ("liaisons/name/", {"form": "name", "unit": "zone.tax", "name": "甲", "since": "20200201"}, "plan.days", ()),
    ("liaisons/name/", {"form": "name", "unit": "zone.moon", "name": "甲", "since": "2020-02-01"}, "plan.unit", ()),
    ("liaisons/second/", {"form": "second", "unit": "zone.customs", "name": "乙", "since": "1999-01-01"}, "plan.days", ('value="乙"',)),
    ("meetings/call/", {"kind": "quarterly", "day": "2020-02-19", "own": "一", "place": "会议室"}, "plan.meeting", ("会议室",)),
    ("meetings/call/", {"kind": "quarterly", "day": "2029-02-19", "own": "一"}, "plan.meeting", ()),
    ("meetings/call/", {"kind": "party", "day": "2020-02-21", "own": "一"}, "plan.meeting", ()),
    ("meetings/call/", {"kind": "extraordinary", "day": "2020-02-21", "own": "一" * 4001}, "text.long", ("一" * 4001,)),
    ("assessment/announce/", {"year": "2020"}, "plan.year", ()),
    ("notices/issue/", {"month": "2020-02", "words": "说明在此"}, "plan.month", ("说明在此",)),
    ("notices/issue/", {"month": "2020-01-31", "words": ""}, "plan.month", ()),
    ("notices/issue/", {"month": "2020-01", "words": LONG}, "text.long", (LONG,)),
)  # fmt: skip
TAX: tuple[tuple[str, dict[str, Any], str, tuple[str, ...]], ...] = (
    ("tasks/6/report/", {"month": "2020-01", "status": "going", "words": LONG}, "plan.words", (LONG,)),
    ("tasks/6/report/", {"month": "2020-01x", "status": "going", "words": "进展"}, "plan.month", ("进展",)),
    ("tasks/6/report/", {"month": "2020-03", "status": "going", "words": "进展"}, "plan.month", ()),
    ("tasks/6/report/", {"month": "2020-01", "status": "going", "words": "进展", "value": "-1"}, "plan.value", ('value="-1"',)),
    ("tasks/6/report/", {"month": "2020-01", "status": "going", "words": "进展", "value": "3", "target": "incubators"}, "plan.value", ()),
    ("tasks/1/report/", {"month": "2020-01", "status": "going", "words": "进展"}, "plan.not_responsible", ()),
    ("tasks/6/deadline/", {"due": "2020-00000006", "reason": "衔接"}, "plan.due", ("2020-00000006",)),
    ("tasks/6/deadline/", {"due": "２０２０-06", "reason": "衔接"}, "plan.due", ()),
    ("tasks/6/deadline/", {"due": "2019-06", "reason": "衔接"}, "plan.due", ()),
    ("tasks/6/deadline/", {"due": "2099-06", "reason": "衔接"}, "plan.due", ()),
    ("tasks/6/deadline/", {"due": "2020-06", "reason": LONG}, "text.long", (LONG,)),
    ("tasks/6/object/", {"objection": LONG}, "text.long", (LONG,)),
    ("trainings/enter/", {"course": "课", "day": "2020-03-01", "hours": "6", "came-zone.tax": "3"}, "plan.days", ('value="课"',)),
    ("trainings/enter/", {"course": "课", "day": "2020-02-01", "hours": "6.25", "came-zone.tax": "3"}, "plan.course", ('value="6.25"',)),
    ("trainings/enter/", {"course": "课", "day": "2020-02-01", "hours": "6", "came-zone.tax": "3x"}, "plan.persons", ('value="3x"',)),
)  # fmt: skip


def test_the_office_is_refused_by_name(login: Callable[[str, str], Client]) -> None:
    office = login("zone_officer", "zone")
    for where, typed, code, kept in OFFICE:
        refused(office, where, typed, code, *kept)


def test_a_department_is_refused_by_name(login: Callable[[str, str], Client]) -> None:
    tax = login("liaison", "tax")
    for where, typed, code, kept in TAX:
        refused(tax, where, typed, code, *kept)


def test_a_second_of_the_same_is_refused(login: Callable[[str, str], Client]) -> None:
    office, tax = login("zone_officer", "zone"), login("liaison", "tax")
    doubles: tuple[tuple[Client, str, dict[str, Any], str], ...] = (
        (office, "meetings/call/", {"kind": "quarterly", "day": "2020-02-20", "own": "一项"}, "plan.called"),
        (office, "liaisons/second/", {"form": "second", "unit": "zone.customs", "name": "乙", "since": "2020-02-01"}, "plan.seconded"),
        (office, "notices/issue/", {"month": "2020-01", "words": ""}, "plan.noticed"),
        (tax, "tasks/6/deadline/", {"due": "2020-06", "reason": "衔接"}, "plan.asked"),
        (tax, "tasks/6/object/", {"objection": "平台未计入"}, "plan.objected"),
    )  # fmt: skip
    for client, where, typed, code in doubles:
        assert client.post(f"/plan/{where}", typed).status_code == 302, where
        refused(client, where, typed, code)


def test_a_deadline_is_refused_with_a_reason_that_stays_in_its_history(login: Callable[[str, str], Client]) -> None:
    office, tax = login("zone_officer", "zone"), login("liaison", "tax")
    tax.post("/plan/tasks/6/deadline/", {"due": "2020-06", "reason": "衔接"})
    assert "2020-06" in office.get("/plan/reports/").content.decode()  # waits, with a link to its task
    with scope(PLATFORM):
        number = api.deadlines("nanchang-2019", 6)[0]["id"]
    refused(office, f"deadlines/{number}/", {"task": "6", "verdict": "refused"}, "plan.remark")
    assert (
        office.post(f"/plan/deadlines/{number}/", {"task": "6", "verdict": "refused", "remark": "理由不足"}).status_code
        == 302
    )
    assert "理由不足" in tax.get("/plan/tasks/6/").content.decode()
    assert tax.post("/plan/tasks/6/deadline/", {"due": "2020-09", "reason": "再报"}).status_code == 302


def test_a_meeting_called_off_says_why_and_a_wrong_decision_is_taken_back(login: Callable[[str, str], Client]) -> None:
    office, commerce = login("zone_officer", "zone"), login("liaison", "commerce")
    office.post("/plan/meetings/call/", {"kind": "extraordinary", "day": "2020-03-01", "own": "一项"})
    office.post("/plan/meetings/call/", {"kind": "quarterly", "day": "2020-02-20", "own": "一项"})
    with scope(PLATFORM):
        quarterly, extra = (row["id"] for row in api.meetings(api.plan_in_force()))
    refused(office, f"meetings/{extra}/drop/", {"reason": "理" * 201}, "text.long", "理" * 201)
    office.post(f"/plan/meetings/{extra}/drop/", {"reason": "合并到例会"})
    assert "合并到例会" in commerce.get(f"/plan/meetings/{extra}/").content.decode()
    refused(office, f"meetings/{quarterly}/hold/", {"minutes": ""}, "plan.minutes")
    office.post(f"/plan/meetings/{quarterly}/hold/", {"minutes": "议定"})
    where, typed = f"meetings/{quarterly}/decide/", {"words": "印发办法", "unit": "zone.commerce", "task": "16"}
    refused(office, where, typed | {"task": "十六"}, "plan.task", "印发办法")
    refused(office, where, typed | {"due": "2019-01-01"}, "plan.action", "印发办法")
    assert office.post(f"/plan/{where}", typed).status_code == 302
    refused(office, where, typed, "plan.decided")
    with scope(PLATFORM):
        (action,) = api.actions(api.plan_in_force())
    assert commerce.post(f"/plan/meetings/actions/{action['id']}/drop/", {"remark": "不办"}).status_code == 403
    refused(office, f"meetings/actions/{action['id']}/drop/", {"remark": ""}, "plan.remark")
    office.post(f"/plan/meetings/actions/{action['id']}/drop/", {"remark": "单位登记有误"})
    assert "单位登记有误" in commerce.get(f"/plan/meetings/actions/{action['id']}/").content.decode()
    assert office.post(f"/plan/{where}", typed).status_code == 302  # and may be entered rightly
    assert "印发办法" in commerce.get("/plan/meetings/actions/?state=dropped").content.decode()
    assert (
        office.get("/plan/meetings/?state=dropped&kind=extraordinary&year=2020").content.decode().count("已取消") >= 2
    )


def test_a_returned_course_may_be_entered_again_and_its_paper_keeps_its_name(
    login: Callable[[str, str], Client],
) -> None:
    office, tax = login("zone_officer", "zone"), login("liaison", "tax")
    typed: dict[str, Any] = {"course": "政策", "day": "2020-01-08", "hours": "6", "came-zone.tax": "12"}

    def enter() -> int:
        return tax.post(
            "/plan/trainings/enter/", typed | {"paper": SimpleUploadedFile("签到表.pdf", b"%PDF")}
        ).status_code

    assert (enter(), enter()) == (302, 422)
    with scope(PLATFORM):
        number = api.trainings("nanchang-2019")[0]["id"]
    refused(office, f"trainings/{number}/verify/", {"verdict": "returned", "of": number}, "plan.remark")
    office.post(f"/plan/trainings/{number}/verify/", {"verdict": "returned", "remark": "缺签名"})
    assert enter() == 302
    assert "%E7%AD%BE%E5%88%B0%E8%A1%A8.pdf" in office.get(f"/plan/trainings/{number}/paper/")["Content-Disposition"]


def test_the_reports_of_a_wrong_month_are_refused_not_all_shown(login: Callable[[str, str], Client]) -> None:
    office = login("zone_officer", "zone")
    answer = office.get("/plan/reports/?month=soon")
    assert (
        answer.status_code == 422
        and "plan.month" in answer.content.decode()
        and 'value="soon"' in answer.content.decode()
    )
    assert office.get("/plan/reports/export.csv?month=soon").status_code == 422
    assert office.get("/plan/monthly/report.docx?month=1999-01").status_code == 422


@pytest.mark.parametrize(
    ("role", "unit", "form", "why"),
    [
        ("liaison", "tax", True, ""),
        ("tax_officer", "tax", False, "您没有这一职责"),
        ("liaison", "post", False, "既不牵头也不参加"),
        ("zone_officer", "zone", False, "职责分离"),
    ],
)
def test_a_task_says_who_reports_and_objects_and_why_another_does_not(
    login: Callable[[str, str], Client], role: str, unit: str, form: bool, why: str
) -> None:
    client = login(role, unit)
    page = client.get("/plan/tasks/6/").content.decode()
    assert ("/plan/tasks/6/object/" in page) == ("/plan/tasks/6/report/" in page) == form
    assert "由牵头或参加单位的联络员（县区为分平台管理员）办理：市税务局" in page and why in page
    reasons = ("您没有这一职责", "既不牵头也不参加", "职责分离")
    assert [one for one in reasons if one in page] == ([why] if why else [])
    client.cookies["django_language"] = "en"
    assert "liaison officers of the bodies that lead or take part" in client.get("/plan/tasks/6/").content.decode()


def test_the_list_of_open_objections_leads_to_the_form_that_answers(login: Callable[[str, str], Client]) -> None:
    office, tax = login("zone_officer", "zone"), login("liaison", "tax")
    tax.post("/plan/tasks/6/object/", {"objection": "平台未计入"})
    tax.post("/plan/tasks/6/report/", {"month": "2020-01", "status": "going", "words": "推进"})
    with scope(PLATFORM):
        number = next(one["id"] for one in api.objections("nanchang-2019") if one["task"] == 6)
    listed = office.get("/plan/reports/").content.decode()
    assert f'href="/plan/tasks/6/#answer-{number}"' in listed
    assert f'id="answer-{number}"' in office.get("/plan/tasks/6/").content.decode()
    told = office.get("/plan/reports/export.csv")
    sheet = b"".join(told.streaming_content).decode() if told.streaming else told.content.decode()
    assert "2020-01" in listed and "2020-01-01" not in listed and "2020-01-01" not in sheet and "2020-01," in sheet
