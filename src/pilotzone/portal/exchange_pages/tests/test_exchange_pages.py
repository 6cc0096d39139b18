"""An application goes its way through the pages, each step on the page of the one whose it is; others see nothing."""

from __future__ import annotations

import datetime
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pilotzone.exchange.catalogue.reading import resources
from pilotzone.exchange.hub import corrections, delivery, mailbox
from pilotzone.exchange.tests.hub import SAMR
from pilotzone.exchange.tests.test_hub_asking import event
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.ui import listing as lists
from pilotzone.ui import sheets

pytestmark = pytest.mark.django_db
SignedIn = Callable[..., Client]
NEW = "/exchange/requests/new/samr.persons/"


def filled(**changed: str) -> dict[str, Any]:
    until = (clock.today() + datetime.timedelta(days=30)).isoformat()
    return {
        "purpose": "核实法定代表人", "article": "国发〔2016〕51号第十二条", "fields": ["uscc", "person", "phone"], "volume": "100", "until": until,
        "row_field": "", "row_values": "", **changed,
    }  # fmt: skip


def applied(browser: Client) -> str:
    answer = browser.post(NEW, filled())
    assert answer.status_code == 302, answer.content.decode()[:500]
    return str(answer["Location"])


def granted(signed_in: SignedIn) -> str:
    where = applied(signed_in("tax_officer", "tax"))
    assert signed_in("operator", "eport").post(where, {"verb": "pass"}).status_code == 302
    assert signed_in("agency_officer", "samr").post(where, {"verb": "grant", "whole": ["phone"]}).status_code == 302
    return where


def test_an_application_goes_through_three_pairs_of_hands(signed_in: SignedIn) -> None:
    where = granted(signed_in)
    page = signed_in("tax_officer", "tax").get(where).content.decode()
    assert "已授权" in page and "撤销授权" in page
    assert "已授权" in signed_in("tax_officer", "tax").get("/exchange/requests/", {"state": "granted"}).content.decode()
    csv = signed_in("operator", "eport").get("/exchange/requests/export.csv").content.decode()
    assert "核实法定代表人" in csv
    assert signed_in("agency_officer", "samr").post(where, {"verb": "revoke", "reason": "用途已变"}).status_code == 302
    assert "已撤销授权" in signed_in("tax_officer", "tax").get(where).content.decode()


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"purpose": ""}, "hub.purpose"), ({"until": "someday"}, "hub.until"), ({"volume": "many"}, "hub.volume_asked"),
        ({"fields": "nothing"}, "hub.field_unknown"), ({"row_field": "uscc", "row_values": ""}, "hub.filter"),
    ],
)  # fmt: skip
def test_a_refused_form_says_why_and_keeps_what_was_typed(
    signed_in: SignedIn, changed: dict[str, str], code: str
) -> None:
    answer = signed_in("tax_officer", "tax").post(NEW, filled(article="依据甲", **changed))
    assert answer.status_code == 422 and code in answer.content.decode() and "依据甲" in answer.content.decode()


def test_others_see_neither_the_application_nor_its_steps(signed_in: SignedIn, firms: dict[str, Organisation]) -> None:
    where = applied(signed_in("tax_officer", "tax"))
    assert signed_in("safe_officer", "safe").get(where).status_code == 404
    assert signed_in("safe_officer", "safe").post(where, {"verb": "grant"}).status_code == 404
    assert signed_in("tax_officer", "tax").post(where, {"verb": "pass"}).status_code == 403
    firm = signed_in("ebc", next(iter(firms)))
    for path in (
        "/exchange/requests/",
        "/exchange/messages/",
        "/exchange/reconciliation/",
        "/exchange/corrections/",
        NEW,
    ):
        assert firm.get(path).status_code == 403, path
    assert Client().get("/exchange/requests/").status_code in (302, 403)


