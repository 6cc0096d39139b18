"""Sub-platforms through their addresses: opened by one form or file, changed by their own district, never by another."""

from __future__ import annotations

import struct
import zlib
from datetime import date
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.kernel.access import sites
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Organisation, Person, Site
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.sites.tests.conftest import FORM, NOW, Enter
from pilotzone.rooms.plan import api as plan

pytestmark = pytest.mark.django_db


def png(wide: int = 64, high: int = 64) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", wide, high, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IEND", b"")


def test_one_form_opens_a_platform_that_everybody_sees(login: Enter, client: Client) -> None:
    office = login("zone_officer", "zone")
    with scope(PLATFORM):
        Person.objects.create(username="county-clerk")
    logo = SimpleUploadedFile("logo.png", png(), "image/png")
    answer = office.post("/sites/new/", FORM | {"logo": logo, "administrator": "county-clerk"}, follow=True)
    assert answer.status_code == 200 and "分平台已开通" in answer.content.decode()
    page = client.get("/sites/qingshanhu/").content.decode()
    assert "青山湖区分平台" in page and "培训报名" in page and "已过期" not in page and "accent-blue" in page
    assert "https://example.org/" in page and "修改分平台" not in page
    assert client.get("/sites/qingshanhu/logo.png")["Content-Type"] == "image/png"
    listed = client.get("/sites/").content.decode()
    assert "青山湖区分平台" in listed and "未开通" in listed
    with scope(PLATFORM):
        made = Membership.objects.get(person__username="county-clerk")
        assert (made.role, made.unit.code if made.unit else "") == ("district_officer", "360111")
        assert sites.coverage(NOW.date()).open == 1


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"slug": "../x"}, "kernel.site.slug"),
        ({"slug": "A"}, "kernel.site.slug"),
        ({"name_zh": " "}, "kernel.site.name"),
        ({"name_en": "x" * 121}, "kernel.site.name"),
        ({"unit": "360105"}, "kernel.site.unit"),  # 湾里区 ended in 2019
        ({"unit": "zone"}, "kernel.site.unit"),
        ({"accent": "red; background:url(x)"}, "kernel.site.accent"),
        ({"menu": ["filing", "admin"]}, "kernel.site.menu"),
        ({"links": "坏 | bad | javascript:alert(1)"}, "kernel.site.links"),
        ({"links": "坏 | bad | //evil.example/"}, "kernel.site.links"),
        ({"notices": "soon | | 开会 | Meeting"}, "kernel.site.notices"),
        ({"administrator": "nobody"}, "<code>site.administrator</code>"),
    ],
)
def test_a_wrong_form_opens_nothing_and_keeps_what_was_typed(wrong: dict[str, object], code: str, login: Enter) -> None:
    answer = login("zone_officer", "zone").post("/sites/new/", FORM | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422 and code in page and ("开会" if "notices" in wrong else "培训报名") in page
    with scope(PLATFORM):
        assert not Site.objects.exists()


@pytest.mark.parametrize(
    "body", [b"<svg onload=x>", png(2000, 10), png(0, 10), png()[:20], b"\x89PNG\r\n\x1a\n" + b"x" * 300_000]
)
def test_a_logo_that_is_no_small_png_is_refused(body: bytes, login: Enter) -> None:
    answer = login("zone_officer", "zone").post("/sites/new/", FORM | {"logo": SimpleUploadedFile("l.png", body)})
    assert answer.status_code == 422 and "kernel.site.logo" in answer.content.decode()


def test_a_second_platform_of_one_unit_or_name_is_refused_and_logged(
    login: Enter, caplog: pytest.LogCaptureFixture
) -> None:
    office = login("zone_officer", "zone")
    office.post("/sites/new/", FORM)
    for again in ({"slug": "other"}, {"unit": "360102"}, {"unit": "360102", "slug": "other"}):
        with caplog.at_level("WARNING", "pilotzone.sites"):
            answer = office.post("/sites/new/", FORM | again)
        assert answer.status_code == 422 and "kernel.site.taken" in answer.content.decode()
    assert [one.getMessage() for one in caplog.records if one.name == "pilotzone.sites"] == [
        f"kernel.site.taken {slug}" for slug in ("other", FORM["slug"], "other")
    ]
    with scope(PLATFORM):
        assert Site.objects.count() == 1


def test_its_own_district_changes_it_and_no_other(login: Enter) -> None:
    office, own, other = (
        login("zone_officer", "zone"),
        login("district_officer", "360111"),
        login("district_officer", "360102"),
    )
    office.post("/sites/new/", FORM)
    changed = FORM | {"name_zh": "青山湖区跨境分平台", "version": "1"}
    assert other.post("/sites/qingshanhu/edit/", changed).status_code == 403
    assert own.get("/sites/new/").status_code == 403 and own.post("/sites/qingshanhu/close/", {}).status_code == 404
    assert own.post("/sites/qingshanhu/edit/", changed).status_code == 302
    stale = own.post("/sites/qingshanhu/edit/", changed | {"name_zh": "又改"})
    assert (
        stale.status_code == 422 and "kernel.site.moved" in stale.content.decode() and "又改" in stale.content.decode()
    )
    assert "青山湖区跨境分平台" in own.get("/sites/qingshanhu/edit/").content.decode()


def test_a_file_opens_changes_and_comes_back_the_same(login: Enter) -> None:
    office = login("zone_officer", "zone")
    office.post("/sites/new/", FORM)
    body = office.get("/sites/qingshanhu/file.yaml").content
    other = (
        body.replace(b"360111", b"360102")
        .replace(b"qingshanhu", b"donghu")
        .replace("青山湖区分平台".encode(), "东湖区分平台".encode())
    )
    assert office.post("/sites/file/", {"file": SimpleUploadedFile("s.yaml", other)}).status_code == 302
    assert b"donghu" in office.get("/sites/donghu/file.yaml").content
    again = other.replace(b"accent: blue", b"accent: teal")
    office.post("/sites/file/", {"file": SimpleUploadedFile("s.yaml", again)})
    assert "accent-teal" in office.get("/sites/donghu/").content.decode()
    for wrong in (b"", b"a: [", b"- 1", b"surprise: 1", b"menu: yes", b"\xff\xfe", b"links: [1]", b"x" * 70_000):
        refusal = office.post("/sites/file/", {"file": SimpleUploadedFile("s.yaml", wrong)})
        assert refusal.status_code == 422 and "site.file" in refusal.content.decode(), wrong[:20]


def test_service_providers_join_and_leave(login: Enter, client: Client) -> None:
    own = login("district_officer", "360111")
    login("zone_officer", "zone").post("/sites/new/", FORM)
    with scope(PLATFORM):
        Organisation.objects.create(name="试验外综服", uscc="91360100TEST000001", roles=["service"], created_at=NOW)
    own.post("/sites/qingshanhu/providers/", {"code": "91360100TEST000001", "service_zh": "代理出口"})
    assert "试验外综服" in client.get("/sites/qingshanhu/").content.decode()
    refusal = own.post("/sites/qingshanhu/providers/", {"code": "nobody", "service_zh": "代理报检"})
    told = refusal.content.decode()
    assert refusal.status_code == 422 and "kernel.site.provider" in told
    assert 'value="nobody"' in told and 'value="代理报检"' in told, "what was typed stays"
    assert own.get("/sites/qingshanhu/providers/").status_code == 302, "reloaded, it is the platform's page"
    with scope(PLATFORM):
        (row,) = sites.providers(Site.objects.get(), NOW.date())
    own.post(f"/sites/qingshanhu/providers/{row.pk}/leave/")
    assert "试验外综服" not in client.get("/sites/qingshanhu/").content.decode()


def test_a_platform_that_is_closed_says_until_when_it_is_open(login: Enter, client: Client) -> None:
    office = login("zone_officer", "zone")
    office.post("/sites/new/", FORM)
    told = office.post("/sites/qingshanhu/close/", {"reason": "并入"}, follow=True).content.decode()
    assert "分平台开放至今日，明日起停用" in told and "今日起停用" not in told
    page = office.get("/sites/qingshanhu/").content.decode()
    assert "开放至 2021-03-15（含当日）" in page and "停用分平台" not in page
    assert "明日起停用" in client.get("/sites/").content.decode()


def test_where_every_district_has_one_there_is_no_form(login: Enter) -> None:
    office = login("zone_officer", "zone")
    with scope(PLATFORM):
        units = list(sites.districts(NOW.date()))
    for number, unit in enumerate(units):
        assert "网址名" in office.get("/sites/new/").content.decode()
        own = {"unit": unit.code, "slug": f"d{number}", "name_zh": f"{unit.name_zh}分平台"}
        assert office.post("/sites/new/", FORM | own).status_code == 302
    page = office.get("/sites/new/").content.decode()
    assert "都已开通" in page and "网址名" not in page


def test_the_plan_counts_districts_with_a_platform_by_the_day(login: Enter) -> None:
    login("zone_officer", "zone").post("/sites/new/", FORM)
    with scope(PLATFORM):
        told = {
            day: next(
                one
                for one in plan.overview(plan.plan_of("nanchang-2019"), day).targets
                if one.target.key == "sub_platforms"
            )
            for day in (date(2021, 3, 14), date(2021, 3, 15))
        }
    assert [told[day].evidence.count for day in sorted(told)] == [0, 1]
    assert told[date(2021, 3, 15)].evidence.value == Decimal(100 // sites.coverage(NOW.date()).districts)


def test_a_district_that_does_not_review_lets_its_filings_pass(login: Enter) -> None:
    login("zone_officer", "zone").post(
        "/sites/new/", {name: text for name, text in FORM.items() if name != "prereview"}
    )
    with scope(PLATFORM):
        assert not sites.reviews("zone.districts.d360111", NOW.date())
        assert sites.reviews("zone.districts.d360102", NOW.date())
        assert sites.reviews("zone.districts.d360111", date(2021, 3, 14))


def test_an_english_page_says_where_it_shows_chinese(login: Enter, client: Client) -> None:
    office = login("zone_officer", "zone")
    office.post(
        "/sites/new/",
        FORM
        | {"intro_zh": "本区介绍", "notices": "2021-03-01 | | 只有中文 |", "links": "区政府 | | https://example.org/"},
    )
    client.cookies["django_language"] = "en"
    page = client.get("/sites/qingshanhu/").content.decode()
    for words in ("本区介绍", "只有中文", "区政府"):
        assert f'lang="zh-CN">{words}' in page
    office.post(
        "/sites/qingshanhu/edit/", FORM | {"intro_zh": "本区介绍", "intro_en": "About the district", "version": "1"}
    )
    page = client.get("/sites/qingshanhu/").content.decode()
    assert "About the district" in page and "本区介绍" not in page and 'lang="zh-CN"' not in page.partition("<main")[2]
    assert "本区介绍" in office.get("/sites/qingshanhu/").content.decode()


def test_a_figure_leads_down_to_the_platform_it_comes_from(login: Enter, client: Client) -> None:
    office = login("zone_officer", "zone")
    county = {"unit": "360121", "slug": "nanchang-county", "name_zh": "南昌县分平台"}
    zone = {"unit": "XLETZ", "slug": "xiaolan", "name_zh": "小蓝分平台"}
    for own in (county, zone):
        assert office.post("/sites/new/", FORM | own).status_code == 302
    assert 'href="/sites/xiaolan/">小蓝经济技术开发区</a>' in client.get("/sites/nanchang-county/").content.decode()
