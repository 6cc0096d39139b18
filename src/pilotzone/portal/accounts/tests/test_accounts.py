"""Signing in, playing a party, the first administrator, the matrix and the first steps, through their pages."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator

import pytest
from django import forms
from django.template.loader import render_to_string
from django.test import Client

from pilotzone.base.errors import Refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Organisation, Person
from pilotzone.kernel.access.roles import role
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units
from pilotzone.portal.accounts import first

pytestmark = pytest.mark.django_db
GOOD = "a-long-passphrase-7"


@pytest.fixture
def client() -> Iterator[Client]:
    yield Client()


@pytest.fixture
def demo() -> None:
    with scope(PLATFORM):
        clock.found(demo=True)
        load_units()
        for role in ("ebc", "pay"):
            Organisation.objects.create(
                name=f"（演示）{role}", roles=[role], synthetic=True, customs_code=f"36019{role:0>5}",
                created_at=datetime.datetime(2021, 1, 4, tzinfo=datetime.UTC),
            )  # fmt: skip


@pytest.fixture
def person() -> Person:
    with scope(PLATFORM):
        return Person.objects.create_user("clerk", password=GOOD)


def sign_in(client: Client, password: str = GOOD) -> object:
    return client.post("/accounts/login/", {"login": "clerk", "password": password})


def test_a_person_signs_in_and_out(client: Client, person: Person) -> None:
    assert client.get("/accounts/login/").status_code == 200
    assert sign_in(client).status_code == 302
    assert "_auth_user_id" in client.session
    assert client.post("/accounts/logout/").status_code == 302
    assert "_auth_user_id" not in client.session


def test_guessing_is_locked_out_even_with_the_right_password_after(client: Client, person: Person) -> None:
    for _ in range(5):
        sign_in(client, "wrong")
    assert sign_in(client).status_code == 429
    assert "_auth_user_id" not in client.session


def test_nobody_signs_himself_up_in_a_zone_that_did_not_open(client: Client) -> None:
    page = client.post("/accounts/signup/", {"username": "x", "password1": GOOD, "password2": GOOD})
    assert page.status_code == 200
    assert not Person.objects.filter(username="x").exists()


def test_one_click_plays_a_party_of_a_demonstration(client: Client, demo: None) -> None:
    with scope(PLATFORM):  # a firm that filed later has no customs code
        now = datetime.datetime(2021, 1, 5, tzinfo=datetime.UTC)
        Organisation.objects.create(name="后来的企业", roles=["ebc"], synthetic=True, created_at=now)
    page = client.get("/accounts/parties/").content.decode()
    assert "（演示）ebc" in page and "后来的企业" not in page and "演示数据装载中" in page
    assert client.post("/accounts/parties/seller/").status_code == 302
    assert client.get("/").wsgi_request.party_name == "（演示）ebc"
    with scope(PLATFORM):
        Organisation.objects.filter(name="（演示）ebc").update(name_en="Demo ebc")
    client.cookies["django_language"] = "en"
    assert client.get("/").wsgi_request.party_name == "Demo ebc"
    del client.cookies["django_language"]
    assert client.post("/accounts/parties/county/").status_code == 302
    assert client.get("/").wsgi_request.party_name == "青山湖区"
    assert client.post("/accounts/parties/consumer/").status_code == 302
    client.post("/accounts/parties/seller/")
    with scope(PLATFORM):
        assert Membership.objects.filter(person__username="demo-seller").count() == 1
        assert Person.objects.get(username="demo-consumer").buyer_key


@pytest.mark.parametrize(("key", "status"), [("carrier", 503), ("king", 422)])
def test_a_part_that_is_not_there_is_said_so(client: Client, demo: None, key: str, status: int) -> None:
    assert client.post(f"/accounts/parties/{key}/").status_code == status
    assert "_auth_user_id" not in client.session


def test_in_a_real_zone_nobody_plays(client: Client) -> None:
    with scope(PLATFORM):
        clock.found(demo=False)
    answer = client.post("/accounts/parties/seller/", headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (403, "accounts.not_demo")
    assert client.get("/accounts/parties/seller/").status_code == 405


def test_the_first_administrator_sets_a_password_by_a_link_that_works_once(client: Client) -> None:
    link = first.invite("chief", base="http://testserver/")
    where = link.removeprefix("http://testserver")
    assert client.get(where).status_code == 200
    assert "不一致" in client.post(where, {"password": GOOD, "again": "other"}).content.decode()
    assert client.post(where, {"password": "short", "again": "short"}).status_code == 200
    assert client.post(where, {"password": GOOD, "again": GOOD}).status_code == 302
    assert client.get(where).status_code == 422
    assert client.post("/accounts/login/", {"login": "chief", "password": GOOD}).status_code == 302
    with pytest.raises(Refused, match="accounts.first"):
        first.invite("second", base="http://x")


@pytest.mark.parametrize("link", ["MQ/x-y", "zzzz/x", "%00/x", "OTk5OTk5OTk5OTk5OTk5OTk5OTk/x"])
def test_a_made_up_link_opens_nothing(client: Client, link: str) -> None:
    assert client.get(f"/accounts/first/{link}/").status_code in {404, 422}


def test_the_matrix_is_shown_as_it_is(client: Client) -> None:
    page = client.get("/accounts/matrix/").content.decode()
    row = re.search(r"县区分平台管理员</th>(.*?)</tr>", page, re.DOTALL)
    assert row and row[1].count(">可<") == len(role("district_officer").may)


def test_first_steps_are_ticked_off(client: Client, person: Person) -> None:
    assert client.get("/accounts/steps/").status_code == 302
    sign_in(client)
    assert "开启双重验证" in client.get("/accounts/steps/").content.decode()
    for done, count in (("1", 1), ("1", 1), ("0", 0)):
        client.post("/accounts/steps/tick/", {"key": "codes", "done": done})
        assert client.get("/accounts/steps/").content.decode().count("已完成</strong>") == count
    assert client.post("/accounts/steps/tick/", {"key": "rule", "done": "1"}).status_code == 422


def test_one_acts_only_as_what_one_is(client: Client, person: Person) -> None:
    sign_in(client)
    assert client.post("/accounts/act-as/", {"membership": "1"}).status_code == 422


def test_every_answer_forbids_inline_script_and_style(client: Client) -> None:
    for where in ("/accounts/login/", "/accounts/matrix/", "/nowhere/"):
        answer = client.get(where)
        policy = answer.headers["Content-Security-Policy"]
        assert "unsafe" not in policy and "script-src 'self'" in policy and "frame-ancestors 'none'" in policy
        page = answer.content.decode()
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", page), where


def test_the_second_factor_can_be_turned_on_and_is_sealed(client: Client, person: Person) -> None:
    from allauth.mfa.adapter import get_adapter

    sign_in(client)
    again = client.get("/accounts/2fa/totp/activate/", follow=True).redirect_chain[-1][0]
    assert client.post(again, {"password": GOOD}).status_code == 302
    page = client.get("/accounts/2fa/totp/activate/")
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style", page.content.decode())
    sealed = get_adapter().encrypt("SECRET")
    assert "SECRET" not in sealed and get_adapter().decrypt(sealed) == "SECRET"


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("zh-hans", ("双因素身份认证", "激活身份验证器", "认证器代码")),
        ("en", ("Two-Factor Authentication", "Activate Authenticator App", "Authenticator code")),
    ],
)
def test_the_pages_of_the_second_factor_look_like_the_portals(
    client: Client, person: Person, language: str, words: tuple[str, ...]
) -> None:
    client.cookies["django_language"] = language
    sign_in(client)
    index = client.get("/accounts/2fa/").content.decode()
    assert (
        words[0] in index and '<section class="card">' in index and 'class="button' in index and "<ul>\n" not in index
    )
    again = client.get("/accounts/2fa/totp/activate/", follow=True).redirect_chain[-1][0]
    asked = client.get(again).content.decode()
    assert 'class="card form"' in asked and '<label for="id_password">' in asked and "button primary" in asked
    wrong = client.post(again, {"password": "wrong"}).content.decode()
    assert re.search(r'<p class="errors" role="alert" id="id_password_error">[^<]+', wrong)
    client.post(again, {"password": GOOD})
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    assert all(one in page for one in words[1:]) and 'class="qr"' in page and '<label for="id_code">' in page
    assert '<button class="button primary" type="submit">' in page


def test_who_forgot_the_password_is_told_whom_to_ask_for_no_mail_is_sent(client: Client) -> None:
    told = client.get("/accounts/password/reset/")
    assert told.status_code == 200 and "重发登录链接" in told.content.decode()
    assert 'name="email"' not in told.content.decode()
    assert client.post("/accounts/password/reset/", {"email": "a@example.com"}).status_code == 405


@pytest.mark.parametrize("where", ["email/", "confirm-email/", "confirm-email/x/", "password/reset/done/"])
def test_there_are_no_pages_for_mail(client: Client, person: Person, where: str) -> None:
    sign_in(client)
    for answer in (
        client.get(f"/accounts/{where}"),
        client.post(f"/accounts/{where}", {"email": "a@b.cn", "action_add": ""}),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_help_and_errors_are_what_their_field_is_described_by(client: Client, person: Person, language: str) -> None:
    client.cookies["django_language"] = language
    sign_in(client)
    page = client.post("/accounts/password/change/", {"oldpassword": "wrong", "password1": "x"}).content.decode()
    described = re.findall(r'aria-describedby="([^"]+)"', page)
    named = {name for one in described for name in one.split()}
    assert {"id_password1_helptext", "id_password1_error", "id_oldpassword_error"} <= named
    for name in named:
        assert page.count(f'id="{name}"') == 1, name
    assert not re.search(r"<p\b[^>]*>(?:(?!</p>).)*<ul", page, re.DOTALL), "a paragraph holds no list"


def test_an_error_of_a_field_nobody_sees_is_told_all_the_same() -> None:
    class Hidden(forms.Form):
        mark = forms.CharField(widget=forms.HiddenInput)

    page = render_to_string("allauth/elements/fields.html", {"attrs": {"form": Hidden({"mark": ""})}})
    assert 'type="hidden"' in page and re.search(r'<p class="errors" role="alert">[^<]+', page)


@pytest.mark.parametrize("kind", ["radio", "checkbox"])
def test_what_is_picked_has_its_value(kind: str) -> None:
    page = render_to_string(
        "allauth/elements/field.html", {"attrs": {"type": kind, "name": "account", "value": 7, "id": "a7"}, "slots": {}}
    )
    assert 'value="7"' in page and 'name="account"' in page
    without = render_to_string("allauth/elements/field.html", {"attrs": {"type": kind, "id": "saved"}, "slots": {}})
    assert "value" not in without