def test_a_firm_sees_who_used_its_data_and_asks_for_a_correction(
    signed_in: SignedIn, firms: dict[str, Organisation]
) -> None:
    firm = signed_in("ebc", next(iter(firms)))
    assert "还没有使用记录" in firm.get("/exchange/mine/").content.decode()
    wrong = firm.post("/exchange/mine/", {"field": "samr.persons/phone", "key_value": "", "words": "电话不对"})
    assert wrong.status_code == 422 and "hub.key" in wrong.content.decode()
    assert (
        firm.post(
            "/exchange/mine/", {"field": "samr.persons/phone", "key_value": "9136", "words": "电话不对"}
        ).status_code
        == 302
    )
    assert "电话不对" in signed_in("agency_officer", "samr").get("/exchange/corrections/").content.decode()
    assert "电话不对" not in signed_in("safe_officer", "safe").get("/exchange/corrections/").content.decode()
    owner = signed_in("agency_officer", "samr")
    for where, there in (("", True), ("?state=open", True), ("?state=settled", False), ("?state=nonsense", True)):
        assert ("电话不对" in owner.get(f"/exchange/corrections/{where}").content.decode()) is there
        assert ("电话不对" in owner.get(f"/exchange/corrections/export.csv{where}").getvalue().decode()) is there
    assert "电话不对" in firm.get("/exchange/corrections/export.csv").getvalue().decode()


