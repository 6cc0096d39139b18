"""Every page of the plan's work as the zone office, a department, a county, a leader, customs and the public; in both languages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.plan import api

pytestmark = pytest.mark.django_db
PAGES = (
    "",
    "lights/",
    "reports/",
    "monthly/",
    "liaisons/",
    "meetings/",
    "meetings/actions/",
    "assessment/",
    "board/",
    "trainings/",
    "centre/",
    "notices/",
)
FILES = (
    "tasks.csv", "reports/export.csv", "monthly/export.csv", "monthly/report.docx?month=2020-01", "liaisons/export.csv",
    "liaisons/secondments.csv", "meetings/export.csv", "meetings/actions/export.csv", "assessment/export.csv", "trainings/export.csv",
    "centre/export.csv", "notices/export.csv", "public.csv",
)  # fmt: skip
WALKERS = (
    ("zone_officer", "zone"), ("liaison", "commerce"), ("district_officer", "360111"), ("leader", "zone"), ("liaison", "customs"),
)  # fmt: skip


@pytest.mark.parametrize(("role", "unit"), WALKERS)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_every_page_opens_for_who_may(login: Callable[[str, str], Client], role: str, unit: str, language: str) -> None:
    client = login(role, unit)
    client.cookies["django_language"] = language
    for where in PAGES:
        assert client.get(f"/plan/{where}").status_code == 200, where
    for where in FILES:
        answer = client.get(f"/plan/{where}")
        assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"], where


def test_the_public_sees_the_goals_and_the_final_scores_alone(login: Callable[[str, str], Client]) -> None:
    public, office, county = Client(), login("zone_officer", "zone"), login("district_officer", "360111")
    for where in PAGES:
        assert public.get(f"/plan/{where}").status_code == 302, where
    office.post("/plan/assessment/announce/", {"year": "2019"})
    assert "年度考核评分" not in public.get("/plan/public/").content.decode()  # appeals run
    with scope(PLATFORM):
        cards = {one["path"]: one["id"] for one in api.scorecards(api.plan_in_force(), 2019)}
    county.post(f"/plan/assessment/{cards['zone.districts.d360111']}/appeal/", {"words": "月报已报，请核"})
    with scope(PLATFORM):
        api.tick(api.scorecards(api.plan_in_force(), 2019)[0]["appeal_until"].replace(day=28))
    assert "年度考核评分" not in public.get("/plan/public/").content.decode()  # one is not decided
    second = login("zone_officer", "zone", "-2")
    typed = {"words": "核实", "verdict": "upheld", "adjusted": "88.55"}
    where = f"/plan/assessment/{cards['zone.districts.d360111']}/decide/"
    refused = second.post(where, typed)
    assert (
        refused.status_code == 422
        and "plan.score_range" in refused.content.decode()
        and "88.55" in refused.content.decode()
    )
    assert second.post(where, typed | {"adjusted": "88.5"}).status_code == 302
    page = public.get("/plan/public/").content.decode()
    assert "2019年度考核评分" in page and "88.5" in page and "月报已报" not in page


def test_departments_and_counties_find_the_plan_in_their_menu_and_what_waits_on_their_desk(
    login: Callable[[str, str], Client],
) -> None:
    commerce, county = login("liaison", "commerce"), login("district_officer", "360111")
    for client, desk in ((commerce, "/officer/"), (county, "/office/")):
        page = client.get(desk).content.decode()
        assert 'href="/plan/monthly/"' in page and 'href="/plan/notices/"' in page
        assert "份工作月报待报送" in page and "/plan/monthly/mine/" in page
    page = login("zone_officer", "zone").get("/office/").content.decode()
    assert "份任务填报待核实" in page and "项时限变更待批准" in page


def test_records_open_for_who_may_see_them_and_the_others_are_told(login: Callable[[str, str], Client]) -> None:
    office, officer, liaison = login("zone_officer", "zone"), login("tax_officer", "tax"), login("liaison", "commerce")
    page = office.get("/plan/tasks/6/").content.decode()
    assert "/tax/exemption/" not in page
    assert "记录由主管部门的经办人员打开" in page
    assert 'href="/tax/exemption/"' in officer.get("/plan/tasks/6/").content.decode()
    assert officer.get("/tax/exemption/").status_code == 200
    for where, behind in (
        ("tasks/13", "/registry/filings/"),
        ("tasks/11", "/officer/trades/"),
        ("targets/filed_firms", "/registry/filings/"),
    ):
        page = liaison.get(f"/plan/{where}/").content.decode()
        assert behind not in page and "记录由主管部门的经办人员打开" in page, where
        assert f'href="{behind}' in office.get(f"/plan/{where}/").content.decode(), where
