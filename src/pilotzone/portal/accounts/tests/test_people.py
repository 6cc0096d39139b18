"""Who manages persons gives accounts and lets people leave; nobody else."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Membership, Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units

pytestmark = pytest.mark.django_db
GOOD = "a-long-passphrase-7"
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(role: str, unit: str) -> Client:
    with scope(PLATFORM):
        load_units()
        person = Person.objects.create(username=role)
        appoint(person=person, role_code=role, unit=Unit.objects.get(code=unit), since=date(2021, 1, 1))
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def test_an_account_is_given_used_and_ended() -> None:
    office = client_of("zone_officer", "zone")
    asked = {"username": "guan.yuan", "name": "关员", "role": "customs_officer", "body": "customs"}
    page = office.post("/accounts/people/", asked).content.decode()
    link = re.search(r"http://testserver(/accounts/first/\S+?/)<", page)
    assert link
    assert Client().post(link[1], {"password": GOOD, "again": GOOD}).status_code == 302
    officer = Client()
    assert officer.post("/accounts/login/", {"login": "guan.yuan", "password": GOOD}).status_code == 302
    assert officer.get("/").wsgi_request.party_name == "南昌海关"
    number = Person.objects.get(username="guan.yuan").pk
    assert office.post(f"/accounts/people/{number}/leave/", {"reason": " "}).status_code == 422
    assert office.post(f"/accounts/people/{number}/leave/", {"reason": "调离"}).status_code == 302
    assert officer.get("/").wsgi_request.user.is_anonymous
    assert Client().get(link[1]).status_code == 422


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"username": "zone_officer"}, "accounts.name"),
        ({"username": "a b"}, "accounts.name"),
        ({"body": "nowhere"}, "accounts.body"),
        ({"body": ""}, "accounts.body"),
        ({"role": "king"}, "kernel.access.role"),
        ({"role": "ebc"}, "kernel.access.side"),
    ],
)
def test_what_cannot_be_given_is_refused_whole(change: dict[str, str], code: str) -> None:
    office = client_of("zone_officer", "zone")
    asked = {"username": "new.one", "name": "新", "role": "customs_officer", "body": "customs"} | change
    answer = office.post("/accounts/people/", asked, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert code != "kernel.access.side" or "海关编码" in answer.json()["mend_zh"]
    assert not Person.objects.filter(username="new.one").exists()


def test_others_see_and_do_nothing_here() -> None:
    county = client_of("district_officer", "360111")
    with scope(PLATFORM):
        other = Person.objects.create(username="other")
    assert county.get("/accounts/people/").status_code == 403
    assert county.post("/accounts/people/", {"username": "x.y.z"}).status_code == 403
    assert county.post(f"/accounts/people/{other.pk}/leave/", {"reason": "x"}).status_code == 403
    with scope(PLATFORM):
        assert Person.objects.get(pk=other.pk).is_active
        assert Membership.objects.count() == 1


def test_who_lost_password_and_authenticator_gets_a_new_way_in_and_the_old_one_ends() -> None:
    office = client_of("zone_officer", "zone")
    asked = {"username": "guan.yuan", "name": "关员", "role": "customs_officer", "body": "customs"}
    link = re.search(r"(/accounts/first/\S+?/)<", office.post("/accounts/people/", asked).content.decode())
    assert link
    Client().post(link[1], {"password": GOOD, "again": GOOD})
    officer = Client()
    officer.post("/accounts/login/", {"login": "guan.yuan", "password": GOOD})
    person = Person.objects.get(username="guan.yuan")
    Authenticator.objects.create(user=person, type="totp", data={"secret": "lost"})
    path = f"/accounts/people/{person.pk}/again/"
    assert office.post(path, {"reason": " "}).status_code == 422
    told = office.post(path, {"reason": "手机丢失"}).content.decode()
    anew = re.search(r"http://testserver(/accounts/first/\S+?/)<", told)
    assert anew
    assert officer.get("/").wsgi_request.user.is_anonymous, "the open session ended"
    assert not Authenticator.objects.filter(user=person).exists()
    assert Client().post("/accounts/login/", {"login": "guan.yuan", "password": GOOD}).status_code == 200, "not let in"
    older, told = anew[1], office.post(path, {"reason": "链接寄错人"}).content.decode()
    anew = re.search(r"http://testserver(/accounts/first/\S+?/)<", told)
    assert anew and Client().get(older).status_code == 422, "a new link ends the one before"
    assert Client().post(anew[1], {"password": GOOD + "b", "again": GOOD + "b"}).status_code == 302
    assert Client().get(anew[1]).status_code == 422, "once only"
    own = Person.objects.get(username="zone_officer").pk
    assert office.post(f"/accounts/people/{own}/again/", {"reason": "x"}).status_code == 422, (
        "nobody does it for himself"
    )
    with scope(PLATFORM):
        assert "accounts.again" in {line["action"] for line in audit.trail("person", person.pk)}


@pytest.fixture
def firms(db: None) -> dict[str, Organisation]:
    with scope(PLATFORM):
        load_units()
        at = datetime(2021, 1, 1, tzinfo=UTC)
        return {
            code: Organisation.objects.create(name=code, customs_code=code, roles=["ebc"], created_at=at)
            for code in ("3601960A01", "3601960A02")
        }


def clerk(name: str, role: str, firm: Organisation) -> tuple[Client, Person]:
    with scope(PLATFORM):
        person = Person.objects.create(username=name)
        appoint(person=person, role_code=role, organisation=firm, since=date(2021, 1, 1))
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client, person


def test_a_firm_manages_its_own_persons_and_no_others(firms: dict[str, Organisation]) -> None:
    ours, theirs = firms.values()
    head, _ = clerk("head", "firm_admin", ours)
    _, stranger = clerk("stranger", "ebc", theirs)
    page = head.get("/accounts/people/").content.decode()
    assert "stranger" not in page and 'name="body"' not in page
    asked = {"username": "new.clerk", "name": "新同事", "role": "ebc", "body": theirs.customs_code}
    assert "/accounts/first/" in head.post("/accounts/people/", asked).content.decode()
    new = Person.objects.get(username="new.clerk")
    with scope(PLATFORM):
        assert [one.organisation for one in Membership.objects.filter(person=new)] == [ours], (
            "what was typed counts not"
        )
    for verb in ("leave", "again"):
        assert head.post(f"/accounts/people/{stranger.pk}/{verb}/", {"reason": "x"}).status_code == 403
    assert head.post(f"/accounts/people/{new.pk}/leave/", {"reason": "离职"}).status_code == 302
    new.refresh_from_db()
    assert not new.is_active and Person.objects.get(pk=stranger.pk).is_active


def test_nobody_gives_or_takes_more_than_he_has(firms: dict[str, Organisation]) -> None:
    ours, _ = firms.values()
    _, head = clerk("head", "firm_admin", ours)
    own, _ = clerk("own", "ebc", ours)
    asked = {"username": "second.head", "name": "甲", "role": "firm_admin"}
    answer = own.post("/accounts/people/", asked, headers={"accept": "application/json"})
    assert (answer.status_code, answer.json()["code"]) == (422, "kernel.access.beyond")
    assert not Person.objects.filter(username="second.head").exists()
    for verb in ("leave", "again"):
        own.post(f"/accounts/people/{head.pk}/{verb}/", {"reason": "x"})
    head.refresh_from_db()
    assert head.is_active and head.password != "!"
    bank = own.post("/accounts/people/", asked | {"role": "bank"}, headers={"accept": "application/json"})
    assert bank.json()["code"] == "kernel.access.beyond", "a role of another kind of firm"
    with scope(PLATFORM):
        appoint(person=head, role_code="zone_officer", unit=Unit.objects.get(code="zone"), since=date(2021, 1, 1))
    second, _ = clerk("other.head", "firm_admin", ours)
    assert second.post(f"/accounts/people/{head.pk}/leave/", {"reason": "x"}).status_code == 403, (
        "acts for another body too"
    )
