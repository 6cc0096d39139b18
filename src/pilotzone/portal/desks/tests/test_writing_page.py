"""单证填写 and 核对预览 on the pages: begun, saved, lines added and dropped by plain posts, kept, previewed, copied, templates."""

from __future__ import annotations

import datetime
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Organisation, Person
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.pipeline.tests.papers import Bench, Head, Trade

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
WHERE = "/enterprise/writing/"
AT = datetime.datetime(2021, 3, 1, 10, tzinfo=datetime.UTC)
GIVEN = ("guid", "appType", "appTime", "appStatus")


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    """The test firms in a database of this module's own, at the day of their papers."""
    standing_zone.set_clock(AT + datetime.timedelta(minutes=9))
    standing_zone.connection.commit()
    with scope(PLATFORM):
        load_units()
    return standing_zone


def clerk(zone: Bench, role: str) -> Client:
    """A browser of somebody who acts for a test firm."""
    with scope(PLATFORM):
        person, made = Person.objects.get_or_create(username=f"w-{role}", defaults={"display_name": role})
        if made:
            firm = Organisation.objects.get(pk=zone.firms[role])
            appoint(person=person, role_code=role, organisation=firm, since=datetime.date(2021, 1, 4))
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def typed(page: str) -> dict[str, Any]:
    """What a browser would send of the form as the page shows it."""
    form = re.search(r'<form method="post" action="/enterprise/writing/\d+/" class="change".*?</form>', page, re.DOTALL)
    assert form is not None
    told: dict[str, Any] = {"shown": re.findall(r'name="shown" value="(\d+)"', form[0])}
    told |= dict(re.findall(r'<input[^>]*name="([hl]\.[\w.]+|revision|writer)" value="([^"]*)"', form[0]))
    told |= dict(re.findall(r'<textarea name="([hl]\.[\w.]+)"[^>]*>(.*?)</textarea>', form[0], re.DOTALL))
    for name, options in re.findall(r'<select name="([hl]\.[\w.]+)".*?>(.*?)</select>', form[0], re.DOTALL):
        chosen = re.search(r'value="([^"]*)" selected', options)
        told[name] = chosen[1] if chosen else ""
    return told


def filled(form: dict[str, Any], head: Head, lines: list[Head]) -> dict[str, Any]:
    written = form | {f"h.{name}": text for name, text in head.items() if name not in GIVEN}
    for place, line in enumerate(lines):
        written |= {f"l.{place}.{name}": text for name, text in line.items() if name != "gnum"}
    return written


def begun(client: Client, **asked: object) -> str:
    where: str = client.post(f"{WHERE}begin/", asked)["Location"]
    assert re.fullmatch(rf"{WHERE}\d+/", where), where
    return where


def drafted(zone: Bench, client: Client, trade: Trade, kind: str, message: str) -> str:
    """A document written on the page and kept; the address of its draft."""
    where = begun(client, message=message)
    form = filled(typed(client.get(where).content.decode()), trade.head(kind), trade.lines(kind))
    answer = client.post(where, form | {"do": "keep"})
    assert answer.status_code == 302, re.findall(r"<code>(.*?)</code>", answer.content.decode())
    assert answer["Location"].startswith("/enterprise/submit/results/?r=")
    zone.send()
    zone.connection.commit()
    key = trade.head(kind)[{"order": "orderNo", "list": "copNo", "waybill": "logisticsNo"}[kind]]
    listed = client.get("/enterprise/messages/drafts/").content.decode()
    found = re.search(rf'href="(/enterprise/messages/drafts/\d+/)"[^>]*>\s*<code[^>]*>[^<]*{key}<', listed)
    assert found is not None, listed
    return found[1]


def beside(zone: Bench, role: str, draft: int) -> int:
    """How many papers the database hands a firm for a draft."""
    with scope(Actor(kind=ENTERPRISE, organisation=zone.firms[role])), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM clearance_beside(%s, 0)", (draft,))
        return int(cursor.fetchone()[0])


def test_lines_come_and_go_by_plain_posts_and_nothing_typed_is_lost(zone: Bench) -> None:
    client = clerk(zone, "ebp")
    where = begun(client, message="CEB311Message")
    page = client.get(where).content.decode()
    form = typed(page)
    assert form["h.ebpCode"] == "3601990001" and form["h.currency"] == "142" and form["shown"] == ["0"]
    assert "format.missing" in page and not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=", page)
    more = client.post(where, form | {"h.orderNo": "A-1", "l.0.itemName": "奶粉", "do": "add"})
    assert more["Location"].endswith("#line-2")
    form = typed(client.get(where).content.decode())
    assert form["shown"] == ["0", "1"] and form["h.orderNo"] == "A-1" and form["l.0.itemName"] == "奶粉"
    client.post(where, form | {"l.1.itemName": "面膜", "do": "drop-0"})
    form = typed(client.get(where).content.decode())
    assert form["shown"] == ["0"] and form["l.0.itemName"] == "面膜"
    wrong = client.post(where, form | {"h.orderNo": "A-2", "h.goodsValue": "许多", "do": "keep"})
    assert wrong.status_code == 422 and "clearance.writing.faults" in wrong.content.decode()
    assert 'value="A-2"' in wrong.content.decode() and 'value="许多"' in wrong.content.decode()


def test_two_pages_are_told_apart_and_the_later_keeps_what_it_typed(zone: Bench) -> None:
    client = clerk(zone, "ebp")
    where = begun(client, message="CEB311Message")
    first, second = typed(client.get(where).content.decode()), typed(client.get(where).content.decode())
    told = client.post(f"{where}save/", first | {"h.orderNo": "B-1"}).content.decode()
    assert "已保存" in told and "<html" not in told
    late = client.post(where, second | {"h.orderNo": "B-2"})
    assert late.status_code == 422 and "clearance.writing.stale" in late.content.decode()
    assert (
        'value="B-2"' in late.content.decode() and "已在别处保存过这份记录，修改了：订单编号" in late.content.decode()
    )
    assert typed(client.get(where).content.decode())["h.orderNo"] == "B-1"


