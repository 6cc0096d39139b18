"""The pages of filing through their addresses, as a firm, a county, the zone office and a stranger."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Person
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.models import Filing, Upload
from pilotzone.rooms.registry.tests.offices import ACCOUNT, CODE, VALUES, Cast, Registers, code_of, confirmed, valid
from pilotzone.rooms.registry.tests.test_bulk import file_of, row_of
from pilotzone.ui.tests import forms
from pilotzone.ui.tests.hostile import withstands

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(cast: Cast, who: str) -> Client:
    membership: Membership = getattr(cast, f"_{who}")
    client = Client()
    client.force_login(membership.person, backend=BACKEND)
    return client


def typed(**more: Any) -> dict[str, Any]:
    return {f"f-{name}": text for name, text in VALUES.items()} | {"roles": "ebc"} | more


def test_a_firm_files_from_its_code_to_its_confirmation(cast: Cast, registers: Registers) -> None:
    clerk = client_of(cast, "clerk")
    assert cast.code in clerk.get("/registry/mine/").content.decode()
    page = clerk.post("/registry/mine/start/", {"uscc": cast.code, "roles": "ebc"}, follow=True).content.decode()
    assert "南昌市青山湖区合成路1号" in page and "下一步" in page
    refused = clerk.post("/registry/mine/verify/", {"method": "licence", "account": ACCOUNT, "code": "1"})
    assert refused.status_code == 422 and "channel.licence.refused" in refused.content.decode()
    registers.away.add("tax")
    page = clerk.post(
        "/registry/mine/verify/", {"method": "licence", "account": ACCOUNT, "code": CODE}, follow=True
    ).content.decode()
    assert "身份已验证" in page and "税务登记暂时查不到，草稿已保留" in page and "测试法人" in page
    missing = clerk.post("/registry/mine/confirm/", typed(**{"f-phone": "", "f-contact": "打字的人"}))
    text = missing.content.decode()
    assert missing.status_code == 422 and "rule.filing.missing" in text and "打字的人" in text
    page = clerk.post(
        "/registry/mine/confirm/", typed(commitments=["truth", "sharing", "seller"]), follow=True
    ).content.decode()
    assert "已确认待审" in page and "撤回" in page
    assert "跨境电商企业备案表" in clerk.get("/registry/mine/print/").content.decode()


def test_offices_see_review_accept_and_send_back(cast: Cast) -> None:
    number = confirmed(cast)
    county, office = client_of(cast, "county"), client_of(cast, "office")
    where = f"/registry/filings/{number}/"
    assert "试验公司1" in county.get("/registry/filings/?state=confirmed").content.decode()
    early = office.post(where + "accept/", {})
    assert early.status_code == 422 and "registry.filing.prereview" in early.content.decode()
    assert county.post(where + "prereview/", {"reason": "齐全"}, follow=True).status_code == 200
    assert county.post(where + "accept/", {}).status_code == 403
    version = re.search(r'name="version" value="(\d+)"', office.get(where).content.decode())
    assert version
    back = office.post(where + "return/", {"version": version[1], "reason": "请核对", "r-phone": "打不通"}, follow=True)
    assert "打不通" in back.content.decode()
    late = client_of(cast, "second").post(where + "accept/", {"version": version[1]})
    assert late.status_code == 422 and "registry.filing.moved" in late.content.decode()
    assert office.post(where + "dance/", {}).status_code == 403


def test_a_change_that_is_refused_keeps_what_was_typed_and_shows_the_record_beside_it(cast: Cast) -> None:
    valid(cast)
    clerk = client_of(cast, "clerk")
    forms.refused(clerk, "/registry/mine/", 2)
    assert withstands(clerk, "/registry/mine/") == []
    page = clerk.post("/registry/mine/change/", typed(reason="事由" * 200, **{"f-contact": "换了人"})).content.decode()
    assert "text.long" in page and 'value="换了人"' in page and "事由" * 200 in page
    assert f'<dd class="filing-paper">{VALUES["contact"]}' in page, "the record stands as it is"


def test_an_office_that_is_refused_keeps_what_it_wrote(cast: Cast) -> None:
    number = confirmed(cast)
    forms.refused(client_of(cast, "county"), f"/registry/filings/{number}/", 1)
    assert withstands(client_of(cast, "county"), f"/registry/filings/{number}/") == []
    assert withstands(client_of(cast, "county"), "/registry/bulk/") == []


def test_a_day_nobody_can_read_suspends_and_cancels_nothing(cast: Cast) -> None:
    number = valid(cast)
    office = client_of(cast, "office")
    for verb, field in (("suspend", "since"), ("cancel", "on")):
        told = office.post(
            f"/registry/filings/{number}/{verb}/", {field: "2021-13-40", "reason": "核查", "legal_basis": "§1"}
        )
        assert told.status_code == 422 and "registry.filing.day_unread" in told.content.decode(), verb
    with cast.act("office"):
        assert api.filing(number)["state"] == "valid"


def test_the_list_is_filtered_and_exported(cast: Cast) -> None:
    valid(cast)
    office = client_of(cast, "office")
    for query, seen in (
        ("q=试验", True),
        ("q=" + cast.code, True),
        ("role=pay", False),
        ("unit=360111", True),
        ("unit=360102", False),
        ("soon=overdue", False),
    ):
        assert ("试验公司1" in office.get(f"/registry/filings/?{query}").content.decode().split("<main")[1]) is seen, (
            query
        )
    answer = office.get("/registry/filings/export/")
    assert answer.content[:2] == b"PK" and "attachment" in answer["Content-Disposition"]


def test_a_county_hands_a_file_in_and_reads_its_rows(cast: Cast) -> None:
    county = client_of(cast, "county")
    file = SimpleUploadedFile("甲.xlsx", file_of(row_of(2), row_of(3, phone="x")))
    page = county.post("/registry/bulk/", {"files": file}, follow=True)
    text = page.content.decode()
    assert "rule.filing.value" in text and code_of(3) in text
    where = page.redirect_chain[-1][0]
    assert code_of(2) not in county.get(where + "?outcome=wrong").content.decode()
    assert (
        county.get(where + "file/").content[:2] == b"PK" and county.get("/registry/bulk/template/").content[:2] == b"PK"
    )
    bad = county.post("/registry/bulk/", {"files": SimpleUploadedFile("x.xlsx", b"PKx")})
    assert bad.status_code == 422 and "registry.upload.file" in bad.content.decode()


def test_files_are_found_by_name_and_faults_page_by_page_and_go_out_whole(cast: Cast) -> None:
    county, where = client_of(cast, "county"), "/registry/bulk/"
    with cast.act("county"):
        number = api.upload(name="第一批.xlsx", raw=file_of(row_of(2), row_of(3, phone="x")))
    with scope(PLATFORM):
        one = Upload.objects.get(pk=number)
        told = {
            name: getattr(one, name) for name in ("unit", "unit_path", "uploader", "person", "drafted", "same", "at")
        }
        Upload.objects.bulk_create(Upload(name=f"后来{place}.xlsx", wrong=0, **told) for place in range(50))
    first, second = (county.get(f"{where}?page={page}").content.decode() for page in (1, 2))
    assert "后来49.xlsx" in first and "第一批.xlsx" not in first and "?page=2" in first
    assert "第一批.xlsx" in second and "后来49.xlsx" not in second
    for asked, found in (
        ("", 51),
        ("?rows=wrong", 1),
        ("?rows=right", 50),
        ("?q=第一", 1),
        ("?q=%00&rows=%00", 51),
        ("?q=无", 0),
    ):
        lines = county.get(f"{where}export.csv{asked}").content.decode("utf-8-sig").splitlines()
        assert len(lines) == 1 + found and lines[0].startswith("时间,文件,填报单位"), asked
    assert f"{where}export.csv?rows=wrong" in county.get(f"{where}?rows=wrong").content.decode()
    assert client_of(cast, "clerk").get(f"{where}export.csv").status_code == 403


def test_everybody_sees_the_public_fields_and_nothing_else(cast: Cast, client: Client) -> None:
    valid(cast)
    text = client.get(f"/registry/?code={cast.code.lower()}").content.decode()
    assert "试验公司1" in text and "南昌市青山湖区合成路1号" in text
    assert "测试法人" not in text and "0791-88880000" not in text and "联系人" not in text.split("<main")[1]
    nobody = client.get(f"/registry/?code={code_of(77)}")
    assert nobody.status_code == 404 and "registry.public.unknown" in nobody.content.decode()
    told = client.get(f"/api/v1/registry/firms/{cast.code}").json()
    assert told["state"] == "valid" and "legal_rep" not in {one["key"] for one in told["fields"]}
    assert client.get("/api/v1/registry/firms/nothing").status_code == 404


def test_a_new_firm_comes_in_by_its_electronic_licence(registers: Registers, client: Client) -> None:
    code = code_of(88)
    registers.know(code, "新来的公司")
    with scope(PLATFORM):
        person = Person.objects.create(username="newcomer")
    client.force_login(person, backend=BACKEND)
    wrong = client.post("/registry/enter/", {"uscc": code, "account": "x", "code": "1", "roles": "ebc"})
    assert wrong.status_code == 422 and "channel.licence.refused" in wrong.content.decode()
    done = client.post(
        "/registry/enter/", {"uscc": code, "account": ACCOUNT, "code": CODE, "roles": "ebc"}, follow=True
    )
    assert done.redirect_chain[-1][0] == "/registry/mine/" and "开始备案" in done.content.decode()
    page = client.post("/registry/mine/start/", {"uscc": code, "roles": "ebc"}, follow=True).content.decode()
    assert "新来的公司" in page
    with scope(PLATFORM):
        assert api.counts()["in_force"] == 0 and Filing.objects.get(uscc=code).state == "draft"


def test_a_firms_program_drafts_and_an_office_reads(cast: Cast) -> None:
    clerk, county = client_of(cast, "clerk"), client_of(cast, "county")
    assert clerk.get("/api/v1/registry/mine").status_code == 404
    clerk.post("/registry/mine/start/", {"uscc": cast.code, "roles": "ebc"})
    clerk.handler.enforce_csrf_checks = False
    told = clerk.post(
        "/api/v1/registry/mine", {"roles": ["ebc"], "values": VALUES}, content_type="application/json"
    ).json()
    assert told["state"] == "draft" and "rule.filing.missing" in {one["code"] for one in told["findings"]}
    assert county.get(f"/api/v1/registry/filings/{told['id']}").json()["name"] == "试验公司1"
    assert county.get("/api/v1/registry/filings?unit=360111").json()["total"] == 1
    assert clerk.get("/api/v1/registry/filings").status_code == 403


@pytest.mark.parametrize("path", ["/registry/mine/", "/registry/filings/", "/registry/bulk/", "/registry/filings/1/"])
def test_nobody_and_strangers_are_turned_away(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302
    assert client.post(path).status_code in (403, 405)


def test_the_pages_speak_english(cast: Cast) -> None:
    number = valid(cast)
    for who, path in (
        ("clerk", "/registry/mine/"),
        ("office", f"/registry/filings/{number}/"),
        ("office", "/registry/filings/"),
    ):
        client = client_of(cast, who)
        client.cookies["django_language"] = "en"
        page = client.get(path).content.decode()
        # the names of the law stay as they are written
        assert "in force" in page and not {"有效", "办理状态", "备案列表", "变更记录"} & set(
            re.findall("[\u4e00-\u9fff]+", page)
        )
