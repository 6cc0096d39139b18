"""The pages of one-stop handling through their addresses, as a firm, desks, the operator and a stranger."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.services import api
from pilotzone.rooms.services.tests.offices import PDF, Cast, client_of, handed_in, told, values_of
from pilotzone.ui.tests import forms
from pilotzone.ui.tests.hostile import withstands

pytestmark = pytest.mark.django_db
HERE = re.compile(r'<input type="hidden" name="next" value="([^"]*)">')  # of the language and of the theme


def typed(key: str, **more: Any) -> dict[str, Any]:
    """The form of an item as a browser sends it."""
    found = {f"f-{name}": "on" if value is True else value for name, value in values_of(key).items()}
    return found | {f"f-{name}": value for name, value in more.items()}


def test_everybody_reads_the_guide_with_steps_days_papers_and_law(day: object, client: Client) -> None:
    page = client.get("/services/").content.decode()
    assert page.count("/services/items/") >= 11 and "扶持资金申报" in page
    assert "扶持资金申报" not in client.get("/services/?who=park&q=海外").content.decode().split("<tbody>")[-1]
    one = client.get("/services/items/park-certification/").content.decode()
    assert (
        "企业注册地县区" in one and "联合办理" in one and "任务16" in one and "45" not in one.split("任务16")[0][-40:]
    )
    assert client.get("/services/items/nothing/").status_code == 404
    assert client.get("/services/apply/training/").status_code == 302
    assert "培训报名" in client.get("/services/export/?q=培训").content.decode()


def test_a_firm_applies_corrects_and_receives_its_notice(cast: Cast) -> None:
    clerk, office = client_of(cast, "clerk"), client_of(cast, "office")
    wrong = clerk.post(
        "/services/apply/training/", typed("training", persons="51", contact="打字的人") | {"submit": "1"}
    )
    text = wrong.content.decode()
    assert wrong.status_code == 422 and "rule.form.high" in text and "打字的人" in text
    (row,) = _mine(cast)
    edit = f"/services/cases/{row}/edit/"
    assert f'action="{edit}"' in text, "sent again it makes no second case"
    page = clerk.post(edit, typed("training", persons="5") | {"submit": "1"}, follow=True).content.decode()
    assert "已提交" in page and "综合试验区工作领导小组办公室" in page and "剩2个工作日" in page
    assert "培训报名" in clerk.get("/services/mine/").content.decode()
    where = f"/services/cases/{row}/"
    version = re.search(r'name="version" value="(\d+)"', office.get(where).content.decode())
    assert version
    back = office.post(where + "return/", {"version": version[1], "r-persons": "请核对人数"}, follow=True)
    assert "请核对人数" in back.content.decode()
    late = client_of(cast, "second").post(where + "accept/", {"version": version[1]})
    assert late.status_code == 422 and "service.case.moved" in late.content.decode()
    assert "请核对人数" in clerk.get(edit).content.decode()
    clerk.post(edit, typed("training", persons="4") | {"submit": "1"}, follow=True)
    for verb in ("accept", "pass"):
        office.post(where + f"{verb}/", {"reason": "同意"})
    paper = clerk.get(where + "notice/").content.decode()
    assert "洪综训录〔2021〕1号" in paper and "校验码" in paper
    address = re.search(r"http://testserver(/services/verify/\?[^<\s]+)", paper)
    assert address
    assert "与本平台记录一致" in Client().get(address[1].replace("&amp;", "&")).content.decode()
    assert Client().get("/services/verify/?number=x&code=y").status_code == 404
    done = clerk.post(where + "close/", {}, follow=True).content.decode()
    assert "办结" in done
    assert office.post(where + "dance/", {}).status_code == 403


def test_a_case_that_is_refused_keeps_what_was_typed(cast: Cast) -> None:
    clerk = client_of(cast, "clerk")
    draft = clerk.post("/services/apply/training/", typed("training"))
    forms.refused(clerk, draft["Location"], 1)
    assert withstands(clerk, draft["Location"], saves=True) == []
    handed = handed_in(cast)
    forms.refused(client_of(cast, "office"), f"/services/cases/{handed}/", 1)
    assert withstands(client_of(cast, "office"), f"/services/cases/{handed}/") == []


def test_a_page_that_answers_a_form_leads_back_to_where_the_form_stood(cast: Cast) -> None:
    where = f"/services/cases/{handed_in(cast)}/"
    office = client_of(cast, "office")
    for come, back in (
        (f"http://testserver{where}?from=inbox", f"{where}?from=inbox"),
        ("", where),
        (f"http://testserver{where}return/", where),  # refused once more: that page stood on a form's address itself
        (f"https://evil.example{where}x/", where),
        (f"http://testserver/{where}", where),
    ):
        page = office.post(f"{where}return/", {"version": "1"}, headers={"referer": come} if come else {})
        assert page.status_code == 422 and set(HERE.findall(page.content.decode())) == {back}, come
    answer = office.post("/theme/", {"theme": "dark", "next": where})
    assert office.get(answer["Location"]).status_code == 200
    stays = client_of(cast, "clerk").post("/services/apply/training/?a=1", {"submit": "1"})
    assert set(HERE.findall(stays.content.decode())) == {"/services/apply/training/?a=1"}
    assert HERE.findall(office.get(f"{where}?b=2").content.decode()) == [f"{where}?b=2"] * 2


def test_papers_go_up_with_the_form_and_come_down_as_files(cast: Cast) -> None:
    clerk = client_of(cast, "clerk")
    bad = clerk.post(
        "/services/apply/credit-objection/",
        typed("credit-objection") | {"submit": "1", "m-proof": SimpleUploadedFile("a.pdf", b"MZ")},
    )
    assert bad.status_code == 422 and "rule.material.kind" in bad.content.decode()
    (row,) = _mine(cast)
    clerk.post(
        f"/services/cases/{row}/edit/",
        typed("credit-objection") | {"submit": "1", "m-proof": SimpleUploadedFile("a.pdf", PDF)},
    )
    seen = told(cast, row)
    assert seen["state"] == "submitted"
    paper = next(one["id"] for one in seen["materials"] if one["id"])
    answer = clerk.get(f"/services/cases/{row}/papers/{paper}/")
    assert answer.content == PDF and answer["X-Content-Type-Options"] == "nosniff"
    assert client_of(cast, "safe").get(f"/services/cases/{row}/papers/{paper}/").status_code == 404


def test_the_inbox_filters_exports_and_acts_on_many(cast: Cast) -> None:
    office = client_of(cast, "office")
    assert "没有待办的办件" in office.get("/services/inbox/").content.decode()
    first, second = handed_in(cast), handed_in(cast)
    handed_in(cast, "inspection-slot")
    page = office.get("/services/inbox/").content.decode()
    picks = re.findall(r'name="chosen" value="([\d-]+)"', page)
    assert len(picks) == 2 and "绿灯 正常" in page
    assert "没有符合条件" in office.get("/services/inbox/?light=red").content.decode()
    assert "查验预约" in office.get("/services/inbox/?unit=zone.customs").content.decode()
    sheet = office.get("/services/inbox/export/").content.decode()
    assert sheet.count("培训报名") == 2
    with cast.act("clerk"):
        api.withdraw(second, version=None, reason="改期")
    rows = office.post("/services/inbox/together/", {"action": "accept", "chosen": picks}).content.decode()
    assert "1 件已办，1 件未办" in rows and "service.case" in rows
    assert told(cast, first)["state"] == "accepted"
    assert office.post("/services/inbox/together/", {"action": "refuse", "chosen": picks}).status_code == 403
    assert office.post("/services/inbox/together/", {"action": "accept"}).status_code == 302


def test_a_mandate_lets_an_agent_apply_until_it_is_revoked(cast: Cast) -> None:
    admin, other = client_of(cast, "admin"), client_of(cast, "other")
    today = clock.today()
    asked = {
        "agent": cast.agent.uscc,
        "items": "data-check",
        "valid_from": today,
        "valid_to": today + timedelta(days=30),
    }
    assert "service.mandate.agent" in admin.post("/services/mandates/", asked | {"agent": "X"}).content.decode()
    for day in ("2021-13-40", ""):
        unread = admin.post("/services/mandates/", asked | {"valid_to": day})
        assert unread.status_code == 422 and "service.mandate.days" in unread.content.decode(), (
            "no other day is put in its place"
        )
    page = admin.post("/services/mandates/", asked, follow=True).content.decode()
    assert cast.agent.name in page and "撤销" in page
    form = other.get("/services/apply/data-check/").content.decode()
    assert cast.firm.name in form
    sent = typed("data-check") | {"submit": "1", "principal": str(cast.firm.pk)}
    assert other.post("/services/apply/data-check/", sent, follow=True).status_code == 200
    assert len(_mine(cast)) == 1, "the principal sees what its agent does"
    (number,) = re.findall(r"/services/mandates/(\d+)/revoke/", page)
    admin.post(f"/services/mandates/{number}/revoke/")
    told = admin.get("/services/mandates/export/")
    assert told["Content-Type"].startswith("text/csv") and "已撤销" in told.content.decode("utf-8-sig")
    again = other.post("/services/apply/data-check/", sent)
    assert again.status_code == 422 and "service.agent.mandate" in again.content.decode()


def test_help_is_asked_answered_and_published(cast: Cast) -> None:
    clerk, operator = client_of(cast, "clerk"), client_of(cast, "operator")
    number = told(cast, handed_in(cast))["number"]
    form = clerk.get(f"/help/ask/?record_kind=case&record={number}").content.decode()
    assert number in form
    strange = clerk.post("/help/ask/", {"title": "问", "body": "何时办结", "record_kind": "case", "record": "FW1"})
    assert strange.status_code == 422 and "help.record" in strange.content.decode()
    page = clerk.post(
        "/help/ask/",
        {"title": "何时办结", "body": "企业甲的张三想知道", "record_kind": "case", "record": number},
        follow=True,
    )
    where = page.redirect_chain[-1][0]
    assert client_of(cast, "other").get(where).status_code == 404
    operator.post(where + "reply/", {"body": "两个工作日内"})
    assert "两个工作日内" in clerk.get(where).content.decode()
    assert "张三" not in Client().get("/help/").content.decode()
    operator.post(where + "publish/", {"title": "多久办结", "body": "培训报名多久办结", "answer": "两个工作日"})
    public = Client().get("/help/?q=多久").content.decode()
    assert "培训报名多久办结" in public and "张三" not in public
    assert clerk.post(where + "publish/", {"title": "x", "body": "x", "answer": "x"}).status_code == 403
    assert "何时办结" in operator.get("/help/mine/?state=answered").content.decode()
    assert "何时办结" in operator.get("/help/mine/export/").content.decode()
    operator.post(where + "close/", {})
    assert "help.state" in clerk.post(where + "reply/", {"body": "再问"}).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/services/mine/",
        "/services/inbox/",
        "/services/cases/1/",
        "/help/mine/",
        "/help/replays/",
        "/help/replays/export/",
        "/services/mandates/",
    ],
)
def test_nobody_is_sent_to_sign_in_and_strangers_are_turned_away(cast: Cast, path: str) -> None:
    assert Client().get(path).status_code == 302
    allowed = {
        "/help/replays/": "operator",
        "/help/replays/export/": "operator",
        "/services/mandates/": "admin",
        "/services/mine/": "clerk",
        "/services/inbox/": "tax",
        "/help/mine/": "clerk",
    }
    if path in allowed:
        assert client_of(cast, allowed[path]).get(path).status_code == 200
        stranger = "tax" if allowed[path] in ("clerk", "admin", "operator") and path != "/services/mine/" else "auditor"
        assert client_of(cast, stranger if path != "/services/inbox/" else "clerk").get(path).status_code == 403


def test_the_pages_speak_english(cast: Cast) -> None:
    number = handed_in(cast)
    with cast.act("office"):
        api.accept(number, version=None)
    for who, path in (
        ("clerk", f"/services/cases/{number}/"),
        ("office", "/services/inbox/"),
        ("clerk", "/services/"),
        ("clerk", "/help/"),
    ):
        client = client_of(cast, who)
        client.cookies["django_language"] = "en"
        page = client.get(path).content.decode()
        assert "cases" not in path or "Nanchang" in page.split('id="history"')[1], "who acted is named in English"
        assert not {"办理状态", "待办", "办理环节", "面向", "公开", "依据"} & set(
            re.findall("[\u4e00-\u9fff]+", page)
        ), path


def test_a_unit_the_zone_renamed_is_named_in_english_by_its_own_name(cast: Cast) -> None:
    case = handed_in(cast)
    with scope(PLATFORM):
        Unit.objects.filter(code="zone").update(name_zh="新设办公室", name_en="Newly Founded Office")
    with cast.act("office"):
        api.accept(case, version=None)
    (move,) = (one for one in told(cast, case)["history"] if one["verb"] == "accept")
    assert (move["body"], move["body_en"]) == ("新设办公室", "Newly Founded Office")


def _mine(cast: Cast) -> list[int]:
    with cast.act("clerk"):
        return [one["id"] for one in api.mine()["rows"]]
