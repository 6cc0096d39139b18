"""Each department its own desk, deny by default; protected figures on page and in the file alike."""

from __future__ import annotations

import re
from datetime import date, datetime

import pytest
from django.test import Client

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.kernel.access.actor import PLATFORM, ZONE, Actor
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.portal.desks import duties
from pilotzone.rooms.tracking import api as tracking

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
EAST, WEST = "zone.districts.d360102", "zone.districts.d360103"


def client_of(role: str, unit: str = "") -> Client:
    with scope(PLATFORM):
        load_units()
        person = Person.objects.create(username=f"{role}-{unit}")
        at = datetime(2021, 1, 1, tzinfo=SHANGHAI)
        side = {"unit": Unit.objects.get(code=unit)} if unit else {
            "organisation": Organisation.objects.create(name="企业", created_at=at, roles=[role])
        }  # fmt: skip
        appoint(person=person, role_code=role, since=date(2021, 1, 1), **side)
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.mark.parametrize(
    ("role", "unit", "title", "english"),
    [
        ("customs_officer", "customs", "海关工作台", "Customs desk"),
        ("customs_control", "customs", "海关工作台", "Customs desk"),
        ("customs_inspector", "customs", "海关工作台", "Customs desk"),
        ("tax_officer", "tax", "税务工作台", "Tax desk"),
        ("agency_officer", "samr", "部门工作台", "Department desk"),
        ("agency_officer", "post", "部门工作台", "Department desk"),
        ("agency_officer", "police", "部门工作台", "Department desk"),
        ("agency_officer", "commerce", "部门工作台", "Department desk"),
        ("safe_officer", "safe", "部门工作台", "Department desk"),
        ("rule_writer", "commerce", "部门工作台", "Department desk"),
        ("zone_officer", "zone", "海关工作台", "Customs desk"),
    ],
)
def test_a_department_finds_its_own_desk(role: str, unit: str, title: str, english: str) -> None:
    client = client_of(role, unit)
    assert f"<h1>{title}" in client.get("/officer/").content.decode().replace("<h1 >", "<h1>")
    client.cookies["django_language"] = "en"
    assert english in client.get("/officer/").content.decode()


@pytest.mark.parametrize(
    ("role", "unit", "path", "status"),
    [
        ("agency_officer", "samr", "/officer/trades/", 403),
        ("agency_officer", "samr", "/tax/bills/", 403),
        ("agency_officer", "samr", "/office/figures/", 200),
        ("rule_writer", "commerce", "/office/figures/", 403),
        ("customs_inspector", "customs", "/officer/trades/", 200),
        ("customs_inspector", "customs", "/tax/bills/", 403),
        ("tax_officer", "tax", "/officer/trades/", 200),
        ("district_officer", "360102", "/officer/", 403),
        ("district_officer", "360102", "/officer/trades/", 403),
        ("district_officer", "360102", "/office/figures/", 200),
        ("leader", "zone", "/officer/", 403),
        ("leader", "zone", "/office/figures/", 200),
        ("leader", "zone", "/office/figures/?boundaries=now", 200),
        ("leader", "zone", "/office/figures/?boundaries=old", 422),
        ("leader", "zone", "/office/figures/export.csv?boundaries=old", 422),
        ("ebc", "", "/officer/", 403),
        ("ebc", "", "/officer/trades/", 403),
        ("ebc", "", "/officer/trades/export.csv", 403),
        ("ebc", "", "/office/figures/", 403),
        ("ebc", "", "/office/figures/export.csv", 403),
        ("ebc", "", "/enterprise/trades/", 200),
        ("customs_officer", "customs", "/enterprise/", 403),
        ("customs_officer", "customs", "/me/trades/", 403),
    ],
)
def test_what_is_not_a_roles_own_is_refused(role: str, unit: str, path: str, status: int) -> None:
    assert client_of(role, unit).get(path).status_code == status


def test_nobody_reads_no_figures() -> None:
    assert Client().get("/office/figures/").status_code in (302, 403)


def test_without_a_closed_month_the_page_says_so() -> None:
    page = client_of("district_officer", "360102").get("/office/figures/").content.decode()
    assert "还没有封账的月份" in page


@pytest.fixture
def november() -> None:
    with scope(PLATFORM):
        for trade in range(12):
            _tell(trade + 1, EAST, trade % 4 + 1)
            _tell(trade + 101, "zone.districts.d360104", trade % 4 + 11)
        for trade in range(4):
            _tell(trade + 201, WEST, 21)
        tracking.publish(datetime(2021, 12, 20, tzinfo=SHANGHAI))


