"""The web role sees what its scope allows, and nothing outside of one."""

from __future__ import annotations

import datetime

import pytest
from django.db import connection

from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Membership, Organisation, Person
from pilotzone.kernel.access.scope import current, scope

pytestmark = pytest.mark.django_db
DAY = datetime.date(2021, 1, 4)


@pytest.fixture
def clerk() -> Person:
    with scope(PLATFORM):
        firm = Organisation.objects.create(
            name="测试企业", created_at=datetime.datetime(2021, 1, 4, tzinfo=datetime.UTC)
        )
        person = Person.objects.create(username="clerk")
        Membership.objects.create(person=person, organisation=firm, role="declarant", valid_from=DAY)
    return person


def test_a_person_sees_only_his_own_memberships(clerk: Person) -> None:
    with scope(Actor(kind=ENTERPRISE, person=clerk.pk)):
        assert Membership.objects.count() == 1
    with scope(Actor(kind=ENTERPRISE, person=clerk.pk + 1)):
        assert Membership.objects.count() == 0


def test_outside_of_any_scope_the_table_is_empty(clerk: Person) -> None:
    assert Membership.objects.count() == 0


def test_leaving_a_nested_scope_restores_the_outer_one(clerk: Person) -> None:
    with scope(Actor(kind=ENTERPRISE, person=clerk.pk)):
        with scope(PLATFORM):
            assert current() is PLATFORM
        with connection.cursor() as cursor:
            cursor.execute("SELECT pz_kind(), pz_person()")
            assert cursor.fetchone() == ("enterprise", clerk.pk)


def test_the_web_role_cannot_pass_row_level_security() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
        assert cursor.fetchone() == (False, False)


@pytest.mark.parametrize(("days", "suspended"), [(0, True), (-1, True), (1, False)])
def test_a_suspension_begins_on_its_day(days: int, suspended: bool) -> None:
    firm = Organisation(name="停用", suspended_on=DAY + datetime.timedelta(days=days))
    with scope(PLATFORM):
        firm.created_at = datetime.datetime(2021, 1, 4, tzinfo=datetime.UTC)
        firm.save()
        assert firm.suspended(DAY) is suspended
        assert Organisation.acting(DAY).filter(pk=firm.pk).exists() is not suspended
