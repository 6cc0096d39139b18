"""Who manages persons gives accounts and lets people leave; nobody else."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test import Client

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Membership, Person, Unit
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