def test_requests_of_any_number_go_page_by_page_are_counted_and_go_out_whole(
    signed_in: SignedIn, firms: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, size in (("PAGE_SIZE", 3), ("STEP", 2), ("MOST", 3)):
        monkeypatch.setattr(lists if name == "PAGE_SIZE" else sheets, name, size)
    firm, owner = signed_in("ebc", next(iter(firms))), signed_in("agency_officer", "samr")
    for place in range(7):
        told = {"field": "samr.persons/phone", "key_value": "9136", "words": f"电话不对{place}号"}
        assert firm.post("/exchange/mine/", told).status_code == 302
    for who, where in ((owner, "/exchange/corrections/?state=open"), (firm, "/exchange/mine/")):
        pages, page = list[list[str]](), who.get(where).content.decode()
        while True:
            pages.append(re.findall(r">电话不对(\d)号", page))
            older = re.search(r'rel="next" href="([^"]+)"', page)
            if older is None:
                break
            page = who.get(where.partition("?")[0] + html.unescape(older[1])).content.decode()
        assert pages == [["6", "5", "4"], ["3", "2", "1"], ["0"]], where
        assert 'rel="first"' in page and 'rel="first"' not in who.get(where).content.decode()
        assert len(who.get("/exchange/corrections/export.csv").getvalue().decode().splitlines()) == 8
    assert "9136" in owner.get("/exchange/corrections/").content.decode(), "which record is meant"
    assert "9136" in firm.get("/exchange/mine/").content.decode()
    desk = owner.get("/officer/").content.decode()
    assert '<a href="/exchange/corrections/?state=open"><strong>7</strong><span>项数据校核待本单位答复' in desk
    monkeypatch.setattr(corrections.clock, "today", lambda: datetime.date(2099, 1, 1))
    with scope(SAMR):
        assert corrections.waiting("zone.samr") == (7, 7)
        assert corrections.waiting("zone.tax") == (0, 0)


def test_the_record_meant_is_whole_for_its_owner_and_who_asks_and_masked_for_the_platform(signed_in: SignedIn) -> None:
    tax, police, operator = (
        signed_in(role, unit)
        for role, unit in (("tax_officer", "tax"), ("agency_officer", "police"), ("operator", "eport"))
    )
    number = "360102189001010010"
    field = next(one.name for one in resources()["police.identity_check"].fields)
    told = {"field": f"police.identity_check/{field}", "key_value": number, "words": "核验结果有误"}
    assert tax.post("/exchange/corrections/", told).status_code == 302
    for who, whole in ((tax, True), (police, True), (operator, False)):
        page = who.get("/exchange/corrections/").content.decode()
        assert "核验结果有误" in page and (number in page) is whole
        file = who.get("/exchange/corrections/export.csv").getvalue().decode()
        assert "核验结果有误" in file and (whole or number not in file)
    assert "360*************10" in operator.get("/exchange/corrections/").content.decode()


def test_the_use_log_goes_page_by_page_and_out_as_a_file(
    signed_in: SignedIn, firms: dict[str, Organisation], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "PAGE_SIZE", 2)
    number = int(granted(signed_in).rstrip("/").rpartition("/")[2])
    firm = firms[next(iter(firms))]
    with scope(PLATFORM):
        Organisation.objects.filter(pk=firm.pk).update(uscc="91360100MA00000X0K")
    with scope(SAMR):
        for place in range(5):
            data = {"uscc": "91360100MA00000X0K", "phone": f"1000000000{place}"}
            mailbox.send(event(f"u{place}", agreement=number, data=data))
    tax, own = signed_in("tax_officer", "tax"), signed_in("ebc", next(iter(firms)))
    for who, where, file in (
        (tax, f"/exchange/requests/{number}/", f"/exchange/requests/{number}/uses.csv"),
        (own, "/exchange/mine/", "/exchange/mine/export.csv"),
    ):
        seen, page = 0, who.get(where)
        for _ in range(3):
            text = page.content.decode()
            seen += text.count('class="cell-time"') - text.count('<th scope="col" class="cell-time"')
            older = re.search(r'rel="next" href="([^"]+)"', text)
            page = who.get(where + html.unescape(older[1])) if older else page
        assert seen == 5, where
        assert len(who.get(file).getvalue().decode().splitlines()) == 6
    assert signed_in("safe_officer", "safe").get(f"/exchange/requests/{number}/uses.csv").status_code == 404
    assert len(own.get("/exchange/mine/export.csv?who=zone.nobody").getvalue().decode().splitlines()) == 1


def test_the_operator_sees_dead_letters_and_replays_them(signed_in: SignedIn) -> None:
    from pilotzone.base.errors import Refused

    number = int(granted(signed_in).rstrip("/").rpartition("/")[2])
    with scope(SAMR):
        mailbox.send(event("1", agreement=number, data={"uscc": "9136", "phone": "10000000001"}))

    def refuses(target: str, told: dict[str, Any]) -> None:
        raise Refused(code="x.no", zh="不收", en="no")

    with scope(PLATFORM):
        delivery.deliver(refuses)
        (dead,) = mailbox.listed(state="dead")
    operator = signed_in("operator", "eport")
    page = operator.get("/exchange/messages/").content.decode()
    assert "x.no 不收" in page and "重放" in page and "10000000001" not in page
    told = operator.get("/exchange/messages/export.csv?state=dead").getvalue().decode()
    assert "x.no 不收" in told and "10000000001" not in told
    assert len(operator.get("/exchange/messages/export.csv?state=taken").getvalue().decode().splitlines()) == 1
    assert operator.post(f"/exchange/messages/{dead['id']}/replay/").status_code == 302
    with scope(PLATFORM):
        assert mailbox.listed()[0]["state"] == "queued"


def test_a_department_tells_its_count_and_the_page_says_whether_both_agree(signed_in: SignedIn) -> None:
    where, tax = "/exchange/reconciliation/", signed_in("tax_officer", "tax")
    day = (clock.today() - datetime.timedelta(days=1)).isoformat()
    told = dict.fromkeys(("queries", "refused", "rows", "provided", "sent", "received"), "0")
    assert "对方未报送" in tax.get(where).content.decode()
    assert tax.post(where, told | {"day": day}).status_code == 302
    assert "一致" in tax.get(where, {"day": day}).content.decode()
    assert tax.post(where, told | {"day": day, "rows": "7"}).status_code == 302
    assert "0 / 7" in tax.get(where, {"day": day}).content.decode()
    assert tax.post(where, told | {"day": day, "rows": "x"}).status_code == 422
    assert "不一致" in signed_in("operator", "eport").get(where + "export.csv", {"day": day}).content.decode()