def test_a_list_is_previewed_against_what_others_declared_and_taxed(zone: Bench) -> None:
    trade = Trade("WP1", at=AT, changes={"list": {"buyerName": "另一个人"}})
    zone.send(zone.paper(trade, "order"), zone.paper(trade, "waybill"))
    zone.connection.commit()
    client = clerk(zone, "agent")
    draft = drafted(zone, client, trade, "list", "CEB621Message")
    page = client.get(draft).content.decode()
    assert page.count("已申报") >= 2 and "支付企业" in page, (
        "order and waybill are here, the payment is missing, and from whom"
    )
    assert "rule.match.buyer" in page and "13127" not in page.split("rule.match.buyer")[0][-40:]
    assert "2 项等支付单" in page or "3 项等支付单" in page
    assert "9.10" in page, "100 yuan at 70 % of 13 % VAT"
    assert "测试收货人" not in page, "others' papers are judged, not shown"
    zone.send(zone.paper(trade, "payment"))
    zone.connection.commit()
    page = client.get(draft).content.decode()
    assert "现在申报会被退回" in page and "项等" not in page


def test_a_right_set_passes_and_its_order_is_previewed_with_own_drafts(zone: Bench) -> None:
    trade = Trade("WP2", at=AT)
    client = clerk(zone, "ebp")
    draft = drafted(zone, client, trade, "order", "CEB311Message")
    page = client.get(draft).content.decode()
    assert "等待单证" in page and "物流企业" in page and "支付企业" in page
    zone.send(zone.paper(trade, "payment"), zone.paper(trade, "waybill"))
    zone.send(zone.paper(trade, "list", sender="agent"))
    zone.connection.commit()
    assert "核对通过" in client.get(draft).content.decode()


def test_a_draft_is_its_senders_alone(zone: Bench) -> None:
    trade = Trade("WP3", at=AT)
    draft = drafted(zone, clerk(zone, "ebp"), trade, "order", "CEB311Message")
    where = begun(clerk(zone, "ebp"), message="CEB311Message")
    other = clerk(zone, "ebc")
    assert other.get(draft).status_code == 404 and other.get(where).status_code == 404
    for verb in ("", "save/", "discard/"):
        assert other.post(f"{where}{verb}", {"do": "keep"}).status_code == 404, verb
    assert other.post(f"{WHERE}begin/", {"document": draft.split("/")[-2]}).status_code == 404
    zone.send(zone.paper(trade, "payment"))
    zone.connection.commit()
    seen = {role: beside(zone, role, int(draft.split("/")[-2])) for role in ("ebp", "ebc", "agent")}
    assert seen == {"ebp": 1, "ebc": 0, "agent": 0}, "the database itself asks whose draft it is"


def test_drafts_are_found_by_message_and_number_and_go_out_as_a_file(zone: Bench) -> None:
    client, trade = clerk(zone, "ebp"), Trade("WPF", at=AT)
    drafted(zone, client, trade, "order", "CEB311Message")
    key, where = trade.head("order")["orderNo"], "/enterprise/messages/drafts/"
    for asked in ("", f"?key={key[1:]}", "?message=CEB311Message", f"?message=CEB311Message&key={key}"):
        assert key in client.get(where + asked).content.decode(), asked
        lines = client.get(f"{where}export.csv{asked}").content.decode("utf-8-sig").splitlines()
        assert ["暂存" in line for line in lines if key in line] == [True], asked
    for asked in ("?key=NOBODYS", "?message=CEB621Message", "?message=CEB999Message", "?key=%00"):
        assert (key in client.get(where + asked).content.decode()) is (asked == "?key=%00"), asked
    other = clerk(zone, "ebc").get(f"{where}export.csv").content.decode("utf-8-sig")
    assert key not in other, "a draft is its sender's alone"


def test_a_copy_has_its_own_numbers_and_a_template_no_person(zone: Bench) -> None:
    trade = Trade("WP4", at=AT)
    client = clerk(zone, "ebp")
    draft = drafted(zone, client, trade, "order", "CEB311Message")
    copy = begun(client, document=draft.split("/")[-2])
    form = typed(client.get(copy).content.decode())
    assert form["h.orderNo"] == "" and form["h.payTransactionId"] == ""
    assert form["h.buyerName"] == "测试订购人" and form["l.0.itemName"] == "测试商品"
    assert client.post(copy, form | {"do": "template", "name": " "}).status_code == 422
    assert (
        client.post(copy, typed(client.get(copy).content.decode()) | {"do": "template", "name": "常用"})["Location"]
        == WHERE
    )
    page = client.get(WHERE).content.decode()
    number = re.search(r'name="template" value="(\d+)"', page)
    assert number is not None and "常用" in page
    made = typed(client.get(begun(client, template=number[1])).content.decode())
    assert made["h.buyerName"] == "" and made["h.buyerIdNumber"] == "" and made["l.0.itemName"] == "测试商品"
    assert client.post(f"{WHERE}{number[1]}/discard/").status_code == 302
    assert "常用" not in client.get(WHERE).content.decode()


def test_an_unknown_kind_is_refused_in_words(zone: Bench) -> None:
    client = clerk(zone, "ebp")
    client.post(f"{WHERE}begin/", {"message": "CEB999Message"})
    assert "clearance.submit.message" in client.get(WHERE).content.decode()
    assert client.post(f"{WHERE}begin/", {"document": "12"}).status_code == 404
