"""An office suspends an enterprise, with reason and basis; only it lifts what it ordered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from pilotzone.base.errors import Denied, Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import doors, suspensions
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.models import Membership, Organisation, Suspension
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.tests.conftest import Cast

pytestmark = pytest.mark.django_db
WHY = {"reason": "违规", "legal_basis": "海关总署公告2018年第194号 第二十九条"}


def acting(membership: Membership) -> Actor:
    with scope(PLATFORM):
        return doors.actor_of(membership.person, membership, on=clock.today())


def out_since(firm: Organisation) -> object:
    return Organisation.objects.get(pk=firm.pk).suspended_on


def test_it_is_out_from_the_day_named_until_it_is_lifted(cast: Cast) -> None:
    with scope(PLATFORM):
        today = clock.today()
    with scope(acting(cast.office)):
        later = suspensions.suspend(organisation=cast.firm.pk, since=today + timedelta(3), **WHY)
        assert out_since(cast.firm) == today + timedelta(3)
        assert audit.trail("organisation", cast.firm.pk)[0]["reason"] == "违规"
    with scope(acting(cast.customs)):
        suspensions.suspend(organisation=cast.firm.pk, since=today, **WHY)
    with scope(Actor(person=cast.clerk.pk)):
        assert not doors.memberships_of(cast.clerk, on=today).exists()
    with scope(acting(cast.customs)):
        with pytest.raises(Denied, match="kernel.suspension.other_office"):
            suspensions.lift(later.pk, reason="x")
        own = Suspension.objects.get(office__path="zone.customs")
        with pytest.raises(Refused, match="kernel.suspension.words"):
            suspensions.lift(own.pk, reason=" ")
        suspensions.lift(own.pk, reason="整改完成")
        assert out_since(cast.firm) == today + timedelta(3)  # the zone office's order still stands
        with pytest.raises(Refused, match="kernel.suspension.lifted"):
            suspensions.lift(own.pk, reason="again")
    with scope(acting(cast.office)):
        suspensions.lift(later.pk, reason="整改完成")
        assert out_since(cast.firm) is None
        assert audit.trail("organisation", cast.firm.pk)[0]["action"] == "firm.lift"
        assert suspensions.suspend(organisation=cast.firm.pk, since=today, **WHY).pk  # a new one may follow


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": " "}, "kernel.suspension.words"),
        ({"legal_basis": ""}, "kernel.suspension.words"),
        ({"days": -1}, "kernel.suspension.day"),
        ({"days": 400}, "kernel.suspension.day"),
    ],
)
def test_an_order_names_its_reason_its_basis_and_its_day(cast: Cast, change: dict[str, object], code: str) -> None:
    days = int(str(change.pop("days", 0)))
    with scope(acting(cast.office)):
        with pytest.raises(Refused, match=code):
            suspensions.suspend(organisation=cast.firm.pk, since=clock.today() + timedelta(days), **(WHY | change))
        assert not Suspension.objects.exists()


def test_one_office_orders_it_once(cast: Cast) -> None:
    with scope(acting(cast.office)):
        suspensions.suspend(organisation=cast.firm.pk, since=clock.today(), **WHY)
        with pytest.raises(Refused, match="kernel.suspension.twice"):
            suspensions.suspend(organisation=cast.firm.pk, since=clock.today(), **WHY)


def test_others_neither_order_nor_see_it(cast: Cast) -> None:
    with scope(acting(cast.office)):
        made = suspensions.suspend(organisation=cast.firm.pk, since=clock.today(), **WHY)
    for membership in (cast.clerks, cast.county):
        with scope(acting(membership)), pytest.raises(Denied):
            suspensions.suspend(organisation=cast.firm.pk, since=clock.today(), **WHY)
    with scope(Actor(kind=ENTERPRISE, organisation=cast.firm.pk, role="ebc")):
        assert suspensions.access_suspension(made.pk) == made
        assert not Suspension.objects.filter(pk=made.pk).update(reason="nothing")  # seen, not changed
    with scope(Actor(kind=ENTERPRISE, organisation=cast.other.pk, role="pay")):
        with pytest.raises(Denied, match="kernel.access.unknown"):
            suspensions.access_suspension(made.pk)
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            Suspension.objects.create(
                organisation=cast.firm, office=cast.office.unit, since=clock.today(), ordered_at=clock.now()
            )
