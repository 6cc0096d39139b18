"""The pages of working by the plan through their addresses, as the zone office, a department and a stranger."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils.html import escape
from docx import Document

from pilotzone.kernel import paper_key
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.plan import api
from pilotzone.ui.paper import fonts, seal

pytestmark = pytest.mark.django_db
PLAN = "nanchang-2019"


def text_of(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200, (where, answer.status_code)
    return answer.content.decode()


def words(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_a_meeting_from_its_proposed_agenda_to_the_closed_decision(login: Callable[[str, str], Client]) -> None:
    office, commerce = login("zone_officer", "zone"), login("liaison", "commerce")
    assert "任务1“" in text_of(office, "/plan/meetings/")
    wrong = office.post(
        "/plan/meetings/call/", {"kind": "quarterly", "day": "soon", "item": ["task:1"], "place": "打过的地点"}
    )
    assert wrong.status_code == 422 and "plan.days" in wrong.content.decode() and "打过的地点" in wrong.content.decode()
    office.post(
        "/plan/meetings/call/", {"kind": "quarterly", "day": "2020-02-20", "item": ["task:1"], "own": "另议一项"}
    )
    with scope(PLATFORM):
        number = api.meetings(api.plan_of(PLAN))[0]["id"]
    assert "另议一项" in text_of(office, f"/plan/meetings/{number}/")
    office.post(f"/plan/meetings/{number}/hold/", {"minutes": "会议听取汇报。\n\x01议定如下。"})
    office.post(f"/plan/meetings/{number}/decide/", {"words": "三月底前印发", "unit": "zone.commerce", "task": "16"})
    with scope(PLATFORM):
        (action,) = api.actions(api.plan_of(PLAN))
    where = f"/plan/meetings/actions/{action['id']}/"
    assert "三月底前印发" in text_of(commerce, "/plan/meetings/actions/")
    assert "报办结" in text_of(commerce, where) and "报办结" not in text_of(office, where)
    commerce.post(where + "done/", {"words": "已印发"})
    office.post(where + "close/", {"remark": ""})
    assert "已销号" in text_of(commerce, where)
    paper = words(office.get(f"/plan/meetings/{number}/minutes.docx").content)
    assert "第1次会议" in paper and "三月底前印发" in paper and "另议一项" in paper
    assert "市商务局" in words(office.get(where + "supervision.docx").content)
    if fonts.found(Path("/nowhere")) is not None:
        for address in (f"/plan/meetings/{number}/minutes.docx", where + "supervision.docx"):
            pdf = office.get(address + "?form=pdf")
            assert (
                pdf["Content-Type"] == "application/pdf"
                and seal.verify(pdf.content, paper_key.public()).state == seal.SOUND
            )
    assert commerce.get(where + "supervision.docx?form=pdf").status_code == 403
    export = office.get("/plan/meetings/actions/export.csv").content.decode()
    assert "三月底前印发" in export


def test_a_department_sends_its_report_and_everybody_sees_who_is_late(login: Callable[[str, str], Client]) -> None:
    office, commerce = login("zone_officer", "zone"), login("liaison", "commerce")
    page = text_of(commerce, "/plan/monthly/mine/")
    needed = [
        line.split('"')[1]
        for line in page.split("<textarea ")[1:]
        if "required" in line.split(">")[0] and "task-" in line
    ]
    assert needed
    refusal = commerce.post("/plan/monthly/mine/", {"month": "2020-01", "summary": "本月推进"})
    assert refusal.status_code == 422 and "本月推进" in refusal.content.decode()
    answer = commerce.post(
        "/plan/monthly/mine/",
        {"month": "2020-01", "summary": "本月推进"} | dict.fromkeys(needed, "正在办理"),
        follow=True,
    )
    assert "正在办理" in answer.content.decode()
    page = text_of(office, "/plan/monthly/?month=2020-01")
    assert "迟报" in page and "逾期未报" in page and "只互通" in page
    assert "本月推进" in words(office.get("/plan/monthly/report.docx?month=2020-01").content)
    assert "市商务局" in office.get("/plan/monthly/export.csv?month=2020-01").content.decode()


def test_liaisons_scores_and_the_board_open(login: Callable[[str, str], Client]) -> None:
    office, county = login("zone_officer", "zone"), login("district_officer", "360111")
    office.post(
        "/plan/liaisons/name/",
        {"unit": "zone.commerce", "name": "张三", "contact": "0791-83980000", "since": "2020-01-01"},
    )
    assert "张三" in text_of(office, "/plan/liaisons/")
    assert "83980000" not in office.get("/plan/liaisons/export.csv").content.decode()
    office.post("/plan/liaisons/second/", {"unit": "zone.customs", "name": "王五", "since": "2019-07-01"})
    assert "王五" in text_of(county, "/plan/liaisons/")
    assert "试算" in text_of(office, "/plan/assessment/?year=2019")
    assert "试算" not in text_of(county, "/plan/assessment/?year=2019")
    office.post("/plan/assessment/announce/", {"year": "2019"})
    with scope(PLATFORM):
        cards = {one["path"]: one["id"] for one in api.scorecards(api.plan_of(PLAN), 2019)}
    where = f"/plan/assessment/{cards['zone.districts.d360111']}/"
    assert "提交申诉" in text_of(county, where) and "提交申诉" not in text_of(office, where)
    county.post(where + "appeal/", {"words": "月报已报"})
    assert "月报已报" in text_of(office, where)
    board = text_of(office, "/plan/board/")
    assert board.count("/plan/tasks/") >= 45 and "年" in board
    assert login("leader", "zone").get("/plan/board/").status_code == 200


@pytest.mark.parametrize(
    "where", ["/plan/meetings/", "/plan/monthly/", "/plan/liaisons/", "/plan/assessment/", "/plan/board/"]
)
def test_a_stranger_sees_none_of_it(where: str, client: Client, db: None) -> None:
    assert client.get(where).status_code in (302, 401, 403)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_task_and_every_target_has_a_page(login: Callable[[str, str], Client], language: str) -> None:
    office, plan = login("zone_officer", "zone"), api.plan_in_force()
    office.cookies["django_language"] = language
    step = 9 if language == "en" else 1  # the pages are the same: English is looked at in samples
    for task in plan.tasks[::step]:
        assert escape(task.en if language == "en" else task.zh) in text_of(office, f"/plan/tasks/{task.no}/")
    for key in list(dict.fromkeys(one.key for one in plan.targets))[::step]:
        one = next(target for target in plan.targets if target.key == key)
        assert escape(one.en if language == "en" else one.zh) in text_of(office, f"/plan/targets/{key}/")
    assert office.get("/plan/tasks/46/").status_code == office.get("/plan/targets/nothing/").status_code == 404


def test_a_course_is_entered_verified_and_its_paper_opened(login: Callable[[str, str], Client]) -> None:
    tax, office = login("liaison", "tax"), login("zone_officer", "zone")
    assert "还没有登记过" in text_of(office, "/plan/trainings/")
    typed: dict[str, Any] = {
        "course": "政策解读",
        "day": "2020-01-08",
        "hours": "6",
        "certificate": "证书",
        "came-zone.tax": "12",
    }
    refused = tax.post("/plan/trainings/enter/", typed)
    assert refused.status_code == 422 and "plan.attachment" in refused.content.decode()
    typed["paper"] = SimpleUploadedFile("签到表.pdf", b"%PDF")
    assert tax.post("/plan/trainings/enter/", typed).status_code == 302
    found = text_of(office, "/plan/trainings/?state=waiting")
    assert "政策解读" in found and "市税务局12" in found
    number = re.search(r"/plan/trainings/(\d+)/verify/", found)
    assert number
    assert office.post(f"/plan/trainings/{number[1]}/verify/", {"verdict": "confirmed"}).status_code == 302
    assert office.get(f"/plan/trainings/{number[1]}/paper/").content == b"%PDF"
    assert "已核实 1 期、12 人次" in text_of(office, "/plan/trainings/")
    assert "政策解读" in tax.get("/plan/trainings/export.csv").content.decode()
