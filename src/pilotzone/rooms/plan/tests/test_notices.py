"""工作通报: once a month to the bodies the city only coordinates; these are never chased, supervised or scored."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from django.test import Client
from docx import Document

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.plan import api
from pilotzone.ui.paper import fonts

pytestmark = pytest.mark.django_db


def test_a_notice_is_issued_once_read_by_customs_and_leaves_as_a_paper(login: Callable[[str, str], Client]) -> None:
    office, customs, commerce = login("zone_officer", "zone"), login("liaison", "customs"), login("liaison", "commerce")
    assert "还没有印发过" in customs.get("/plan/notices/").content.decode()
    assert customs.post("/plan/notices/issue/", {"month": "2020-01"}).status_code == 403
    assert office.post("/plan/notices/issue/", {"month": "2020-01", "words": "请关注查检合一。"}).status_code == 302
    with scope(PLATFORM):
        (row,) = api.notices(api.plan_in_force())
        found = api.notice(api.plan_in_force(), row["id"])
    assert found is not None and "zone.commerce" not in found["facts"]["bodies"]
    own = customs.get(f"/plan/notices/{row['id']}/").content.decode()
    assert (
        "请关注查检合一。" in own and "/plan/tasks/3/" in own and "/plan/tasks/44/" not in own
    )  # its own tasks to begin with
    assert "国家外汇管理局" in commerce.get(f"/plan/notices/{row['id']}/").content.decode()
    assert customs.get(f"/plan/notices/{row['id']}/?unit=zone.commerce").status_code == 404
    assert commerce.get("/plan/notices/?year=2019").content.decode().count("2020-01") == 0
    assert "2020-01" in commerce.get("/plan/notices/export.csv").content.decode()
    paper = Document(io.BytesIO(customs.get(f"/plan/notices/{row['id']}/notice.docx?unit=zone.customs").content))
    words = "\n".join(paragraph.text for paragraph in paper.paragraphs)
    assert "工作通报（第1期，2020年1月）" in words and "南昌海关" in words and "请关注查检合一。" in words
    if fonts.found(Path("/nowhere")) is not None:
        assert customs.get(f"/plan/notices/{row['id']}/notice.docx?form=pdf")["Content-Type"] == "application/pdf"


def test_a_coordinated_body_gets_no_supervision_no_chase_and_no_score(login: Callable[[str, str], Client]) -> None:
    office, customs = login("zone_officer", "zone"), login("liaison", "customs")
    office.post("/plan/meetings/call/", {"kind": "quarterly", "day": "2020-02-20", "own": "一项"})
    with scope(PLATFORM):
        number = api.meetings(api.plan_in_force())[0]["id"]
    office.post(f"/plan/meetings/{number}/hold/", {"minutes": "议定"})
    office.post(f"/plan/meetings/{number}/decide/", {"words": "商请支持", "unit": "zone.customs", "due": "2020-02-20"})
    with scope(PLATFORM):
        (action,) = api.actions(api.plan_in_force())
    where = f"/plan/meetings/actions/{action['id']}/"
    refused = office.get(where + "supervision.docx")
    assert refused.status_code == 422 and "plan.coordinated" in refused.content.decode()
    page = office.get(where).content.decode()
    assert "supervision.docx" not in page and "以工作通报互通" in page
    with scope(PLATFORM):
        api.tick(api.actions(api.plan_in_force())[0]["due"].replace(day=28))
        assert api.chased(api.plan_in_force(), f"action:{action['id']}") == {}
        assert api.chased(api.plan_in_force(), "2020-01")["zone.commerce"]["step"] == "notice"
    assert "情况通报 2020-02-28" in office.get("/plan/monthly/?month=2020-01").content.decode()
    assert "份工作月报待报送" in customs.get("/officer/").content.decode()


def test_a_report_leaves_as_a_paper_of_its_own(login: Callable[[str, str], Client]) -> None:
    commerce, office = login("liaison", "commerce"), login("zone_officer", "zone")
    page = commerce.get("/plan/monthly/mine/").content.decode()
    needed = [
        piece.split('"')[0]
        for piece in page.split('name="')[1:]
        if piece.startswith("task-") and "required" in piece.split(">")[0]
    ]
    commerce.post(
        "/plan/monthly/mine/", {"month": "2020-01", "summary": "本月推进"} | dict.fromkeys(needed, "正在办理")
    )
    paper = Document(io.BytesIO(office.get("/plan/monthly/2020-01/zone.commerce/report.docx").content))
    cells = {cell.text for table in paper.tables for row in table.rows for cell in row.cells}
    assert "正在办理" in cells and any("2020年1月工作月报" in one.text for one in paper.paragraphs)
    assert office.get("/plan/monthly/2020-01/zone.tax/report.docx").status_code == 404
