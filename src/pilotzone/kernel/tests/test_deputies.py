"""Who goes on holiday names a colleague; duties that must be apart stay apart, and both names stand in the audit."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, transaction

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit
from pilotzone.kernel.access import doors, members
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.models import Membership, Person, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.tests.conftest import DAY, Cast

pytestmark = pytest.mark.django_db
SINCE = date(2021, 6, 1)
UNTIL = SINCE + timedelta(days=6)


def acting(membership: Membership) -> Actor:
    with scope(PLATFORM):
        return doors.actor_of(membership.person, membership, on=SINCE)


def named(cast: Cast) -> Membership:
    """The clerk himself, under row-level security, names his colleague."""
    with scope(acting(cast.clerks)):
        return members.deputise(cast.clerks, deputy=cast.mate, since=SINCE, until=UNTIL, reason="holiday")


def test_the_principal_names_a_deputy_himself_and_both_see_it(cast: Cast) -> None:
    made = named(cast)
    for person in (cast.clerk, cast.mate):
        with scope(Actor(person=person.pk)):
            assert doors.access_membership(made.pk).on_behalf == cast.clerk
    with scope(Actor(person=cast.rival.pk)):
        assert not Membership.objects.filter(pk=made.pk).exists()


def test_the_middlewares_question_finds_whom_he_stands_in_for(cast: Cast) -> None:
    """The deputy does not see his principal's own membership, and is told the name all the same."""
    named(cast)
    with scope(Actor(person=cast.mate.pk)):
        mine = list(doors.memberships_of(cast.mate, on=SINCE))
        actors = [doors.actor_of(cast.mate, one, on=SINCE) for one in mine]
    assert [one.deputy_of for one in actors] == [None, cast.clerk.pk]


def test_the_principal_reads_what_was_done_in_his_name(cast: Cast) -> None:
    made = named(cast)
    with scope(acting(made)):
        audit.record("x.y", object_kind="thing", object_id=7)
    with scope(Actor(person=cast.clerk.pk)):
        line = audit.trail("thing", 7)[0]
    assert (line["person"], line["deputy_of"]) == (cast.mate.pk, cast.clerk.pk)


def test_nobody_names_a_stranger_or_deputises_for_another(cast: Cast) -> None:
    with scope(acting(cast.clerks)):
        for stranger in (cast.rival, cast.consumer):
            with pytest.raises(Refused, match="kernel.access.colleague"):
                members.deputise(cast.clerks, deputy=stranger, since=SINCE, until=UNTIL, reason="h")
    with (
        scope(Actor(kind="enterprise", person=cast.mate.pk, organisation=cast.firm.pk)),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        members.deputise(cast.clerks, deputy=cast.mate, since=SINCE, until=UNTIL, reason="h")


def test_a_deputy_gets_no_other_role_than_the_principals(cast: Cast) -> None:
    """The database itself refuses a deputyship in a role the principal does not have."""
    with (
        scope(acting(cast.clerks)),
        pytest.raises(DatabaseError, match="row-level security"),
        transaction.atomic(),
    ):
        Membership.objects.create(
            person=cast.mate, organisation=cast.firm, role="agent", valid_from=SINCE, valid_to=UNTIL,
            deputy_of=cast.clerks, on_behalf=cast.clerk,
        )  # fmt: skip


def test_who_fills_in_does_not_review_as_a_deputy(cast: Cast) -> None:
    """填报人≠审核人: even where the principal cannot see the deputy's own office."""
    with scope(PLATFORM):
        zone = Unit.objects.get(code="zone")
        filler = Person.objects.create(username="tian")
        members.appoint(person=filler, role_code="liaison", unit=zone, since=DAY)
    with scope(acting(cast.office)), pytest.raises(Refused, match="kernel.access.apart") as refused:
        members.deputise(cast.office, deputy=filler, since=SINCE, until=UNTIL, reason="h")
    assert "填报" in refused.value.zh


def test_neither_does_a_grant_bring_together_what_must_be_apart(cast: Cast) -> None:
    with scope(PLATFORM):
        by = cast.county.person
        asked = {"by": by, "since": SINCE, "until": UNTIL, "reason": "h"}
        with pytest.raises(Refused, match="kernel.access.apart"):
            members.grant(cast.office, action="report.fill", **asked)
        mate = members.appoint(person=cast.consumer, role_code="zone_officer", unit=cast.office.unit, since=DAY)
        members.grant(cast.clerks, action="report.fill", **asked)
        assert mate.pk
        members.appoint(person=cast.clerk, role_code="leader", unit=cast.office.unit, since=DAY)
    with scope(acting(cast.office)), pytest.raises(Refused, match="kernel.access.apart"):
        members.deputise(cast.office, deputy=cast.clerk, since=SINCE, until=UNTIL, reason="h")


@pytest.mark.parametrize("ends", ["clerk", "mate"])
def test_it_ends_early_by_either_of_both(cast: Cast, ends: str) -> None:
    made = named(cast)
    today = SINCE + timedelta(days=2)
    with scope(Actor(kind="enterprise", person=getattr(cast, ends).pk, organisation=cast.firm.pk)):
        mine = doors.access_membership(made.pk)
        with pytest.raises(Refused, match="kernel.access.deputyship"):
            members.end_deputyship(mine, today=today, reason=" ")
        members.end_deputyship(mine, today=today, reason="back")
        assert audit.trail("person", cast.mate.pk)[0]["action"] == "access.deputy_end"
        with pytest.raises(Refused, match="kernel.access.deputyship"):
            members.end_deputyship(doors.access_membership(made.pk), today=today, reason="again")
    with scope(PLATFORM):
        assert not doors.memberships_of(cast.mate, on=today).filter(deputy_of__isnull=False).exists()


def test_an_own_office_is_not_ended_as_if_it_were_a_deputyship(cast: Cast) -> None:
    with scope(PLATFORM), pytest.raises(Refused, match="kernel.access.deputyship"):
        members.end_deputyship(cast.clerks, today=SINCE, reason="x")
