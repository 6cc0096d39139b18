"""The page 回执推送: make, try, switch, renew, replay; the secret once; nobody else's."""

from __future__ import annotations

import datetime
import re

import pytest
from django.db import connection
from django.test import Client

from pilotzone.exchange import receipts
from pilotzone.exchange.receipts import Receipt
from pilotzone.exchange.webhooks import ledger
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Organisation, Person
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units

pytestmark = pytest.mark.django_db
URL, PAGE = "https://8.8.8.8/in", "/enterprise/webhooks/"
AT = datetime.datetime(2021, 11, 11, tzinfo=datetime.UTC)


def come(role: str = "ebc", name: str = "甲") -> tuple[Client, int]:
    """Somebody signed in for a firm; and the firm's number."""
    client = Client()
    with scope(PLATFORM):
        load_units()
        firm = Organisation.objects.create(name=name, roles=[role], created_at=AT)
        person = Person.objects.create(username=f"p-{name}")
        appoint(person=person, role_code=role, since=datetime.date(2021, 1, 4), organisation=firm)
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client, firm.pk


def subscribe(client: Client, **more: str) -> str:
    """The page of a new subscription."""
    told = client.post(PAGE, {"url": URL, "description": "总部ERP", "start": "all", "kinds": [ledger.CREATED], **more})
    assert told.status_code == 200
    found = re.search(rf'href="({PAGE}\d+/)"', told.content.decode())
    assert found
    return found[1]


def fail_once(firm: int, status: int = 500) -> None:
    with scope(PLATFORM), connection.cursor() as cursor:
        receipts.write(cursor, [Receipt(firm, "CEB622Message", "LIST-1", "800", AT, "", "<r></r>")])
        ledger.form(cursor, receipts.safe(cursor))
        for due in ledger.claim(cursor, places=8, troubled=4):
            ledger.settle(cursor, due, ledger.Answer(status, 7, "<b>坏了</b>"), None)


def test_an_empty_page_says_that_nothing_is_lost() -> None:
    client, _ = come()
    page = client.get(PAGE).content.decode()
    assert "还没有推送订阅。" in page and "GET /api/v1/receipts" in page


def test_a_fresh_secret_is_shown_once() -> None:
    client, _ = come()
    told = client.post(PAGE, {"url": URL, "description": "总部ERP", "kinds": [ledger.CREATED, ledger.PAYMENT]})
    (secret,) = set(re.findall(r"whsec_[\w+/=]+", told.content.decode()))
    assert len(secret) > 40 and "no-store" in told["Cache-Control"]
    assert secret not in client.get(PAGE).content.decode()


@pytest.mark.parametrize("url", ["https://10.0.0.1/", "nonsense", "", "http://8.8.8.8/"])
def test_a_bad_endpoint_is_named_and_kept_in_the_form(url: str) -> None:
    client, _ = come()
    told = client.post(PAGE, {"url": url, "description": "总部ERP"})
    page = told.content.decode()
    assert told.status_code == 422 and re.search(r"webhook\.(url|address)", page) and "总部ERP" in page
    assert "还没有推送订阅。" in page


def test_the_log_shows_what_was_answered_and_replays_dead_letters() -> None:
    client, firm = come()
    here = subscribe(client)
    assert "还没有推送。" in client.get(here).content.decode()
    fail_once(firm)
    page = client.get(here).content.decode()
    assert "死信" in page and "HTTP 500" in page and "&lt;b&gt;坏了" in page and "<b>坏了" not in page
    assert "没有符合条件的记录。" in client.get(here + "?state=sent").content.decode()
    told = client.post(here + "replay/", {"state": "dead"}, follow=True).content.decode()
    assert "将重新推送 1 次投递。" in told and "待推送" in told


def test_chosen_rows_and_a_range_are_replayed() -> None:
    client, firm = come()
    here = subscribe(client)
    fail_once(firm)
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("SELECT max(id) FROM exchange_delivery")
        number = cursor.fetchone()[0]
    for asked in ({"chosen": [str(number)]}, {"first": str(number)}, {"last": str(number)}):
        assert "将重新推送 1 次投递。" in client.post(here + "replay/", asked, follow=True).content.decode()
    for asked in ({}, {"first": "x"}, {"chosen": ["-1"]}):
        refused = client.post(here + "replay/", asked)
        assert refused.status_code == 422 and "webhook.replay" in refused.content.decode()