def _tell(trade: int, unit: str, firm: int) -> None:
    at = datetime(2021, 11, 3, 9, tzinfo=SHANGHAI)
    row = {
        "trade": trade, "at": at.isoformat(), "flow": "I", "mode": "9610", "reached": True, "unit": unit,
        "firms": {"ebc": firm}, "value": "12345.00", "tax": "1123.40",
    }  # fmt: skip
    tracking.count_in([({**row, "state": state}, at) for state in ("sent", "released")])


def test_a_county_sees_its_own_and_the_city_and_never_a_neighbour(november: None) -> None:
    page = client_of("district_officer", "360102").get("/office/figures/?month=2021-11").content.decode()
    assert "东湖区" in page
    assert "全市" in page
    assert "西湖区" not in page
    assert "标记P" in page


def test_a_hidden_cell_is_hidden_on_the_page_and_in_the_file(november: None) -> None:
    client = client_of("district_officer", "360103")
    page = client.get("/office/figures/").content.decode()
    assert "已隐去" in page
    lines = b"".join(client.get("/office/figures/export.csv?month=2021-11")).decode("utf-8-sig").splitlines()
    own = [line for line in lines if "西湖区" in line]
    assert own == [
        "2021-11,西湖区,进口 9610,,,,,,0,已隐去",
        "2021-11,西湖区,合计,,,,,,0,已隐去",
    ]
    assert any(line.startswith("2021-11,全市,合计,9,28,28,34.57,3.15,0,") for line in lines)


@pytest.mark.parametrize("month", ["2021-13", "x", "1999-01", "\0", "2021-11'"])
def test_a_month_nobody_published_shows_the_latest(november: None, month: str) -> None:
    answer = client_of("zone_officer", "zone").get("/office/figures/", {"month": month})
    assert answer.status_code == 200
    assert "<caption>2021-11</caption>" in answer.content.decode()


def test_a_departments_first_page_counts_what_waits_and_each_figure_opens_its_list() -> None:
    page = client_of("agency_officer", "samr").get("/officer/").content.decode()
    assert "各系统待办" in page
    assert "企业备案核验" not in page, "what is built is not called unbuilt"
    told = re.findall(r'<div class="figure"><a href="([^"]+)"><strong>0</strong><span>([^<]+)<', page)
    assert [words for _path, words in told] == [
        "件办件在本岗位",
        "项数据共享申请待本单位审批",
        "项数据校核待本单位答复",
    ]


@pytest.mark.parametrize(
    ("role", "unit", "path", "words"),
    [
        ("tax_officer", "tax", "/officer/", ["份退（免）税申报在办", "项对账差异待本单位说明"]),
        ("safe_officer", "safe", "/officer/", ["笔收汇待银行办理", "项对账差异待本单位说明"]),
        ("customs_officer", "customs", "/officer/", ["项消费者争议待办结"]),
        ("district_officer", "360102", "/office/", ["件办件在本岗位", "份企业备案待初审"]),
        ("zone_officer", "zone", "/office/", ["份企业备案待受理", "条留言待答复", "件报文重放待批准"]),
        ("operator", "eport", "/office/", ["项数据共享申请待平台审核"]),
        ("statistician", "statistics", "/officer/", ["项数据核实企业已答复待办结", "项数据核实待企业答复"]),
    ],
)
def test_each_desk_counts_its_own_duties(role: str, unit: str, path: str, words: list[str]) -> None:
    client = client_of(role, unit)
    page = client.get(path).content.decode()
    assert [one for one in words if one not in page] == []
    client.cookies["django_language"] = "en"
    shown = client.get(path).content.decode()
    assert "Waiting in all systems" in shown
    section = shown[shown.index('id="duties"') :].split("</section>")[0]
    assert not re.search(r"[\u4e00-\u9fff]", section)
    assert {client.get(each.replace("&amp;", "&")).status_code for each in re.findall(r'href="([^"]+)"', section)} == {
        200
    }


def test_a_plan_that_cannot_be_read_closes_no_desk(monkeypatch: pytest.MonkeyPatch) -> None:
    client = client_of("zone_officer", "zone")

    def unreadable() -> None:
        raise Refused(code="plan.file", zh="计划文件有误", en="The plan's file is wrong", source="data/plan")

    monkeypatch.setattr(duties.plan, "plan_in_force", unreadable)
    with scope(Actor(kind=ZONE, unit_path="zone", role="zone_officer")):
        assert duties._plan() is None and list(duties._plan_decisions()) == list(duties._plan_reports()) == []
    assert "份企业备案待受理" in client.get("/office/").content.decode()
