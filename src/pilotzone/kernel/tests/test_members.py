"""People come, stand in for one another and leave."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit
from pilotzone.kernel.access import doors, members
from pilotzone.kernel.access.actor import CONSUMER, NOBODY, PLATFORM, Actor
from pilotzone.kernel.access.models import Membership, Unit, UnitLink
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.tests.conftest import DAY, Cast

pytestmark = pytest.mark.django_db
LATER = date(2021, 6, 1)


def acting(membership: Membership) -> Actor:
    with scope(PLATFORM):
        return doors.actor_of(membership.person, membership, on=LATER)


def test_a_membership_becomes_an_actor(cast: Cast) -> None:
    actor = acting(cast.clerks)
    assert (actor.kind, actor.organisation, actor.role) == ("enterprise", cast.firm.pk, "ebc")
    assert acting(cast.customs).unit_path == "zone.customs"
    assert acting(cast.county).unit_path == "zone.districts.d360111"
    assert doors.actor_of(cast.consumer, on=LATER).kind == CONSUMER
    assert doors.actor_of(None, on=LATER) is NOBODY


def test_permission_is_the_roles_and_nothing_else(cast: Cast) -> None:
    with scope(acting(cast.clerks)):
        assert doors.require("declare.submit").organisation == cast.firm.pk
        with pytest.raises(Denied, match="kernel.access.denied"):
            doors.require("audit.read")
    assert not doors.may("declare.submit")  # nobody outside of a scope


def test_a_grant_adds_one_action_until_its_day(cast: Cast) -> None:
    with scope(PLATFORM):
        by = cast.office.person
        members.grant(cast.clerks, action="aggregate.see", by=by, since=DAY, until=LATER, reason="pilot")
        assert doors.may("aggregate.see", doors.actor_of(cast.clerk, cast.clerks, on=LATER))
        assert not doors.may("aggregate.see", doors.actor_of(cast.clerk, cast.clerks, on=LATER + timedelta(1)))
        with pytest.raises(Refused, match="kernel.access.grant"):
            members.grant(cast.clerks, action="no.such", by=by, since=DAY, until=None, reason="x")
        with pytest.raises(Refused, match="kernel.access.grant"):
            members.grant(cast.clerks, action="audit.read", by=cast.clerk, since=DAY, until=None, reason="x")


def test_roles_fit_their_side_and_their_unit(cast: Cast) -> None:
    with scope(PLATFORM):
        tax = Unit.objects.get(code="tax")
        for wrong in (
            {"role_code": "customs_officer", "unit": tax},
            {"role_code": "customs_officer", "organisation": cast.firm},
            {"role_code": "ebc", "unit": tax},
            {"role_code": "consumer", "organisation": cast.firm},
            {"role_code": "ebc", "organisation": cast.firm, "unit": tax},
        ):
            with pytest.raises(Refused, match="kernel.access.side"):
                members.appoint(person=cast.consumer, since=DAY, **wrong)


def test_duties_that_must_be_apart_do_not_meet_in_one_hand(cast: Cast) -> None:
    with scope(PLATFORM):
        customs = Unit.objects.get(code="customs")
        members.appoint(person=cast.consumer, role_code="customs_control", unit=customs, since=DAY)
        with pytest.raises(Refused, match="kernel.access.apart"):
            members.appoint(person=cast.consumer, role_code="customs_inspector", unit=customs, since=LATER)


def test_a_deputy_acts_in_both_names_for_his_days_only(cast: Cast) -> None:
    with scope(PLATFORM):
        until = LATER + timedelta(days=6)
        made = members.deputise(cast.clerks, deputy=cast.mate, since=LATER, until=until, reason="holiday")
    for day, count in ((LATER - timedelta(1), 0), (LATER, 1), (until, 1), (until + timedelta(1), 0)):
        with scope(Actor(person=cast.mate.pk)):
            deputising = doors.memberships_of(cast.mate, on=day).filter(deputy_of__isnull=False)
            assert deputising.count() == count
    actor = acting(made)
    assert (actor.organisation, actor.person, actor.deputy_of) == (cast.firm.pk, cast.mate.pk, cast.clerk.pk)
    with scope(actor):
        audit.record("x.y", object_kind="thing", object_id=1)
        assert audit.trail("thing", 1)[0]["deputy_of"] == cast.clerk.pk


@pytest.mark.parametrize(
    "change",
    [
        {"until": LATER - timedelta(1)},
        {"until": LATER + timedelta(93)},
        {"reason": " "},
    ],
)
def test_a_deputyship_names_its_reason_and_its_days(cast: Cast, change: dict[str, Any]) -> None:
    asked: dict[str, Any] = {"since": LATER, "until": LATER + timedelta(7), "reason": "holiday"} | change
    with scope(PLATFORM), pytest.raises(Refused, match="kernel.access.deputy"):
        members.deputise(cast.clerks, deputy=cast.mate, **asked)


def test_who_leaves_is_out_at_once_with_his_deputies_and_his_sessions(cast: Cast) -> None:
    with scope(PLATFORM):
        cast.clerk.set_password("long enough to sign in")
        cast.clerk.save()
        members.deputise(cast.clerks, deputy=cast.mate, since=LATER, until=LATER + timedelta(30), reason="h")
    client = Client()
    client.force_login(cast.clerk)
    with scope(PLATFORM):
        assert members.leave(cast.clerk, last_day=LATER, reason="left") == 2
        assert doors.memberships_of(cast.mate, on=LATER + timedelta(1)).count() == 1  # his own
        assert doors.actor_of(cast.clerk, cast.clerks, on=LATER + timedelta(1)) is NOBODY
        assert audit.trail("person", cast.clerk.pk)[0]["action"] == "access.leave"
    from django.contrib.auth import get_user
    from django.http import HttpRequest

    request = HttpRequest()
    request.session = client.session
    assert get_user(request).is_anonymous


def test_an_organisation_is_fetched_only_through_its_door(cast: Cast) -> None:
    with scope(acting(cast.clerks)):
        assert doors.access_organisation(cast.firm.pk) == cast.firm
        for number in (cast.other.pk, 0):
            with pytest.raises(Denied, match="kernel.access.unknown"):
                doors.access_organisation(number)
    with scope(acting(cast.customs)):
        assert doors.access_organisation(cast.other.pk) == cast.other
    with pytest.raises(Denied):
        doors.access_organisation(cast.firm.pk)


def test_a_county_officer_reaches_the_firms_of_his_county_only(cast: Cast) -> None:
    with scope(PLATFORM):
        unit = Unit.objects.get(code="360111")
        UnitLink.objects.create(organisation=cast.firm, unit=unit, kind="registered", valid_from=DAY)
    with scope(acting(cast.county)):
        assert doors.access_organisation(cast.firm.pk) == cast.firm
        with pytest.raises(Denied):
            doors.access_organisation(cast.other.pk)
        assert doors.access_unit("zone.districts.d360111").code == "360111"
        with pytest.raises(Denied):
            doors.access_unit("zone.districts.d360112")
        with pytest.raises(Denied):
            doors.access_person(cast.clerk.pk)


def test_only_the_office_appoints(cast: Cast) -> None:
    from django.db import ProgrammingError, transaction

    with scope(acting(cast.clerks)), pytest.raises(ProgrammingError, match="row-level security"), transaction.atomic():
        members.appoint(person=cast.consumer, role_code="ebc", organisation=cast.firm, since=DAY)
    with scope(acting(cast.office)):
        assert members.appoint(person=cast.consumer, role_code="ebc", organisation=cast.firm, since=DAY).pk