def test_it_is_switched_off_and_on_tried_and_renewed() -> None:
    client, _ = come()
    here = subscribe(client)
    assert "测试推送已发出" in client.post(here + "ping/", follow=True).content.decode()
    off = client.post(here + "off/", follow=True).content.decode()
    assert "停用" in off and "测试推送</button>" not in off
    assert "webhook.off" in client.post(here + "ping/").content.decode()
    assert "已启用" in client.post(here + "on/", follow=True).content.decode()
    renewed = client.post(here + "secret/").content.decode()
    assert re.search(r"whsec_[\w+/=]{40}", renewed) and "旧密钥仍同时签名至" in renewed
    again = client.post(here + "secret/")  # reloaded: a second renewal would leave the receiver without a secret
    assert again.status_code == 422 and "webhook.rotating" in again.content.decode()
    assert "whsec_" not in again.content.decode()
    assert "旧密钥已作废。" in client.post(here + "retire/", follow=True).content.decode()
    assert "whsec_" in client.post(here + "secret/").content.decode()
    assert client.post(here + "nonsense/").status_code == 404
    assert client.get(here + "secret/?state=dead")["Location"] == here + "?state=dead"


def test_410_is_explained() -> None:
    client, firm = come()
    here = subscribe(client)
    fail_once(firm, 410)
    page = client.get(here).content.decode()
    assert "对方已关闭" in page and "对方应答 410" in page


def test_another_firm_and_a_role_without_the_right_see_nothing() -> None:
    client, _ = come()
    here = subscribe(client)
    rival, _ = come(name="乙")
    assert rival.get(here).status_code in (403, 404)
    assert rival.post(here + "off/").status_code in (403, 404)
    assert URL not in rival.get(PAGE).content.decode()
    park, _ = come("park", "园区")
    assert park.get(PAGE).status_code == 403


def test_a_log_too_long_for_a_file_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    client, firm = come()
    here = subscribe(client)
    fail_once(firm)
    client.post(here + "ping/")
    monkeypatch.setattr("pilotzone.portal.desks.webhooks.MOST_EXPORTED", 1)
    assert client.get(here + "export.csv").status_code == 422
    assert client.get(here + "export.csv?state=dead").status_code == 200


def test_the_log_as_a_file_keeps_the_filter() -> None:
    client, firm = come()
    here = subscribe(client)
    fail_once(firm)
    client.post(here + "ping/")
    lines = client.get(here + "export.csv?state=dead").content.decode("utf-8-sig").splitlines()
    assert len(lines) == 2 and lines[0].startswith("序号,webhook-id,") and ",死信,1,500," in lines[1]


def test_the_file_holds_no_formula_and_leaves_its_line() -> None:
    client, firm = come()
    here = subscribe(client)
    fail_once(firm)
    with scope(PLATFORM), connection.cursor() as cursor:
        cursor.execute("UPDATE exchange_delivery SET last_error = '=1+1' WHERE state = 'dead'")
    told = client.get(here + "export.csv?state=dead")
    assert (
        ",500,'=1+1," in told.content.decode("utf-8-sig").splitlines()[1]
        and "attachment" in told["Content-Disposition"]
    )
    with scope(PLATFORM):
        number = here.rstrip("/").rpartition("/")[2]
        (line,) = audit.trail("list", f"webhook-{number}", actions=["webhook.export"])
    assert line["after"] == '{"rows": 1}'


def test_the_page_is_whole_in_english() -> None:
    client, firm = come()
    here = subscribe(client, description="HQ")
    fail_once(firm)
    client.cookies["django_language"] = "en"
    for path in (PAGE, here):
        inside = client.get(path).content.decode().split("<main")[1].split("</main")[0].replace("坏了", "")
        assert not re.findall("[\u3400-\u9fff]+", inside)
