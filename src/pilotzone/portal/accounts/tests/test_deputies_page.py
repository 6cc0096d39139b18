"""A member names a holiday deputy on his page; the deputy acts under both names until the day is over."""

from __future__ import annotations

import datetime

import pytest
from django.test import Client

from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.members import appoint
from pilotzone.kernel.access.models import Membership, Organisation, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.access.units import load_units

pytestmark = pytest.mark.django_db
WHERE = "/accounts/deputies/"
DAY = datetime.date(2021, 1, 1)
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def client_of(person: Person) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


@pytest.fixture
def firm() -> dict[str, Person]:
    """A clerk in two roles, a colleague, and somebody of another firm."""
    founded = datetime.datetime(2021, 1, 1, tzinfo=datetime.UTC)
    with scope(PLATFORM):
        clock.found(demo=True)
        people = {
            name: Person.objects.create(username=name, display_name=f"{name}员") for name in ("jia", "yi", "bing")
        }
        one, other = (Organisation.objects.create(name=name, created_at=founded) for name in ("甲公司", "乙公司"))
        for name, role, body in (
            ("jia", "ebc", one),
            ("jia", "agent", one),
            ("yi", "ebc", one),
            ("bing", "ebc", other),
        ):
            appoint(person=people[name], role_code=role, organisation=body, since=DAY)
    return people


def asked(people: dict[str, Person], colleague: str, *roles: str, **change: object) -> dict[str, object]:
    with scope(PLATFORM):
        today = clock.today()
        offices = list(Membership.objects.filter(person=people["jia"], role__in=roles).values_list("pk", flat=True))
    return {
        "office": offices, "deputy": people[colleague].pk, "since": today.isoformat(),
        "until": (today + datetime.timedelta(7)).isoformat(), "reason": "年休假",
    } | change  # fmt: skip


def test_a_colleague_stands_in_for_the_chosen_roles_and_both_see_it(firm: dict[str, Person]) -> None:
    jia, yi = client_of(firm["jia"]), client_of(firm["yi"])
    page = jia.get(WHERE).content.decode()
    assert "yi员" in page and "bing员" not in page
    assert jia.post(WHERE, asked(firm, "yi", "agent")).status_code == 302
    for client in (jia, yi):
        page = client.get(WHERE).content.decode()
        assert "代理中" in page and "报关企业" in page
    with scope(PLATFORM):
        deputyship = Membership.objects.get(deputy_of__isnull=False)
    assert deputyship.role == "agent"
    yi.post("/accounts/act-as/", {"membership": deputyship.pk})
    page = yi.get("/enterprise/").content.decode()
    assert "<strong>代 jia员</strong>" in page
    yi.post(f"{WHERE}{deputyship.pk}/end/", {"reason": " "})
    answer = yi.post(f"{WHERE}{deputyship.pk}/end/", {"reason": "本人已返岗"})
    assert answer.status_code == 302
    page = jia.get(WHERE).content.decode()
    assert "已结束" in page and "yi员（代 jia员）" in page and "access.deputy_end" in page
    assert not yi.get("/enterprise/").wsgi_request.chosen.on_behalf


def test_it_ends_by_itself_by_the_zones_clock(firm: dict[str, Person]) -> None:
    jia, yi = client_of(firm["jia"]), client_of(firm["yi"])
    jia.post(WHERE, asked(firm, "yi", "ebc", "agent"))
    assert len(yi.get("/enterprise/").wsgi_request.memberships) == 3
    with scope(PLATFORM):
        clock.advance(by=datetime.timedelta(days=8), reason="test")
    assert len(yi.get("/enterprise/").wsgi_request.memberships) == 1
    assert jia.get(WHERE).content.decode().count("已结束") == 2


@pytest.mark.parametrize(
    ("deputy", "change", "code"),
    [
        ("bing", {}, "kernel.access.colleague"),
        ("jia", {}, "kernel.access.deputy"),
        ("yi", {"since": "2020-01-01"}, "accounts.deputy"),
        ("yi", {"until": "never"}, "accounts.deputy"),
        ("yi", {"until": "9999-01-01"}, "kernel.access.deputy"),
        ("yi", {"reason": " "}, "kernel.access.deputy"),
        ("yi", {"office": []}, "accounts.deputy"),
        ("yi", {"office": ["999999"]}, "accounts.deputy"),
        ("yi", {"deputy": "x"}, "accounts.deputy"),
    ],
)
def test_what_cannot_be_is_said_on_the_form_and_changes_nothing(
    firm: dict[str, Person], deputy: str, change: dict[str, object], code: str
) -> None:
    answer = client_of(firm["jia"]).post(WHERE, asked(firm, deputy, "ebc", **change))
    assert answer.status_code == 422 and code in answer.content.decode()
    with scope(PLATFORM):
        assert not Membership.objects.filter(deputy_of__isnull=False).exists()


def test_of_several_roles_all_or_none_is_given(firm: dict[str, Person]) -> None:
    """One of the two would put duties into one hand that must be apart: neither is given."""
    with scope(PLATFORM):
        load_units()
        zone = Unit.objects.get(code="zone")
        for name, role in (("jia", "leader"), ("jia", "zone_officer"), ("yi", "liaison")):
            appoint(person=firm[name], role_code=role, unit=zone, since=DAY)
    answer = client_of(firm["jia"]).post(WHERE, asked(firm, "yi", "leader", "zone_officer"))
    assert answer.status_code == 422 and "审核填报" in answer.content.decode()
    with scope(PLATFORM):
        assert not Membership.objects.filter(deputy_of__isnull=False).exists()


def test_a_third_person_ends_nothing(firm: dict[str, Person]) -> None:
    client_of(firm["jia"]).post(WHERE, asked(firm, "yi", "ebc"))
    with scope(PLATFORM):
        number = Membership.objects.get(deputy_of__isnull=False).pk
    answer = client_of(firm["bing"]).post(
        f"{WHERE}{number}/end/", {"reason": "x"}, headers={"accept": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "kernel.access.unknown")
    assert Client().get(WHERE).status_code == 302
